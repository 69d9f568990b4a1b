"""From WGS-84 to GCJ-02, the shifted coordinates that every map in mainland China uses.

The formula is the one in public use: an offset in metres out of a sum of sines, turned into degrees on the
Krasovsky 1940 ellipsoid. It agrees with the maps to a metre or so.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_RADIUS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271  # outside, the two systems are one

Degrees = NDArray[np.float64]


def shift(geometry: BaseGeometry) -> BaseGeometry:
    """The same shape in GCJ-02, longitude first."""
    moved: BaseGeometry = shapely.transform(geometry, _shift_points)
    return moved


def shift_point(longitude: float, latitude: float) -> tuple[float, float]:
    """The same point in GCJ-02, longitude first."""
    moved = _shift_points(np.array([[longitude, latitude]]))
    return float(moved[0, 0]), float(moved[0, 1])


def _shift_points(points: Degrees) -> Any:
    longitude, latitude = points[:, 0], points[:, 1]
    x, y = longitude - 105.0, latitude - 35.0
    angle = np.radians(latitude)
    flattening = 1 - _ECCENTRICITY_SQUARED * np.sin(angle) ** 2
    east = np.degrees(_metres_east(x, y) * np.sqrt(flattening) / (_RADIUS * np.cos(angle)))
    north = np.degrees(
        _metres_north(x, y) * flattening * np.sqrt(flattening) / (_RADIUS * (1 - _ECCENTRICITY_SQUARED))
    )
    inside = (longitude > _WEST) & (longitude < _EAST) & (latitude > _SOUTH) & (latitude < _NORTH)
    return points + np.where(inside[:, None], np.column_stack((east, north)), 0.0)


def _metres_east(x: Degrees, y: Degrees) -> Degrees:
    offset = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    offset = offset + _waves(x, (6.0, 20.0), (2.0, 20.0))
    offset = offset + _waves(x, (1.0, 20.0), (1 / 3, 40.0))
    return offset + _waves(x, (1 / 12, 150.0), (1 / 30, 300.0))


def _metres_north(x: Degrees, y: Degrees) -> Degrees:
    offset = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    offset = offset + _waves(x, (6.0, 20.0), (2.0, 20.0))
    offset = offset + _waves(y, (1.0, 20.0), (1 / 3, 40.0))
    return offset + _waves(y, (1 / 12, 160.0), (1 / 30, 320.0))


def _waves(degrees: Degrees, *waves: tuple[float, float]) -> Degrees:
    """Two thirds of a sum of sines, each (half-turns a degree, metres)."""
    total: Degrees = sum(
        (height * np.sin(turns * degrees * np.pi) for turns, height in waves), np.zeros_like(degrees)
    )
    return total * 2.0 / 3.0
