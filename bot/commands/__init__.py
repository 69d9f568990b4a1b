"""What each command does; `bot/__main__.py` says which there are."""
