"""Who is who: names, member ids, officers and districts, read once for each version of the roster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.masking import public_numbers
from storage import queue_covers
from storage.models import Region, Representative, StaffMember, Station

GUEST = "media"  # a role in the table of staff whose people are none
COVERING = frozenset({"centre", "admin"})
_ABOVE_TOWN = frozenset({"district", "city", "province"})


@dataclass(frozen=True, slots=True)
class StationEntry:
    """A station as others need to know it."""

    code: str
    name: str
    parent_code: str | None
    region_code: str | None
    open_hours: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RepresentativeEntry:
    """A representative as others need to know them."""

    code: str
    name: str
    userid: str | None
    station_code: str | None


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """Someone of the staff."""

    userid: str
    name: str
    role: str
    station_code: str | None


@dataclass(frozen=True, slots=True)
class Directory:
    """Looked up by code, by member id (WeCom compares ids without regard to case) or by name; never changes."""

    stations: Mapping[str, StationEntry]
    representatives: Mapping[str, RepresentativeEntry]
    _by_userid: Mapping[str, RepresentativeEntry]
    _staff: Mapping[str, StaffEntry]
    _officers: Mapping[str, tuple[str, ...]]
    _leads: Mapping[str, tuple[str, ...]]
    _centre: tuple[str, ...]
    _regions: Mapping[str, tuple[str | None, str]]  # parent, level
    phones: frozenset[str] = frozenset()  # the stations' own, as `bot.masking` compares them
    _guests: Mapping[str, StaffEntry] = field(default_factory=dict)  # who may look at what is public, and no more
    covers: Mapping[str, str] = field(default_factory=dict)  # userids in small letters: who is away, who sees to it

    def find_representative_of(self, userid: str) -> RepresentativeEntry | None:
        """The representative with this member id."""
        return self._by_userid.get(userid.lower())

    def find_staff(self, userid: str) -> StaffEntry | None:
        """The staff member with this id."""
        return self._staff.get(userid.lower())

    def find_guest(self, userid: str) -> StaffEntry | None:
        """The reporter with this id, who is none of the staff: nothing but public pages is open to them."""
        return self._guests.get(userid.lower())

    def staff(self) -> list[StaffEntry]:
        """Everyone of the staff."""
        return list(self._staff.values())

    def representatives_named(self, name: str) -> list[RepresentativeEntry]:
        """Everyone of this name, by code; several people may share it."""
        found = [one for one in self.representatives.values() if one.name == name]
        return sorted(found, key=lambda one: one.code)

    def officers_of(self, station_code: str | None) -> tuple[str, ...]:
        """Who works a station's queue: its officer, else the nearest parent's, else the service centre."""
        for code in self._line_of(station_code):
            if officers := self._officers.get(code):
                return officers
        return self._centre

    def leads_of(self, station_code: str | None) -> tuple[str, ...]:
        """Who leads a station: its own leads, else the nearest parent's; nobody where there are none."""
        return next((found for code in self._line_of(station_code) if (found := self._leads.get(code))), ())

    def led_by(self, userid: str) -> list[str]:
        """The stations, at any depth, whose lead this member is."""
        wanted = userid.lower()
        return [code for code in self.stations if wanted in map(str.lower, self.leads_of(code))]

    def on_call(self, station_code: str | None) -> tuple[str, ...]:
        """Who hears of an emergency: the station's officer and leads, those of the stations above, the centre."""
        heard: list[str] = list(self.officers_of(station_code))
        for code in self._line_of(station_code):
            heard += self._leads.get(code, ())
        return tuple(dict.fromkeys([*heard, *self._centre]))

    def centre_staff(self) -> tuple[str, ...]:
        """The service centre's people; where there are none, the administrators."""
        return self._centre

    def covered_by(self, userid: str) -> list[str]:
        """The stations whose officer is away and whose queue this member has taken over, with those below."""
        wanted = (userid,)
        return [code for code in self.stations if self.officers_of(code) == wanted] if self._covers(userid) else []

    def _covers(self, userid: str) -> bool:
        return userid.lower() in self.covers.values()

    def centre_queue(self) -> list[str]:
        """The stations that no officer works, here or above."""
        return [code for code in self.stations if self.officers_of(code) == self._centre]

    def queue_of(self, station_code: str) -> list[str]:
        """The station and those below it, at any depth, that no officer of their own or nearer works."""
        mine = self._officers.get(station_code, ())
        return [code for code in self.stations if code == station_code or (mine and self.officers_of(code) == mine)]

    def around(self, station_code: str) -> list[str]:
        """The stations in the region of this one, itself among them; itself alone where it has no region."""
        region = next(iter(self._regions_of(station_code)), None)
        return [
            code for code in self.stations if code == station_code or (region and region in self._regions_of(code))
        ]

    def district_of(self, station_code: str | None) -> str | None:
        """The nearest region of level `district` or above around a station (contract 7), else any district."""
        station = self.stations.get(station_code or "")
        code = station.region_code if station else None
        seen: set[str] = set()
        while code is not None and code in self._regions and code not in seen:
            seen.add(code)
            parent, level = self._regions[code]
            if level in _ABOVE_TOWN:
                return code
            code = parent
        return min((code for code, (_, level) in self._regions.items() if level == "district"), default=None)

    def share_region(self, station_code: str | None, other_code: str | None) -> bool:
        """Whether two stations are of one region, or the region of one lies in that of the other.

        A station without a region belongs everywhere.
        """
        lines = [self._regions_of(code) for code in (station_code, other_code)]
        if not all(lines):
            return True
        return lines[0][0] in lines[1] or lines[1][0] in lines[0]

    def regions_of(self, station_code: str) -> list[str]:
        """A station's region and those around it, the nearest first."""
        return self._regions_of(station_code)

    def _regions_of(self, station_code: str | None) -> list[str]:
        """A station's region and those around it."""
        station = self.stations.get(station_code or "")
        code, line = station.region_code if station else None, list[str]()
        while code is not None and code not in line:
            line.append(code)
            code = self._regions.get(code, (None, ""))[0]
        return line

    def line_of(self, station_code: str | None) -> list[str]:
        """A station, its parent and so on to the top."""
        return list(self._line_of(station_code))

    def _line_of(self, station_code: str | None) -> Iterable[str]:
        seen: set[str] = set()
        code = station_code
        while code is not None and code in self.stations and code not in seen:
            seen.add(code)
            yield code
            code = self.stations[code].parent_code


