"""What is due is asked again and handed to the outbox, a small batch a commit.

The commit is short on purpose, and after each occasion the loop breathes: replies to people go first.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.services.context import Context
from bot.services.reminders import saying
from bot.services.reminders.kinds import KINDS
from bot.services.reminders.said import Answer, Kind, Spoken, Void
from storage import outbox, reminders
from storage.outbox import Purpose
from storage.reminders import TOO_LATE, Claimed

log = logging.getLogger(__name__)
BATCH = 100  # rows a commit
OCCASIONS = 20  # subject, edition and step, a commit
ROOM = 600  # rows that may wait in the outbox: what is not there yet can still be withdrawn without a trace
TRY_AGAIN = timedelta(minutes=1)  # where a subject's own code broke


async def fire(context: Context, kinds: Mapping[str, Kind] = KINDS) -> int:
    """One batch of what is due now; returns how many rows were settled.

    None where nothing is due, or where the outbox is full and the next tick will do.
    """
    if await outbox.count_waiting(context.session, Purpose.REMINDER, ROOM) >= ROOM:
        return 0
    due = await reminders.claim_due(context.session, context.now, BATCH)
    await asyncio.sleep(0)
    late = [row for row in due if row.useful_until <= context.now]
    await drop(context, late, TOO_LATE)
    occasions = _by_occasion([row for row in due if row.useful_until > context.now])[:OCCASIONS]
    for rows in occasions:
        await _fire_occasion(context, kinds, rows)
        await asyncio.sleep(0)
    return len(late) + sum(len(rows) for rows in occasions)


async def drop(context: Context, rows: Sequence[Claimed], reason: str) -> None:
    """They are of no use any more: noted, with the number of each."""
    if not rows:
        return
    await reminders.note_dropped(context.session, [row.id for row in rows], reason, context.now)
    for same in _by_occasion(rows):
        facts = {"subject": same[0].subject, "step": same[0].step, "reason": reason}
        log.warning("reminders dropped", extra={**facts, "count": len(same), "ids": [row.id for row in same]})


def _by_occasion(rows: Sequence[Claimed]) -> list[list[Claimed]]:
    found: defaultdict[tuple[str, str, str], list[Claimed]] = defaultdict(list)
    for row in rows:
        found[row.occasion].append(row)
    return list(found.values())


async def _fire_occasion(context: Context, kinds: Mapping[str, Kind], rows: Sequence[Claimed]) -> None:
    """All or nothing of these; a subject that cannot say what it wants holds up no other."""
    try:
        async with context.session.begin_nested():
            answers = await ask(context, kinds, rows)
            await asyncio.sleep(0)
            await _settle(context, answers)
    except Exception:
        facts = {"subject": rows[0].subject, "step": rows[0].step}
        log.exception("reminders could not be said", extra={**facts, "count": len(rows)})
        await reminders.put_off(context.session, [row.id for row in rows], context.now + TRY_AGAIN)


async def ask(context: Context, kinds: Mapping[str, Kind], rows: Sequence[Claimed]) -> dict[Claimed, Answer]:
    """What the subject of one occasion says now, for each row."""
    subject, edition, step = rows[0].occasion
    kind, _, number = subject.partition(":")
    if kind not in kinds or not number.isdecimal():
        log.error("nobody speaks for a subject", extra={"subject": subject})
        return dict.fromkeys(rows, Void("nobody speaks for it"))
    answers = await kinds[kind](context, int(number), edition, step, [row.recipient for row in rows])
    return {row: answers.get(row.recipient, Void("left out")) for row in rows}


async def _settle(context: Context, answers: Mapping[Claimed, Answer]) -> None:
    await void(context, answers)
    spoken = {row: answer for row, answer in answers.items() if isinstance(answer, Spoken)}
    if quiet := [row for row, answer in spoken.items() if waits_for_morning(context, answer)]:
        await _wait(context, quiet)
    now = {row: answer for row, answer in spoken.items() if row not in set(quiet)}
    members = {row: answer for row, answer in now.items() if reminders.find_userid(row.recipient) is not None}
    await saying.say_to_members(context, members)
    await saying.say_to_constituents(context, {row: now[row] for row in now if row not in members})


async def void(context: Context, answers: Mapping[Claimed, Answer]) -> None:
    """Withdraw those whose reason is gone."""
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for row, answer in answers.items():
        if isinstance(answer, Void):
            reasons[answer.reason].append(row.id)
    for reason, ids in reasons.items():
        await reminders.note_void(context.session, ids, reason, context.now)


def waits_for_morning(context: Context, spoken: Spoken) -> bool:
    """Whether it is too late at night for this one."""
    return not spoken.urgent and context.calendar.is_quiet(context.now)


async def _wait(context: Context, rows: Sequence[Claimed]) -> None:
    """Until the quiet hours are over, where it is of use then."""
    morning = context.calendar.quiet.end_after(context.now, context.zone)
    useful = [row.id for row in rows if row.useful_until > morning]
    await reminders.put_off(context.session, useful, morning)
    await drop(context, [row for row in rows if row.useful_until <= morning], TOO_LATE)
