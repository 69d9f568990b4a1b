"""Reading `grids.geojson`: one row a feature, with the line on which it begins."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.services.imports.tables import Row

_FEATURES = re.compile(r'"features"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_FIELDS = ("code", "name", "region_code", "station_code")


class Unreadable(Exception):
    """Not a feature collection; the text is Chinese and says what to do."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(what)


def read(text: str) -> Iterator[Row]:
    """The features as rows of text, their geometry and coordinate system among the cells."""
    document = _document(text)
    features = document["features"]
    crs = _crs(document.get("crs"))
    for line, feature in zip(_lines(text, len(features)), features, strict=True):
        yield Row(line, _cells(line, feature, crs))


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"不是完整的 JSON（第 {error.colno} 个字符附近）") from error
    except RecursionError as error:
        raise Unreadable(1, "JSON 嵌套太深") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise Unreadable(1, "不是 GeoJSON 的 FeatureCollection（要有 features 列表）")
    return document


def _crs(crs: Any) -> str:
    """The name of a coordinate system, written as a word or as GeoJSON of 2008 had it."""
    if isinstance(crs, dict):
        properties = crs.get("properties")
        return str(properties.get("name", "")) if isinstance(properties, dict) else str(crs)
    return "" if crs is None else str(crs)


def _cells(line: int, feature: Any, crs: str) -> dict[str, str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise Unreadable(line, "features 里的每一项都要是带 properties 的 Feature")
    geometry = feature.get("geometry")
    cells = {field: _word(properties.get(field)) for field in _FIELDS if field in properties}
    return cells | {"geometry": json.dumps(geometry) if geometry else "", "crs": crs}


def _word(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _lines(text: str, count: int) -> list[int]:
    """On which line each feature begins; by their order where the text is laid out in an unusual way."""
    start = _FEATURES.search(text)
    if start is None:
        return list(range(1, count + 1))
    lines: list[int] = []
    decoder, position, counted, line = json.JSONDecoder(), start.end(), 0, 1
    for _ in range(count):
        position = _skip(text, position)
        line += text.count("\n", counted, position)
        counted = position
        lines.append(line)
        try:
            _, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError:
            return list(range(1, count + 1))
    return lines


def _skip(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position
