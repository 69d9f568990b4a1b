"""A reminder at the pump: asked a last time whether it may leave, and what becomes of it when it does not."""

import logging
from collections.abc import Collection

from bot.services.context import Context
from storage import outbox, reminders
from storage.models import Conversation, OutboxRow
from storage.outbox import PRIORITY, Channel, Purpose
from storage.states import OutboxState

log = logging.getLogger(__name__)


async def may_leave(context: Context, row: OutboxRow, hearers: Collection[str]) -> bool:
    """Whether it is said now; `hearers` are the recipients from whom it was not withdrawn meanwhile.

    At night it stays until the morning. Where one of several things in a constituent's message was withdrawn, the
    others are said anew.
    """
    if not hearers:
        outbox.move(row, OutboxState.DROPPED, "withdrawn")
        return False
    if row.priority >= PRIORITY[Purpose.REMINDER] and context.calendar.is_quiet(context.now):
        row.due_at = context.calendar.quiet.end_after(context.now, context.zone)
        return False
    if row.channel == Channel.APP and row.in_doubt:
        return True  # to fewer people it would be another request, and whoever has it would hear it again
    if row.channel == Channel.APP:
        row.recipients = [userid for userid in row.recipients if reminders.member(userid) in hearers]
        return True
    if await reminders.is_whole(context.session, row.id):
        return True
    await reminders.say_again(context.session, row.id)
    outbox.move(row, OutboxState.DROPPED, "withdrawn in part")
    return False


async def note_split(context: Context, row_id: int, part: OutboxRow) -> None:
    """Some recipients of the row `row_id` hear it later, by `part`."""
    await context.session.flush()
    recipients = [reminders.member(userid) for userid in part.recipients]
    await reminders.follow(context.session, row_id, recipients, part.id)


async def note_dropped(context: Context, row: OutboxRow, reason: str) -> None:
    """It was not said and will not be by this row: noted."""
    dropped = await reminders.drop_unsaid(context.session, row.id, reason)
    log.warning("reminders dropped", extra={"outbox_id": row.id, "count": dropped, "reason": reason})


async def note_shut(context: Context, row: OutboxRow, reason: str) -> None:
    """The conversation lets nothing through now: it waits for the next message."""
    if row.conversation_id is None:
        await note_dropped(context, row, reason)
        return
    await reminders.hold_unsaid(context.session, row.id, reason)
    (await context.session.get_one(Conversation, row.conversation_id)).has_parked = True
