"""Claim, send with no transaction open, record. What was sent and what is to be sent next share a commit."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.notices.content import Content, LivingCall, load
from bot.outbox.budget import Plan, Room, plan
from bot.outbox.limits import HOUR, MemberLimiter
from bot.outbox.retry import Next, decide_retry
from bot.outbox.sender import Job, Outcome, Sender
from bot.services import delivery
from bot.services.context import Context
from bot.services.live import broadcasting
from bot.services.live.broadcasting import LivingOrder
from bot.services.office import Office
from bot.services.reminders import leaving
from bot.wecom.errors import ConfigFault, Permanent, Temporary, Unreachable, WeComError
from storage import outbox, reminders
from storage.coordination import Hints, Topic
from storage.crypto import Unreadable
from storage.keys import KeyDestroyed, get_key
from storage.models import Conversation, OutboxRow
from storage.outbox import MUST_ARRIVE, PRIORITY, Channel, Purpose, Utterance
from storage.reminders import TOO_LATE
from storage.states import OutboxState

log = logging.getLogger(__name__)
CONCURRENT = 48
BULK_CONCURRENT = 12
BULK_PRIORITY = PRIORITY[Purpose.REMINDER]
LEASE_SECONDS = 150.0  # outlives every HTTP time-out, or two pumps could send the same row
SHUTDOWN_SECONDS = 8.0
TELL_AGAIN = timedelta(hours=1)
SLOT_SECONDS = 10  # within which members of a reminder that had no room are told together
MOST_BREAKS = 5  # a row that our own code cannot send is given up, so that its lane goes on


@dataclass(frozen=True, slots=True)
class Finished:
    """A job with what came of it."""

    job: Job
    outcome: Outcome | None
    error: WeComError | None


class Pump:
    """Sends what the outbox holds, in order within a lane, within the platform's limits."""

    def __init__(self, office: Office, sender: Sender, hints: Hints, limiter: MemberLimiter) -> None:
        self._office = office
        self._sender = sender
        self._hints = hints
        self._limiter = limiter
        self._finished: list[Finished] = []
        self._in_flight: set[asyncio.Task[None]] = set()
        self._bulk: set[asyncio.Task[None]] = set()  # of these, what nobody waits for
        self._sending: set[int] = set()
        self._told: dict[int | None, datetime] = {}

    async def prime(self) -> None:
        """Free what an earlier run of this process held, and remember what members were sent in the last hour."""
        now = self._office.clock.now()
        async with self._office.database.begin() as session:
            await self._office.open(session)  # people and places are read before the first message comes
            self._limiter.prime(await outbox.sends_since(session, now - HOUR))
            if self._office.database.is_sqlite:
                await outbox.free_all_leases(session)

    async def run(self) -> None:
        """Send until cancelled; what is in flight is finished and recorded, the rest is given back."""
        try:
            while True:
                if not await self.turn():
                    await self._hints.wait(Topic.OUTBOX, 0.5)
        finally:
            await self._finish()

    async def send_pending(self) -> int:
        """Send everything that is due now; returns how many rows were taken. For tests and drills."""
        taken = 0
        while True:
            claimed = await self.turn()
            taken += claimed
            if self._in_flight:
                await asyncio.wait(self._in_flight)
            elif not claimed and not self._finished:
                return taken

    async def turn(self) -> int:
        """Record what finished and take what is due, in one commit; returns how many rows were touched."""
        finished = list(self._finished)
        room = CONCURRENT - len(self._in_flight)
        if not finished and not room:
            return 0
        async with self._office.database.begin() as session:
            context = await self._office.open(session)
            if finished:
                await self._record(context, finished)
                await session.flush()
                await asyncio.sleep(0)  # statements do not wait, and the loop has others to serve
            heads = await self._find_heads(context, room) if room else []
            hearers = await _find_hearers(context, heads)
            taken = [await self._take(context, row, hearers.get(row.id, ())) for row in heads]
        del self._finished[: len(finished)]
        for row, job in zip(heads, taken, strict=True):
            if job is not None:
                self._start(job, bulk=row.priority >= BULK_PRIORITY)
        return len(heads) + len(finished)

    async def _find_heads(self, context: Context, room: int) -> list[OutboxRow]:
        """People first: reminders and broadcasts take only some of the places, so no reply waits for one."""
        first = await outbox.find_heads(context.session, context.now, room, below=BULK_PRIORITY)
        left = min(room - len(first), BULK_CONCURRENT - len(self._bulk))
        if left <= 0:
            return [*first]
        return [*first, *await outbox.find_heads(context.session, context.now, left, above=BULK_PRIORITY)]

    def _start(self, job: Job, *, bulk: bool) -> None:
        task = asyncio.create_task(self._send(job), name=f"send {job.row_id}")
        for among in (self._in_flight, self._bulk) if bulk else (self._in_flight,):
            among.add(task)
            task.add_done_callback(among.discard)

    async def _send(self, job: Job) -> None:
        self._sending.add(job.row_id)
        try:
            self._finished.append(Finished(job, await self._sender.send(job), None))
        except WeComError as error:
            self._finished.append(Finished(job, None, error))
        except Exception as error:
            log.exception("sending broke", extra={"outbox_id": job.row_id})
            broken = Temporary if job.attempt < MOST_BREAKS else Permanent
            self._finished.append(Finished(job, None, broken(type(error).__name__)))
        finally:
            self._sending.discard(job.row_id)
        self._hints.notify(Topic.OUTBOX)

    async def _finish(self) -> None:
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=SHUTDOWN_SECONDS)
        if self._finished:
            async with self._office.database.begin() as session:
                await self._record(await self._office.open(session), list(self._finished))
            self._finished.clear()
        for task in self._in_flight:  # its lease runs out, then it is tried again, in doubt
            task.cancel()

    async def _take(self, context: Context, row: OutboxRow, hearers: Collection[str]) -> Job | None:
        """Lease a row for sending, or put it aside with the reason; `hearers` are those of a reminder."""
        if row.id in self._sending:  # it took longer than its lease and is still on its way
            outbox.lease(row, context.now, LEASE_SECONDS)
            return None
        if row.expires_at is not None and row.expires_at <= context.now:
            await _drop(context, row, TOO_LATE)
            return None
        if row.purpose == Purpose.REMINDER and not await leaving.may_leave(context, row, hearers):
            return None
        try:
            key = await get_key(context.session, context.vault, row.key_id) if row.key_id else context.vault
        except KeyDestroyed:
            await _drop(context, row, "erased")
            return None
        try:
            content = load(key.open(row.content_sealed))
        except (Unreadable, ValueError, KeyError, TypeError):
            outbox.move(row, OutboxState.FAILED, "unreadable")
            log.exception("outbox row cannot be read", extra={"outbox_id": row.id})
            await delivery.note_lost(context, row)
            return None
        order: LivingOrder | None = None
        if isinstance(content, LivingCall):
            order = await broadcasting.decide_order(context, content, in_doubt=row.in_doubt)
            if order is None:
                outbox.move(row, OutboxState.DROPPED, "nothing to do")
                return None
        if row.channel == Channel.APP and not await self._admit_members(context, row):
            return None
        if row.channel == Channel.KF and not await self._admit_conversation(context, row):
            return None
        outbox.lease(row, context.now, LEASE_SECONDS)
        return await self._job(context, row, order or content)

    async def _job(self, context: Context, row: OutboxRow, content: Content | LivingOrder) -> Job:
        open_kfid = ""
        if row.conversation_id is not None:
            open_kfid = (await context.session.get_one(Conversation, row.conversation_id)).open_kfid
        return Job(
            row_id=row.id,
            generation=row.generation,
            attempt=row.attempt,
            created_at=row.created_at,
            channel=Channel(row.channel),
            recipients=tuple(row.recipients),
            open_kfid=open_kfid,
            content=content,
            task_id=row.task_id or "",
        )

    async def _admit_members(self, context: Context, row: OutboxRow) -> bool:
        """Send to whom there is room for; the others have a row of their own for when there is."""
        free = {userid: self._limiter.free_at(userid, context.now) for userid in row.recipients}
        now = [userid for userid, at in free.items() if at <= context.now]
        if not now:
            row.due_at = min(free.values())
            return False
        if later := [userid for userid in row.recipients if userid not in now]:
            await self._split_off(context, row, later, free)
            row.recipients = now
        for userid in now:
            self._limiter.note(userid, context.now)
        return True

    async def _split_off(
        self, context: Context, row: OutboxRow, later: list[str], free: dict[str, datetime]
    ) -> None:
        for index, some in enumerate(_together(row, later, free)):
            part = outbox.add(
                context.session,
                Utterance(
                    channel=Channel(row.channel),
                    purpose=Purpose(row.purpose),
                    lane=row.lane.replace(f"app:{row.recipients[0]}:", f"app:{some[0]}:", 1),
                    recipients=some,
                    case_id=row.case_id,
                    key_id=row.key_id,
                    content_sealed=row.content_sealed,
                    task_id=f"{row.task_id}-{row.id}-{index}" if row.task_id else None,
                    priority=row.priority,
                    due_at=max(free[userid] for userid in some),
                    expires_at=row.expires_at,
                ),
                context.now,
            )
            if row.purpose == Purpose.REMINDER:
                await leaving.note_split(context, row, part)

    async def _admit_conversation(self, context: Context, row: OutboxRow) -> bool:
        """Keep the send budget: an answer may take the last message, a notice gives way."""
        if row.in_doubt:
            return True  # it was counted when it was first tried
        conversation = await _lock_conversation(context, row)
        room = Room(conversation.budget_left, conversation.window_until, conversation.human_userid is not None)
        decision, reason = plan(Purpose(row.purpose), room, context.now)
        if decision is Plan.SEND:
            conversation.budget_left -= 1
            return True
        if decision is Plan.DROP:
            await _drop(context, row, reason, shut=True)
        else:
            await self._park(context, row, reason)
        return False

    async def _park(self, context: Context, row: OutboxRow, reason: str, *, foreseen: bool = True) -> None:
        outbox.move(row, OutboxState.PARKED, reason)
        await delivery.note_parked(context, row)
        log.warning("answer waits for the constituent", extra={"outbox_id": row.id, "case_id": row.case_id})
        await delivery.note_held(context, row, reason, foreseen=foreseen)

    async def _record(self, context: Context, finished: Sequence[Finished]) -> None:
        ids = [one.job.row_id for one in finished]
        found = await context.session.scalars(select(OutboxRow).where(OutboxRow.id.in_(ids)))
        rows = {row.id: row for row in found}
        sent = []
        for one in finished:
            row = rows[one.job.row_id]
            if row.state != OutboxState.LEASED:
                continue  # its lease ran out and another pump has it
            if one.error is None and one.outcome is not None:
                self._record_sent(context, row, one.outcome)
                if isinstance(one.job.content, LivingOrder):
                    await broadcasting.note_done(context, one.job.content, one.outcome.platform_id)
                await delivery.note_unreachable(context, row, one.outcome.unreachable)
                sent.append(row)
            elif one.error is not None and await self._record_failure(context, row, one.error):
                sent.append(row)
        await delivery.note_sent(context, sent)

    def _record_sent(self, context: Context, row: OutboxRow, outcome: Outcome) -> None:
        outbox.move(row, OutboxState.SENT)
        _forget_words(row)
        row.sent_at = context.now
        row.platform_id = outcome.platform_id or None
        row.response_code = outcome.response_code or None
        if outcome.unreachable:
            row.reason = f"not reached: {len(outcome.unreachable)} of {len(row.recipients)}"
            log.warning(
                "members could not be reached",
                extra={"outbox_id": row.id, "userids": sorted(outcome.unreachable)},
            )

    async def _record_failure(self, context: Context, row: OutboxRow, error: WeComError) -> bool:
        """True when it turns out that the row was taken after all."""
        verdict = decide_retry(
            error,
            attempt=row.attempt,
            in_doubt=row.in_doubt,
            age_hours=(context.now - row.created_at).total_seconds() / 3600,
            longest_hours=context.rules.sending_hours,
            keyed=row.channel != Channel.LIVING,
        )
        facts = {"outbox_id": row.id, "attempt": row.attempt, "errcode": error.errcode, "next": verdict.next.value}
        if verdict.next is Next.TAKEN:
            self._record_sent(context, row, Outcome(platform_id=row.platform_id or ""))
            log.info("outbox row had been taken before", extra=facts)
            return True
        if isinstance(error, ConfigFault):
            await self._tell_staff(context, error)
        if row.channel == Channel.KF and not verdict.in_doubt:
            await self._give_back(context, row)
        if verdict.next is Next.RETRY and row.channel != Channel.WELCOME:
            outbox.move(row, OutboxState.WAITING, str(error))
            row.due_at = context.now + timedelta(seconds=verdict.seconds * random.uniform(1.0, 1.3))
            row.in_doubt = verdict.in_doubt
            log.warning("outbox row will be tried again", extra=facts)
        elif verdict.next is Next.PARK and row.purpose in MUST_ARRIVE:
            await self._close_window(context, row)
            await self._park(context, row, "平台暂时不让发送", foreseen=False)
        elif verdict.next is Next.PARK or row.channel == Channel.WELCOME:
            await _drop(context, row, str(error), shut=True)
            log.info("outbox row was dropped", extra=facts)
        else:
            outbox.move(row, OutboxState.FAILED, str(error))
            level = logging.WARNING if isinstance(error, Unreachable) else logging.ERROR
            log.log(level, "outbox row failed for good", extra={**facts, "error": str(error)})
            _forget_words(row)
            await delivery.note_lost(context, row)
            if row.channel == Channel.LIVING:
                await broadcasting.note_failed(context, row)
            if isinstance(error, Unreachable):
                await delivery.note_unreachable(context, row, frozenset(row.recipients))
        return False

    async def _tell_staff(self, context: Context, error: ConfigFault) -> None:
        """Something in the admin console or the settings is wrong: said in the log, and to staff once an hour."""
        log.error("WeCom refuses because of its settings", extra={"api": error.api, "errcode": error.errcode})
        told = self._told.get(error.errcode)
        if told is None or context.now - told >= TELL_AGAIN:
            self._told[error.errcode] = context.now
            await delivery.note_config_fault(context, error.errcode)

    async def _give_back(self, context: Context, row: OutboxRow) -> None:
        conversation = await _lock_conversation(context, row)
        conversation.budget_left = min(conversation.budget_left + 1, context.rules.kf_messages_per_turn)

    async def _close_window(self, context: Context, row: OutboxRow) -> None:
        """The platform knows better than our count: nothing more until the constituent writes."""
        (await _lock_conversation(context, row)).budget_left = 0


