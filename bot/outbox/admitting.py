"""Whether a row may leave now, within what WeCom lets through; what may not waits, or a part of it does."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.notices.app_quota import QuotaUsedUp
from bot.outbox import budget
from bot.outbox.budget import Plan
from bot.outbox.ranks import Rank, rank_of
from bot.outbox.taking import drop, whole
from bot.outbox.turnstile import Turnstile
from bot.services import delivery, speaking
from bot.services.context import Context
from bot.services.reminders import leaving
from storage import job_marks, outbox
from storage.models import OutboxRow
from storage.outbox import Channel, Purpose, Utterance
from storage.sending import Pending
from storage.states import OutboxState

log = logging.getLogger(__name__)
SLOT_SECONDS = 10  # within which members of a reminder or a notice that had no room are told together
BULK = frozenset({Rank.REMINDERS, Rank.BROADCASTS})
_SHARED = frozenset({Purpose.REMINDER, Purpose.BROADCAST})  # whose parts may be told together


async def admit(context: Context, turnstile: Turnstile, row: Pending) -> Pending | None:
    """The row as it leaves now; None where it was put aside, or is due when there may be room."""
    match row.channel:
        case Channel.APP:
            if await _admit_today(context, turnstile, row):
                return await _admit_members(context, turnstile, row)
            return None
        case Channel.KF:
            return row if await _admit_conversation(context, row) else None
        case _:
            return row


async def _admit_today(context: Context, turnstile: Turnstile, row: Pending) -> bool:
    """The app's daily quota: reminders and notices stop first and leave the rest to people (document 90312)."""
    quota = context.rules.app_messages_per_day
    if not quota or rank_of(row.priority) not in BULK:
        return True
    if turnstile.day.count + len(row.recipients) <= quota * (1 - context.rules.app_messages_kept_share):
        return True
    kept = await whole(context, row)
    kept.due_at = _midnight_after(context)
    kept.reason = "the app's messages of today are used up"
    await _tell_of_quota(context, turnstile.day.count)
    return False


async def _tell_of_quota(context: Context, count: int) -> None:
    """The service centre hears of it once a day, whichever pump came to the end."""
    today = context.local_now.date().isoformat()
    if not await job_marks.begin(context.session, "app quota", today, context.now):
        return
    log.warning("the app's messages of today are used up", extra={"count": count})
    told = QuotaUsedUp(count, context.rules.app_messages_per_day).render()
    await speaking.notify_members(context, context.directory.centre_staff(), Purpose.NOTICE, told)


def _midnight_after(context: Context) -> datetime:
    tomorrow = context.local_now.date() + timedelta(days=1)
    midnight = context.local_now.replace(
        year=tomorrow.year, month=tomorrow.month, day=tomorrow.day, hour=0, minute=0, second=1, microsecond=0
    )
    return midnight.astimezone(context.now.tzinfo)


async def _admit_members(context: Context, turnstile: Turnstile, row: Pending) -> Pending | None:
    """Send to whom there is room for; the others have a row of their own for when there is.

    What is in doubt is repeated as it was, to all at once, or WeCom would not know it again.
    """
    members = turnstile.members
    later = [one for one in row.recipients if members.free_at(one, context.now, besides=row.id) > context.now]
    if not later:
        return row
    kept = await whole(context, row)
    free = {userid: members.promise(userid, context.now) for userid in later}
    if row.in_doubt or len(later) == len(row.recipients):
        kept.due_at = max(free.values()) if row.in_doubt else min(free.values())
        return None
    await _split_off(context, row, later, free)
    kept.recipients = [userid for userid in row.recipients if userid not in free]
    return row._replace(recipients=kept.recipients)


async def _split_off(context: Context, row: Pending, later: Sequence[str], free: Mapping[str, datetime]) -> None:
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
            await leaving.note_split(context, row.id, part)


def _together(row: Pending, later: Sequence[str], free: Mapping[str, datetime]) -> list[tuple[str, ...]]:
    """Recipients that are free at about the same time hear it together; a card that is somebody's goes to each."""
    if row.purpose not in _SHARED:
        return [(userid,) for userid in later]
    slots: defaultdict[int, list[str]] = defaultdict(list)
    for userid in later:
        slots[int(free[userid].timestamp() // SLOT_SECONDS)].append(userid)
    return [tuple(slots[slot]) for slot in sorted(slots)]


async def _admit_conversation(context: Context, row: Pending) -> bool:
    decision, reason = await budget.admit(context, row)
    if decision is Plan.DROP:
        await drop(context, await whole(context, row), reason, shut=True)
    elif decision is Plan.PARK:
        await park(context, await whole(context, row), reason)
    return decision is Plan.SEND


async def park(context: Context, row: OutboxRow, reason: str) -> None:
    """It waits for the constituent to write again, or is told by telephone."""
    outbox.move(row, OutboxState.PARKED, reason)
    await delivery.note_parked(context, row)
    log.warning("answer waits for the constituent", extra={"outbox_id": row.id, "case_id": row.case_id})
    await delivery.note_held(context, row, reason)
