"""The ground of the sample district: cells that tile it, towns and communities that share the cells out."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from bot.simulator import district_words as words

Cell = tuple[int, int]  # column from the west, row from the south
Corner = tuple[float, float]  # longitude, latitude, GCJ-02

DISTRICT = "JH"  # also the first letters of every case number
_WEST, _SOUTH = 120.18, 31.585
_COLUMNS, _ROWS = 21, 16
_WIDTH, _HEIGHT = 0.0115, 0.0104  # of one cell, in degrees: about 1.1 km
_JITTER = 0.24  # of a cell; below a half, so that every cell stays a simple polygon
_TOWN_MIDDLES = ((10, 8), (4, 12), (10, 14), (17, 12), (3, 4), (11, 2), (18, 4))
_STATIONS, _POINTS = 94, 51


@dataclass(frozen=True, slots=True)
class Site:
    """A station of the sample district; `core` is the community, village or market it is named after."""

    code: str
    kind: str
    core: str
    town: str
    parent: str
    cells: tuple[Cell, ...]
    middle: Corner


@dataclass(frozen=True, slots=True)
class Grid:
    """A cell with its code and name, and the station it belongs to."""

    code: str
    name: str
    cell: Cell
    site: Site


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that lies somewhere."""

    corners: Mapping[Cell, Corner]
    home: Site
    town_homes: tuple[Site, ...]
    stations: tuple[Site, ...]
    points: tuple[Site, ...]
    grids: tuple[Grid, ...]

    @property
    def sites(self) -> tuple[Site, ...]:
        """All 153."""
        return self.home, *self.town_homes, *self.stations, *self.points

    def outline(self, cell: Cell) -> list[list[float]]:
        """The closed ring of a cell, counter-clockwise."""
        column, row = cell
        ring = ((column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row))
        return [list(self.corners[corner]) for corner in ring]


def lay_out(draw: random.Random) -> Ground:
    """Draw the district: corners, then towns, then stations with their grids, then points."""
    corners = {
        (column, row): _corner(draw, column, row) for column in range(_COLUMNS + 1) for row in range(_ROWS + 1)
    }
    towns = _nearest_groups([(c, r) for c in range(_COLUMNS) for r in range(_ROWS)], _TOWN_MIDDLES)
    stations = _stations(draw, towns, corners)
    home_cells = {code: cells[len(cells) // 2] for (code, *_), cells in zip(words.TOWNS, towns, strict=True)}
    return Ground(
        corners=corners,
        home=Site(f"{DISTRICT}-H", "home", "锦河区", DISTRICT, "", (), _middle(corners, (10, 8))),
        town_homes=tuple(
            Site(f"{code}-H", "home", name, code, f"{DISTRICT}-H", (), _middle(corners, home_cells[code]))
            for code, name, *_ in words.TOWNS
        ),
        stations=stations,
        points=_points(draw, stations, corners),
        grids=_grids(stations),
    )


def _corner(draw: random.Random, column: int, row: int) -> Corner:
    east = column + draw.uniform(-_JITTER, _JITTER)
    north = row + draw.uniform(-_JITTER, _JITTER)
    return round(_WEST + east * _WIDTH, 6), round(_SOUTH + north * _HEIGHT, 6)


def _middle(corners: Mapping[Cell, Corner], cell: Cell) -> Corner:
    column, row = cell
    four = [corners[column + east, row + north] for east in (0, 1) for north in (0, 1)]
    return round(sum(c[0] for c in four) / 4, 6), round(sum(c[1] for c in four) / 4, 6)


def _nearest_groups(cells: Iterable[Cell], seeds: Sequence[Cell]) -> list[list[Cell]]:
    """The cells that lie nearest to each seed."""
    groups: list[list[Cell]] = [[] for _ in seeds]
    for cell in cells:
        nearest = min(range(len(seeds)), key=lambda number: _distance(cell, seeds[number]))
        groups[nearest].append(cell)
    return groups


def _distance(one: Cell, other: Cell) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _spread(draw: random.Random, cells: Sequence[Cell], count: int) -> list[Cell]:
    """`count` cells as far from each other as they can be."""
    chosen = [draw.choice(cells)]
    while len(chosen) < count:
        chosen.append(max(cells, key=lambda cell: min(_distance(cell, other) for other in chosen)))
    return chosen


def _stations(
    draw: random.Random, towns: Sequence[Sequence[Cell]], corners: Mapping[Cell, Corner]
) -> tuple[Site, ...]:
    cores = _community_names(draw)
    sites: list[Site] = []
    for (code, _, _, is_street), cells, count in zip(words.TOWNS, towns, _shares(towns, _STATIONS), strict=True):
        for number, mine in enumerate(_nearest_groups(cells, _spread(draw, cells, count)), start=1):
            core = next(cores) + ("社区" if is_street or draw.random() < 0.3 else "村")
            middle = _middle(corners, mine[0])
            sites.append(Site(f"{code}-S{number:02}", "station", core, code, f"{code}-H", tuple(mine), middle))
    return tuple(sites)


def _shares(towns: Sequence[Sequence[Cell]], total: int) -> list[int]:
    """How many of `total` each town gets for its size; what rounding leaves goes to the first ones."""
    cells = sum(map(len, towns))
    shares = [len(town) * total // cells for town in towns]
    return [share + (number < total - sum(shares)) for number, share in enumerate(shares)]


def _community_names(draw: random.Random) -> Iterator[str]:
    names = [first + second for first in words.COMMUNITY_FIRST for second in words.COMMUNITY_SECOND]
    draw.shuffle(names)
    return iter(names)


def _points(draw: random.Random, stations: Sequence[Site], corners: Mapping[Cell, Corner]) -> tuple[Site, ...]:
    numbers: defaultdict[str, int] = defaultdict(int)
    points: list[Site] = []
    for station in draw.sample(stations, _POINTS):
        numbers[station.town] += 1
        code = f"{station.town}-P{numbers[station.town]:02}"
        core = station.core.removesuffix("社区").removesuffix("村") + draw.choice(words.POINT_SITES)
        middle = _middle(corners, draw.choice(station.cells))
        points.append(Site(code, "point", core, station.town, station.code, (), middle))
    return tuple(points)


def _grids(stations: Sequence[Site]) -> tuple[Grid, ...]:
    numbers: defaultdict[str, int] = defaultdict(int)
    grids: list[Grid] = []
    for station in stations:
        for number, cell in enumerate(station.cells, start=1):
            numbers[station.town] += 1
            code = f"{station.town}-G{numbers[station.town]:03}"
            grids.append(Grid(code, f"{station.core}第{number}网格", cell, station))
    return tuple(grids)
