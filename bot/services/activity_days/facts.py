"""When a day is, what it is called, and who may do something with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.calendars.local_time import instant_of, parse_clock
from bot.notices.activity_day import DayFacts
from bot.services.context import Context
from bot.services.people import Member, is_centre
from storage import region_reading
from storage.models import ActivityDay, Attendance
from storage.region_reading import SiteStation
from storage.states import AttendanceState

GOING = frozenset({AttendanceState.INVITED, AttendanceState.ACCEPTED})
HERE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE})


def starts_at(context: Context, day: ActivityDay) -> datetime:
    """The instant at which people are received from, in UTC."""
    return instant_of(day.on_date, parse_clock(day.start), context.zone)


def ends_at(context: Context, day: ActivityDay) -> datetime:
    """The instant at which it is over, in UTC; it always comes after the start."""
    return instant_of(day.on_date, parse_clock(day.end), context.zone)


def subject(day: ActivityDay) -> str:
    """As its reminders call it."""
    return f"day:{day.id}"


def edition(context: Context, day: ActivityDay) -> str:
    """What reminders are planned for: the start, and how often the day was changed before.

    A day that is moved and moved back is announced again: who was told of the move must hear that too.
    """
    return f"{starts_at(context, day):%Y%m%dT%H%M}-{day.edition}"


async def describe(context: Context, day: ActivityDay) -> DayFacts:
    """The day as notices tell it."""
    names = await region_reading.region_names(context.session, [day.region_code])
    return DayFacts(
        day.id, names.get(day.region_code, day.region_code), day.on_date, day.start, day.end, day.topic, day.note
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A site as people find it."""

    name: str
    address: str
    phone: str

    @property
    def where(self) -> str:
        """Name and address in one line."""
        return f"{self.name}（{self.address}）" if self.address else self.name


async def places(context: Context, codes: Collection[str]) -> dict[str, Place]:
    """The stations of these codes."""
    found = await region_reading.stations_named(context.session, codes)
    return {code: place_of(station) for code, station in found.items()}


def place_of(station: SiteStation) -> Place:
    """A station's name, address and telephone."""
    return Place(station.name, station.address, station.phone)


def may_manage(context: Context, member: Member) -> bool:
    """Confirm, move and cancel days: the service centre, administrators, and leads."""
    staff = member.staff
    return is_centre(context, member) or (staff is not None and staff.role in ("lead", "admin"))


def region_of(context: Context, member: Member) -> str | None:
    """The region that a member's days are of: that of their station, for the centre the whole district."""
    own = member.staff.station_code if member.staff else None
    if is_centre(context, member) or (member.staff is not None and member.staff.role == "admin"):
        return context.directory.district_of(own)
    station = context.directory.stations.get(own or "")
    return station.region_code if station else None


async def may_manage_day(context: Context, member: Member, day: ActivityDay) -> bool:
    """The centre all days; a lead those of the region that their station lies in, and of regions below it."""
    if not may_manage(context, member):
        return False
    if is_centre(context, member) or (member.staff is not None and member.staff.role == "admin"):
        return True
    station = context.directory.stations.get((member.staff.station_code if member.staff else None) or "")
    if station is None:
        return False
    return station.region_code is not None and station.region_code in await region_reading.regions_above(
        context.session, day.region_code
    )


def may_work_site(context: Context, member: Member, station_code: str) -> bool:
    """A site's officer and leads, and the centre: check people in, note receptions, file the report."""
    if is_centre(context, member):
        return True
    staff = member.staff
    if staff is None or staff.role not in ("officer", "lead", "admin"):
        return False
    if staff.role == "admin" or staff.station_code == station_code:
        return True
    return staff.userid in context.directory.officers_of(station_code)


def works_at(context: Context, member: Member, codes: Iterable[str]) -> list[str]:
    """Which of these stations a member looks after; of their own first."""
    own = member.staff.station_code if member.staff else None
    mine = [code for code in codes if may_work_site(context, member, code)]
    return sorted(mine, key=lambda code: (code != own, code))


def userid_of(context: Context, representative_code: str) -> str | None:
    """The member id of a representative who is on the roster of the office."""
    person = context.directory.representatives.get(representative_code)
    return person.userid if person else None


def name_of(context: Context, representative_code: str) -> str:
    """A representative's name; the code where they have left."""
    person = context.directory.representatives.get(representative_code)
    return person.name if person else representative_code


def has_left(context: Context, day: ActivityDay, attendance: Attendance) -> bool:
    """Whether they are no longer one of the site's people.

    Who stands in, or was put there by staff, may come from around it.
    """
    person = context.directory.representatives.get(attendance.representative_code)
    if person is None:
        return True
    if person.station_code == attendance.station_code:
        return False
    if attendance.stands_in_for is not None or attendance.mode is not None:
        return person.station_code not in branch_of(context, attendance.station_code)
    shifts = context.roster.shifts_of(attendance.station_code)
    return not any(shift.representative_code == person.code and shift.begins_on(day.on_date) for shift in shifts)


def branch_of(context: Context, station_code: str) -> set[str]:
    """A station, those around it under the same parent, its parent, and those below it."""
    stations = context.directory.stations
    own = stations.get(station_code)
    parent = own.parent_code if own else None
    branch = {station_code} | {code for code, one in stations.items() if one.parent_code == station_code}
    if parent is not None:
        branch |= {parent} | {code for code, one in stations.items() if one.parent_code == parent}
    return branch


def today(context: Context) -> date:
    """The local date."""
    return context.calendar.today(context.now)
