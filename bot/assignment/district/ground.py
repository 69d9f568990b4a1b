"""The ground: which grid a point lies in, or is nearest to."""

from collections.abc import Iterable, Iterator, Mapping
from math import cos, hypot, radians
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from bot.assignment.district.columns import Texts, texts_of
from bot.assignment.district.hashing import Rows
from bot.assignment.district.sites import Sites
from bot.assignment.facts import Grid

NEAR_METRES = 200.0  # how far from an edge a telephone may think it is
_METRES_A_DEGREE = 111_320.0


class Ground(Mapping[str, Grid]):
    """The grids by code; a `Grid` is made when it is asked for."""

    __slots__ = (
        "_areas",
        "_codes",
        "_geometries",
        "_names",
        "_own",
        "_regions",
        "_rows",
        "_sites",
        "_tree",
        "stations",
    )

    def __init__(self, grids: Iterable[Grid], sites: Sites) -> None:
        kept = sorted({grid.code: grid for grid in grids}.values(), key=lambda grid: grid.code)
        self._codes = [grid.code for grid in kept]
        self._rows = {code: row for row, code in enumerate(self._codes)}
        self._names: Texts = texts_of(grid.name for grid in kept)
        self._regions: list[str | None] = [grid.region_code for grid in kept]
        self._geometries: npt.NDArray[Any] = np.array([grid.geometry for grid in kept], dtype=object)
        self._areas: npt.NDArray[np.float64] = np.round(shapely.area(self._geometries), 12)
        self._tree = shapely.STRtree(self._geometries)
        self._sites = sites
        self._own: Rows = sites.numbers(grid.station_code for grid in kept)
        self.stations: Rows = _stations(self._own, self._regions, sites)

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __getitem__(self, code: str) -> Grid:
        row = self.row(code)
        if row < 0:
            raise KeyError(code)
        return self.grid(row)

    def row(self, code: str | None) -> int:
        """The row of a code; -1 where there is none."""
        return self._rows.get(code, -1) if code else -1

    def code(self, row: int) -> str:
        """The code of a row."""
        return self._codes[row]

    def grid(self, row: int) -> Grid:
        """The grid of a row."""
        own = self._sites.code(int(self._own[row]))
        return Grid(self.code(row), self._names[row], self._regions[row], own, self._geometries[row])

    def row_at(self, longitude: float, latitude: float) -> int:
        """The grid at a GCJ-02 point, else -1; where grids overlap or touch, the smallest, then the first code."""
        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects").tolist()
        return min(hits, key=lambda row: (self._areas[row], row), default=-1)

    def row_near(self, longitude: float, latitude: float) -> int:
        """The nearest grid with an edge within `NEAR_METRES`; -1 where there is none."""
        shrink = max(cos(radians(latitude)), 0.01)
        reach = NEAR_METRES / _METRES_A_DEGREE
        wide = reach / shrink
        around = shapely.box(longitude - wide, latitude - reach, longitude + wide, latitude + reach)
        hits = sorted(self._tree.query(around).tolist())
        metres = {row: self._metres(row, longitude, latitude, shrink) for row in hits}
        nearest = min(hits, key=metres.__getitem__, default=-1)
        return nearest if nearest >= 0 and metres[nearest] <= NEAR_METRES else -1

    def _metres(self, row: int, longitude: float, latitude: float, shrink: float) -> float:
        """The distance, degrees of longitude made as short as they are at this latitude."""
        flat = shapely.transform(self._geometries[row], lambda points: points * (shrink, 1.0))
        edge = shapely.shortest_line(flat, shapely.Point(longitude * shrink, latitude))
        (there, here) = shapely.get_coordinates(edge)
        return hypot(*(there - here)) * _METRES_A_DEGREE


def _stations(own: Rows, regions: list[str | None], sites: Sites) -> Rows:
    """A grid's own station, else the home or first station of its region, else the centre."""
    found = own.copy()
    for row in np.flatnonzero(own < 0).tolist():
        local = sites.of_region(regions[row])
        found[row] = local if local >= 0 else sites.centre
    return found
