"""The assignment roster, built from the tables."""

import shapely
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import assignment
from storage import models


async def load_roster(session: AsyncSession) -> assignment.Roster:
    """Read stations, people, ground and duty times; to be kept and shared until they change.

    Columns are read, not objects: a million places would otherwise fill the session.
    """
    return assignment.Roster.build(
        stations=await _stations(session),
        representatives=await _representatives(session),
        grids=await _grids(session),
        places=await _places(session),
        slots=await _slots(session),
    )


async def _stations(session: AsyncSession) -> list[assignment.Station]:
    table = models.Station
    found = await session.execute(
        select(
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
    )
    return [
        assignment.Station(code, name, kind, region, parent, address, longitude, latitude, tuple(themes))
        for code, name, kind, region, parent, address, longitude, latitude, themes in found
    ]


async def _representatives(session: AsyncSession) -> list[assignment.Representative]:
    table = models.Representative
    found = await session.execute(
        select(
            table.code,
            table.name,
            table.level,
            table.unit,
            table.post,
            table.specialities,
            table.station_code,
            table.userid,
            table.grid_codes,
        )
    )
    return [
        assignment.Representative(code, name, level, unit, post, tuple(specialities), station, userid, tuple(grids))
        for code, name, level, unit, post, specialities, station, userid, grids in found
    ]


async def _grids(session: AsyncSession) -> list[assignment.Grid]:
    table = models.Grid
    found = await session.execute(
        select(table.code, table.name, table.region_code, table.station_code, table.polygon)
    )
    return [
        assignment.Grid(code, name, region, station, shapely.from_wkb(polygon))
        for code, name, region, station, polygon in found
    ]


async def _places(session: AsyncSession) -> list[assignment.Place]:
    table = models.Place
    found = await session.execute(select(table.name, table.aliases, table.grid_code, table.station_code))
    return [assignment.Place(name, tuple(aliases), grid, station) for name, aliases, grid, station in found]


async def _slots(session: AsyncSession) -> list[assignment.DutySlot]:
    table = models.RosterSlot
    found = await session.execute(
        select(table.station_code, table.representative_code, table.weekday, table.on_date, table.start, table.end)
    )
    return [assignment.DutySlot(*facts) for facts in found]
