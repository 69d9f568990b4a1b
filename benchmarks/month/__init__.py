"""One month of the sample district, lived through by the real bot and the simulator under a clock of its own."""
