"""The clock of a case: whose turn it is, until when, and what makes it run, stand still and start over.

The first human answer is due after `first_answer_hours` of working time, each further step after
`escalation_hours`. What people are told is never an instant in quiet hours or on a day off, for nothing escalates
then. An emergency runs by the wall clock. The arithmetic is written down on the case as "from here so many hours of
working time are left", so that a changed calendar can count it anew.
"""

from datetime import UTC, datetime, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.calendars.working_time import MOST_HOURS
from bot.services import people
from bot.services.context import Context
from storage.models import ActivityDay, Case

LEAST_HOURS = (
    1.0  # left to whoever asked the constituent and has just had the reply; also the least on an activity day
)
_OWNER_QUESTIONS = frozenset({"location", "which_representative", "which_station"})
_HOUR = timedelta(hours=1)


def runs_always(case: Case) -> bool:
    """Whether it runs by the wall clock, at night and on days off too."""
    return case.urgency == "emergency"


async def start_round(context: Context, case: Case) -> None:
    """A case was opened or reopened: the clock starts, and its due time is what is promised in this round."""
    case.round_since = context.now
    case.waiting_since = case.dormant_at = None
    await _start(context, case)
    case.promised_at = case.due_at


async def start_over(context: Context, case: Case) -> None:
    """Another owner has it: the step starts anew for them; what was promised to the constituent stays."""
    await _start(context, case)
    if case.waiting_since is not None:  # the question to the constituent is still open
        case.clock_due_at = None


async def _start(context: Context, case: Case) -> None:
    case.clock_step = people.first_step(context, case)
    case.clock_from = max(context.now, _question_ends(context, case) or context.now)
    case.clock_hours = _sane(context.rules.first_answer_hours)
    await _run(context, case)


async def move_to(context: Context, case: Case, step: str) -> None:
    """The next in line have it from now on."""
    case.clock_step = step
    case.clock_from = context.now
    case.clock_hours = _sane(context.rules.escalation_hours)
    await _run(context, case)


def clear(case: Case) -> None:
    """Answered, settled or closed: nothing is due. The step stays as a record of how far it went."""
    case.clock_due_at = case.waiting_since = case.dormant_at = None


def stop(context: Context, case: Case) -> None:
    """The constituent is asked for something: the clock stands still with the hours that are left."""
    if case.waiting_since is None:
        case.clock_hours = _left(context, case)
        case.clock_from = context.now
        case.clock_due_at = None
    case.waiting_since = context.now
    case.dormant_at = None


async def resume(context: Context, case: Case) -> None:
    """The constituent replied: it goes on with the hours that were left, and the promise is put off as long."""
    since, promised, was_due = case.waiting_since, case.promised_at, case.due_at
    case.waiting_since = case.dormant_at = None
    if since is None or not case.waits_for_answer:
        return
    case.clock_from = context.now
    case.clock_hours = max(case.clock_hours or 0.0, LEAST_HOURS)
    await _run(context, case)
    if promised is not None and promised > since:
        case.promised_at = case.due_at if promised == was_due else _put_off(context, since, promised)


def _put_off(context: Context, since: datetime, promised: datetime) -> datetime:
    """A promise as many hours of working time from now as it was when the clock stopped."""
    calendar = context.calendar
    return calendar.awake(calendar.time.due(context.now, calendar.time.elapsed(since, promised)))


async def hold_for_question(context: Context, case: Case) -> None:
    """The bot asks where it belongs: the clock stands still for `asked_hours` of the case's life at most."""
    until = _question_ends(context, case)
    if until is None or case.clock_due_at is None or case.clock_from is None or case.clock_from >= until:
        return
    follows = _promise_follows(context, case)
    case.clock_hours = _left(context, case)
    case.clock_from = until
    await _run(context, case)
    if follows:
        case.promised_at = case.due_at


async def end_question(context: Context, case: Case) -> None:
    """The bot's question has its answer and the owner stays: the clock runs from now, not from later."""
    if case.clock_due_at is not None and case.clock_from is not None and case.clock_from > context.now:
        case.clock_from = context.now
        await _run(context, case)


