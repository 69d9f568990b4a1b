"""Pages and addresses for people and machines, besides the callback."""