async def _find_hearers(context: Context, rows: Sequence[OutboxRow]) -> Mapping[int, Collection[str]]:
    """Of each reminder among the rows: who is still to hear it."""
    ids = [row.id for row in rows if row.purpose == Purpose.REMINDER]
    return await reminders.find_said(context.session, ids) if ids else {}


def _together(row: OutboxRow, later: list[str], free: dict[str, datetime]) -> list[tuple[str, ...]]:
    """Recipients that are free at about the same time hear a reminder together; the rest goes to each alone."""
    if row.purpose != Purpose.REMINDER:
        return [(userid,) for userid in later]
    slots: defaultdict[int, list[str]] = defaultdict(list)
    for userid in later:
        slots[int(free[userid].timestamp() // SLOT_SECONDS)].append(userid)
    return [tuple(slots[slot]) for slot in sorted(slots)]


async def _drop(context: Context, row: OutboxRow, reason: str, *, shut: bool = False) -> None:
    """It gives way; a reminder to a conversation that is `shut` waits for the next message instead."""
    outbox.move(row, OutboxState.DROPPED, reason)
    await delivery.note_dropped(context, row, reason, shut=shut)


def _forget_words(row: OutboxRow) -> None:
    """What was said is kept where the case is; what must arrive may have to be said again (`msg_send_fail`)."""
    if row.purpose not in MUST_ARRIVE:
        row.content_sealed = b""


async def _lock_conversation(context: Context, row: OutboxRow) -> Conversation:
    """The budget as it is now: a message that comes meanwhile renews it, and that must not be written over."""
    return await context.session.get_one(Conversation, row.conversation_id, with_for_update=True)
