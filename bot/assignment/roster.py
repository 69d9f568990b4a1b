"""The district with its indexes: built once, never changed, shared by every message."""

from collections.abc import Iterable, Mapping

import numpy as np

from bot.assignment.district.book import NameBook
from bot.assignment.district.collected import PlaceRow
from bot.assignment.district.ground import Ground
from bot.assignment.district.hashing import Rows
from bot.assignment.district.register import PersonRow, Register
from bot.assignment.district.shifts import Duty, Shift, SlotRow
from bot.assignment.district.sites import Sites
from bot.assignment.facts import DutySlot, EntryCode, Grid, Place, Representative, Station
from bot.assignment.naming.regions import home_regions


class Roster:
    """Stations, people, ground and duty times as assignment reads them."""

    __slots__ = ("codes", "duty", "grids", "home_regions", "names", "representatives", "sites")

    def __init__(
        self,
        stations: Iterable[Station],
        people: Iterable[PersonRow],
        grids: Iterable[Grid],
        places: Iterable[PlaceRow],
        slots: Iterable[SlotRow],
        regions: Iterable[str],
        codes: Iterable[EntryCode] = (),
    ) -> None:
        """Index the rows of tables; each is read once, in chunks."""
        self.sites = Sites(stations)
        self.grids = Ground(grids, self.sites)
        self.representatives = Register(people, self.sites, self.grids)
        self.names = NameBook(self.sites, self.representatives, self.grids, places)
        self.duty = Duty(slots, self.sites, self.representatives)
        self.home_regions = home_regions(self.stations.values(), regions)
        self.codes: Mapping[str, EntryCode] = {each.code: each for each in codes}

    @classmethod
    def build(
        cls,
        stations: Iterable[Station] = (),
        representatives: Iterable[Representative] = (),
        grids: Iterable[Grid] = (),
        places: Iterable[Place] = (),
        slots: Iterable[DutySlot] = (),
        regions: Iterable[str] = (),
        codes: Iterable[EntryCode] = (),
    ) -> "Roster":
        """Index the facts. References to codes that do not exist are left out, not refused.

        `regions` are the names of the regions that the office knows as its own; the stations' names and
        addresses tell further ones. `codes` are the printed codes that were changed; everyone's own is known.
        """
        return cls(
            stations,
            map(_person_row, representatives),
            grids,
            map(_place_row, places),
            map(_slot_row, slots),
            regions,
            codes,
        )

    @property
    def stations(self) -> Mapping[str, Station]:
        """The stations by code."""
        return self.sites.by_code

    @property
    def centre(self) -> str | None:
        """The code of the service centre, None where there is no station."""
        return self.sites.code(self.sites.centre)

    @property
    def has_ground(self) -> bool:
        """Whether there are any polygons to look in."""
        return bool(len(self.grids))

    def find_grid(self, longitude: float, latitude: float) -> Grid | None:
        """The grid at a GCJ-02 point; where grids overlap or touch, the smallest, then the first code."""
        row = self.grids.row_at(longitude, latitude)
        return self.grids.grid(row) if row >= 0 else None

    def representatives_of_station(self, code: str | None) -> tuple[Representative, ...]:
        """Everyone assigned to a station."""
        return self.representatives.of_rows(self.representatives.of_station(self.sites.number(code)))

    def representatives_of_grid(self, code: str | None) -> tuple[Representative, ...]:
        """Everyone who names this grid as theirs."""
        return self.representatives.of_rows(self.representatives.of_grid(self.grids.row(code)))

    def representatives_around(self, code: str | None) -> tuple[Representative, ...]:
        """Everyone who stands for an area, given a station's or a grid's code: nobody is left out.

        Of a grid: those who name it, and everyone around its station. Of a station: those assigned to it, to a
        station above it except the centre, or to one below it, and those who name a grid of any station of its
        branch. Of the centre itself: everyone. In the order of the roster.
        """
        number = self.sites.number(code)
        row = -1 if number >= 0 else self.grids.row(code)
        if row >= 0:
            number = int(self.grids.stations[row])
        if number < 0:
            return self.representatives_of_grid(code)
        rows = np.unique(np.concatenate((self.representatives.of_grid(row), self._rows_around(number))))
        return self.representatives.of_rows(rows)

    def _rows_around(self, number: int) -> Rows:
        last = self.sites.last(number)
        above = [each for each in self.sites.line(number)[1:] if each != self.sites.centre]
        own_ground = np.flatnonzero((self.grids.stations >= number) & (self.grids.stations <= last)).tolist()
        return np.concatenate(
            [
                self.representatives.of_branch(number, last),
                *(self.representatives.of_branch(each, each) for each in above),
                *(self.representatives.of_grid(row) for row in own_ground),
            ]
        )

    def shifts_of(self, code: str | None) -> tuple[Shift, ...]:
        """The duty times of a station."""
        return self.duty.of_station(self.sites.number(code))

    def station_of_representative(self, person: Representative) -> str | None:
        """A representative's own station, else that of their first grid, else the centre."""
        row = self.representatives.row(person.code)
        return self.sites.code(int(self.representatives.homes[row])) if row >= 0 else self.centre

    def station_of_grid(self, grid: Grid) -> str | None:
        """A grid's own station, else the home or first station of its region, else the centre."""
        row = self.grids.row(grid.code)
        return self.sites.code(int(self.grids.stations[row])) if row >= 0 else self.centre

    def line_of(self, code: str) -> tuple[str, ...]:
        """A station, its parent and so on to the top."""
        return tuple(self.sites.codes[number] for number in self.sites.line(self.sites.number(code)))


def _person_row(person: Representative) -> PersonRow:
    return (
        person.code,
        person.name,
        person.level,
        person.unit,
        person.post,
        person.specialities,
        person.station_code,
        person.userid,
        person.grid_codes,
    )


def _place_row(place: Place) -> PlaceRow:
    return place.name, place.aliases, place.grid_code, place.station_code


def _slot_row(slot: DutySlot) -> SlotRow:
    return slot.station_code, slot.representative_code, slot.weekday, slot.date, slot.start, slot.end
