"""Since when each answer waits, by what each look saw: pure, so that clocks and restarts are tested as a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from storage.delivery_figures import Unsent

TICK = timedelta(seconds=30)
UNWATCHED = timedelta(minutes=2)  # between two looks: from then on the bot was not running, or the clock was moved


def decide_since(
    seen: Mapping[int, datetime], looked_at: datetime, unsent: Sequence[Unsent], now: datetime
) -> dict[int, datetime]:
    """For each row that waits: since when, not counting time in which nobody was there to send it.

    A row that was not there at the last look waits since it was written, but not since before that look: it may
    have been parked. `seen` is what this said at the last look.
    """
    gap = now - looked_at
    unwatched = gap - TICK if gap > UNWATCHED else timedelta(0)
    since = {}
    for row in unsent:
        first = seen.get(row.row_id)
        if first is None:
            first = now if unwatched else max(row.created_at, looked_at)
        else:
            first += unwatched
        since[row.row_id] = min(first, now)
    return since


def find_late(since: Mapping[int, datetime], now: datetime, longest: timedelta) -> list[int]:
    """The rows that wait longer than they may, the oldest first."""
    late = [row_id for row_id, at in since.items() if now - at > longest]
    return sorted(late, key=lambda row_id: (since[row_id], row_id))
