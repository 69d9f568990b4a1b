"""Claim, send with no transaction open, record. What was sent and what is to be sent next share a commit.

A turn: pass the turnstile, record what came back, choose whose turn it is, read, merge, admit, lease, commit; then
send. Leases are short and renewed while their pump lives: one that dies leaves leases, which end, and one that was
frozen begins nothing that another may have taken up.
"""

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.outbox import budget
from bot.outbox.admitting import admit
from bot.outbox.choosing import LEASE_SECONDS, Choice, Chooser
from bot.outbox.flights import Flight, Flights, Landed, recipient_of
from bot.outbox.gates import shuts
from bot.outbox.limits import MemberLimiter
from bot.outbox.merging import find_groups, merge
from bot.outbox.ranks import CALLS, PLACES, Rank, rank_of
from bot.outbox.readers import find_restricted
from bot.outbox.recording import Recorder
from bot.outbox.sender import Job, Sender
from bot.outbox.taking import ASKED, Taken, take
from bot.outbox.turnstile import Turnstile
from bot.services.context import Context
from bot.services.office import Office
from bot.wecom.errors import Permanent, Temporary, WeComError
from storage import batch_reading, media_shelf, outbox, reminders, sending
from storage.coordination import Hints, Topic
from storage.models import Conversation
from storage.outbox import Channel, Purpose
from storage.sending import Pending

log = logging.getLogger(__name__)
SHUTDOWN_SECONDS = 8.0
BREATH = 12  # rows
STARTS = 24  # requests that begin in one turn of the loop
LOOK_SECONDS = 0.5  # what another process wrote is found without a hint
COMPANY = 128  # of what came back share a commit while many are under way: it costs as much as its rows
COMPANY_SECONDS, FEW_SECONDS = 0.08, 0.01  # are waited for it where many are under way, or few
RENEWAL = timedelta(seconds=5)
STALE = timedelta(seconds=20)  # a call that begins no later is over by its time-out before the lease is
MOST_BREAKS = 5  # a row that our own code cannot send is given up, so that its lane goes on
T = TypeVar("T")
_Place = tuple[int, Rank, int, Flight]  # turn, rank, number


