"""What staff see of the reminders of their stations: what comes, and what could not be said."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.calendars.ladders import Due, parse_ladder
from bot.notices.reminder_desk import Ahead, ReminderList, Unsaid, step_words, title_of
from bot.services import people
from bot.services.activity_days import facts, reminding
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days, live, reminder_counts
from storage.reminder_counts import Concern, Counted

DAYS = 7
_LONGEST_LADDER = timedelta(days=31)


async def show(context: Context, member: Member) -> ReminderList:
    """The next and the last seven days, for the stations that they work for or lead; the centre sees all."""
    span = timedelta(days=DAYS)
    waiting = await reminder_counts.waiting_until(context.session, context.now + span)
    unsaid = await reminder_counts.unsaid_since(context.session, context.now - span)
    known = await reminder_counts.concerns(context.session, {one.subject for one in (*waiting, *unsaid)})
    ahead = {
        *(_ahead(one, known) for one in waiting if _concerns(context, member, known.get(one.subject))),
        *await _days_ahead(context, member, context.now + span),
        *await _sessions_ahead(context, member, context.now + span),
    }
    mine = [one for one in unsaid if _concerns(context, member, known.get(one.subject))]
    return ReminderList(
        DAYS, tuple(sorted(ahead, key=lambda one: (one.at, one.title))), _unsaid(mine, known), context.zone
    )


def _concerns(context: Context, member: Member, concern: Concern | None) -> bool:
    if people.is_centre(context, member):
        return True
    return concern is not None and not concern.stations.isdisjoint(_stations(context, member))


def _stations(context: Context, member: Member) -> set[str]:
    return {*people.queue_of(context, member), *people.led_by(context, member)}


def _title(subject: str, known: dict[str, Concern]) -> str:
    concern = known.get(subject)
    return title_of(subject, concern.title, concern.on_date) if concern is not None else title_of(subject)


def _ahead(one: Counted, known: dict[str, Concern]) -> Ahead:
    return Ahead(_title(one.subject, known), step_words(one.step), one.due_at)


def _unsaid(counted: Iterable[Counted], known: dict[str, Concern]) -> tuple[Unsaid, ...]:
    held: Counter[tuple[str, str]] = Counter()
    dropped: Counter[tuple[str, str]] = Counter()
    for one in counted:
        (held if one.state == "held" else dropped)[_title(one.subject, known), step_words(one.step)] += one.count
    keys = dict.fromkeys([*held, *dropped])
    return tuple(Unsaid(title, step, held[title, step], dropped[title, step]) for title, step in keys)


async def _days_ahead(context: Context, member: Member, until: datetime) -> list[Ahead]:
    """Steps of activity days, which are written down when they are due."""
    today = context.calendar.today(context.now)
    days = await activity_days.listed(
        context.session, region_codes=None, first=today, last=today + _LONGEST_LADDER + timedelta(days=DAYS)
    )
    standing = [day for day in days if day.state in activity_days.BEFORE_START]
    known = await reminder_counts.concerns(context.session, {f"day:{day.id}" for day in standing})
    return [
        _ahead_of(context, _title(f"day:{day.id}", known), due, facts.starts_at(context, day))
        for day in standing
        if _concerns(context, member, known.get(f"day:{day.id}"))
        for due in reminding.ladder(context, day)
        if context.now < due.due_at < until
    ]


def _ahead_of(context: Context, title: str, due: Due, starts_at: datetime) -> Ahead:
    """A step of a ladder; one that quiet hours moved with the time that it was to have."""
    wanted_at = due.step.due(starts_at, context.zone, context.calendar.days)
    moved = wanted_at if wanted_at != due.due_at else None
    return Ahead(title, step_words(due.step.name), due.due_at, due.step.audiences, moved)


async def _sessions_ahead(context: Context, member: Member, until: datetime) -> list[Ahead]:
    ladder = parse_ladder(context.rules.live_ladder)
    return [
        _ahead_of(context, session.title, due, session.starts_at)
        for session in await live.in_states(context.session, live.AHEAD)
        if _concerns(context, member, Concern(frozenset({session.station_code})))
        for due in context.calendar.due(ladder, session.starts_at)
        if context.now < due.due_at < until
    ]
