"""届末: on the morning after a term the service centre hears that its files are to be bound, once."""

from datetime import date, timedelta

from bot.calendars.local_time import parse_clock
from bot.notices.duty_file_check import TermEnded
from bot.services import speaking
from bot.services.context import Context
from bot.services.duty_file.terms import usual_term
from storage import duty_file_terms, job_marks
from storage.outbox import Purpose

NAME = "terms ended"
_MORNING = parse_clock("09:00")
_LATE = timedelta(days=7)  # after this nobody is told any more
_DAY = timedelta(days=1)


async def tell(context: Context) -> int:
    """From nine on; returns 1 when the centre was told."""
    today = context.calendar.today(context.now)
    if context.local_now.time() < _MORNING:
        return 0
    ended = await _ended(context, today)
    if ended is None:
        return 0
    name, last_on = ended
    mark = await job_marks.claim(context.session, NAME, context.now)
    if mark.period >= last_on.isoformat():
        return 0
    job_marks.put(mark, last_on.isoformat(), context.now)
    centre = context.directory.centre_staff()
    if centre:
        await speaking.notify_members(context, centre, Purpose.NOTICE, TermEnded(name, last_on).render())
    return 1


async def _ended(context: Context, today: date) -> tuple[str, date] | None:
    """The term that ended last within these days; where none is written down, the usual one."""
    written = await duty_file_terms.ended_between(context.session, today - _LATE, today - _DAY)
    if written is not None:
        return written.name, written.last_on
    usual = usual_term(context.rules, today - _LATE)
    is_used = not await duty_file_terms.is_covered(context.session, today - _LATE)
    return (usual.name, usual.last_on) if is_used and usual.last_on < today else None
