"""日程: a month or a week of one's stations, with activity days, live sessions, duty times and days off."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.calendars.local_time import YEARS, instant_of
from bot.notices.activity_day import day_words
from bot.notices.activity_day_desk import STATE_NAMES
from bot.notices.live_staff import STATES
from bot.notices.reminder_desk import title_of
from bot.services import duty_times
from bot.services.activity_days import facts
from bot.services.console import places
from bot.services.context import Context
from bot.services.duty_times import DutyTime, Span
from bot.services.people import Member
from storage import activity_days, live, region_reading, roster_slots
from storage.models import ActivityDay, LiveSession
from storage.states import ActivityState, LiveState

MONTH, WEEK = "month", "week"
_DAY = timedelta(days=1)
_MOST_ASKED = 12
_MOST_SHIFTS = 400  # of one week; more are counted
_PALE = frozenset({ActivityState.CANCELLED, ActivityState.POSTPONED})
_PALE_LIVE = frozenset({LiveState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day; `kind` is day or live, `tone` one of the style sheet's."""

    kind: str
    id: int
    title: str
    clock: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is on duty where and when."""

    station: str
    who: str
    clock: str
    is_swapped: bool
    away: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What reminders are about: `day:12` or `live:3`, with its name and its date."""

    key: str
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class DayCell:
    """One local day: `mark` is 休, 班 or nothing, `name` a festival's."""

    on: date
    is_inside: bool
    is_today: bool
    name: str
    mark: str
    entries: tuple[Entry, ...]
    duty: int
    shifts: tuple[Shift, ...]

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing to see on it but how many are on duty."""
        return not (self.entries or self.shifts)


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A month as whole weeks, or one week; `before` and `after` are days of the neighbours."""

    view: str
    title: str
    on: date
    before: date
    after: date
    weeks: tuple[tuple[DayCell, ...], ...]
    to_confirm: tuple[Entry, ...]
    may_add: bool

    @property
    def is_bare(self) -> bool:
        """Whether there is no day with more to see than how many are on duty."""
        return all(day.is_bare for week in self.weeks for day in week if day.is_inside)


async def look(context: Context, member: Member, view: str, on: date) -> CalendarPage:
    """The month or week around a day, as this member sees it."""
    first, last = _span(view, on)
    reach = places.stations_of(context, member)
    days = await _days(context, member, reach, first, last)
    entries = defaultdict(list)
    for day, names in days:
        entries[day.on_date].append(_day_entry(day, names))
    for session in await _sessions(context, reach, first, last):
        entries[session.starts_at.astimezone(context.zone).date()].append(_live_entry(context, session))
    shifts = await _shifts(context, reach, first, last) if view == WEEK else {}
    duty = await _duty(context, reach)
    cells = [
        _cell(context, view, on, day, entries.get(day, []), duty, shifts.get(day, ())) for day in _each(first, last)
    ]
    return CalendarPage(
        view=view,
        title=_title(view, on, first, last),
        on=on,
        before=_next(view, on, -1),
        after=_next(view, on, 1),
        weeks=tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)),
        to_confirm=await _to_confirm(context, member, reach),
        may_add=facts.may_manage(context, member) and facts.region_of(context, member) is not None,
    )


async def subjects(context: Context, member: Member, first: date, last: date) -> list[Subject]:
    """The activity days and sessions of a span of dates that this member sees."""
    reach = places.stations_of(context, member)
    days = await _days(context, member, reach, first, last)
    sessions = await _sessions(context, reach, first, last)
    return [
        *(Subject(f"day:{day.id}", title_of(f"day:{day.id}", on_date=day.on_date), day.on_date) for day, _ in days),
        *(Subject(f"live:{one.id}", one.title, one.starts_at.astimezone(context.zone).date()) for one in sessions),
    ]


