"""The duty file: what is pure in it."""
