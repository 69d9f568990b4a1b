"""From a row of the inbox to the one handler that answers it."""
