"""Whoever is behind hears of it once, on the days that the rule names, and staff may ask at any time who is.

What a year asks for is compared as a whole: on 1 October there is time left to do it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.notices.duty_file import LISTED_PEOPLE, BehindList, BehindNudge, PersonBehind
from bot.services.context import Context
from bot.services.duty import access
from bot.services.duty_file import quotas
from bot.services.people import Member
from bot.services.reminders.said import Answer, Spoken, Void
from storage import job_marks, reminders
from storage.reminders import Plan

NAME, STEP = "quota nudges", "behind"
PART = 200  # representatives a commit
LATE = timedelta(days=3)  # after this nobody is nudged any more for that day
_DAY = timedelta(days=1)


def nudge_day(named: Sequence[str], today: date) -> date | None:
    """The day of the rule that is today or was just before; None where there is none. What is no date is no day."""
    days = [day for one in named for day in (_of_year(one, today.year), _of_year(one, today.year - 1)) if day]
    return max((day for day in days if today - LATE < day <= today), default=None)


def _of_year(month_day: str, year: int) -> date | None:
    try:
        return datetime.strptime(f"{year}-{month_day.strip()}", "%Y-%m-%d").date()
    except ValueError:
        return None


async def plan(context: Context) -> int:
    """One part: write down who is told; returns how many representatives were looked at."""
    day = nudge_day(context.rules.liaison_nudge_days, context.calendar.today(context.now))
    if day is None:
        return 0
    mark = await job_marks.claim(context.session, NAME, context.now)
    after = str(mark.facts.get("after", "")) if mark.period == day.isoformat() else ""
    people = context.directory.representatives
    codes = sorted(code for code, one in people.items() if one.userid and code > after)[:PART]
    if not codes:
        return 0
    at = instant_of(day, parse_clock("09:00"), context.zone)
    plans = [
        Plan(f"quota:{day:%Y%m%d}", "", STEP, reminders.member(people[code].userid or ""), at, at + LATE)
        for code in await quotas.behind(context, codes, day.year)
    ]
    await reminders.add_all(context.session, plans, context.now)
    job_marks.put(mark, day.isoformat(), context.now, {"after": codes[-1]})
    return len(codes)


async def speak(
    context: Context, subject_id: int, _edition: str, _step: str, recipients: Sequence[str]
) -> Mapping[str, Answer]:
    """What they are still behind with now; whoever caught up hears nothing."""
    try:
        day = datetime.strptime(str(subject_id), "%Y%m%d").date()
    except ValueError:
        return dict.fromkeys(recipients, Void("no such day"))
    people = {one: context.directory.find_representative_of(reminders.find_userid(one) or "") for one in recipients}
    codes = [person.code for person in people.values() if person is not None]
    lacking = await quotas.behind(context, codes, day.year)
    told: dict[str, Answer] = {}
    for recipient, person in people.items():
        lacks = lacking.get(person.code) if person is not None else None
        told[recipient] = Spoken(BehindNudge(day.year, lacks).render()) if lacks else Void("not behind")
    return told


async def list_behind(context: Context, member: Member) -> BehindList:
    """履职落后: who of their stations is behind, and with what; a representative sees themselves."""
    viewer = access.viewer_of(context, member)
    year = context.calendar.today(context.now).year
    known = context.directory.representatives
    codes = [
        code
        for code, one in sorted(known.items())
        if code == viewer.representative_code or viewer.stations is None or one.station_code in viewer.stations
    ]
    closed = viewer.sees_closed or codes == [viewer.representative_code]
    named = await quotas.codes_behind(context, codes, year)
    lacking = await quotas.behind(context, named[:LISTED_PEOPLE], year, closed=closed)
    told = tuple(PersonBehind(known[code].name, lacks) for code, lacks in lacking.items())
    return BehindList(year, told, len(named), len(codes))
