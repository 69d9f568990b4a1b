"""The district with its indexes: built once, never changed, shared by every message."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import shapely

from bot.assignment import shifts
from bot.assignment.facts import DutySlot, Grid, Place, Representative, Station
from bot.assignment.names import NameIndex
from bot.assignment.shifts import Shift
from bot.assignment.text import normalise

Named: TypeAlias = Station | Representative | Place

_SITE_WORDS = re.compile(r"(?:人大)?(?:网上)?(?:代表)?(?:联络站|联系点|联络点|联络室|之家|联络服务中心)$")
_SAID_FOR_KIND = {
    "home": ("代表之家", "人大代表之家"),
    "station": ("联络站", "代表联络站", "人大代表联络站"),
    "point": ("联系点", "代表联系点", "人大代表联系点"),
    "online": ("网上联络站", "网上代表联络站"),
}


@dataclass(frozen=True, slots=True)
class Roster:
    """Stations, people, ground and duty times as assignment reads them."""

    stations: Mapping[str, Station]
    representatives: Mapping[str, Representative]
    grids: Mapping[str, Grid]
    names: NameIndex[Named]
    centre: str | None
    _tree: shapely.STRtree
    _tree_grids: tuple[Grid, ...]
    _of_station: Mapping[str, tuple[Representative, ...]]
    _of_grid: Mapping[str, tuple[Representative, ...]]
    _shifts: Mapping[str, tuple[Shift, ...]]

    @classmethod
    def build(
        cls,
        stations: Iterable[Station] = (),
        representatives: Iterable[Representative] = (),
        grids: Iterable[Grid] = (),
        places: Iterable[Place] = (),
        slots: Iterable[DutySlot] = (),
    ) -> "Roster":
        """Index the facts. References to codes that do not exist are left out, not refused."""
        sites = {station.code: station for station in stations}
        people = {person.code: person for person in representatives}
        ground = tuple(sorted(grids, key=lambda grid: grid.code))
        return cls(
            stations=sites,
            representatives=people,
            grids={grid.code: grid for grid in ground},
            names=NameIndex(_names(sites.values(), people.values(), places)),
            centre=_centre(sites),
            _tree=shapely.STRtree([grid.geometry for grid in ground]),
            _tree_grids=ground,
            _of_station=_grouped((person.station_code, person) for person in people.values()),
            _of_grid=_grouped((code, person) for person in people.values() for code in person.grid_codes),
            _shifts=shifts.by_station(slots),
        )

    @property
    def has_ground(self) -> bool:
        """Whether there are any polygons to look in."""
        return bool(self._tree_grids)

    def find_grid(self, longitude: float, latitude: float) -> Grid | None:
        """The grid at a GCJ-02 point; where grids overlap or touch, the smallest, then the first code."""
        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        found = [self._tree_grids[hit] for hit in hits]
        return min(found, key=lambda grid: (round(grid.geometry.area, 12), grid.code), default=None)

    def representatives_of_station(self, code: str | None) -> tuple[Representative, ...]:
        """Everyone assigned to a station."""
        return self._of_station.get(code, ()) if code else ()

    def representatives_of_grid(self, code: str | None) -> tuple[Representative, ...]:
        """Everyone who names this grid as theirs."""
        return self._of_grid.get(code, ()) if code else ()

    def shifts_of(self, code: str | None) -> tuple[Shift, ...]:
        """The duty times of a station."""
        return self._shifts.get(code, ()) if code else ()

    def station_of_representative(self, person: Representative) -> str | None:
        """A representative's own station, else that of their first grid, else the centre."""
        if person.station_code in self.stations:
            return person.station_code
        grids = (self.grids[code] for code in person.grid_codes if code in self.grids)
        return next((self.station_of_grid(grid) for grid in grids), self.centre)

    def station_of_grid(self, grid: Grid) -> str | None:
        """A grid's own station, else the home or first station of its region, else the centre."""
        if grid.station_code in self.stations:
            return grid.station_code
        local = [
            site for site in self.stations.values() if site.region_code and site.region_code == grid.region_code
        ]
        return min(local, key=_rank, default=_NOWHERE).code or self.centre

    def station_of_place(self, place: Place) -> str | None:
        """The station that a place belongs to, by its own word or its grid's."""
        if place.station_code in self.stations:
            return place.station_code
        grid = self.grids.get(place.grid_code or "")
        return self.station_of_grid(grid) if grid else None

    def line_of(self, code: str) -> tuple[str, ...]:
        """A station, its parent and so on to the top."""
        line: list[str] = []
        station = self.stations.get(code)
        while station is not None and station.code not in line:
            line.append(station.code)
            station = self.stations.get(station.parent_code or "")
        return tuple(line)


_NOWHERE = Station("", "")


def _rank(station: Station) -> tuple[int, str]:
    return {"home": 0, "station": 1}.get(station.kind, 2), station.code


def _centre(stations: Mapping[str, Station]) -> str | None:
    """The service centre: the home above all others; without a home, the first station above all others."""

    def order(station: Station) -> tuple[bool, bool, str]:
        return station.kind != "home", station.parent_code in stations, station.code

    return min(stations.values(), key=order).code if stations else None


def _grouped(
    pairs: Iterable[tuple[str | None, Representative]],
) -> Mapping[str, tuple[Representative, ...]]:
    groups: defaultdict[str, list[Representative]] = defaultdict(list)
    for code, person in pairs:
        if code:
            groups[code].append(person)
    return {code: tuple(people) for code, people in groups.items()}


def _names(
    stations: Iterable[Station], representatives: Iterable[Representative], places: Iterable[Place]
) -> Iterable[tuple[str, Named]]:
    for station in stations:
        yield from ((name, station) for name in _station_names(station))
        if station.parent_code:
            # what a station is named after is a place too; the top one's name, the district's, tells nothing
            yield normalise(_named_after(station)), Place(_named_after(station), station_code=station.code)
    yield from ((normalise(person.name), person) for person in representatives)
    for place in places:
        yield from ((name, place) for name in dict.fromkeys(map(normalise, (place.name, *place.aliases))))


def _named_after(station: Station) -> str:
    return _SITE_WORDS.sub("", station.name)


def _station_names(station: Station) -> Iterable[str]:
    core = _named_after(station)
    said = (core + word for word in _SAID_FOR_KIND.get(station.kind, ()) if core)
    return dict.fromkeys(map(normalise, (station.name, *said)))
