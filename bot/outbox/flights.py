"""What one pump has under way: which rows, of which rank, by which channel, to whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.outbox.ranks import Rank
from bot.outbox.sender import Job, Outcome
from bot.wecom.errors import WeComError
from storage.outbox import Channel
from storage.sending import Pending

MOST_TO_ONE = 12  # places that one member may take: whoever hangs does not hold up the others


@dataclass(frozen=True, slots=True)
class Flight:
    """A leased row that is being sent; `who` begins all lanes of its member."""

    job: Job
    row: Pending
    rank: Rank
    who: str
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Landed:
    """A flight with what came of it; without outcome and error it never left."""

    flight: Flight
    outcome: Outcome | None
    error: WeComError | None


class Flights:
    """Counts what is under way."""

    def __init__(self) -> None:
        self._flights: dict[int, Flight] = {}
        self.by_rank: Counter[Rank] = Counter()
        self.by_channel: Counter[Channel] = Counter()
        self.to_one: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._flights)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._flights

    def __iter__(self) -> Iterator[Flight]:
        return iter(self._flights.values())

    def begin(self, flight: Flight) -> None:
        """It left."""
        self._flights[flight.job.row_id] = flight
        self._count(flight, 1)

    def end(self, flight: Flight) -> None:
        """It came back, one way or the other."""
        if self._flights.pop(flight.job.row_id, None) is not None:
            self._count(flight, -1)

    def full(self) -> list[str]:
        """The beginnings of lanes of members who have enough under way."""
        return [who for who, count in self.to_one.items() if count >= MOST_TO_ONE]

    def _count(self, flight: Flight, by: int) -> None:
        self.by_rank[flight.rank] += by
        self.by_channel[flight.job.channel] += by
        self.to_one[flight.who] += by
        if not self.to_one[flight.who]:
            del self.to_one[flight.who]


def recipient_of(lane: str) -> str:
    """Where a lane leads: what of it all lanes of one member have in common."""
    return ":".join(lane.split(":", 2)[:2]) if lane.startswith("app:") else lane
