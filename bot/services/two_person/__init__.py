"""Acts that one person asks for and another has to agree to: many details at once, exports with words, admins."""
