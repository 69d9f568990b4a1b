"""Reading values out of answers that may lack fields or carry the wrong type.

WeCom's pages and its real answers differ in places, so a field that is absent or odd reads as its empty value.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 32_503_680_000  # the year 3000; later ones are not times
_WHOLE = re.compile("-?[0-9]{1,19}")
_NOBODY: frozenset[str] = frozenset()
_NOTHING: Mapping[str, object] = {}


def text(source: Mapping[str, object], key: str) -> str:
    """The string under `key`, "" where there is none."""
    value = source.get(key)
    return value if isinstance(value, str) else ""


def whole(source: Mapping[str, object], key: str) -> int | None:
    """The whole number under `key`; WeCom writes some as strings."""
    value = source.get(key)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def degrees(value: object, limit: float) -> float | None:
    """A latitude (limit 90) or longitude (limit 180), None where it is not one."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= limit else None


def instant(seconds: int | None) -> datetime | None:
    """Unix seconds as an aware UTC datetime."""
    if seconds is None or not 0 < seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def record(source: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The object under `key`, an empty one where there is none."""
    value = source.get(key)
    return value if isinstance(value, Mapping) else _NOTHING


def records(source: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects of the list under `key`; anything else in it is left out."""
    value = source.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def names(source: Mapping[str, object], key: str) -> frozenset[str]:
    """Ids that WeCom gives as "a|b" or as a list, in lower case (document 90236: compare without case)."""
    value = source.get(key)
    if not value:
        return _NOBODY
    entries = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(entry.strip().lower() for entry in entries if isinstance(entry, str) and entry.strip())


def one_line(*parts: str) -> str:
    """The parts that say something, on one line."""
    return " · ".join(filter(None, (" ".join(part.split()) for part in parts)))


def read_json(body: bytes) -> object:
    """JSON as WeCom writes it: cut-off characters, raw line breaks and lone surrogates do not lose the rest.

    One odd character in one message must not stop a whole page of other people's messages.
    Raises ValueError where it is no JSON at all.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_leniently(body)


def _read_leniently(body: bytes) -> object:
    try:
        value = json.loads(body.decode("utf-8", "replace"), strict=False)
        return orjson.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
