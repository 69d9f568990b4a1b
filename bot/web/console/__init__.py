"""/console: the pages of staff. They read and change by `services.console` and say who did."""
