"""What this room refuses."""


class BadCalendar(ValueError):
    """A setting or a rule that cannot be read: the text says what is wanted, `given` is what was written."""

    def __init__(self, what: str, given: object) -> None:
        super().__init__(f"{what}, not {str(given)[:60]!r}")
        self.given = given
