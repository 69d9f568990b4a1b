"""The assignment roster, built from the tables."""

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
import shapely
from sqlalchemy import Select, Text, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot import assignment
from storage import models

_Query: TypeAlias = Select[*tuple[Any, ...]]

_CHUNK = 20_000  # rows read at once: a nation's roster never stands in memory as rows
_EMPTY = "[]"


async def load_roster(session: AsyncSession) -> assignment.Roster:
    """Read stations, people, ground and duty times; to be kept and shared until they change.

    Columns are read, not objects, straight into the roster's own; lists as they are written, for most are empty.
    """
    collects = gc.isenabled()
    gc.disable()  # nothing is thrown away meanwhile, and looking for it again and again takes a quarter of the time
    try:
        return await session.run_sync(_load)
    finally:
        if collects:
            gc.enable()


def _load(session: Session) -> assignment.Roster:
    return assignment.Roster(
        stations=(_station(*row) for row in _rows(session, _stations())),
        people=_rows(session, _people(), _person),
        grids=(_grid(*row) for row in _rows(session, _grids())),
        places=_rows(session, _places(), _place),
        slots=_rows(session, _slots()),
        regions=[name for (name,) in _rows(session, select(models.Region.name))],
        codes=(_code(*row) for row in _rows(session, _codes())),
    )


def _rows(session: Session, query: _Query, read: Callable[[tuple[Any, ...]], Any] | None = None) -> Iterator[Any]:
    """The rows of a query, or what each is read as, chunk by chunk."""
    found = session.connection().execute(query, execution_options={"yield_per": _CHUNK})
    for chunk in found.partitions():
        yield from chunk if read is None else map(read, chunk)


def _stations() -> _Query:
    table = models.Station
    return select(
        table.code,
        table.name,
        table.kind,
        table.region_code,
        table.parent_code,
        table.address,
        table.longitude,
        table.latitude,
        table.themes,
    )


def _station(code: str, name: str, kind: str, *rest: Any) -> assignment.Station:
    region, parent, address, longitude, latitude, themes = rest
    return assignment.Station(code, name, kind, region, parent, address, longitude, latitude, tuple(themes))


def _people() -> _Query:
    table = models.Representative
    return select(
        table.code,
        table.name,
        table.level,
        table.unit,
        table.post,
        type_coerce(table.specialities, Text),
        table.station_code,
        table.userid,
        type_coerce(table.grid_codes, Text),
    )


def _person(row: tuple[Any, ...]) -> tuple[Any, ...]:
    code, name, level, unit, post, specialities, station, userid, grids = row
    return code, name, level, unit, post, _few(specialities), station, userid, _many(grids)


def _grids() -> _Query:
    table = models.Grid
    return select(table.code, table.name, table.region_code, table.station_code, table.polygon)


def _grid(code: str, name: str, region: str | None, station: str | None, polygon: bytes) -> assignment.Grid:
    return assignment.Grid(code, name, region, station, shapely.from_wkb(polygon))


def _places() -> _Query:
    table = models.Place
    return select(table.name, type_coerce(table.aliases, Text), table.grid_code, table.station_code)


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    name, aliases, grid, station = row
    return name, _many(aliases), grid, station


def _slots() -> _Query:
    table = models.RosterSlot
    return select(
        table.station_code, table.representative_code, table.weekday, table.on_date, table.start, table.end
    )


def _codes() -> _Query:
    table = models.EntryCode
    return select(
        table.code,
        table.kind,
        table.target_code,
        table.station_code,
        table.revoked_at.is_not(None),
        table.expires_on,
    )


def _code(
    code: str, kind: str, target: str, station: str | None, revoked: Any, expires_on: Any
) -> assignment.EntryCode:
    return assignment.EntryCode(code, kind, target, station, bool(revoked), expires_on)


def _many(written: str | list[str]) -> Sequence[str]:
    """A list column: as it is stored in SQLite, read already by PostgreSQL's driver."""
    if not isinstance(written, str):
        return written
    return () if written == _EMPTY else orjson.loads(written)


def _few(written: str | list[str]) -> tuple[str, ...]:
    """The same for specialities, which are the same few again and again."""
    return _remembered(written) if isinstance(written, str) else tuple(written)


@lru_cache(maxsize=10_000)
def _remembered(written: str) -> tuple[str, ...]:
    return tuple(orjson.loads(written))
