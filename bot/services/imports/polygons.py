"""Reading one grid's shape."""

import shapely
from shapely.geometry.base import BaseGeometry

from bot.services.imports import gcj02
from bot.services.imports.faults import BadValue

_SHIFTED = ("", "gcj02", "gcj-02")
_PLAIN = ("wgs84", "wgs-84", "wgs 84", "crs84", "epsg:4326", "epsg::4326", "4326")


def read_polygon(shape: str, crs: str) -> bytes:
    """A GeoJSON or WKT polygon as WKB in GCJ-02; `crs` WGS84 is converted, empty is GCJ-02."""
    geometry = _polygon(shape)
    _check_range(geometry)
    moved = gcj02.shift(geometry) if is_wgs84(crs) else geometry
    wkb: bytes = shapely.to_wkb(moved)
    return wkb


def is_wgs84(crs: str) -> bool:
    """Whether a coordinate system is WGS-84 rather than GCJ-02; others are refused."""
    name = crs.strip().lower()
    if name in _SHIFTED:
        return False
    if name in _PLAIN or name.endswith(_PLAIN[3:]):
        return True
    raise BadValue(f"不认识坐标系“{crs[:40]}”，只能是 GCJ-02（不写就是）或 WGS84")


def _polygon(shape: str) -> BaseGeometry:
    if not shape:
        raise BadValue("没有图形，网格要有一个多边形")
    try:
        geometry = shapely.from_geojson(shape) if shape.lstrip().startswith("{") else shapely.from_wkt(shape)
    except shapely.errors.ShapelyError as error:
        raise BadValue("图形读不懂，多边形的每一圈至少四个点、首尾相同") from error
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise BadValue(f"图形是 {geometry.geom_type}，只能是非空的 Polygon 或 MultiPolygon")
    if not geometry.is_valid:
        raise BadValue(f"多边形不合规（自相交、重复或洞在外面）：{shapely.is_valid_reason(geometry)}")
    flat: BaseGeometry = shapely.force_2d(geometry)
    return flat


def _check_range(geometry: BaseGeometry) -> None:
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadValue("坐标超出经度 ±180、纬度 ±90，请检查经纬度是否写反（经度在前）")
