"""Regions with what is below and above them, their stations, and their people as far as they may be shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Region, Representative, Station


@dataclass(frozen=True, slots=True)
class SiteStation:
    """A station as an activity day needs to know it."""

    code: str
    name: str
    kind: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """A representative with the fields that may be shown; empty `public_fields` are all but the telephone."""

    code: str
    name: str
    level: str
    unit: str
    post: str
    public_fields: tuple[str, ...]


async def regions_below(session: AsyncSession, code: str) -> list[str]:
    """A region and every region below it."""
    parents: dict[str, list[str]] = {}
    for child, parent in await session.execute(select(Region.code, Region.parent_code)):
        parents.setdefault(parent or "", []).append(child)
    found, ahead = [code], [code]
    while ahead:
        ahead = [child for each in ahead for child in sorted(parents.get(each, ())) if child not in found]
        found += ahead
    return found


async def regions_above(session: AsyncSession, code: str | None) -> list[str]:
    """A region and every region above it."""
    rows = await session.execute(select(Region.code, Region.parent_code))
    above = {child: parent for child, parent in rows}  # noqa: C416  a Row is no pair for mypy
    line: list[str] = []
    while code is not None and code in above and code not in line:
        line.append(code)
        code = above[code]
    return line


async def region_names(session: AsyncSession, codes: Collection[str]) -> Mapping[str, str]:
    """Code to name."""
    rows = await session.execute(select(Region.code, Region.name).where(Region.code.in_(codes)))
    return {code: name for code, name in rows}  # noqa: C416  a Row is no pair for mypy


async def stations_in(session: AsyncSession, region_codes: Collection[str]) -> list[SiteStation]:
    """The stations of these regions, by code."""
    rows = await session.execute(
        select(Station.code, Station.name, Station.kind, Station.address, Station.phone)
        .where(Station.region_code.in_(region_codes))
        .order_by(Station.code)
    )
    return [SiteStation(*row) for row in rows]


async def stations_named(session: AsyncSession, codes: Collection[str]) -> dict[str, SiteStation]:
    """These stations by code."""
    rows = await session.execute(
        select(Station.code, Station.name, Station.kind, Station.address, Station.phone).where(
            Station.code.in_(codes)
        )
    )
    return {row[0]: SiteStation(*row) for row in rows}


async def assigned_to(session: AsyncSession, station_codes: Collection[str]) -> list[tuple[str, str]]:
    """(representative, station) of everyone assigned to these stations, by code."""
    rows = await session.execute(
        select(Representative.code, Representative.station_code)
        .where(Representative.station_code.in_(station_codes))
        .order_by(Representative.code)
    )
    return [(code, str(station)) for code, station in rows]


async def public_people(session: AsyncSession, codes: Collection[str]) -> dict[str, PublicPerson]:
    """These representatives by code, with what may be shown of them."""
    table = Representative
    rows = await session.execute(
        select(table.code, table.name, table.level, table.unit, table.post, table.public_fields).where(
            table.code.in_(codes)
        )
    )
    return {row[0]: PublicPerson(*row[:5], tuple(row[5])) for row in rows}
