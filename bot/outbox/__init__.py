"""The way out: the only room that sends."""
