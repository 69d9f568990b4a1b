"""The topic model: reading what a message is about. Nothing here trains."""
