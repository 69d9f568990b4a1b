"""How often each API was called and what came of it, counted in this process."""

from collections import Counter
from collections.abc import Mapping

UNANSWERED = "none"  # no usable answer: the network, a bad status, something that is not JSON


class CallCounts:
    """Counts calls by API and errcode; `0` is a call that was carried out."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, str]] = Counter()

    def note(self, api: str, errcode: int | None) -> None:
        """One call more; without an errcode there was no usable answer."""
        self._calls[api, UNANSWERED if errcode is None else str(errcode)] += 1

    def calls(self) -> Mapping[tuple[str, str], int]:
        """Calls since the process started, by (API, errcode)."""
        return dict(self._calls)
