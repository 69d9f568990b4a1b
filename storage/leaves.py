"""Days on which a representative cannot be reached."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import plain
from storage.models import Leave

_AWAY = (
    select(Leave.representative_code)
    .where(Leave.first_on <= bindparam("day"), Leave.last_on >= bindparam("day"))
    .distinct()
)


async def away_on(session: AsyncSession, day: date) -> frozenset[str]:
    """The representatives who are on leave on a local day."""
    return frozenset(code for (code,) in await plain.fetch(session, _AWAY, {"day": day}))


async def between(
    session: AsyncSession, representative_codes: Collection[str], first: date, last: date
) -> Sequence[Leave]:
    """The leaves of some representatives that touch a span of local days, both ends included."""
    found = await session.scalars(
        select(Leave).where(
            Leave.representative_code.in_(representative_codes), Leave.first_on <= last, Leave.last_on >= first
        )
    )
    return found.all()


async def add(
    session: AsyncSession, *, representative_code: str, first_on: date, last_on: date, at: datetime
) -> Leave:
    """Note a leave, both days included; one that is there already is not noted twice."""
    same = await session.scalars(
        select(Leave).where(
            Leave.representative_code == representative_code, Leave.first_on == first_on, Leave.last_on == last_on
        )
    )
    leave = same.first()
    if leave is None:
        leave = Leave(representative_code=representative_code, first_on=first_on, last_on=last_on, noted_at=at)
        session.add(leave)
    return leave


async def of_representative(session: AsyncSession, representative_code: str, since: date) -> Sequence[Leave]:
    """The leaves of a representative that are not over, in order."""
    found = await session.scalars(
        select(Leave)
        .where(Leave.representative_code == representative_code, Leave.last_on >= since)
        .order_by(Leave.first_on)
    )
    return found.all()
