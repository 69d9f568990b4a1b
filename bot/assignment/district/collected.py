"""Every name of a roster as it is read, with the thing that it calls, to be put into arrays."""

import re
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from bot.assignment.district.columns import Pool, stacked
from bot.assignment.district.ground import Ground
from bot.assignment.district.hashing import Rows, chunked
from bot.assignment.district.names import LONGEST, SHORTEST
from bot.assignment.district.register import Register
from bot.assignment.district.shortened import HouseNumbers, house_numbers, short_forms
from bot.assignment.district.sites import Sites
from bot.assignment.facts import Station
from bot.assignment.text import normalise

# The fields of a `Place` in their order.
PlaceRow: TypeAlias = tuple[str, tuple[str, ...] | list[str], str | None, str | None]

_SITE_WORDS = re.compile(r"(?:人大)?(?:网上)?(?:代表)?(?:联络站|联系点|联络点|联络室|之家|联络服务中心)$")
_SAID_FOR_KIND = {
    "home": ("代表之家", "人大代表之家"),
    "station": ("联络站", "代表联络站", "人大代表联络站"),
    "point": ("联系点", "代表联系点", "人大代表联系点"),
    "online": ("网上联络站", "网上代表联络站"),
}


class Collected:
    """Names, and the number of each thing that a name calls: stations first, then people, then places."""

    def __init__(self, stations: int, people: int) -> None:
        self.names: Pool[str] = Pool()
        self.numbers: list[Rows] = []
        self.things: list[Rows] = []
        self.grids: list[Rows] = []
        self.stations: list[Rows] = []
        self.house_numbers: dict[int, HouseNumbers] = {}
        self._people_from, self._places_from = stations, stations + people
        self._places = 0

    def add_stations(self, stations: Iterable[Station]) -> None:
        """Their names, and what each is named after, which is a place; the top one's tells nothing."""
        names: list[str] = []
        things: list[int] = []
        after: dict[int, str] = {}
        for number, station in enumerate(stations):
            called = list(_station_names(station))
            names += called
            things += [number] * len(called)
            if station.parent_code:
                after[number] = normalise(_SITE_WORDS.sub("", station.name))
        first = self._add_place_rows([-1] * len(after), list(after))
        self._add(names + list(after.values()), things + list(range(first, first + len(after))))

    def add_places(self, places: list[PlaceRow], sites: Sites, ground: Ground) -> None:
        """Places with all their names, each belonging to its own station or to its grid's."""
        grids = np.array([ground.row(grid) for _, _, grid, _ in places], np.int32)
        stations = sites.numbers(station for _, _, _, station in places)
        by_grid = (stations < 0) & (grids >= 0)
        stations[by_grid] = ground.stations[grids[by_grid]]
        thing = self._add_place_rows(grids.tolist(), stations.tolist())
        names: list[str] = []
        things: list[int] = []
        for place, (name, aliases, _, _) in enumerate(places, thing):
            called = {normalise(each): None for each in (name, *aliases)}
            road = house_numbers(name)
            if road is not None:
                called[normalise(road.road)] = None
                self.house_numbers[place - self._places_from] = road
            names += called
            things += [place] * len(called)
        self._add(names, things)

    def add_people(self, register: Register) -> None:
        """Everyone by full name."""
        numbers = self.names.numbers(map(normalise, register.names))
        self.numbers.append(numbers[register.name_numbers] if len(numbers) else register.name_numbers)
        rows = np.arange(len(register), dtype=np.int32)
        self.things.append(rows + np.int32(self._people_from))

    def add_short_forms(self) -> tuple[int, ...]:
        """Short forms of the places' names, each calling the number of a full name; where each kind begins."""
        shorts_from = self._places_from + self._places
        numbers, things = stacked(self.numbers), stacked(self.things)
        names = self.names.so_far()
        for chunk in chunked(np.unique(numbers[things >= self._places_from]).tolist()):
            pairs = [(short, number) for number in chunk for short in short_forms(names[number])]
            self._add([short for short, _ in pairs], [shorts_from + number for _, number in pairs])
        return 0, self._people_from, self._places_from, shorts_from, 2**31 - 1

    def finish(self) -> tuple[list[str], Rows, Rows]:
        """Distinct names, and pairs of a name's number and a thing, things ascending."""
        names = self.names.close()
        lengths = np.fromiter(map(len, names), np.int64, len(names))
        numbers, things = stacked(self.numbers), stacked(self.things)
        if len(numbers):
            fits = (lengths >= SHORTEST) & (lengths <= LONGEST)
            numbers = np.where(fits[numbers], numbers, np.int32(-1)).astype(np.int32)
        order = np.argsort(things, kind="stable")
        return names, numbers[order], things[order]

    def _add(self, names: list[str], things: list[int]) -> None:
        self.numbers.append(self.names.numbers(names))
        self.things.append(np.array(things, np.int32))

    def _add_place_rows(self, grids: list[int], stations: list[int]) -> int:
        """Rows of places; the first one's number as a thing."""
        first = self._places_from + self._places
        self.grids.append(np.array(grids, np.int32))
        self.stations.append(np.array(stations, np.int32))
        self._places += len(grids)
        return first


def _station_names(station: Station) -> Iterable[str]:
    core = _SITE_WORDS.sub("", station.name)
    said = (core + word for word in _SAID_FOR_KIND.get(station.kind, ()) if core)
    return dict.fromkeys(map(normalise, (station.name, *said)))