def _span(view: str, on: date) -> tuple[date, date]:
    """First and last day shown, both included, Monday to Sunday."""
    begin = on.replace(day=1) if view == MONTH else on
    end = (begin.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY if view == MONTH else on
    return begin - begin.weekday() * _DAY, end + (6 - end.weekday()) * _DAY


def _next(view: str, on: date, by: int) -> date:
    """A day of the neighbouring month or week; stays where the calendar ends."""
    wanted = on + 7 * by * _DAY
    if view == MONTH:
        wanted = (on.replace(day=1) - _DAY if by < 0 else on.replace(day=28) + 4 * _DAY).replace(day=1)
    return wanted if wanted.year in YEARS else on


def _title(view: str, on: date, first: date, last: date) -> str:
    if view == MONTH:
        return f"{on.year}年{on.month}月"
    return f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日"


def _each(first: date, last: date) -> Iterable[date]:
    return (first + number * _DAY for number in range((last - first).days + 1))


async def _days(
    context: Context, member: Member, reach: tuple[str, ...] | None, first: date, last: date
) -> list[tuple[ActivityDay, str]]:
    """Activity days that concern a member, with the names of their regions."""
    found = await activity_days.listed(context.session, region_codes=None, first=first, last=last)
    theirs = await _concerning(context, member, reach, found)
    names = await region_reading.region_names(context.session, {day.region_code for day in theirs})
    return [(day, names.get(day.region_code, day.region_code)) for day in theirs]


async def _concerning(
    context: Context, member: Member, reach: tuple[str, ...] | None, days: Sequence[ActivityDay]
) -> list[ActivityDay]:
    """As `showing.concerns`, for many at once: each region is asked about once."""
    if reach is None:
        return list(days)
    sites = await activity_days.stations_of_days(context.session, [day.id for day in days])
    stations = context.directory.stations
    regions = {stations[code].region_code for code in reach if code in stations}
    managed: dict[str, bool] = {}
    around: dict[str, bool] = {}
    theirs = []
    for day in days:
        region = day.region_code
        if region not in managed:
            managed[region] = await facts.may_manage_day(context, member, day)
            below = await region_reading.regions_below(context.session, region)
            around[region] = not regions.isdisjoint(below)
        held = sites.get(day.id, set())
        soon = not held and around[region] and day.state is not ActivityState.PLANNED
        if managed[region] or soon or not held.isdisjoint(reach):
            theirs.append(day)
    return theirs


async def _to_confirm(context: Context, member: Member, reach: tuple[str, ...] | None) -> tuple[Entry, ...]:
    """Days that a rule found and that wait for this member's word."""
    if not facts.may_manage(context, member):
        return ()
    today = facts.today(context)
    until = today + timedelta(days=context.rules.activity_ahead_days)
    days = await _days(context, member, reach, today, until)
    planned = [(day, name) for day, name in days if day.state is ActivityState.PLANNED][:_MOST_ASKED]
    return tuple(
        replace(_day_entry(day, name), clock=f"{day_words(day.on_date)}{day.start}") for day, name in planned
    )


def _day_entry(day: ActivityDay, region: str) -> Entry:
    tone = "warn" if day.state is ActivityState.PLANNED else "info" if day.state is ActivityState.OPEN else ""
    if day.state in _PALE:
        tone = "pale"
    title = f"{region}活动日" + (f"：{day.topic}" if day.topic else "")
    return Entry("day", day.id, title, f"{day.start}–{day.end}", STATE_NAMES[day.state.value], tone)


async def _sessions(
    context: Context, reach: tuple[str, ...] | None, first: date, last: date
) -> Sequence[LiveSession]:
    begin, end = (instant_of(day, time(), context.zone) for day in (first, last + _DAY))
    return await live.between(context.session, begin, end, reach)


def _live_entry(context: Context, one: LiveSession) -> Entry:
    tone = "pale" if one.state in _PALE_LIVE else "warn" if one.state is LiveState.DRAFT else ""
    clock = f"{one.starts_at.astimezone(context.zone):%H:%M}–{one.ends_at.astimezone(context.zone):%H:%M}"
    return Entry("live", one.id, one.title, clock, STATES[one.state.value], tone)


async def _duty(context: Context, reach: Collection[str] | None) -> tuple[Counter[int], Counter[date]]:
    return await roster_slots.count_begins(context.session, reach)


async def _shifts(
    context: Context, reach: tuple[str, ...] | None, first: date, last: date
) -> dict[date, tuple[Shift, ...]]:
    """Who is on duty, day by day; nobody by name where the stations are all of a district."""
    if reach is None:
        return {}
    span = Span(first, last, context.zone)
    by_day: dict[date, list[DutyTime]] = defaultdict(list)
    for one in (await duty_times.of_stations(context.session, reach, span))[:_MOST_SHIFTS]:
        by_day[one.slot.on].append(one)
    return {day: tuple(_shift(context, one) for one in found) for day, found in by_day.items()}


def _shift(context: Context, one: DutyTime) -> Shift:
    station = context.directory.stations.get(one.slot.station_code)
    name = station.name if station else one.slot.station_code
    who = facts.name_of(context, one.holder)
    return Shift(name, who, f"{one.slot.start}–{one.end}", one.is_swapped, one.away)


def _cell(
    context: Context,
    view: str,
    on: date,
    day: date,
    entries: list[Entry],
    duty: tuple[Counter[int], Counter[date]],
    shifts: tuple[Shift, ...],
) -> DayCell:
    days, weekly, dated = context.calendar.days, *duty
    works = days.is_working(day)
    is_weekday = day.weekday() < 5
    return DayCell(
        on=day,
        is_inside=view == WEEK or day.month == on.month,
        is_today=day == facts.today(context),
        name=days.name_of(day),
        mark="" if works == is_weekday else "班" if works else "休",
        entries=tuple(sorted(entries, key=lambda one: (one.clock, one.kind, one.id))),
        duty=weekly[day.weekday()] + dated[day],
        shifts=shifts,
    )
