"""Looking up representatives, staff, stations and regions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Region, Representative, StaffMember, Station

_MOST_LEVELS = 12  # a chain of parents longer than this is a loop in the data


async def find_representative(session: AsyncSession, code: str) -> Representative | None:
    """By code."""
    return await session.get(Representative, code)


async def find_representative_of(session: AsyncSession, userid: str) -> Representative | None:
    """By WeCom member id; WeCom compares ids without regard to case."""
    found = await session.scalars(select(Representative).where(Representative.userid == userid).limit(1))
    return found.one_or_none()


async def find_representatives_named(session: AsyncSession, name: str) -> Sequence[Representative]:
    """By full name; several people may share one."""
    found = await session.scalars(
        select(Representative).where(Representative.name == name).order_by(Representative.code)
    )
    return found.all()


async def find_staff(session: AsyncSession, userid: str) -> StaffMember | None:
    """By WeCom member id."""
    return await session.get(StaffMember, userid)


async def find_station(session: AsyncSession, code: str | None) -> Station | None:
    """By code."""
    return await session.get(Station, code) if code else None


async def officers_of(session: AsyncSession, station_code: str | None) -> list[str]:
    """Userids of who works a station's queue: its officer, else the nearest parent's, else the service centre."""
    seen: set[str] = set()
    code = station_code
    while code and code not in seen and len(seen) < _MOST_LEVELS:
        seen.add(code)
        if officers := await _with_role(session, "officer", code):
            return officers
        station = await find_station(session, code)
        code = station.parent_code if station else None
    return await centre_staff(session)


async def children_without_officer(session: AsyncSession, station_code: str) -> list[str]:
    """Stations below this one, at any depth, that no officer of their own or nearer works."""
    manned = set(await session.scalars(select(StaffMember.station_code).where(StaffMember.role == "officer")))
    found: list[str] = []
    level = [station_code]
    for _ in range(_MOST_LEVELS):
        children = await session.scalars(select(Station.code).where(Station.parent_code.in_(level)))
        level = [code for code in children if code not in manned]
        if not level:
            break
        found.extend(level)
    return found


async def centre_staff(session: AsyncSession) -> list[str]:
    """Userids of the service centre; where there are none, of the administrators."""
    return await _with_role(session, "centre") or await _with_role(session, "admin")


async def _with_role(session: AsyncSession, role: str, station_code: str | None = None) -> list[str]:
    query = select(StaffMember.userid).where(StaffMember.role == role).order_by(StaffMember.userid)
    if station_code is not None:
        query = query.where(StaffMember.station_code == station_code)
    return list(await session.scalars(query))


async def district_of(session: AsyncSession, station_code: str | None) -> str | None:
    """The code of the nearest region of level `district` or above around a station (contract 7)."""
    station = await find_station(session, station_code)
    code = station.region_code if station else None
    for _ in range(_MOST_LEVELS):
        region = await session.get(Region, code) if code else None
        if region is None:
            return None
        if region.level in {"district", "city", "province"}:
            return region.code
        code = region.parent_code
    return None


async def any_district(session: AsyncSession) -> str | None:
    """The district of an installation, for matters that have no station."""
    found = await session.scalars(
        select(Region.code).where(Region.level == "district").order_by(Region.code).limit(1)
    )
    return found.one_or_none()
