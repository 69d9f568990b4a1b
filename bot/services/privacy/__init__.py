"""People's rights over their own words: told, shown, put right, erased; what a person decides, and by when."""
