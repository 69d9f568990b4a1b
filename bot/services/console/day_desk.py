"""One activity day for those who look after it: its steps, sites with rosters and figures, and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.notices.activity_day import DayFacts
from bot.notices.activity_day_desk import STATE_NAMES
from bot.notices.activity_day_reports import SiteFigures
from bot.notices.activity_day_rosters import ATTENDANCE_NAMES
from bot.services.activity_days import (
    check_in,
    facts,
    invitations,
    looking,
    planning,
    reminding,
    reporting,
    showing,
)
from bot.services.activity_days.said_to_staff import rule_words
from bot.services.console import places
from bot.services.context import Context
from bot.services.people import Member, name_of
from storage import activity_days, activity_rosters, public_directory, region_reading
from storage.keys import find_key
from storage.models import ActivityDay, ActivitySite, Attendance
from storage.states import ActivityState as S
from storage.states import AttendanceState as T

MAY_MOVE = frozenset({S.PLANNED, *activity_days.BEFORE_START, *activity_days.CALLED_OFF})
MAY_CANCEL = frozenset({S.PLANNED, *activity_days.BEFORE_START, S.OPEN, S.POSTPONED})
MAY_POSTPONE = frozenset({S.PLANNED, *activity_days.BEFORE_START})
HAS_TOPIC = frozenset({S.PLANNED, S.POSTPONED, *activity_days.BEFORE_START})
HAS_SITES = frozenset({S.CONFIRMED, S.ROSTER_OPEN, S.ROSTER_FIXED})
_WAY = (S.CONFIRMED, S.ROSTER_OPEN, S.ROSTER_FIXED, S.ANNOUNCED, S.REMINDED, S.OPEN, S.CLOSED, S.REPORTED)
MOST_IN_FULL = 4
_LADDER = {
    S.ROSTER_OPEN: "roster_open",
    S.ROSTER_FIXED: "roster_fixed",
    S.ANNOUNCED: "announced",
    S.REMINDED: "day_before",
}
_RANK = {**{state: at for at, state in enumerate(_WAY)}, S.COUNTED: _WAY.index(S.CLOSED), S.ARCHIVED: len(_WAY)}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a day's way: `tone` is done, now or nothing; `at` when it was or is due."""

    name: str
    at: datetime | None
    tone: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Somebody on the roster of a site."""

    code: str
    name: str
    state: str
    words: str
    came_at: datetime | None
    instead_of: str
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class SiteDesk:
    """A site: its people, its figures as the records have them and as they were filed, what may be done."""

    code: str
    name: str
    address: str
    people: tuple[PlaceRow, ...]
    raw: SiteFigures | None
    filed: SiteFigures | None
    summary: str
    filed_by: str
    filed_at: datetime | None
    is_theirs: bool
    may_file: bool
    reserves: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in one line: who comes, who has not answered, whether it has filed."""

    code: str
    name: str
    going: int
    asked: int
    is_filed: bool


@dataclass(frozen=True, slots=True)
class DayDesk:
    """Everything the page shows; `may` are acts on the day as a whole."""

    day: DayFacts
    state: str
    words: str
    planned_on: date
    rule: str
    proposed_on: date | None
    report_due_on: date | None
    steps: tuple[Step, ...]
    lines: tuple[SiteLine, ...]
    sites: tuple[SiteDesk, ...]
    further: tuple[tuple[str, str], ...]
    is_over: bool
    may: frozenset[str]


async def access(context: Context, member: Member, day_id: int, *, lock: bool = False) -> ActivityDay | None:
    """The day of this number where the member may look at it."""
    day = await activity_days.get_day(context.session, day_id, lock=lock) if day_id else None
    return day if day is not None and await sees(context, member, day) else None


async def sees(context: Context, member: Member, day: ActivityDay) -> bool:
    """Whoever it concerns in the chat, and offices of towns for the stations of their region."""
    if await showing.concerns(context, member, day):
        return True
    reach = places.stations_of(context, member) or ()
    return any(one.station_code in reach for one in await activity_days.sites_of(context.session, day.id))


async def look(context: Context, member: Member, day: ActivityDay, chosen: str = "") -> DayDesk:
    """The page of a day that the caller has access to; `chosen` is a station to be shown in full."""
    manages = await facts.may_manage_day(context, member, day)
    lines, sites = await _sites_for(context, member, day, chosen)
    return DayDesk(
        day=await facts.describe(context, day),
        state=day.state.value,
        words=STATE_NAMES[day.state.value],
        planned_on=day.planned_on,
        rule=rule_words(day),
        proposed_on=planning.proposed_date(context, day) if day.state is S.PLANNED else None,
        report_due_on=day.report_due_on,
        steps=_steps(context, day),
        lines=lines,
        sites=sites,
        further=await _further(context, day) if manages and day.state in HAS_SITES else (),
        is_over=day.state in activity_days.AFTER,
        may=_may(context, day) if manages else frozenset(),
    )


def _may(context: Context, day: ActivityDay) -> frozenset[str]:
    ahead = facts.starts_at(context, day) > context.now
    wanted = {
        "confirm": day.state is S.PLANNED and ahead,
        "topic": day.state in HAS_TOPIC,
        "move": day.state in MAY_MOVE and day.closed_at is None,
        "postpone": day.state in MAY_POSTPONE,
        "cancel": day.state in MAY_CANCEL,
        "sites": day.state in HAS_SITES,
    }
    return frozenset(act for act, may in wanted.items() if may)


def _steps(context: Context, day: ActivityDay) -> tuple[Step, ...]:
    """The way to the report; of one that was called off only what it is."""
    if day.state in activity_days.CALLED_OFF:
        return (Step(STATE_NAMES[day.state.value], None, "late"),)
    here = _RANK.get(day.state, -1)
    first = Step(STATE_NAMES["planned"], None, "now" if here < 0 else "done")
    return (first, *(_step(context, day, state, here) for state in _WAY))


