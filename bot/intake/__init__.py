"""The way in: the only room that takes traffic."""
