"""/r: the pages of representatives."""
