"""What became of what was sent: written down, with all that follows from it."""

import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.outbox import budget
from bot.outbox.admitting import park
from bot.outbox.flights import Flight, Flights, Landed
from bot.outbox.merging import MERGED
from bot.outbox.ranks import Rank
from bot.outbox.retry import Next, Verdict, decide_retry
from bot.outbox.sender import INVALID, Outcome
from bot.outbox.taking import drop
from bot.outbox.turnstile import Turnstile
from bot.services import delivery, hand_over
from bot.services.context import Context
from bot.services.live import broadcasting
from bot.services.live.broadcasting import LivingOrder
from bot.wecom.errors import ConfigFault, Unreachable, WeComError
from storage import outbox, sending
from storage.models import OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose
from storage.sending import Receipt
from storage.states import OUTBOX, OutboxState, check

log = logging.getLogger(__name__)
TELL_AGAIN = timedelta(seconds=30)
_PLAIN = frozenset({Purpose.REPLY, Purpose.CARD, Purpose.RECEIPT, Purpose.UPDATE, Purpose.NOTICE, Purpose.REMINDER})
UNHURRIED = frozenset({Rank.NOTICES, Rank.REMINDERS, Rank.BROADCASTS})


class Recorder:
    """Writes down what came back; remembers which wrong settings it has told of lately."""

    def __init__(self, turnstile: Turnstile, flights: Flights) -> None:
        self._turnstile = turnstile
        self._flights = flights
        self._told: dict[int | None, datetime] = {}

    async def record(self, context: Context, landed: Sequence[Landed], at: datetime) -> None:
        """In the commit of the turn that is counted by `at`. What somebody else has by now is left alone."""
        rows = await _bring_back(context, [one for one in landed if not _is_plain(one)])
        ours = [one for one in landed if one.flight.job.row_id in rows or _is_plain(one)]
        for one in landed:
            job = one.flight.job
            self._turnstile.count_answer(job.row_id, job.channel, job.recipients, context.now)
        receipts: list[Receipt] = []
        for one in ours:
            number = one.flight.job.row_id
            if one.outcome is not None:
                self._turnstile.note_taken(one.flight.job.channel, one.flight.left_at)
                receipts.append(_receipt(one.flight, one.outcome))
            elif one.error is None:
                await _give_back(context, rows[number])
            elif await self._note_failure(context, rows[number], one.flight, one.error, at):
                receipts.append(_receipt(one.flight, Outcome(platform_id=rows[number].platform_id or "")))
        await context.session.flush()
        await sending.note_sent(context.session, receipts, context.now, at)
        await self._turnstile.keep_gates(context.session)
        sent = [receipt.row_id for receipt in receipts]
        for number in rows.keys() & set(sent):
            await context.session.refresh(rows[number])
        for one in ours:
            if one.outcome is not None and one.flight.job.row_id in rows:
                await _follow(context, rows[one.flight.job.row_id], one.flight, one.outcome)
        await delivery.note_sent(context, [rows[number] for number in sent if number in rows])
        await context.session.flush()
        if any(one.flight.row.purpose in MERGED for one in ours):
            await sending.end_with_another(context.session)

    async def _note_failure(
        self, context: Context, row: OutboxRow, flight: Flight, error: WeComError, at: datetime
    ) -> bool:
        """True when it turns out that the row was taken after all."""
        blocked_until = self._turnstile.note_refused(error, flight.left_at, context.now, len(self._flights))
        verdict = decide_retry(
            error,
            attempt=row.attempt,
            in_doubt=row.in_doubt,
            age_hours=(context.now - row.created_at).total_seconds() / 3600,
            longest_hours=context.rules.sending_hours,
            keyed=row.channel not in (Channel.LIVING, Channel.SERVICE_STATE),
            hurried=flight.rank not in UNHURRIED,
            jitter=random.random(),
        )
        facts = {"outbox_id": row.id, "attempt": row.attempt, "errcode": error.errcode, "next": verdict.next.value}
        if verdict.next is Next.TAKEN:
            log.info("outbox row had been taken before", extra=facts)
            return True
        row.paced_at = at
        if isinstance(error, ConfigFault):
            await self._tell_staff(context, error)
        if row.channel == Channel.KF and not verdict.in_doubt:
            await budget.give_back(context, row)
        if verdict.next is Next.RETRY and row.channel != Channel.WELCOME:
            _try_again(context, row, error, verdict, blocked_until)
            log.warning("outbox row will be tried again", extra=facts)
        elif verdict.next is Next.PARK and row.purpose in MUST_ARRIVE:
            await park(context, row, await budget.note_refused(context, row, error))
        elif verdict.next is Next.PARK or row.channel == Channel.WELCOME:
            await drop(context, row, str(error), shut=True)
            log.info("outbox row was dropped", extra=facts)
        else:
            await _give_up(context, row, error, facts)
        return False

    async def _tell_staff(self, context: Context, error: ConfigFault) -> None:
        """Something in the admin console or the settings is wrong."""
        told = self._told.get(error.errcode)
        if told is None or abs(context.now - told) >= TELL_AGAIN:
            self._told[error.errcode] = context.now
            log.error("WeCom refuses because of its settings", extra={"api": error.api, "errcode": error.errcode})
            await delivery.note_config_fault(context, error.errcode)


