"""Anything at all, at every door where people or the platform put something in."""
