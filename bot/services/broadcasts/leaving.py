"""A notice at the pump: what was put off or tried again may come to its turn in quiet hours."""

from bot.services.context import Context
from storage import broadcasts
from storage.models import OutboxRow


async def may_leave(context: Context, row: OutboxRow) -> bool:
    """Whether it is said now; one that is not urgent waits for the morning where its turn comes at night."""
    if not context.calendar.is_quiet(context.now):
        return True
    number = broadcasts.find_broadcast_id(row.task_id)
    broadcast = await broadcasts.find(context.session, number) if number is not None else None
    if broadcast is not None and broadcast.urgent:
        return True
    row.due_at = context.calendar.quiet.end_after(context.now, context.zone)
    return False
