"""Whose turn it is: the first rows of their lanes, by rank, within places and open APIs."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.flights import MOST_TO_ONE, Flights, recipient_of
from bot.outbox.ranks import PLACES, SHARES, Rank, count_passed_over, decide_places, rank_of
from bot.outbox.taking import Taken
from bot.outbox.turnstile import Turnstile
from storage import sending
from storage.outbox import PRIORITIES, Channel
from storage.sending import Head, Pending, Span

LEASE_SECONDS = 30.0  # what a pump had under way when it died is taken up so much later, and renewed while it lives
WIDE = 200  # rows that are read, instead of as many as there are places, where equal ones came together before


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows whose turn it is, locked, and how many calls of each rank may leave."""

    rows: Sequence[Pending] = ()
    places: dict[Rank, int] = field(default_factory=dict)


class Chooser:
    """Chooses for one pump; remembers who was passed over, and where equal messages waited."""

    def __init__(self, turnstile: Turnstile, flights: Flights) -> None:
        self._turnstile = turnstile
        self._flights = flights
        self._passed_over: dict[Rank, int] = {}
        self._wide: set[Rank] = set()

    async def choose(self, session: AsyncSession, now: datetime) -> Choice:
        """Locked until this transaction ends; of wide ranks more rows than places."""
        room = PLACES - len(self._flights)
        if room <= 0:
            return Choice()
        heads = await self._find_heads(session, now, room)
        waiting = {rank: min(len(heads[rank]), room) for rank in Rank}
        places = decide_places(room, waiting, self._flights.by_rank, self._passed_over)
        self._passed_over = count_passed_over(self._passed_over, waiting, places)
        chosen = [
            head
            for rank in Rank
            if places[rank]
            for head in heads[rank][: WIDE if rank in self._wide else places[rank]]
        ]
        return Choice(await sending.claim(session, self._within_limits(chosen, now)), places)

    def within_places(self, choice: Choice, groups: Sequence[list[Taken]]) -> list[list[Taken]]:
        """The groups that may leave; where some came together, more is read the next time."""
        left = dict(choice.places)
        leaving: list[list[Taken]] = []
        together: set[Rank] = set()
        for group in groups:
            rank = rank_of(group[0].row.priority)
            if left[rank] > 0:
                left[rank] -= 1
                leaving.append(group)
                together |= {rank} if len(group) > 1 else set()
        self._wide = together
        return leaving

    async def _find_heads(self, session: AsyncSession, now: datetime, room: int) -> dict[Rank, list[Head]]:
        spans = [Span(priority, self._most(rank_of(priority), room)) for priority in PRIORITIES]
        channels = [one for one in Channel if self._turnstile.room(one, now, self._flights.by_channel[one]) > 0]
        found: dict[Rank, list[Head]] = defaultdict(list)
        for head in await sending.find_heads(session, now, spans, channels, self._flights.full()):
            if head.id in self._flights:  # it took longer than its lease and is still on its way
                await sending.extend_leases(session, [head.id], now, LEASE_SECONDS)
            else:
                found[rank_of(head.priority)].append(head)
        return found

    def _most(self, rank: Rank, room: int) -> int:
        places = max(0, min(room, SHARES[rank].most - self._flights.by_rank[rank]))
        return WIDE if places and rank in self._wide else places

    def _within_limits(self, heads: Sequence[Head], now: datetime) -> list[int]:
        """The rows for which their API and their member have room."""
        channels, members = Counter(self._flights.by_channel), Counter(self._flights.to_one)
        within = []
        for head in heads:
            who = recipient_of(head.lane)
            if members[who] < MOST_TO_ONE and self._turnstile.room(head.channel, now, channels[head.channel]) > 0:
                channels[head.channel] += 1
                members[who] += 1
                within.append(head.id)
        return within
