"""Grids and stations as a drawing: polygons in degrees become paths in a box. Pure; north is up."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

WIDTH, MARGIN = 800.0, 12.0
MOST_HEIGHT = 900.0
_COARSE = 0.6  # units of the drawing that a simplified outline may be off


@dataclass(frozen=True, slots=True)
class Ground:
    """A grid to draw: `polygon` as WKB, `tone` for how it is coloured."""

    name: str
    station: str
    polygon: bytes
    tone: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A station to draw, at its place in degrees."""

    name: str
    station: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A grid as it is drawn."""

    name: str
    station: str
    path: str
    tone: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A station as it is drawn."""

    name: str
    station: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it in a box of `width` by `height`."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the box: a degree of longitude is shorter by the cosine of the latitude."""

    left: float
    top: float
    scale: float
    squeeze: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.left) * self.squeeze * self.scale + MARGIN
        return x, (self.top - latitude) * self.scale + MARGIN


def draw(grounds: Sequence[Ground], spots: Sequence[Spot] = ()) -> Drawing | None:
    """The drawing; None where there is no ground. A station far outside the ground is left out."""
    outlines = [(one, shapely.from_wkb(one.polygon)) for one in grounds]
    outlines = [(one, outline) for one, outline in outlines if not outline.is_empty]
    if not outlines:
        return None
    left, bottom, right, top = shapely.total_bounds([outline for _, outline in outlines]).tolist()
    squeeze = math.cos(math.radians((bottom + top) / 2))
    wide, high = max((right - left) * squeeze, 1e-6), max(top - bottom, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
    frame = _Frame(left, top, scale, squeeze)
    shapes = tuple(_shape(frame, one, outline) for one, outline in outlines)
    width, height = wide * scale + 2 * MARGIN, high * scale + 2 * MARGIN
    dots = tuple(dot for dot in (_dot(frame, one) for one in spots) if 0 <= dot.x <= width and 0 <= dot.y <= height)
    return Drawing(round(width, 1), round(height, 1), shapes, dots)


def _shape(frame: _Frame, one: Ground, outline: BaseGeometry) -> Shape:
    simple = shapely.simplify(outline, _COARSE / frame.scale)
    inside = outline.representative_point()
    x, y = frame.place(inside.x, inside.y)
    return Shape(one.name, one.station, " ".join(_rings(frame, simple)), one.tone, round(x, 1), round(y, 1))


def _rings(frame: _Frame, outline: BaseGeometry) -> Iterator[str]:
    for polygon in shapely.get_parts(outline):
        for ring in (polygon.exterior, *polygon.interiors):
            points = (frame.place(x, y) for x, y, *_ in ring.coords)
            yield _path(points)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _dot(frame: _Frame, one: Spot) -> Dot:
    x, y = frame.place(one.longitude, one.latitude)
    return Dot(one.name, one.station, round(x, 1), round(y, 1))
