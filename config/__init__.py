"""Settings, logging and the defaults that staff can tune. Imports nothing of ours."""
