"""Which matters are about the same thing."""
