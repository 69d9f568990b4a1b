"""Claim, send with no transaction open, record. What was sent and what is to be sent next share a commit."""

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.notices.content import Content, load
from bot.outbox.budget import Plan, Room, plan
from bot.outbox.limits import HOUR, MemberLimiter
from bot.outbox.retry import Next, decide_retry
from bot.outbox.sender import Job, Outcome, Sender
from bot.services import delivery
from bot.services.context import Context
from bot.services.office import Office
from bot.wecom.errors import ConfigFault, Permanent, Temporary, Unreachable, WeComError
from storage import outbox
from storage.coordination import Hints, Topic
from storage.crypto import Unreadable
from storage.keys import KeyDestroyed, get_key
from storage.models import Conversation, OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose, Utterance
from storage.states import OutboxState

log = logging.getLogger(__name__)
CONCURRENT = 48
LEASE_SECONDS = 150.0  # outlives every HTTP time-out, or two pumps could send the same row
SHUTDOWN_SECONDS = 8.0
TELL_AGAIN = timedelta(hours=1)
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
            heads = await outbox.find_heads(session, context.now, room) if room else []
            taken = [await self._take(context, row) for row in heads]
        del self._finished[: len(finished)]
        for job in filter(None, taken):
            task = asyncio.create_task(self._send(job), name=f"send {job.row_id}")
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)
        return len(heads) + len(finished)

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

    async def _take(self, context: Context, row: OutboxRow) -> Job | None:
        """Lease a row for sending, or put it aside with the reason."""
        if row.id in self._sending:  # it took longer than its lease and is still on its way
            outbox.lease(row, context.now, LEASE_SECONDS)
            return None
        if row.expires_at is not None and row.expires_at <= context.now:
            outbox.move(row, OutboxState.DROPPED, "too late")
            return None
        try:
            key = await get_key(context.session, context.vault, row.key_id) if row.key_id else context.vault
        except KeyDestroyed:
            outbox.move(row, OutboxState.DROPPED, "erased")
            return None
        try:
            content = load(key.open(row.content_sealed))
        except (Unreadable, ValueError, KeyError, TypeError):
            outbox.move(row, OutboxState.FAILED, "unreadable")
            log.exception("outbox row cannot be read", extra={"outbox_id": row.id})
            await delivery.note_lost(context, row)
            return None
        if row.channel == Channel.APP and not self._admit_members(context, row):
            return None
        if row.channel == Channel.KF and not await self._admit_conversation(context, row):
            return None
        outbox.lease(row, context.now, LEASE_SECONDS)
        return await self._job(context, row, content)

    async def _job(self, context: Context, row: OutboxRow, content: Content) -> Job:
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

    def _admit_members(self, context: Context, row: OutboxRow) -> bool:
        """Send to whom there is room for; the others have a row of their own for when there is."""
        free = {userid: self._limiter.free_at(userid, context.now) for userid in row.recipients}
        now = [userid for userid, at in free.items() if at <= context.now]
        if not now:
            row.due_at = min(free.values())
            return False
        if later := [userid for userid in row.recipients if userid not in now]:
            self._split_off(context, row, later, free)
            row.recipients = now
        for userid in now:
            self._limiter.note(userid, context.now)
        return True

    def _split_off(self, context: Context, row: OutboxRow, later: list[str], free: dict[str, datetime]) -> None:
        for index, userid in enumerate(later):
            outbox.add(
                context.session,
                Utterance(
                    channel=Channel(row.channel),
                    purpose=Purpose(row.purpose),
                    lane=row.lane.replace(f"app:{row.recipients[0]}:", f"app:{userid}:", 1),
                    recipients=(userid,),
                    case_id=row.case_id,
                    key_id=row.key_id,
                    content_sealed=row.content_sealed,
                    task_id=f"{row.task_id}-{row.id}-{index}" if row.task_id else None,
                    priority=row.priority,
                    due_at=free[userid],
                ),
                context.now,
            )

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
            outbox.move(row, OutboxState.DROPPED, reason)
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
            outbox.move(row, OutboxState.DROPPED, str(error))
            log.info("outbox row was dropped", extra=facts)
        else:
            outbox.move(row, OutboxState.FAILED, str(error))
            level = logging.WARNING if isinstance(error, Unreachable) else logging.ERROR
            log.log(level, "outbox row failed for good", extra={**facts, "error": str(error)})
            _forget_words(row)
            await delivery.note_lost(context, row)
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


def _forget_words(row: OutboxRow) -> None:
    """What was said is kept where the case is; what must arrive may have to be said again (`msg_send_fail`)."""
    if row.purpose not in MUST_ARRIVE:
        row.content_sealed = b""


async def _lock_conversation(context: Context, row: OutboxRow) -> Conversation:
    """The budget as it is now: a message that comes meanwhile renews it, and that must not be written over."""
    return await context.session.get_one(Conversation, row.conversation_id, with_for_update=True)
