"""How long the pages take when a district has a year, or ten, behind it."""
