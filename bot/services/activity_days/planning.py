"""Days are written down from the rules, and staff are asked whether they hold. Nothing is announced before."""

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from bot.calendars import ActivityRule, BadActivityRule, activity_rules
from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import instant_of, parse_clock, parse_day_hours
from bot.services.activity_days import facts
from bot.services.context import Context
from config.rules import Rules
from storage import activity_days, audit, region_reading, reminders
from storage.activity_days import Facts
from storage.models import ActivityDay
from storage.reminders import Plan
from storage.states import ActivityState

log = logging.getLogger(__name__)
ASKED, ASKED_AGAIN = "confirm", "confirm_again"
QUESTIONS = (ASKED, ASKED_AGAIN)


class DayRefused(Exception):
    """A change of a day that cannot be made; `why` is a word of `notices.activity_day_desk`."""

    def __init__(self, why: str, state: str = "") -> None:
        self.why, self.state = why, state
        super().__init__(f"{why} {state}".strip())


@lru_cache(maxsize=1000)
def _read(rule: str) -> ActivityRule | None:
    """A rule as it was imported; one that cannot be read has no days."""
    try:
        return activity_rules.parse(rule)
    except BadActivityRule:
        return None


def hours_of(context: Context) -> tuple[str, str]:
    """Start and end of a day that says nothing else, by the rule `activity_hours`.

    Its default where that cannot be read: a slip in the settings must not stop the bot.
    """
    try:
        start, end = parse_day_hours(context.rules.activity_hours)
    except BadCalendar:
        start, end = parse_day_hours(Rules().activity_hours)
    return f"{start:%H:%M}", f"{end:%H:%M}"


def check_hours(start: str, end: str) -> None:
    """Both are local times of one day and in order. Raises `DayRefused`."""
    try:
        if parse_clock(start) >= parse_clock(end):
            raise DayRefused("hours")
    except BadCalendar:
        raise DayRefused("hours") from None


async def plan_ahead(context: Context) -> int:
    """Write down the days of every rule up to `activity_ahead_days` from today; returns how many are new.

    A day that was moved, called off or added by hand on that date is not planned again.
    """
    first = facts.today(context)
    last = first + timedelta(days=context.rules.activity_ahead_days)
    rules = [(rule, read) for rule in await activity_days.rules(context.session) if (read := _read(rule.rule))]
    if not rules:
        return 0
    taken = await activity_days.taken_between(context.session, first, last)
    start, end = hours_of(context)
    written = 0
    for rule, read in rules:
        for day in _new_dates(read, rule.region_code, first, last, taken):
            taken.add((rule.region_code, day))
            new = Facts(rule.region_code, day, start, end, rule.topic, rule.rule)
            written += await activity_days.plan(context.session, new)
    if written:
        log.info("activity days planned", extra={"days": written})
    return written


def _new_dates(
    rule: ActivityRule, region: str, first: date, last: date, taken: set[tuple[str, date]]
) -> Iterable[date]:
    return [day for day in rule.dates_between(first, last) if (region, day) not in taken]


async def ask_staff(context: Context, day: ActivityDay) -> int:
    """The question to the centre, and once more when its roster should be opened; each once."""
    starts_at = facts.starts_at(context, day)
    again_at = max(context.now, starts_at - timedelta(days=context.rules.activity_confirm_days))
    plans = [
        Plan(facts.subject(day), facts.edition(context, day), step, reminders.member(userid), due_at, starts_at)
        for userid in context.directory.centre_staff()
        for step, due_at in ((ASKED, context.now), (ASKED_AGAIN, again_at))
        if step == ASKED or again_at > context.now
    ]
    return await reminders.add_all(context.session, plans, context.now)


def proposed_date(context: Context, day: ActivityDay) -> date | None:
    """The next working day of a day that is off; None where it is a working day."""
    if context.calendar.days.is_working(day.on_date):
        return None
    return context.calendar.days.next_working(day.on_date)


async def confirm(context: Context, day: ActivityDay, actor: str) -> bool:
    """It is held on that date; False where that was said before. Raises `DayRefused`."""
    if day.state is not ActivityState.PLANNED:
        if day.state in (*activity_days.CALLED_OFF, *activity_days.AFTER):
            raise DayRefused("state", day.state.value)
        return False
    if facts.starts_at(context, day) <= context.now:
        raise DayRefused("past")
    day.move(ActivityState.CONFIRMED)
    day.confirmed_at, day.confirmed_by = context.now, actor
    await reminders.void(context.session, facts.subject(day), reason="confirmed")
    audit.add_line(
        context.session, actor=actor, act="activity day confirmed", subject=f"day {day.id}", at=context.now
    )
    return True


def name_topic(context: Context, day: ActivityDay, topic: str, actor: str) -> None:
    """What it is about, until it begins: whatever is said from now on says so. Raises `DayRefused`."""
    if not topic:
        raise DayRefused("topic")
    if day.state not in (ActivityState.PLANNED, ActivityState.POSTPONED, *activity_days.BEFORE_START):
        raise DayRefused("state", day.state.value)
    day.topic = topic
    audit.add_line(
        context.session, actor=actor, act="activity day topic changed", subject=f"day {day.id}", at=context.now
    )


async def add(context: Context, new: Facts, actor: str) -> ActivityDay:
    """A day that staff set by hand: it is confirmed by that. Raises `DayRefused`."""
    check_hours(new.start, new.end)
    if instant_of(new.on_date, parse_clock(new.start), context.zone) <= context.now:
        raise DayRefused("past")
    names = await region_reading.region_names(context.session, [new.region_code])
    if new.region_code not in names:
        raise DayRefused("no_region")
    taken = await activity_days.taken_between(context.session, new.on_date, new.on_date)
    if (new.region_code, new.on_date) in taken:
        raise DayRefused("taken")
    await activity_days.plan(context.session, new)
    (day,) = [
        one
        for one in await activity_days.listed(
            context.session, region_codes=[new.region_code], first=new.on_date, last=new.on_date
        )
        if one.planned_on == new.on_date
    ]
    day.move(ActivityState.CONFIRMED)
    day.confirmed_at, day.confirmed_by = context.now, actor
    audit.add_line(context.session, actor=actor, act="activity day added", subject=f"day {day.id}", at=context.now)
    return day


async def lapse(context: Context, day: ActivityDay) -> None:
    """Nobody confirmed it before it would have begun: it is not held."""
    day.move(ActivityState.CANCELLED)
    audit.add_line(
        context.session, actor="scheduler", act="activity day lapsed", subject=f"day {day.id}", at=context.now
    )


async def withdraw(context: Context, day: ActivityDay, rules: set[tuple[str, str]]) -> bool:
    """A planned day whose rule is gone is withdrawn; nobody but the centre has heard of it."""
    if not day.rule or (day.region_code, day.rule) in rules:
        return False
    day.move(ActivityState.CANCELLED)
    await reminders.void(context.session, facts.subject(day), reason="rule gone")
    audit.add_line(
        context.session, actor="scheduler", act="activity day withdrawn", subject=f"day {day.id}", at=context.now
    )
    return True
