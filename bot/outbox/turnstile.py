"""Where pumps pass one at a time and learn what the others sent: so that together they keep WeCom's limits.

The database is the truth. Each row of the outbox carries the instant at which it last left or was answered, and
these instants rise from commit to commit whatever the clocks of the machines say. A pump reads what is newer than
its own last look, counts it as if it had sent it, and only then decides. Where a clock was set ahead, what left
before is as young as it was: else a minute would seem over that is not, and WeCom drops what is too much.
"""

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.outbox.gates import APIS, OPEN, Gate, after_answer, after_refusal
from bot.outbox.limits import HOUR, CallMeter, DayMeter, MemberLimiter
from bot.wecom.errors import WeComError
from storage import pacing
from storage.models import ApiGate
from storage.outbox import Channel
from storage.pacing import Departure

log = logging.getLogger(__name__)
TICK = timedelta(microseconds=1)
SET_AHEAD = timedelta(seconds=1)  # a clock is set, not slowed down or sped up, from here on
_CHANNEL_OF = {api: channel for channel, api in APIS.items()}


class Turnstile:
    """What one pump knows of all limits, kept up with what the others do."""

    def __init__(self, members: MemberLimiter, clock: Clock) -> None:
        self.members = members
        self._clock = clock
        self._read: tuple[datetime, float] | None = None  # both ways of telling time, at the last turn to be kept
        self._reading = clock.now(), clock.steady()
        self.day = DayMeter()
        self.calls: dict[Channel, CallMeter] = {one: CallMeter() for one in Channel if one is not Channel.APP}
        self.gates: defaultdict[Channel, Gate] = defaultdict(lambda: OPEN)
        self._last: datetime | None = None
        self._passed_at: datetime | None = None
        self._others_flying: set[int] = set()
        self._narrowed: set[Channel] = set()

    async def enter(self, session: AsyncSession, now: datetime, zone: ZoneInfo) -> datetime:
        """Wait for the others, look at what they sent; the instant that this turn is counted by.

        The first time everything of the last hour and of today is read.
        """
        shared = await pacing.pass_turnstile(session)
        await self._note_jump(session)
        if self._last is None:
            await self._look_back(session, now, zone)
        elif shared:
            for departure in await pacing.departures_after(session, self._last):
                self._count(departure, zone)
                self._last = max(self._last, departure.at)
            await self._look_at_gates(session)
        self._turn_the_day(now.astimezone(zone).date())
        self._passed_at = max(now, (self._last or now) + TICK)
        return self._passed_at

    def leave(self) -> None:
        """The turn was committed: what others write from now on is newer."""
        self._last, self._read = self._passed_at, self._reading

    async def _note_jump(self, session: AsyncSession) -> None:
        """Where the clock was set ahead since the last turn, what left in the hour before goes ahead with it."""
        self._reading = now, steady = self._clock.now(), self._clock.steady()
        if self._read is None:
            return
        ahead = now - self._read[0] - timedelta(seconds=steady - self._read[1])
        if ahead < SET_AHEAD:
            return
        log.warning("clock was set ahead", extra={"seconds": round(ahead.total_seconds(), 1)})
        between = now - ahead / 2  # what left before the jump, and what left since
        await pacing.move_departures(session, after=between - HOUR, until=between, by=ahead)
        self._last = None

    def count_departure(self, row_id: int, channel: Channel, recipients: tuple[str, ...], now: datetime) -> None:
        """A row of ours leaves now."""
        if channel is not Channel.APP:
            self.calls[channel].note(now)
            return
        self.day.note(row_id, len(recipients))
        for userid in recipients:
            self.members.note(userid, row_id, now, flying=True)

    def count_answer(self, row_id: int, channel: Channel, recipients: tuple[str, ...], now: datetime) -> None:
        """WeCom answered, or did not: by now it has arrived if it ever will."""
        if channel is Channel.APP:
            for userid in recipients:
                self.members.note(userid, row_id, now)

    def room(self, channel: Channel, now: datetime, flying: int) -> int:
        """How many more calls may leave by this channel now, with so many of ours under way."""
        room = self.gates[channel].room(now, flying)
        return room if channel is Channel.APP or not room else min(room, self.calls[channel].room(now))

    def is_open(self, channel: Channel, clock: Clock) -> bool:
        """Whether WeCom has not shut this channel's API for a while."""
        gate = self.gates[channel]
        return gate is OPEN or gate.room(clock.now(), 0) > 0

    def note_taken(self, channel: Channel, left_at: datetime) -> None:
        """WeCom took a call."""
        gate = self.gates[channel]
        if gate.places is not None:
            self.gates[channel] = after_answer(gate, left_at)

    def note_refused(self, error: WeComError, left_at: datetime, now: datetime, flying: int) -> datetime | None:
        """A call was refused; until when its API is blocked, where it is."""
        channel = _CHANNEL_OF.get(error.api)
        if channel is None:
            return None
        gate = after_refusal(self.gates[channel], error, left_at, now, flying)
        if gate is not self.gates[channel]:
            self.gates[channel] = gate
            self._narrowed.add(channel)
        return gate.blocked_until if gate.room(now, 0) == 0 else None

    async def keep_gates(self, session: AsyncSession) -> None:
        """Refusals are written down for the others; how a gate opens again is not."""
        for channel in self._narrowed:
            gate = self.gates[channel]
            places = None if gate.places is None else int(gate.places)
            kept = ApiGate(
                api=APIS[channel],
                blocked_until=gate.blocked_until,
                blocks=gate.blocks,
                places=places,
                narrowed_at=gate.narrowed_at,
            )
            await pacing.keep_gate(session, kept)
        self._narrowed.clear()

    async def _look_back(self, session: AsyncSession, now: datetime, zone: ZoneInfo) -> None:
        today = now.astimezone(zone)
        midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
        self._last = now - HOUR
        known = await pacing.departures_after(session, self._last)
        for departure in known:
            self._count(departure, zone)
            self._last = max(self._last, departure.at)
        self.day.begin(today.date(), await pacing.count_members_since(session, midnight))
        self.day.know(departure.row_id for departure in known)
        await self._look_at_gates(session)

    async def _look_at_gates(self, session: AsyncSession) -> None:
        for kept in await pacing.find_gates(session):
            channel = _CHANNEL_OF.get(kept.api)
            if channel is not None and kept.narrowed_at > self.gates[channel].narrowed_at:
                self.gates[channel] = Gate(kept.blocked_until, kept.blocks, kept.places, kept.narrowed_at)

    def _count(self, departure: Departure, zone: ZoneInfo) -> None:
        if departure.channel is Channel.APP:
            for userid in departure.recipients:
                self.members.note(userid, departure.row_id, departure.at, flying=departure.flying)
            if self.day.day == departure.at.astimezone(zone).date():
                self.day.note(departure.row_id, len(departure.recipients))
        elif departure.flying:
            self._others_flying.add(departure.row_id)
            self.calls[departure.channel].note(departure.at)
        elif departure.row_id in self._others_flying:
            self._others_flying.discard(departure.row_id)
        else:
            self.calls[departure.channel].note(departure.at)

    def _turn_the_day(self, today: date) -> None:
        if self.day.day != today:
            self.day.begin(today, 0)