async def wait_until(context: Context, case: Case, until: datetime) -> None:
    """A department is asked for its reply by then: the step's hours begin there, and the promise follows them.

    A promise that is broken already stays so. An emergency and a question to the constituent wait for nobody.
    """
    if not case.waits_for_answer or case.waiting_since is not None or runs_always(case):
        return
    is_kept = case.promised_at is None or case.promised_at > context.now
    case.clock_from = max(until, context.now)
    case.clock_hours = _sane(context.rules.first_answer_hours)
    await _run(context, case)
    if is_kept:
        case.promised_at = case.due_at


def take_over(case: Case, other: Case) -> None:
    """Two cases become one: it is due when the one that was due first was, and promised when that was."""
    if case.waiting_since is None and other.clock_due_at is not None and other.due_at < case.due_at:
        case.clock_from, case.clock_hours = other.clock_from, other.clock_hours
        case.due_at, case.clock_due_at = other.due_at, other.clock_due_at
    promised = [one for one in (case.promised_at, other.promised_at) if one is not None]
    case.promised_at = min(promised, default=None)


async def run_again(context: Context, case: Case) -> None:
    """A case that lived on in another one stands by itself again: the same hours from where they began."""
    if case.waits_for_answer:
        await _run(context, case)


async def go_on(context: Context, case: Case) -> None:
    """No department owes anything any more: a clock that waited for one runs from now on."""
    if case.waits_for_answer:
        await end_question(context, case)


async def recompute(context: Context, case: Case, *, more_hours: float = 0.0) -> None:
    """The calendar or a rule changed: the same hours counted anew. A promise that still holds follows."""
    if case.clock_from is None or case.clock_hours is None or case.clock_step is None:
        return
    case.clock_hours = _sane(case.clock_hours + more_hours)
    if case.clock_due_at is None:
        return
    follows = _promise_follows(context, case)
    await _run(context, case)
    if follows:
        case.promised_at = case.due_at


def is_late(case: Case, now: datetime) -> bool:
    """Whether an answer is owed and was promised for earlier; not while the constituent's own word is awaited."""
    if not case.waits_for_answer or case.waiting_since is not None:
        return False
    return (case.promised_at or case.due_at) < now


def due_shown(case: Case, now: datetime) -> datetime:
    """What people are told: the promise once it is broken, until then when the present step is due."""
    return (case.promised_at or case.due_at) if is_late(case, now) else case.due_at


def _promise_follows(context: Context, case: Case) -> bool:
    """Whether what was promised is still the due time of the running step, and still ahead."""
    return case.promised_at == case.due_at and case.due_at > context.now


async def _run(context: Context, case: Case) -> None:
    """Set when it is due, and when the next in line is asked: not at night and not on a day off."""
    begins, hours = case.clock_from or context.now, case.clock_hours or 0.0
    calendar = context.calendar
    if runs_always(case):
        case.due_at = case.clock_due_at = begins.astimezone(UTC) + timedelta(hours=hours)
        return
    ends = await _day_ends(context, case, begins)
    case.due_at = ends or calendar.awake(calendar.time.due(begins, hours))
    case.clock_due_at = calendar.awake(case.due_at)


async def _day_ends(context: Context, case: Case, begins: datetime) -> datetime | None:
    """When the activity day ends that a case came in by, if the clock started while it was on: due the same day."""
    if case.day_id is None:
        return None
    day = await context.session.get(ActivityDay, case.day_id)
    if day is None:
        return None
    ends = instant_of(day.on_date, parse_clock(day.end), context.zone)
    if context.calendar.today(begins) != day.on_date or begins >= ends:
        return None
    return max(ends, begins + LEAST_HOURS * _HOUR)


def _left(context: Context, case: Case) -> float:
    """The hours that are left; at least one, so that a reply can still be read and answered."""
    begins, hours = case.clock_from or context.now, case.clock_hours or 0.0
    if runs_always(case):
        gone = max((context.now - begins) / _HOUR, 0.0)
    else:
        gone = context.calendar.time.elapsed(begins, context.now)
    return max(hours - gone, LEAST_HOURS)


def _question_ends(context: Context, case: Case) -> datetime | None:
    """Until when the bot's own question holds the clock; a question about the topic does not, nor an emergency."""
    if case.asked not in _OWNER_QUESTIONS or runs_always(case):
        return None
    until = case.opened_at + timedelta(hours=context.rules.asked_hours)
    return until if until > context.now else None


def _sane(hours: float) -> float:
    """What the calendar can count, whatever was written into a rule."""
    return min(max(float(hours), 0.0), MOST_HOURS)
