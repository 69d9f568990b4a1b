"""Which stations take part, and who is asked to receive people there."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.services import duty_times
from bot.services.activity_days import facts
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from storage import activity_days, activity_rosters, audit, leaves, region_reading
from storage.models import ActivityDay, ActivitySite, Attendance
from storage.region_reading import SiteStation
from storage.states import ActivityState, AttendanceState

_BEFORE_ANNOUNCED = frozenset({ActivityState.CONFIRMED, ActivityState.ROSTER_OPEN, ActivityState.ROSTER_FIXED})
_SMALL = frozenset({"point", "online"})
LEAVE, LEFT, NOT_NEEDED = "leave", "left", "not needed"  # the fixed words of `Attendance.reason`


async def open_roster(context: Context, day: ActivityDay) -> None:
    """Sites and the default roster, once: a day that is moved keeps both, with what staff changed."""
    sites = await activity_days.sites_of(context.session, day.id)
    if not sites:
        for station in await _default_sites(context, day):
            context.session.add(ActivitySite(day_id=day.id, station_code=station.code))
        await context.session.flush()
        sites = await activity_days.sites_of(context.session, day.id)
    await fill(context, day, [site.station_code for site in sites])


async def _default_sites(context: Context, day: ActivityDay) -> list[SiteStation]:
    """The region's stations and those below that an officer works; points and online ones need one of their own."""
    below = await region_reading.regions_below(context.session, day.region_code)
    centre = context.directory.centre_staff()
    return [
        station
        for station in await region_reading.stations_in(context.session, below)
        if _is_worked(context, station, centre)
    ]


def _is_worked(context: Context, station: SiteStation, centre: Sequence[str]) -> bool:
    officers = context.directory.officers_of(station.code)
    if not officers or officers == centre:
        return False
    if station.kind not in _SMALL:
        return True
    return any(
        staff is not None and staff.station_code == station.code
        for staff in map(context.directory.find_staff, officers)
    )


async def fill(context: Context, day: ActivityDay, stations: Sequence[str]) -> None:
    """Put the default people of these stations on the roster who are not on it.

    Where a station has duty times on that date, those on duty; else everyone who is assigned to it. For whoever is
    on leave somebody else is looked for afterwards.
    """
    known = await activity_rosters.codes_of(context.session, day.id)
    away = await leaves.away_on(context.session, day.on_date)
    people = await _default_people(context, day, stations)
    new = [code for code in people if code not in known and code in context.directory.representatives]
    rows = [_place(day, people[code], code, absent=code in away) for code in new]
    await activity_rosters.add_places(context.session, rows)


def _place(day: ActivityDay, station: str, code: str, *, absent: bool) -> dict[str, object]:
    return {
        "day_id": day.id,
        "station_code": station,
        "representative_code": code,
        "state": AttendanceState.DECLINED if absent else AttendanceState.INVITED,
        "reason": LEAVE if absent else "",
    }


async def _default_people(context: Context, day: ActivityDay, stations: Sequence[str]) -> dict[str, str]:
    """Representative to station: a duty time says more than where somebody is assigned."""
    people: dict[str, str] = {}
    with_duty: set[str] = set()
    starts_at, ends_at = facts.starts_at(context, day), facts.ends_at(context, day)
    span = duty_times.Span(day.on_date - timedelta(days=1), day.on_date, context.zone)
    for duty in await duty_times.of_stations(context.session, stations, span):
        if duty.starts_at < ends_at and duty.ends_at > starts_at:
            people.setdefault(duty.holder, duty.slot.station_code)
            with_duty.add(duty.slot.station_code)
    rest = [station for station in stations if station not in with_duty]
    for code, station in await region_reading.assigned_to(context.session, rest):
        people.setdefault(code, station)
    return people


async def leave_out(context: Context, day: ActivityDay, station: str, actor: str) -> list[Attendance]:
    """Staff leave a site out; returns the places on the roster that are gone with it. Raises `DayRefused`."""
    site = await _changeable_site(context, day, station)
    if site is None:
        raise DayRefused("no_site")
    gone = []
    for attendance in await activity_rosters.roster_of(context.session, day.id):
        if attendance.station_code == station:
            gone.append(attendance)
            await context.session.delete(attendance)
    await context.session.delete(site)
    await context.session.flush()
    _note(context, f"day {day.id} without {station}", actor)
    return gone


async def add_site(context: Context, day: ActivityDay, station: str, actor: str) -> list[Attendance]:
    """Staff add a site; returns the new places on the roster. Raises `DayRefused`."""
    if await _changeable_site(context, day, station) is not None:
        return []
    context.session.add(ActivitySite(day_id=day.id, station_code=station))
    await context.session.flush()
    _note(context, f"day {day.id} with {station}", actor)
    known = await activity_rosters.codes_of(context.session, day.id)
    await fill(context, day, [station])
    people = await activity_rosters.roster_of(context.session, day.id)
    return [one for one in people if one.representative_code not in known]


async def _changeable_site(context: Context, day: ActivityDay, station: str) -> ActivitySite | None:
    if day.state not in _BEFORE_ANNOUNCED:
        raise DayRefused("site_started")
    if day.state is ActivityState.CONFIRMED:
        await open_roster(context, day)
    return await activity_days.find_site(context.session, day.id, station)


def _note(context: Context, subject: str, actor: str) -> None:
    audit.add_line(context.session, actor=actor, act="activity day sites changed", subject=subject, at=context.now)


async def find_reserves(context: Context, day: ActivityDay, station: str) -> list[str]:
    """Who could stand in: of the station, then of those around it; not away, not on this roster, reachable.

    Whoever came least often this year comes first.
    """
    taken = await activity_rosters.codes_of(context.session, day.id)
    taken |= await leaves.away_on(context.session, day.on_date)
    branch = sorted(facts.branch_of(context, station))
    homes = {
        code: home
        for code, home in await region_reading.assigned_to(context.session, branch)
        if code not in taken and facts.userid_of(context, code)
    }
    year = day.on_date.year
    came = await activity_rosters.count_attended(
        context.session, list(homes), date(year, 1, 1), date(year + 1, 1, 1)
    )
    return sorted(homes, key=lambda code: (homes[code] != station, came.get(code, 0), code))
