"""How much WeCom lets through: to one member, a minute and an hour of one API, the app in a day (document 90312).

WeCom drops what is too much for a member without a word, so we must not send it. Everything here is counted in
memory and fed by the turnstile with what other pumps sent.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from bot.outbox.ranks import PLACES

# The platform's clock and ours need not agree: windows a little longer than its own.
MINUTE = timedelta(seconds=61)
HOUR = timedelta(minutes=61)
LONGEST_FLIGHT = timedelta(seconds=150)  # the lease: after that it has arrived or never will
CALLS_PER_MINUTE, CALLS_PER_HOUR = 10_000, 150_000  # of one API, document 90312


@dataclass(frozen=True, slots=True)
class Send:
    """A message to one member: under way since `at`, or arrived by `at`."""

    at: datetime
    flying: bool = False

    def counts_at(self, now: datetime) -> datetime:
        """The latest instant at which WeCom may have counted it; `now` while it is still on its way."""
        return min(now, self.at + LONGEST_FLIGHT) if self.flying else min(now, self.at)


class MemberLimiter:
    """Counts what was sent to each member in the last minute and hour.

    A message counts from its leaving until a minute after WeCom's answer, because it may arrive at any moment
    between. Each is known by its row of the outbox, so that one that is tried again counts once.
    """

    def __init__(self, per_minute: int, per_hour: int) -> None:
        self._per_minute, self._per_hour = per_minute, per_hour
        self._sent: defaultdict[str, dict[int, Send]] = defaultdict(dict)
        self._promised: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def note(self, userid: str, row_id: int, at: datetime, *, flying: bool = False) -> None:
        """A message of this row is on its way to the member since `at`, or WeCom answered at `at`."""
        self._sent[userid.lower()][row_id] = Send(at, flying)

    def free_at(self, userid: str, now: datetime, besides: int | None = None) -> datetime:
        """When the next message to this member may leave; `now` where there is room.

        `besides` is the row that asks: an earlier attempt of its own does not stand in its way.
        """
        sent = self._sent.get(userid.lower())
        if not sent or (len(sent) < self._per_minute and len(sent) < self._per_hour):
            return now
        return self._free(self._counted(userid.lower(), now, besides), now)

    def promise(self, userid: str, now: datetime) -> datetime:
        """When a message that has no room now may hope to leave, behind those that were promised before.

        What is more pressing may still take its place: a promise only says when to look again.
        """
        userid = userid.lower()
        promised = self._promised[userid]
        while promised and promised[0] <= now:
            promised.popleft()
        free = self.free_at(userid, now)
        if promised:
            lately = list(islice(reversed(promised), self._per_hour))[::-1]
            free = self._free([*self._counted(userid, now), *lately], max(free, promised[-1]))
        promised.append(free)
        return free

    def _free(self, counted: Sequence[datetime], now: datetime) -> datetime:
        """The first instant from `now` on that has room, where `counted` are in order and none is later."""
        free = now
        if len(counted) >= self._per_hour:
            free = max(free, counted[-self._per_hour] + HOUR)
        if len(counted) >= self._per_minute:
            free = max(free, counted[-self._per_minute] + MINUTE)
        return free

    def _counted(self, userid: str, now: datetime, besides: int | None = None) -> list[datetime]:
        """The instants that still count, in order; older ones are forgotten.

        What lies in the future, because the clock was set back, is now.
        """
        sent = self._sent[userid]
        for row_id, send in list(sent.items()):
            at = send.counts_at(now)
            if now - at >= HOUR:
                del sent[row_id]
            elif not send.flying and send.at > now:
                sent[row_id] = Send(now)
        return sorted(send.counts_at(now) for row_id, send in sent.items() if row_id != besides)


class CallMeter:
    """Counts the calls of one API in the last minute and hour."""

    def __init__(self, per_minute: int = CALLS_PER_MINUTE, per_hour: int = CALLS_PER_HOUR) -> None:
        self._per_minute, self._per_hour = per_minute, per_hour
        self._calls: deque[datetime] = deque()

    def note(self, at: datetime) -> None:
        """A call left."""
        if self._calls and at < self._calls[-1]:
            at = self._calls[-1]  # the clock was set back, or another machine's is behind
        self._calls.append(at)

    def room(self, now: datetime) -> int:
        """How many calls may leave now, or fewer where more than a pump has places for."""
        if self._calls and self._calls[-1] > now:
            self._calls = deque(min(at, now) for at in self._calls)
        while self._calls and now - self._calls[0] >= HOUR:
            self._calls.popleft()
        known = len(self._calls)
        this_minute = known if known < self._per_minute - PLACES else sum(1 for _ in self._lately(now))
        return max(0, min(self._per_hour - known, self._per_minute - this_minute))

    def _lately(self, now: datetime) -> Iterable[datetime]:
        latest = islice(reversed(self._calls), self._per_minute)
        return (at for at in latest if now - at < MINUTE)


class DayMeter:
    """Counts to how many members the app has sent today, each row once."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._count = 0
        self._rows: set[int] = set()

    @property
    def day(self) -> date | None:
        """The local day that is counted."""
        return self._day

    @property
    def count(self) -> int:
        """Members times messages of that day."""
        return self._count

    def begin(self, day: date, count: int) -> None:
        """Another day, or another process, in which so many were sent already."""
        self._day, self._count = day, count
        self._rows.clear()

    def know(self, row_ids: Iterable[int]) -> None:
        """These rows are in the count already."""
        self._rows.update(row_ids)

    def note(self, row_id: int, members: int) -> None:
        """A row leaves for so many members."""
        if row_id not in self._rows:
            self._rows.add(row_id)
            self._count += members
