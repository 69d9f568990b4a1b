"""Reading the duty record: what stands, what waits for whom, and never more than the viewer may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import lanes
from storage.duty import REP
from storage.models import DutyEntry, DutyStamp

STANDING = and_(DutyEntry.corrected_at.is_(None), DutyEntry.withdrawn.is_(False))
DISPUTED = and_(
    DutyEntry.disputed_at.is_not(None),
    or_(DutyEntry.confirmed_at.is_(None), DutyEntry.confirmed_at < DutyEntry.disputed_at),
)
CONFIRMED = and_(or_(DutyEntry.own, DutyEntry.confirmed_at.is_not(None)), ~DISPUTED)
_Other = aliased(DutyEntry)
_UNREVIEWED = and_(DutyEntry.passed_at.is_(None), DutyEntry.returned_at.is_(None))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: entries of a representative, of stations (None: of all), and those that are closed to others."""

    userid: str
    representative_code: str | None = None
    stations: Collection[str] | None = ()
    sees_closed: bool = False


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Own entries always; of others' those of one's stations; hidden and restricted ones only where one may."""
    stations = true() if viewer.stations is None else lanes.is_at(DutyEntry.station_code, viewer.stations)
    seen = (
        stations
        if viewer.sees_closed
        else and_(stations, or_(lanes.ENTRY_IS_OPEN, DutyEntry.recorded_by == viewer.userid))
    )
    if viewer.representative_code is None:
        return seen
    return or_(DutyEntry.representative_code == viewer.representative_code, seen)


async def find(session: AsyncSession, viewer: Viewer, entry_id: int) -> DutyEntry | None:
    """An entry that the viewer may see, as it was written; locked until this transaction ends."""
    query = select(DutyEntry).where(DutyEntry.id == entry_id, visible(viewer)).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def to_confirm(session: AsyncSession, representative_code: str, most: int) -> Sequence[DutyEntry]:
    """What was written for a representative and waits for their word, the oldest first."""
    found = await session.scalars(
        select(DutyEntry).where(*_waiting_for(representative_code)).order_by(DutyEntry.id).limit(most)
    )
    return found.all()


async def count_to_confirm(session: AsyncSession, representative_code: str) -> int:
    """How many wait for their word."""
    found = await session.scalar(select(func.count()).where(*_waiting_for(representative_code)))
    return found or 0


def _waiting_for(representative_code: str) -> list[ColumnElement[bool]]:
    return [
        DutyEntry.representative_code == representative_code,
        STANDING,
        DutyEntry.own.is_(False),
        DutyEntry.confirmed_at.is_(None),
        DutyEntry.disputed_at.is_(None),
    ]


async def unconfirmed_of(
    session: AsyncSession, viewer: Viewer, since: datetime, until: datetime
) -> Sequence[tuple[str, int]]:
    """Who has not said anything of what was recorded then, and how many the viewer may see; `until` exclusive."""
    found = await session.execute(
        select(DutyEntry.representative_code, func.count())
        .where(
            visible(viewer),
            DutyEntry.recorded_at >= since,
            DutyEntry.recorded_at < until,
            STANDING,
            DutyEntry.own.is_(False),
            DutyEntry.confirmed_at.is_(None),
            DutyEntry.disputed_at.is_(None),
        )
        .group_by(DutyEntry.representative_code)
        .order_by(DutyEntry.representative_code)
    )
    return [(code, count) for code, count in found]


async def to_review(session: AsyncSession, viewer: Viewer, most: int) -> Sequence[DutyEntry]:
    """What staff have to look at: representatives' own words, and what they say is wrong; the oldest first."""
    found: list[DutyEntry] = []
    for some in _REVIEWABLE:
        query = select(DutyEntry).where(*_to_review(viewer), some).order_by(DutyEntry.id).limit(most)
        found += await session.scalars(query)
    return sorted(found, key=lambda entry: entry.id)[:most]


async def count_to_review(session: AsyncSession, viewer: Viewer, most: int) -> int:
    """How many there are of these; they are counted up to `most`, for nobody may have looked for years."""
    counted = 0
    for some in _REVIEWABLE:
        query = select(DutyEntry.id).where(*_to_review(viewer), some).limit(most)
        counted += await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return min(counted, most)


_TOLD = and_(DutyEntry.source == REP, CONFIRMED, _UNREVIEWED)
_REVIEWABLE = (_TOLD, and_(DutyEntry.id.in_(select(_Other.id).where(_Other.disputed_at.is_not(None))), DISPUTED))


def _to_review(viewer: Viewer) -> list[ColumnElement[bool]]:
    wanted = [visible(viewer), STANDING]
    if viewer.representative_code is not None:  # nobody stands for their own
        wanted.append(DutyEntry.representative_code != viewer.representative_code)
    return wanted


@dataclass(frozen=True, slots=True)
class KindCount:
    """A representative's entries of one kind: how many, on how many days, people met."""

    kind: str
    entries: int
    days: int
    people: int


async def count_kinds(
    session: AsyncSession, representative_code: str, first: date, last: date
) -> Sequence[KindCount]:
    """What stands of a representative's own between two local days, both inclusive."""
    found = await session.execute(
        select(
            DutyEntry.kind,
            func.count(),
            func.count(DutyEntry.occurred_on.distinct()),
            func.coalesce(func.sum(DutyEntry.people), 0),
        )
        .where(
            DutyEntry.representative_code == representative_code,
            DutyEntry.occurred_on.between(first, last),
            STANDING,
        )
        .group_by(DutyEntry.kind)
        .order_by(DutyEntry.kind)
    )
    return [KindCount(kind, entries, days, int(people)) for kind, entries, days, people in found]


async def last_note(session: AsyncSession, entry_id: int, event: str) -> DutyStamp | None:
    """What was last said of an entry with this event."""
    found = await session.scalars(
        select(DutyStamp)
        .where(DutyStamp.entry_id == entry_id, DutyStamp.event == event)
        .order_by(DutyStamp.id.desc())
        .limit(1)
    )
    return found.one_or_none()


async def count_returned(session: AsyncSession, representative_code: str) -> int:
    """How many of a representative's entries staff sent back and nobody has put right."""
    found = await session.scalar(
        select(func.count()).where(
            DutyEntry.representative_code == representative_code,
            STANDING,
            DutyEntry.returned_at.is_not(None),
            DutyEntry.passed_at.is_(None),
        )
    )
    return found or 0


async def stamps_of(session: AsyncSession, entry_id: int) -> Sequence[DutyStamp]:
    """Everything that was said of an entry, in order."""
    found = await session.scalars(select(DutyStamp).where(DutyStamp.entry_id == entry_id).order_by(DutyStamp.id))
    return found.all()


async def find_correction(session: AsyncSession, entry_id: int) -> int | None:
    """The number of the entry that stands in the place of this one."""
    return await session.scalar(select(DutyEntry.id).where(DutyEntry.corrects_id == entry_id))
