"""Further messages go to their case's owner as one update, after ten quiet seconds, a minute at most."""

from bot.scheduler.job import Job
from bot.services import telling
from bot.services.context import Context
from storage import batch_reading, cases
from storage.keys import find_key


async def flush(context: Context) -> int:
    """Tell every update that is due."""
    due = await cases.due_updates(context.session, context.now)
    await batch_reading.read_keys(context.session, (case.key_id for case in due))
    for case in due:
        if await find_key(context.session, context.vault, case.key_id) is None:
            case.update_since = case.update_due_at = None  # erased: there is nothing left to tell
        else:
            await telling.flush_update(context, case)
    return len(due)


JOB = Job("flush updates", 1.0, flush)
