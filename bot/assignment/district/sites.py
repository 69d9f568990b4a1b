"""Stations as a tree: who is above whom, who is near whom, without looking at all of them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bot.assignment.district.hashing import Numbers, Rows
from bot.assignment.facts import Station

NOWHERE = -1
_KEPT = 10_000  # stations whose neighbours are remembered


class Sites:
    """The stations numbered so that everything below one follows it: a branch is a stretch of numbers."""

    __slots__ = (
        "_best_of_region",
        "_last",
        "_numbers",
        "_parents",
        "_themed",
        "_themed_of_region",
        "_themes_near",
        "by_code",
        "centre",
        "codes",
    )

    def __init__(self, stations: Iterable[Station]) -> None:
        self.by_code: dict[str, Station] = {station.code: station for station in stations}
        self.codes, self._parents, self._last = _walk(self.by_code)
        self._numbers = {code: number for number, code in enumerate(self.codes)}
        self.centre = self.number(_centre(self.by_code))
        self._best_of_region = _best_of_region(self.by_code)
        self._themed = [number for number, code in enumerate(self.codes) if self.by_code[code].themes]
        self._themes_near: dict[int, dict[str, str]] = {}
        self._themed_of_region: dict[str | None, list[int]] = defaultdict(list)
        for number in self._themed:
            self._themed_of_region[self.station(number).region_code].append(number)

    def __len__(self) -> int:
        return len(self.codes)

    def number(self, code: str | None) -> int:
        """The number of a code; `NOWHERE` where there is none."""
        return self._numbers.get(code, NOWHERE) if code else NOWHERE

    def numbers(self, codes: Iterable[str | None]) -> Rows:
        """The numbers of many codes."""
        find = self._numbers.get
        return np.array([find(code or "", NOWHERE) for code in codes], np.int32)

    def code(self, number: int) -> str | None:
        """The code of a number, None for `NOWHERE`."""
        return self.codes[number] if number >= 0 else None

    def station(self, number: int) -> Station:
        """The station of a number."""
        return self.by_code[self.codes[number]]

    def last(self, number: int) -> int:
        """The last number of the branch that begins with this one."""
        return self._last[number]

    def line(self, number: int) -> list[int]:
        """A station, its parent and so on to the top."""
        line: list[int] = []
        while number >= 0:
            line.append(number)
            number = self._parents[number]
        return line

    def of_region(self, region_code: str | None) -> int:
        """The home or first station of a region, else the centre."""
        return self.number(self._best_of_region.get(region_code or "")) if region_code else NOWHERE

    def common(self, numbers: Sequence[int]) -> int:
        """The lowest station above all of these or one of them; the centre where there is none."""
        first, last = min(numbers), max(numbers)
        return next((above for above in self.line(first) if last <= self._last[above]), self.centre)

    def nearness(self, numbers: Rows, hint: int) -> Numbers:
        """How near stations are to one: 0 shares only the centre; its branch, its line, itself are ever nearer."""
        near = np.zeros(len(numbers), np.int64)
        line = [above for above in self.line(hint) if above != self.centre]
        for above in line:
            near += 2 * ((numbers >= above) & (numbers <= self._last[above]))
        if line:
            below = (numbers >= hint) & (numbers <= self._last[hint])
            near += (below | np.isin(numbers, line)) & (near > 0)
        near += numbers == hint
        return near

    def themes_near(self, number: int) -> dict[str, str]:
        """Themes of the stations of the same region, then of ever larger branches, each with a station's code."""
        known = self._themes_near.get(number)
        if known is None:
            if len(self._themes_near) >= _KEPT:
                self._themes_near.clear()
            known = self._themes_near[number] = self._find_themes(number)
        return known

    def _find_themes(self, number: int, at_most: int = 30) -> dict[str, str]:
        near = list(self._themed_of_region.get(self.station(number).region_code, ()))
        for above in self.line(number):
            if above == self.centre:
                break
            begin = bisect_left(self._themed, above)
            end = bisect_left(self._themed, self._last[above] + 1)
            near += self._themed[begin : min(end, begin + at_most)]
        found: dict[str, str] = {}
        for each in list(dict.fromkeys(near))[:at_most]:
            for theme in self.station(each).themes if each != number else ():
                found.setdefault(theme, self.codes[each])
        return found


def _walk(stations: Mapping[str, Station]) -> tuple[list[str], list[int], list[int]]:
    """Codes, parents and last numbers of the branches, from the top down; a circle is cut at its first station."""
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for station in stations.values():
        below[station.parent_code if station.parent_code in stations else None].append(station.code)
    codes: list[str] = []
    parents: list[int] = []
    seen: set[str] = set()
    for root in (*below[None], *stations):
        waiting = [(root, NOWHERE)]
        while waiting:
            code, parent = waiting.pop()
            if code in seen:
                continue
            seen.add(code)
            waiting += [(child, len(codes)) for child in reversed(below.get(code, ()))]
            codes.append(code)
            parents.append(parent)
    return codes, parents, _last_of(parents)


def _last_of(parents: list[int]) -> list[int]:
    last = list(range(len(parents)))
    for number in range(len(parents) - 1, -1, -1):
        parent = parents[number]
        if parent >= 0:
            last[parent] = max(last[parent], last[number])
    return last


def _centre(stations: Mapping[str, Station]) -> str | None:
    """The service centre: the home above all others; without a home, the first station above all others."""

    def order(station: Station) -> tuple[bool, bool, str]:
        return station.kind != "home", station.parent_code in stations, station.code

    return min(stations.values(), key=order).code if stations else None


def _best_of_region(stations: Mapping[str, Station]) -> dict[str, str]:
    best: dict[str, Station] = {}
    for station in stations.values():
        if station.region_code:
            known = best.get(station.region_code)
            if known is None or _rank(station) < _rank(known):
                best[station.region_code] = station
    return {region: station.code for region, station in best.items()}


def _rank(station: Station) -> tuple[int, str]:
    return {"home": 0, "station": 1}.get(station.kind, 2), station.code
