"""What is said of a day, to whom and when; asked again at the moment at which it is said.

The steps of the ladder are begun when they are due, so that the roster of that moment counts, and written down
some recipients at a time (`hearers`). A step to staff has the audience in its name (`announced.officers`): whoever
is on the roster as well hears both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.calendars import Due, parse_ladder
from bot.calendars.local_time import instant_of
from bot.services.activity_days import facts, said_to_constituents, said_to_representatives, said_to_staff
from bot.services.activity_days.changing import CANCELLED, MOVED, POSTPONED
from bot.services.activity_days.hearers import EVERYONE, STAFF
from bot.services.activity_days.planning import QUESTIONS
from bot.services.activity_days.said_to_staff import CLOSED, LATE, MISSING, REPORT_DUE, UNANSWERED
from bot.services.context import Context
from bot.services.reminders.said import Answer, Void
from storage import activity_days, reminder_waves, reminders
from storage.models import ActivityDay
from storage.reminder_waves import open_wave

_CHANGES = frozenset({MOVED, POSTPONED, CANCELLED})
_STEP_LENGTH = 32
_NINE = time(9)


def ladder(context: Context, day: ActivityDay) -> list[Due]:
    """The steps before the start, as they are said."""
    steps = parse_ladder(context.rules.activity_ladder)
    return [due for due in context.calendar.due(steps, facts.starts_at(context, day)) if not due.step.after]


def due_of(context: Context, day: ActivityDay, name: str) -> datetime | None:
    """When a step of the ladder is due, said or not; None where staff took it out."""
    steps = {step.name: step for step in parse_ladder(context.rules.activity_ladder).steps}
    step = steps.get(name)
    return step.due(facts.starts_at(context, day), context.zone, context.calendar.days) if step else None


def step_name(name: str, audience: str) -> str:
    """How a step to an audience is called among the reminders."""
    if audience not in STAFF:
        return name[:_STEP_LENGTH]
    return f"{name[: _STEP_LENGTH - len(audience) - 1]}.{audience}"


async def plan_due(context: Context, day: ActivityDay) -> int:
    """Begin every step that is due and was not begun for this edition; the roster of this moment counts."""
    due_now = [due for due in ladder(context, day) if due.due_at <= context.now]
    if not due_now:
        return 0
    begun = await reminder_waves.find_begun(context.session, facts.subject(day), facts.edition(context, day))
    planned = 0
    for due in due_now:
        for audience in due.step.audiences or EVERYONE:
            step = step_name(due.step.name, audience)
            if (step, audience) not in begun:
                planned += await plan(context, day, step, audience, due.due_at, due.useful_until)
    return planned


async def plan(
    context: Context, day: ActivityDay, step: str, audience: str, due_at: datetime, until: datetime
) -> bool:
    """Begin one step to an audience; False where that was begun before."""
    one = open_wave(facts.subject(day), facts.edition(context, day), step, due_at, until)
    return await reminder_waves.begin(context.session, one, audience, context.now)


async def plan_unanswered(context: Context, day: ActivityDay) -> bool:
    """A day after they were asked once more, the officers are shown who has not answered."""
    due_at = context.calendar.awake(context.now + timedelta(days=1))
    return await plan(context, day, UNANSWERED, "officers", due_at, facts.starts_at(context, day))


async def plan_after(context: Context, day: ActivityDay) -> int:
    """Steps after the close: the figures at once, a reminder when the report is due, then one each working day.

    Leads hear after `report_lead_days` working days, the centre after `report_centre_days`.
    """
    if not any(site.reported_at is None for site in await activity_days.sites_of(context.session, day.id)):
        return 0
    begun = await reminder_waves.find_begun(context.session, facts.subject(day), facts.edition(context, day))
    planned = 0
    for step, audience, due_at, until in _after(context, day):
        if due_at <= context.now < until and (step, audience) not in begun:
            planned += await plan(context, day, step, audience, due_at, until)
    return planned


def _after(context: Context, day: ActivityDay) -> list[tuple[str, str, datetime, datetime]]:
    """(step, audience, due, useful until), each useful until the next day's."""
    report_at = report_due_at(context, day)
    found = [(CLOSED, "officers", facts.ends_at(context, day), report_at)]
    rules, days = context.rules, context.calendar.days
    first = context.calendar.today(report_at)
    ats = [report_at]
    ats += [
        instant_of(days.add(first, number), _NINE, context.zone) for number in range(1, rules.report_nag_days + 2)
    ]
    for number in range(rules.report_nag_days + 1):
        span = ats[number], ats[number + 1]
        found.append((f"{LATE}{number}" if number else REPORT_DUE, "officers", *span))
        if number == rules.report_lead_days:
            found.append((f"{MISSING}.leads", "leads", *span))
        if number == rules.report_centre_days:
            found.append((f"{MISSING}.centre", "centre", *span))
    return found


def report_due_at(context: Context, day: ActivityDay) -> datetime:
    """When a site's report is due: the first step of `report_ladder`, else the third working day after at nine."""
    starts_at = facts.starts_at(context, day)
    steps = parse_ladder(context.rules.report_ladder or ("report_due T+3w@09:00 officers",)).steps
    due_at = steps[0].due(starts_at, context.zone, context.calendar.days)
    return max(due_at, facts.ends_at(context, day))


async def speak(
    context: Context, subject_id: int, edition: str, step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """What each of these is told of a day now; see `services.reminders.said`."""
    day = await activity_days.get_day(context.session, subject_id)
    if day is None:
        return {}
    if edition != facts.edition(context, day):
        return dict.fromkeys(recipients, Void("moved"))
    name, _, audience = step.partition(".")
    constituents = {one: found for one in recipients if (found := reminders.find_conversation_id(one)) is not None}
    answers: dict[str, Answer] = {}
    if constituents:
        told = await said_to_constituents.say(context, day, name, list(constituents.values()))
        answers.update({one: told[found] for one, found in constituents.items()})
    members = {one: userid for one in recipients if (userid := reminders.find_userid(one)) is not None}
    if members:
        said = await _say_to_members(context, day, name, audience, list(members.values()))
        answers.update({one: said[userid] for one, userid in members.items()})
    return answers


async def _say_to_members(
    context: Context, day: ActivityDay, name: str, audience: str, userids: Sequence[str]
) -> Mapping[str, Answer]:
    if name in QUESTIONS:
        return await said_to_staff.ask(context, day, userids)
    if name in _CHANGES:
        return await said_to_representatives.tell_change(context, day, name, userids)
    if audience in STAFF or name.startswith((UNANSWERED, CLOSED, REPORT_DUE, LATE)):
        return await said_to_staff.say(context, day, name, audience or "officers", userids)
    return await said_to_representatives.say(context, day, name, userids)