async def _follow(context: Context, row: OutboxRow, flight: Flight, outcome: Outcome) -> None:
    if isinstance(flight.job.content, LivingOrder):
        await broadcasting.note_done(context, flight.job.content, outcome.platform_id)
    if outcome.unreachable:
        log.warning(
            "members could not be reached", extra={"outbox_id": row.id, "userids": sorted(outcome.unreachable)}
        )
        await delivery.note_unreachable(context, row, outcome.unreachable)
    if outcome.session is not None:
        await hand_over.note_done(context, row, flight.job.content, outcome.session)


async def _bring_back(context: Context, landed: Sequence[Landed]) -> dict[int, OutboxRow]:
    """The rows as they were leased; one whose lease ran out on its way is ours as long as nobody else has it."""
    attempts = {one.flight.job.row_id: one.flight.job.attempt for one in landed}
    rows = await sending.find_rows(context.session, list(attempts), lock=True)
    ours = {
        number: row
        for number, row in rows.items()
        if row.attempt == attempts[number] and row.state in (OutboxState.LEASED, OutboxState.WAITING)
    }
    for row in ours.values():
        if row.state is OutboxState.WAITING:
            row.state = check(OUTBOX, row.state, OutboxState.LEASED)
    return ours


def _is_plain(landed: Landed) -> bool:
    """It arrived, and nothing follows from that but its receipt."""
    row, outcome = landed.flight.row, landed.outcome
    if outcome is None or outcome.unreachable or outcome.session is not None or row.entry_id is not None:
        return False
    return row.purpose in _PLAIN and not row.held_told and not isinstance(landed.flight.job.content, LivingOrder)


async def _give_back(context: Context, row: OutboxRow) -> None:
    """It never left: as if it had not been leased."""
    outbox.move(row, OutboxState.WAITING, None)
    row.attempt -= 1
    if row.channel == Channel.KF and not row.in_doubt:
        await budget.give_back(context, row)


def _receipt(flight: Flight, outcome: Outcome) -> Receipt:
    """What was said is kept where the case is; what must arrive may have to be said again (`msg_send_fail`)."""
    missed = len(outcome.unreachable)
    return Receipt(
        flight.job.row_id,
        flight.job.attempt,
        platform_id=outcome.platform_id or None,
        response_code=outcome.response_code or None,
        reason=f"not reached: {missed} of {len(flight.job.recipients)}" if missed else None,
        keeps_words=flight.row.purpose in MUST_ARRIVE,
    )


def _try_again(
    context: Context, row: OutboxRow, error: WeComError, verdict: Verdict, blocked_until: datetime | None
) -> None:
    outbox.move(row, OutboxState.WAITING, str(error))
    row.due_at = context.now + timedelta(seconds=verdict.seconds)
    if blocked_until is not None:
        row.due_at = max(row.due_at, blocked_until)
    row.in_doubt = verdict.in_doubt


async def _give_up(context: Context, row: OutboxRow, error: WeComError, facts: Mapping[str, object]) -> None:
    outbox.move(row, OutboxState.FAILED, str(error))
    level = logging.WARNING if isinstance(error, Unreachable) else logging.ERROR
    log.log(level, "outbox row failed for good", extra={**facts, "error": str(error)})
    if row.purpose not in MUST_ARRIVE:
        row.content_sealed = b""
    await delivery.note_lost(context, row)
    if row.channel == Channel.LIVING:
        await broadcasting.note_failed(context, row)
    if isinstance(error, Unreachable):
        await delivery.note_unreachable(context, row, dict.fromkeys(row.recipients, INVALID))
