"""Everything that can be called by name, in one book: stations, representatives and places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.assignment.district.collected import Collected, PlaceRow
from bot.assignment.district.columns import NO_ROWS, stacked
from bot.assignment.district.ground import Ground
from bot.assignment.district.hashing import Rows, chunked
from bot.assignment.district.names import Hit, NameTable, Reading, read
from bot.assignment.district.register import Register
from bot.assignment.district.sites import Sites
from bot.assignment.district.slips import Slip, Slips
from bot.assignment.facts import Representative, Station

_STATION, _PERSON, _PLACE, _SHORT = _KINDS = (1, 2, 4, 8)
_SHOWN = 50  # how many bearers of one name are made into objects for whoever looks at them


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name where the text has it, and the numbers of everything that bears it.

    `written` is how the text puts it, where that differs; `called` tells that a person's name addresses someone.
    """

    name: str
    start: int
    end: int
    stations: Rows
    people: Rows
    places: Rows
    register: Register
    sites: Sites
    written: str = ""
    called: bool = False

    def addressing(self) -> "Mention":
        """The same, known to address somebody."""
        return replace(self, called=True)

    @property
    def things(self) -> tuple[Station | Representative, ...]:
        """The first of the stations and representatives called so; never more than a person would look at."""
        stations = [self.sites.station(number) for number in self.stations[:_SHOWN].tolist()]
        return (*stations, *self.register.of_rows(self.people[:_SHOWN]))


class NameBook:
    """Names as written, names as people shorten them, and names nearly right."""

    __slots__ = (
        "_bounds",
        "_kinds",
        "_people_slips",
        "_place_slips",
        "_register",
        "_sites",
        "_table",
        "house_numbers",
        "place_grids",
        "place_stations",
    )

    def __init__(self, sites: Sites, register: Register, ground: Ground, places: Iterable[PlaceRow]) -> None:
        self._sites, self._register = sites, register
        collected = Collected(len(sites), len(register))
        collected.add_stations(map(sites.station, range(len(sites))))
        for chunk in chunked(places):
            collected.add_places(chunk, sites, ground)
        collected.add_people(register)
        self._bounds = collected.add_short_forms()
        names, numbers, things = collected.finish()
        self._table = NameTable(names, numbers, things)
        self.house_numbers = collected.house_numbers
        self.place_grids, self.place_stations = stacked(collected.grids), stacked(collected.stations)
        kinds = np.zeros(len(names), np.uint8)
        for kind, begin, end in zip(_KINDS, self._bounds, self._bounds[1:], strict=False):
            kinds[numbers[(things >= begin) & (things < end) & (numbers >= 0)]] |= kind
        self._kinds = kinds.tobytes()
        of_place, of_person = (_numbers(kinds, each) for each in (_PLACE, _PERSON))
        self._place_slips = Slips(self._table, of_place, sound_from=3, slip_from=4)
        self._people_slips = Slips(self._table, of_person, sound_from=2, slip_from=3)

    def __len__(self) -> int:
        """How many distinct names there are."""
        return len(self._table)

    def find(self, reading: Reading) -> tuple[list[Mention], list[Hit]]:
        """Every name as written, also those that overlap, and where a text has what may be a short form."""
        mentions, shorts = [], []
        for hit in self._table.find(reading):
            kind = self._kinds[hit.number]
            if kind & _SHORT:
                shorts.append(hit)
            if kind != _SHORT:
                mentions.append(self._mention(hit.number, hit.start, hit.end))
        return mentions, shorts

    def find_all(self, text: str) -> list[Mention]:
        """The names in a normalised text, in its order; of names that overlap the longest stands."""
        return sorted(apart(self.find(read(text))[0]), key=lambda mention: mention.start)

    def lengthened(self, short: Hit) -> Mention:
        """The places that a short form may mean; under their name where they have but one."""
        numbers = self._things(short.number, _SHORT)[:_SHOWN].tolist()
        mention = self._mention(numbers[0], short.start, short.end)
        written = self._table.names[short.number]
        if len(numbers) == 1:
            return replace(mention, written=written)
        places = stacked([self._things(number, _PLACE) for number in numbers])
        return replace(mention, name=written, written=written, places=places)

    def find_places_nearly(self, reading: Reading, windows: Sequence[tuple[int, int]]) -> list[Slip]:
        """Places written with a slip at likely spots of the text, surest first."""
        return self._place_slips.find(reading, windows)

    def find_people_nearly(self, reading: Reading, windows: Sequence[tuple[int, int]]) -> list[Slip]:
        """Representatives written with a slip at likely spots of the text, surest first."""
        return self._people_slips.find(reading, windows)

    def people_of(self, slips: Iterable[Slip]) -> Rows:
        """Rows of everyone whom some slips may mean."""
        return np.unique(stacked([self._things(slip.number, _PERSON) for slip in slips]))

    def places_of(self, slips: Iterable[Slip]) -> Rows:
        """Rows of every place that some slips may mean."""
        return np.unique(stacked([self._things(slip.number, _PLACE) for slip in slips]))

    def _mention(self, number: int, start: int, end: int) -> Mention:
        stations, people, places = (self._things(number, kind) for kind in (_STATION, _PERSON, _PLACE))
        name = self._table.names[number]
        return Mention(name, start, end, stations, people, places, self._register, self._sites)

    def _things(self, number: int, kind: int) -> Rows:
        """Numbers of the stations, rows of the people or places, or numbers of the names that a name stands for."""
        kinds = self._kinds[number]
        if not kinds & kind:
            return NO_ROWS
        things = self._table.things(number)
        begin, end = self._bounds[_KINDS.index(kind)], self._bounds[_KINDS.index(kind) + 1]
        if kinds != kind:
            first, last = things.searchsorted((begin, end)).tolist()
            things = things[first:last]
        return things - np.int32(begin)


def apart(mentions: Iterable[Mention], taken: set[int] | None = None) -> list[Mention]:
    """Of names that overlap, or lie on what is taken already, the longest stands, then the earliest."""
    taken = set() if taken is None else taken
    kept = []
    for mention in sorted(mentions, key=lambda mention: (mention.start - mention.end, mention.start)):
        span = range(mention.start, mention.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(mention)
    return kept


def _numbers(kinds: npt.NDArray[np.uint8], kind: int) -> Rows:
    return (kinds & kind).nonzero()[0].astype(np.int32)
