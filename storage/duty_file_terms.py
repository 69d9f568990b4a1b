"""届: which term of office a representative is in on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DutyTerm, Region, Representative, Station


async def find_term(session: AsyncSession, representative_code: str, on: date) -> DutyTerm | None:
    """The term that is written down for this day: the representative's own, else that of the nearest region."""
    person = await session.get(Representative, representative_code)
    if person is None:
        return None
    line = await _regions_of(session, person)
    found = await session.scalars(
        select(DutyTerm)
        .where(
            DutyTerm.first_on <= on,
            DutyTerm.last_on >= on,
            or_(DutyTerm.representative_code == person.code, DutyTerm.representative_code.is_(None)),
            or_(DutyTerm.region_code.in_(line), DutyTerm.region_code.is_(None)),
            DutyTerm.level.in_(("", person.level)),
        )
        .order_by(DutyTerm.first_on, DutyTerm.id)
    )
    return min(found, key=lambda one: _distance(one, line), default=None)


def _distance(term: DutyTerm, line: Sequence[str]) -> tuple[bool, int, bool]:
    """One's own comes first, then the nearest region's, then one that names the level."""
    place = line.index(term.region_code) if term.region_code in line else len(line)
    return term.representative_code is None, place, term.level == ""


async def _regions_of(session: AsyncSession, person: Representative) -> list[str]:
    """The region of a representative's station and those around it."""
    station = await session.get(Station, person.station_code) if person.station_code else None
    code, line = station.region_code if station else None, list[str]()
    while code is not None and code not in line:
        line.append(code)
        region = await session.get(Region, code)
        code = region.parent_code if region else None
    return line


async def ended_between(session: AsyncSession, first: date, last: date) -> DutyTerm | None:
    """The term of a region that ended last on one of these days; those of single representatives do not count."""
    found = await session.scalars(
        select(DutyTerm)
        .where(DutyTerm.representative_code.is_(None), DutyTerm.last_on.between(first, last))
        .order_by(DutyTerm.last_on.desc(), DutyTerm.id)
        .limit(1)
    )
    return found.one_or_none()


async def are_written(session: AsyncSession) -> bool:
    """Whether any term is written down at all; where none is, the rules say all of them."""
    return await session.scalar(select(DutyTerm.id).limit(1)) is not None


async def is_covered(session: AsyncSession, on: date) -> bool:
    """Whether a term of some region is written down for this day."""
    found = await session.scalar(
        select(DutyTerm.id)
        .where(DutyTerm.representative_code.is_(None), DutyTerm.first_on <= on, DutyTerm.last_on >= on)
        .limit(1)
    )
    return found is not None
