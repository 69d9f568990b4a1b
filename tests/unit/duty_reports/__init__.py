"""Reports to the voters."""