class Pump:
    """Sends what the outbox holds, in order within a lane, within the platform's limits."""

    def __init__(self, office: Office, sender: Sender, hints: Hints, limiter: MemberLimiter) -> None:
        self._office = office
        self._sender = sender
        self._hints = hints
        self._flights = Flights()
        self._ready: list[_Place] = []  # a heap of what is leased and about to start
        self._turns = self._begun = 0
        self._turnstile = Turnstile(limiter, office.clock)
        self._chooser = Chooser(self._turnstile, self._flights)
        self._recorder = Recorder(self._turnstile, self._flights)
        self._landed: list[Landed] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewed_at = datetime.min.replace(tzinfo=UTC)  # since then all that is under way is ours for sure
        self._look_again = False  # something was put aside: its place is free for what waits behind it
        self._soon: asyncio.TimerHandle | None = None

    async def prime(self) -> None:
        """Free what an earlier run of this process held, and remember what was sent in the last hour and today."""
        async with self._office.database.begin() as session:
            context = await self._office.open(session)  # people and places are read before the first message comes
            if self._office.database.is_sqlite:
                await outbox.free_all_leases(session)
                await media_shelf.forget_unfinished(session)
            await self._turnstile.enter(session, context.now, context.zone)
        self._turnstile.leave()

    async def run(self) -> None:
        """Send until cancelled; what is in flight is finished and recorded, the rest is given back."""
        try:
            while True:
                await self.turn()
                if not self._look_again:
                    await self._hints.wait(Topic.OUTBOX, LOOK_SECONDS)
        finally:
            await self._finish()

    async def send_pending(self) -> int:
        """Send everything that is due now; returns how many rows were taken. For tests and drills."""
        taken = 0
        while True:
            claimed = await self.turn()
            taken += claimed
            if self._tasks:
                await asyncio.wait(self._tasks)
            elif not claimed and not self._landed:
                return taken

    async def turn(self) -> int:
        """Record what came back and take what is due, in one commit; returns how many rows were touched."""
        if not self._landed and len(self._flights) >= PLACES and not self._must_renew(self._office.clock.now()):
            return 0
        landed, self._landed = self._landed, []
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        try:
            choice, flights = await self._record_and_take(landed)
        except BaseException:
            self._landed[:0] = landed
            raise
        self._turnstile.leave()
        self._turns += 1
        for flight in flights:
            self._begin(flight)
        self._start_some()
        self._look_again = len(flights) < len(choice.rows)
        return len(choice.rows) + len(landed)

    async def _record_and_take(self, landed: Sequence[Landed]) -> tuple[Choice, list[Flight]]:
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            at = await self._turnstile.enter(session, context.now, context.zone)
            if landed:
                await self._recorder.record(context, landed, at)
                await asyncio.sleep(0)  # statements do not wait, and the loop has others to serve
            if renews := self._must_renew(context.now):
                under_way = [flight.job.row_id for flight in self._flights]
                await sending.extend_leases(session, under_way, context.now, LEASE_SECONDS)
            choice = await self._chooser.choose(session, context.now)
            choice = replace(choice, rows=await budget.lock_all(context, choice.rows))
            flights = await self._take_off(context, choice, at) if choice.rows else []
        if renews:
            self._renewed_at = context.now
        return choice, flights

    def _must_renew(self, now: datetime) -> bool:
        return not len(self._flights) or now - self._renewed_at >= RENEWAL

    async def _take_off(self, context: Context, choice: Choice, at: datetime) -> list[Flight]:
        """Lease what may leave now; the rest was put aside with the reason."""
        asked = [row.id for row in choice.rows if row.purpose in ASKED]
        _held = await sending.find_rows(context.session, asked)  # the session lets go of what nobody holds
        hearers = await _find_hearers(context, choice.rows)
        restricted = await find_restricted(context, choice.rows)
        await batch_reading.read_keys(context.session, (row.key_id for row in choice.rows))
        taken = [
            await take(context, row, hearers.get(row.id, ()), restricted) async for row in _breathing(choice.rows)
        ]
        groups = self._chooser.within_places(choice, find_groups([one for one in taken if one is not None]))
        merged = [await merge(context, group) async for group in _breathing(groups)]
        admitted = [await self._admit(context, one) async for one in _breathing(merged)]
        leaving = [one for one in admitted if one is not None]
        await sending.lease(context.session, [one.row.id for one in leaving], context.now, at, LEASE_SECONDS)
        return [await _flight(context, one) for one in leaving]

    async def _admit(self, context: Context, taken: Taken) -> Taken | None:
        """Counted at once, so that the next row of the same turn knows."""
        row = await admit(context, self._turnstile, taken.row)
        if row is None:
            return None
        self._turnstile.count_departure(row.id, Channel(row.channel), tuple(row.recipients), context.now)
        return taken if row is taken.row else Taken(row, taken.content)

    def _begin(self, flight: Flight) -> None:
        self._flights.begin(flight)
        self._begun += 1
        turn = 0 if flight.rank is Rank.EMERGENCY else self._turns  # by rank alone, the lowest might never start
        heapq.heappush(self._ready, (turn, flight.rank, self._begun, flight))

    def _start_some(self) -> None:
        """The others in the next turn of the loop: so many requests at once would make it stand still."""
        for _ in range(STARTS):
            if not self._may_start():
                return
            task = asyncio.create_task(self._carry(self._take_next()), name="send")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._may_start():
            asyncio.get_running_loop().call_soon(self._start_some)

    def _may_start(self) -> bool:
        """Whether another carrier is needed; an emergency waits for nobody."""
        return bool(self._ready) and (len(self._tasks) < CALLS or self._ready[0][1] is Rank.EMERGENCY)

    def _take_next(self) -> Flight:
        return heapq.heappop(self._ready)[-1]

    async def _carry(self, flight: Flight) -> None:
        """One after the other, the most pressing first, while there are any."""
        while True:
            try:
                landed = await self._call(flight)
                self._landed.append(landed)
            finally:
                self._flights.end(flight)
            if landed.error is not None and shuts(landed.error, flight.job.channel):
                self._send_home(flight.job.channel)
            self._ask_for_a_turn(urgent=landed.outcome is None)
            if not self._ready or len(self._tasks) > CALLS:
                return
            flight = self._take_next()

    def _send_home(self, channel: Channel | None = None) -> None:
        """What waits for its place, by this channel or by any, does not leave."""
        waiting, self._ready = self._ready, []
        for place in waiting:
            *_, flight = place
            if channel in (None, flight.job.channel):
                self._flights.end(flight)
                self._landed.append(Landed(flight, None, None))
            else:
                heapq.heappush(self._ready, place)

    async def _call(self, flight: Flight) -> Landed:
        """What comes of it; what waited until its API was shut or its lease had grown old does not leave."""
        job = flight.job
        is_stale = self._office.clock.now() - self._renewed_at > STALE
        if is_stale or not self._turnstile.is_open(job.channel, self._office.clock):
            return Landed(flight, None, None)
        try:
            return Landed(flight, await self._sender.send(job), None)
        except WeComError as error:
            return Landed(flight, None, error)
        except Exception as error:
            log.exception("sending broke", extra={"outbox_id": job.row_id})
            broken = Temporary if job.attempt < MOST_BREAKS else Permanent
            return Landed(flight, None, broken(type(error).__name__))

    def _ask_for_a_turn(self, *, urgent: bool) -> None:
        """Soon, so that several share a commit, unless somebody else asks before."""
        if urgent or len(self._landed) >= COMPANY:
            self._hints.wake(Topic.OUTBOX)
        elif self._soon is None:
            many = len(self._flights) >= CALLS // 2
            wait = COMPANY_SECONDS if many else FEW_SECONDS
            self._soon = asyncio.get_running_loop().call_later(wait, self._turn_now)

    def _turn_now(self) -> None:
        self._soon = None
        self._hints.wake(Topic.OUTBOX)

    async def _finish(self) -> None:
        self._send_home()
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SHUTDOWN_SECONDS)
        if self._landed:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                at = await self._turnstile.enter(session, context.now, context.zone)
                await self._recorder.record(context, list(self._landed), at)
            self._landed.clear()
        for task in self._tasks:  # its lease runs out, then it is tried again, in doubt
            task.cancel()


async def _breathing(some: Sequence[T]) -> AsyncIterator[T]:
    """Between a few of them others have their turn: statements do not wait, so nothing else would let them."""
    for number, one in enumerate(some, 1):
        yield one
        if number % BREATH == 0:
            await asyncio.sleep(0)


async def _flight(context: Context, taken: Taken) -> Flight:
    row = taken.row
    open_kfid = ""
    if row.conversation_id is not None:
        open_kfid = (await context.session.get_one(Conversation, row.conversation_id)).open_kfid
    job = Job(
        row_id=row.id,
        generation=row.generation,
        attempt=row.attempt + 1,
        created_at=row.created_at,
        channel=Channel(row.channel),
        recipients=tuple(row.recipients),
        open_kfid=open_kfid,
        content=taken.content,
        task_id=row.task_id or "",
    )
    return Flight(job, row, rank_of(row.priority), recipient_of(row.lane), context.now)


async def _find_hearers(context: Context, rows: Sequence[Pending]) -> Mapping[int, Collection[str]]:
    """Of each reminder among the rows: who is still to hear it."""
    ids = [row.id for row in rows if row.purpose == Purpose.REMINDER]
    return await reminders.find_said(context.session, ids) if ids else {}
