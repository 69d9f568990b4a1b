"""What the paper forms are filled with: representatives, and receptions with the matters that came of them."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.lanes import ENTRY_IS_RELEASED, is_open_to_all
from storage.models import Case, DutyEntry, Grid, Reception, Representative, StaffMember, Station

_ENTRY_IS_CLOSED = exists().where(
    DutyEntry.subject == literal("reception:").concat(cast(Reception.id, String)),
    ~ENTRY_IS_RELEASED,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which receptions: of stations (None: of all), of local days (both included); closed ones or not."""

    stations: Collection[str] | None = None
    first: date | None = None
    last: date | None = None
    lanes: bool = False

    def of(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """The query with what is asked."""
        wanted: list[ColumnElement[bool]] = []
        if self.stations is not None:
            wanted.append(Reception.station_code.in_(self.stations))
        if self.first:
            wanted.append(Reception.occurred_on >= self.first)
        if self.last:
            wanted.append(Reception.occurred_on <= self.last)
        if not self.lanes:
            wanted += [or_(Case.id.is_(None), is_open_to_all()), ~_ENTRY_IS_CLOSED]
        return query.outerjoin(Case, Case.id == Reception.case_id).where(*wanted)


async def count_receptions(session: AsyncSession, asked: Asked) -> int:
    """How many `stream_receptions` gives."""
    return await session.scalar(asked.of(select(func.count()).select_from(Reception))) or 0


async def stream_receptions(session: AsyncSession, asked: Asked) -> AsyncIterator[tuple[Reception, Case | None]]:
    """Receptions with their matters, by station, day and number."""
    order = (Reception.station_code, Reception.occurred_on, Reception.id)
    async for reception, case in await session.stream(asked.of(select(Reception, Case)).order_by(*order)):
        yield reception, case


async def count_representatives(session: AsyncSession, code: str | None) -> int:
    """One, or all."""
    query = select(func.count()).select_from(Representative)
    return await session.scalar(query.where(Representative.code == code) if code else query) or 0


async def stream_representatives(session: AsyncSession, code: str | None) -> AsyncIterator[Representative]:
    """One, or all by code."""
    query = select(Representative).order_by(Representative.code)
    async for one in await session.stream_scalars(query.where(Representative.code == code) if code else query):
        yield one


async def representatives(session: AsyncSession, codes: Collection[str]) -> Mapping[str, Representative]:
    """These by code."""
    found = await session.scalars(select(Representative).where(Representative.code.in_(codes)))
    return {one.code: one for one in found}


async def stations(session: AsyncSession) -> Mapping[str, Station]:
    """All stations by code."""
    return {one.code: one for one in await session.scalars(select(Station))}


async def grid_names(session: AsyncSession) -> Mapping[str, str]:
    """The names of the grids by code."""
    found = await session.execute(select(Grid.code, Grid.name))
    return {code: name for code, name in found}  # noqa: C416  a Row is no pair for mypy


async def member_names(session: AsyncSession) -> Mapping[str, str]:
    """What members are called, staff and representatives, by userid in small letters."""
    staff = (await session.execute(select(StaffMember.userid, StaffMember.name))).all()
    people = (await session.execute(select(Representative.userid, Representative.name))).all()
    return {userid.lower(): name for userid, name in (*people, *staff) if userid}
