"""Points: counted, explained, and the same for the same version."""
