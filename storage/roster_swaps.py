"""Who stands in for whose duty slot on one day. A slot is told by whose it is on the roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import RosterSwap

# Station, whose slot, the day on which it begins, its start; who has it now.
AgreedRow: TypeAlias = tuple[str, str, date, str, str]

_AGREED = (
    select(RosterSwap.station_code, RosterSwap.from_code, RosterSwap.on_date, RosterSwap.start, RosterSwap.to_code)
    .where(
        RosterSwap.on_date.between(bindparam("first"), bindparam("last")),
        RosterSwap.agreed_at.is_not(None),
    )
    .order_by(RosterSwap.agreed_at, RosterSwap.id)
)
_OF_SLOT = (
    select(RosterSwap)
    .where(
        RosterSwap.station_code == bindparam("station"),
        RosterSwap.from_code == bindparam("whose"),
        RosterSwap.on_date == bindparam("day"),
        RosterSwap.start == bindparam("start"),
    )
    .order_by(RosterSwap.id)
    .with_for_update()
    .execution_options(populate_existing=True)  # what was read before the lock may be old
)


@dataclass(frozen=True, slots=True)
class NewSwap:
    """What is noted of a swap when it is asked for, or set by staff."""

    station_code: str
    from_code: str
    on_date: date
    start: str
    to_code: str
    asked_by: str


async def agreed_between(
    session: AsyncSession,
    first: date,
    last: date,
    *,
    station_codes: Sequence[str] | None = None,
    representative_code: str | None = None,
) -> Sequence[AgreedRow]:
    """Agreed swaps of slots that begin on these local days, both included, in the order in which they count.

    Of one slot the last row holds. With `representative_code` every swap is found of those whose slots they may
    have: their own, and those of anybody who ever gave them one in this time.
    """
    query = _AGREED
    if station_codes is not None:
        query = query.where(RosterSwap.station_code.in_(station_codes))
    if representative_code is not None:
        gave = select(RosterSwap.from_code).where(
            RosterSwap.to_code == representative_code, RosterSwap.on_date.between(first, last)
        )
        query = query.where(or_(RosterSwap.from_code == representative_code, RosterSwap.from_code.in_(gave)))
    rows = await session.execute(query, {"first": first, "last": last})
    return rows.all()


async def waiting_between(
    session: AsyncSession, first: date, last: date, station_codes: Sequence[str]
) -> Sequence[RosterSwap]:
    """Swaps that were asked for and not answered, of slots that begin on these local days, both included."""
    found = await session.scalars(
        select(RosterSwap)
        .where(
            RosterSwap.on_date.between(first, last),
            RosterSwap.station_code.in_(station_codes),
            RosterSwap.agreed_at.is_(None),
            RosterSwap.declined_at.is_(None),
        )
        .order_by(RosterSwap.on_date, RosterSwap.id)
    )
    return found.all()


async def lock_slot(session: AsyncSession, station: str, whose: str, day: date, start: str) -> Sequence[RosterSwap]:
    """Every swap of one slot on one day, oldest first; nobody else changes them until this commit."""
    found = await session.scalars(_OF_SLOT, {"station": station, "whose": whose, "day": day, "start": start})
    return found.all()


async def of_ids(session: AsyncSession, ids: Sequence[int]) -> Sequence[RosterSwap]:
    """The swaps of one request, in order."""
    found = await session.scalars(select(RosterSwap).where(RosterSwap.id.in_(ids)).order_by(RosterSwap.id))
    return found.all()


async def add(session: AsyncSession, new: NewSwap, at: datetime, *, agreed: bool = False) -> RosterSwap:
    """Note that somebody is asked, or, `agreed`, that staff have set it."""
    row = RosterSwap(
        station_code=new.station_code,
        from_code=new.from_code,
        on_date=new.on_date,
        start=new.start,
        to_code=new.to_code,
        asked_at=at,
        asked_by=new.asked_by,
        agreed_at=at if agreed else None,
        declined_at=None,
    )
    session.add(row)
    await session.flush()
    return row
