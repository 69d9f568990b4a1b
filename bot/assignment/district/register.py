"""The representatives as columns; a `Representative` is made when one is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from bot.assignment.district.columns import Codes, Groups, Pool, Texts, TextsBuilder, hashes_of, stacked, texts_of
from bot.assignment.district.ground import Ground
from bot.assignment.district.hashing import Rows, Symbols, chunked
from bot.assignment.district.sites import Sites
from bot.assignment.facts import Representative
from bot.assignment.text import normalise

# The fields of a `Representative` in their order.
PersonRow: TypeAlias = tuple[
    str, str, str, str, str, tuple[str, ...], str | None, str | None, tuple[str, ...] | list[str]
]
_KEPT = 20_000  # made objects that are kept; a district's people all fit


class Register(Mapping[str, Representative]):
    """Everyone by code. Rows are numbered in the order in which they came."""

    __slots__ = (
        "_codes",
        "_first",
        "_grids_of",
        "_ground",
        "_levels",
        "_made",
        "_names",
        "_of_grid",
        "_of_home",
        "_of_station",
        "_posts",
        "_sites",
        "_specialities",
        "_stations",
        "_units",
        "_userids",
        "homes",
        "name_numbers",
        "names",
    )

    def __init__(self, people: Iterable[PersonRow], sites: Sites, ground: Ground) -> None:
        self._sites, self._ground = sites, ground
        columns = _Columns()
        for chunk in chunked(people):
            columns.add(chunk, sites, ground)
        self._codes = Codes(columns.codes.finish(), stacked(columns.hashes))
        self._userids = columns.userids.finish()
        self.names = columns.names.close()
        self.name_numbers = stacked(columns.name_numbers)
        self._names: Texts = texts_of(self.names)
        self._levels = columns.levels.close(), stacked(columns.level_numbers).astype(np.int16)
        self._units = _closed(columns.units, columns.unit_numbers)
        self._posts = _closed(columns.posts, columns.post_numbers)
        self._specialities = columns.specialities.close(), stacked(columns.speciality_numbers)
        self._stations = stacked(columns.stations)
        self._made: dict[int, Representative] = {}
        self._index_grids(stacked(columns.grid_owners), stacked(columns.grids))
        rows = np.arange(len(self), dtype=np.int32)
        self._of_station = Groups(self._stations, rows, len(sites))
        self._of_home = Groups(np.where(self._stations < 0, self.homes, -1), rows, len(sites))
        first = [ord(name[0]) if (name := normalise(each)) else 0 for each in self.names]
        self._first: Symbols = np.array(first, np.uint32)[self.name_numbers] if first else np.empty(0, np.uint32)

    def _index_grids(self, owners: Rows, grids: Rows) -> None:
        self._grids_of = Groups(owners, grids, len(self))
        self._of_grid = Groups(grids, owners, len(self._ground))
        self.homes: Rows = self._stations.copy()
        homeless = np.flatnonzero(self.homes < 0)
        self.homes[homeless] = self._sites.centre
        for row in homeless[np.isin(homeless, owners)].tolist():
            self.homes[row] = self._ground.stations[self._grids_of.of(row)[0]]

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes.texts)

    def __getitem__(self, code: str) -> Representative:
        row = self.row(code)
        if row < 0:
            raise KeyError(code)
        return self.person(row)

    def row(self, code: str | None) -> int:
        """The row of a code; -1 where there is none."""
        return self._codes.find(code) if code else -1

    def code(self, row: int) -> str:
        """The code of a row."""
        return self._codes.texts[row]

    def person(self, row: int) -> Representative:
        """The representative of a row."""
        known = self._made.get(row)
        if known is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            known = self._made[row] = self._make(row)
        return known

    def of_rows(self, rows: Rows) -> tuple[Representative, ...]:
        """The representatives of several rows."""
        return tuple(map(self.person, rows.tolist()))

    def of_station(self, number: int) -> Rows:
        """Everyone assigned to a station."""
        return self._of_station.of(number)

    def of_grid(self, row: int) -> Rows:
        """Everyone who names this grid as theirs."""
        return self._of_grid.of(row)

    def of_branch(self, number: int, last: int) -> Rows:
        """Everyone at the stations of a branch, those included who are there by their grid alone."""
        assigned, by_grid = self._of_station.of(number, last), self._of_home.of(number, last)
        return np.concatenate((assigned, by_grid)) if len(by_grid) else assigned

    def branch_size(self, number: int, last: int) -> int:
        """How many people are assigned to the stations of a branch."""
        return self._of_station.size(number, last)

    def with_surname(self, rows: Rows, surname: str) -> Rows:
        """Those whose name begins so."""
        alike: Rows = rows[self._first[rows] == ord(surname[0])]
        if len(surname) == 1:
            return alike
        return np.array([row for row in alike.tolist() if self.person(row).name.startswith(surname)], np.int32)

    def has_surname(self, surname: str) -> bool:
        """Whether anybody's name begins with this character."""
        return bool((self._first == ord(surname[0])).any())

    def _make(self, row: int) -> Representative:
        levels, level = self._levels
        units, unit = self._units
        posts, post = self._posts
        specialities, speciality = self._specialities
        return Representative(
            code=self._codes.texts[row],
            name=self._names[self.name_numbers[row]],
            level=levels[level[row]],
            unit=units[unit[row]],
            post=posts[post[row]],
            specialities=specialities[speciality[row]],
            station_code=self._sites.code(int(self._stations[row])),
            userid=self._userids[row] or None,
            grid_codes=tuple(map(self._ground.code, self._grids_of.of(row).tolist())),
        )


class _Columns:
    """What is read so far."""

    def __init__(self) -> None:
        self.codes, self.userids = TextsBuilder(), TextsBuilder()
        self.hashes: list[Rows] = []
        self.names, self.levels, self.units, self.posts = Pool[str](), Pool[str](), Pool[str](), Pool[str]()
        self.specialities = Pool[tuple[str, ...]]()
        self.name_numbers: list[Rows] = []
        self.level_numbers: list[Rows] = []
        self.unit_numbers: list[Rows] = []
        self.post_numbers: list[Rows] = []
        self.speciality_numbers: list[Rows] = []
        self.stations: list[Rows] = []
        self.grid_owners: list[Rows] = []
        self.grids: list[Rows] = []
        self._count = 0

    def add(self, people: list[PersonRow], sites: Sites, ground: Ground) -> None:
        """Further rows."""
        codes, names, levels, units, posts, specialities, stations, userids, grids = zip(*people, strict=True)
        self.codes.add(codes)
        self.hashes.append(hashes_of(codes))
        self.name_numbers.append(self.names.numbers(names))
        self.level_numbers.append(self.levels.numbers(levels))
        self.unit_numbers.append(self.units.numbers(units))
        self.post_numbers.append(self.posts.numbers(posts))
        self.speciality_numbers.append(self.specialities.numbers(specialities))
        self.stations.append(sites.numbers(stations))
        self.userids.add(userid or "" for userid in userids)
        pairs = [
            (self._count + at, row)
            for at, found in enumerate(grids)
            for code in dict.fromkeys(found)
            if (row := ground.row(code)) >= 0
        ]
        owned = np.array(pairs, np.int32).reshape(-1, 2)
        self.grid_owners.append(owned[:, 0])
        self.grids.append(owned[:, 1])
        self._count += len(people)


def _closed(pool: Pool[str], numbers: list[Rows]) -> tuple[Texts, Rows]:
    return texts_of(pool.close()), stacked(numbers)