async def load_directory(session: AsyncSession) -> Directory:
    """Read the tables; columns, not objects."""
    stations = [
        StationEntry(*row)
        for row in await session.execute(
            select(
                Station.code,
                Station.name,
                Station.parent_code,
                Station.region_code,
                Station.open_hours,
                Station.phone,
            ).order_by(Station.code)
        )
    ]
    people = [
        RepresentativeEntry(*row)
        for row in await session.execute(
            select(Representative.code, Representative.name, Representative.userid, Representative.station_code)
        )
    ]
    staff = [
        StaffEntry(*row)
        for row in await session.execute(
            select(StaffMember.userid, StaffMember.name, StaffMember.role, StaffMember.station_code).order_by(
                StaffMember.userid
            )
        )
    ]
    guests = [one for one in staff if one.role == GUEST]
    staff = [one for one in staff if one.role != GUEST]
    covers = await queue_covers.all_open(session)
    regions = await session.execute(select(Region.code, Region.parent_code, Region.level))
    return Directory(
        stations={one.code: one for one in stations},
        representatives={one.code: one for one in people},
        _by_userid={one.userid.lower(): one for one in people if one.userid},
        _staff={one.userid.lower(): one for one in staff},
        _officers=_by_station([_now(one, staff, covers) for one in staff], "officer"),
        _leads=_by_station(staff, "lead"),
        _centre=_with_role(staff, "centre") or _with_role(staff, "admin"),
        _regions={code: (parent, level) for code, parent, level in regions},
        phones=public_numbers(one.phone for one in stations if one.phone),
        _guests={one.userid.lower(): one for one in guests},
        covers=covers,
    )


def _now(officer: StaffEntry, staff: Sequence[StaffEntry], covers: Mapping[str, str]) -> StaffEntry:
    """Whoever sees to an officer's queue now, in their place; they themselves where nobody of the staff does."""
    by = covers.get(officer.userid.lower()) if officer.role == "officer" else None
    found = next((one for one in staff if one.userid.lower() == by and one.role in COVERING), None) if by else None
    return replace(officer, userid=found.userid) if found else officer


def _with_role(staff: Sequence[StaffEntry], role: str) -> tuple[str, ...]:
    return tuple(one.userid for one in staff if one.role == role)


def _by_station(staff: Sequence[StaffEntry], role: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in staff:
        if one.role == role and one.station_code:
            found[one.station_code] = (*found.get(one.station_code, ()), one.userid)
    return found
