"""Further messages go to their case's owner as one update, after ten quiet seconds, a minute at most."""

from bot.scheduler.job import Job
from bot.services import telling
from bot.services.context import Context
from storage import cases


async def flush(context: Context) -> int:
    """Tell every update that is due."""
    due = await cases.due_updates(context.session, context.now)
    for case in due:
        await telling.flush_update(context, case)
    return len(due)


JOB = Job("flush updates", 1.0, flush)