def _step(context: Context, day: ActivityDay, state: S, here: int) -> Step:
    is_done = _RANK[state] < here or day.state is S.REPORTED
    tone = "done" if is_done else "now" if _RANK[state] == here else ""
    return Step(STATE_NAMES[state.value], _step_at(context, day, state), tone)


def _step_at(context: Context, day: ActivityDay, state: S) -> datetime | None:
    if state is S.CONFIRMED:
        return day.confirmed_at
    if state is S.OPEN:
        return facts.starts_at(context, day)
    if state is S.CLOSED:
        return day.closed_at or facts.ends_at(context, day)
    if state is S.REPORTED:
        return reminding.report_due_at(context, day)
    return reminding.due_of(context, day, _LADDER[state])


async def _sites_for(
    context: Context, member: Member, day: ActivityDay, chosen: str
) -> tuple[tuple[SiteLine, ...], tuple[SiteDesk, ...]]:
    """All of them in a line each, and in full the one that was chosen, or all where they are few."""
    roster = await activity_rosters.roster_of(context.session, day.id)
    sites = await _seen(context, member, day, roster)
    names = await facts.places(context, [site.station_code for site in sites])
    lines = tuple(_line(site, names[site.station_code].name, roster) for site in sites)
    full = sites if len(sites) <= MOST_IN_FULL else [one for one in sites if one.station_code == chosen]
    desks = [await _site(context, member, day, site, names[site.station_code], roster) for site in full]
    return lines, tuple(desks)


def _line(site: ActivitySite, name: str, roster: Sequence[Attendance]) -> SiteLine:
    states = [one.state for one in roster if one.station_code == site.station_code]
    going = sum(state in (T.ACCEPTED, *facts.HERE) for state in states)
    return SiteLine(site.station_code, name, going, states.count(T.INVITED), site.reported_at is not None)


async def _seen(
    context: Context, member: Member, day: ActivityDay, roster: Sequence[Attendance]
) -> list[ActivitySite]:
    """Those of the chat, and those of one's reach."""
    theirs = {site.id for site in await looking.sites_for(context, member, day, roster)}
    reach = places.stations_of(context, member)
    return [
        site
        for site in await activity_days.sites_of(context.session, day.id)
        if site.id in theirs or reach is None or site.station_code in reach
    ]


async def _site(
    context: Context,
    member: Member,
    day: ActivityDay,
    site: ActivitySite,
    place: facts.Place,
    roster: Sequence[Attendance],
) -> SiteDesk:
    works = facts.may_work_site(context, member, site.station_code)
    here = [one for one in roster if one.station_code == site.station_code]
    counted = day.state in (S.OPEN, *activity_days.AFTER)
    raw = await reporting.proposed(context, site) if counted else None
    may_change = works and invitations.is_answerable(context, day) and day.state in activity_days.WITH_ROSTER
    return SiteDesk(
        code=site.station_code,
        name=place.name,
        address=place.address,
        people=tuple(_place(context, day, one, works) for one in here),
        raw=raw,
        filed=reporting.as_filed(site, raw) if raw is not None and site.reported_at is not None else None,
        summary=await _summary(context, site) if works or facts.may_manage(context, member) else "",
        filed_by=name_of(context, site.reported_by) if site.reported_by else "",
        filed_at=site.reported_at,
        is_theirs=works,
        may_file=works and reporting.is_fileable(day),
        reserves=await _reserves(context, site.station_code, roster) if may_change else (),
    )


async def _summary(context: Context, site: ActivitySite) -> str:
    if site.report_sealed is None or site.key_id is None:
        return ""
    key = await find_key(context.session, context.vault, site.key_id)
    return key.open_text(site.report_sealed) if key else ""


def _place(context: Context, day: ActivityDay, one: Attendance, works: bool) -> PlaceRow:
    may: set[str] = set()
    changes = invitations.is_answerable(context, day) and day.state in activity_days.WITH_ROSTER
    if works and changes:
        may |= {"comes"} if one.state in (T.INVITED, T.DECLINED) else set()
        may |= {"cannot"} if one.state in facts.GOING else set()
    if works and check_in.may_be_noted(day) and context.now >= check_in.opens_at(context, day):
        may |= {"came"}
    return PlaceRow(
        code=one.representative_code,
        name=facts.name_of(context, one.representative_code),
        state=one.state.value,
        words=ATTENDANCE_NAMES[one.state.value],
        came_at=one.arrived_at if one.state in facts.HERE else None,
        instead_of=facts.name_of(context, one.stands_in_for) if one.stands_in_for else "",
        may=frozenset(may),
    )


async def _reserves(context: Context, station: str, roster: Sequence[Attendance]) -> tuple[tuple[str, str], ...]:
    """Whom the officer may have asked besides: those of the station and around it who are not on the roster."""
    known = {one.representative_code for one in roster}
    branch = facts.branch_of(context, station)
    found = await public_directory.representatives(context.session, sorted(branch))
    return tuple(
        (one.code, one.name)
        for one in sorted(found, key=lambda one: (one.station_code != station, one.name))
        if one.code not in known
    )


async def _further(context: Context, day: ActivityDay) -> tuple[tuple[str, str], ...]:
    """Stations of the day's region where it is not held."""
    here = {one.station_code for one in await activity_days.sites_of(context.session, day.id)}
    below = await region_reading.regions_below(context.session, day.region_code)
    found = await region_reading.stations_in(context.session, below)
    return tuple((one.code, one.name) for one in found if one.code not in here)
