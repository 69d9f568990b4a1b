"""What calendars to subscribe to show, read straight from the tables; nothing that a constituent wrote."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from storage.models import ActivityDay, ActivitySite, Attendance, LiveSession, Region, Representative, Station
from storage.states import ActivityState, AttendanceState, LiveState

# Those of an activity day's roster whom the public is told of, also when somebody did not come in the end.
ON_ROSTER = (
    AttendanceState.INVITED,
    AttendanceState.ACCEPTED,
    AttendanceState.PRESENT,
    AttendanceState.LATE,
    AttendanceState.ABSENT,
)


_DAYS: Select[*tuple[Any, ...]] = (
    select(
        ActivityDay.id,
        ActivityDay.region_code,
        Region.name,
        ActivityDay.on_date,
        ActivityDay.start,
        ActivityDay.end,
        ActivityDay.topic,
        ActivityDay.state,
        ActivityDay.edition,
        ActivityDay.note,
        ActivityDay.confirmed_at,
        ActivityDay.announced_at,
        ActivityDay.closed_at,
    )
    .join(Region, Region.code == ActivityDay.region_code)
    .where(ActivityDay.confirmed_at.is_not(None), ActivityDay.state != ActivityState.PLANNED)
)


@dataclass(frozen=True, slots=True)
class DayRow:
    """An activity day that staff confirmed once; `station_code` is its site here, None where there is none yet."""

    id: int
    region_code: str
    region_name: str
    on_date: date
    start: str
    end: str
    topic: str
    state: ActivityState
    edition: int
    note: str
    confirmed_at: datetime
    announced_at: datetime | None
    closed_at: datetime | None
    station_code: str | None


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A live session that was approved once."""

    code: str
    kind: str
    station_code: str
    title: str
    description: str
    hosts: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    state: LiveState
    edition: int
    note: str
    approved_at: datetime
    announced_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A representative with the fields that may be shown."""

    code: str
    name: str
    unit: str
    post: str
    public_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A station as one finds it."""

    code: str
    name: str
    address: str
    region_code: str | None


async def find_place(session: AsyncSession, station_code: str) -> PlaceRow | None:
    """A station; None where there is none of this code."""
    return (await places(session, [station_code])).get(station_code)


async def places(session: AsyncSession, station_codes: Collection[str]) -> dict[str, PlaceRow]:
    """Stations by code."""
    rows = await session.execute(
        select(Station.code, Station.name, Station.address, Station.region_code).where(
            Station.code.in_(station_codes)
        )
    )
    return {row.code: PlaceRow(*row) for row in rows}


async def regions_above(session: AsyncSession, region_code: str | None) -> list[str]:
    """A region and those around it, from the smallest on."""
    line: list[str] = []
    while region_code is not None and region_code not in line:
        line.append(region_code)
        region_code = await session.scalar(select(Region.parent_code).where(Region.code == region_code))
    return line


async def days_of_station(
    session: AsyncSession, station_code: str, region_codes: Collection[str], since: date
) -> list[DayRow]:
    """Confirmed days that have a site at this station, or that have no sites yet and are of one of its regions."""
    has_sites = exists().where(ActivitySite.day_id == ActivityDay.id)
    here = or_(
        ActivitySite.id.is_not(None),
        and_(ActivityDay.region_code.in_(region_codes), ~has_sites.correlate(ActivityDay)),
    )
    join = and_(ActivitySite.day_id == ActivityDay.id, ActivitySite.station_code == station_code)
    query = (
        _DAYS.add_columns(ActivitySite.station_code)
        .outerjoin(ActivitySite, join)
        .where(here, ActivityDay.on_date >= since)
    )
    return [DayRow(*row) for row in await session.execute(query)]


async def days_of_representative(session: AsyncSession, representative_code: str, since: date) -> list[DayRow]:
    """Confirmed days on whose roster a representative is."""
    join = and_(Attendance.day_id == ActivityDay.id, Attendance.representative_code == representative_code)
    query = _DAYS.add_columns(Attendance.station_code).join(Attendance, join)
    query = query.where(Attendance.state.in_(ON_ROSTER), ActivityDay.on_date >= since)
    return [DayRow(*row) for row in await session.execute(query)]


async def rosters(session: AsyncSession, day_ids: Collection[int], station_code: str) -> dict[int, list[str]]:
    """The representatives on the roster of days at one station, by day, by code."""
    rows = await session.execute(
        select(Attendance.day_id, Attendance.representative_code)
        .where(
            Attendance.day_id.in_(day_ids),
            Attendance.station_code == station_code,
            Attendance.state.in_(ON_ROSTER),
        )
        .order_by(Attendance.representative_code)
    )
    found: dict[int, list[str]] = {}
    for day_id, code in rows:
        found.setdefault(day_id, []).append(code)
    return found


async def lives_of_station(session: AsyncSession, station_code: str, since: datetime) -> list[LiveRow]:
    """A station's sessions that were approved once."""
    return await _lives(session, since, LiveSession.station_code == station_code)


async def lives_of_host(session: AsyncSession, representative_code: str, since: datetime) -> list[LiveRow]:
    """The sessions that a representative hosts, of those that were approved once."""
    written = cast(LiveSession.hosts, String).contains(json.dumps(representative_code), autoescape=True)
    found = await _lives(session, since, written)
    return [one for one in found if representative_code in one.hosts]


async def _lives(session: AsyncSession, since: datetime, which: ColumnElement[bool]) -> list[LiveRow]:
    table = LiveSession
    rows = await session.execute(
        select(
            table.code,
            table.kind,
            table.station_code,
            table.title,
            table.description,
            table.hosts,
            table.starts_at,
            table.ends_at,
            table.state,
            table.edition,
            table.note,
            table.approved_at,
            table.announced_at,
            table.started_at,
            table.ended_at,
        ).where(which, table.starts_at >= since, table.approved_at.is_not(None), table.state != LiveState.DRAFT)
    )
    return [LiveRow(**{**row._mapping, "hosts": tuple(row.hosts)}) for row in rows]


async def people(session: AsyncSession, codes: Collection[str]) -> dict[str, PersonRow]:
    """Representatives by code."""
    table = Representative
    rows = await session.execute(
        select(table.code, table.name, table.unit, table.post, table.public_fields).where(table.code.in_(codes))
    )
    return {row.code: PersonRow(*row[:4], tuple(row[4])) for row in rows}


async def names(session: AsyncSession, codes: Sequence[str]) -> dict[str, str]:
    """Representatives' names by code, for their colleagues."""
    return {code: one.name for code, one in (await people(session, codes)).items()}
