"""述职: what a report is made of, the reports themselves, and who has none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.duty_reading import CONFIRMED, STANDING, Viewer, visible
from storage.models import DutyEntry, DutyReport
from storage.states import DutyReportState

# A report is read in public: nothing that is closed to anybody is in it. No member is called so.
_ANYBODY = Viewer("no one", None, None)


@dataclass(frozen=True, slots=True)
class ReportedEntry:
    """A confirmed entry. `exchange`: an answer to a constituent, whose words are never quoted."""

    number: int
    kind: str
    on: date
    people: int
    opinions: int
    proposals: int
    exchange: bool
    closed: bool
    told: bool  # in the representative's own words


async def entries_for(
    session: AsyncSession, representative_code: str, first: date, last: date
) -> Sequence[ReportedEntry]:
    """What may be reported of these local days: it stands, is confirmed and open to all; by day and number."""
    rows = await session.execute(
        select(
            DutyEntry.id,
            DutyEntry.kind,
            DutyEntry.occurred_on,
            DutyEntry.people,
            DutyEntry.opinions,
            DutyEntry.proposals,
            DutyEntry.case_id.is_not(None),
            DutyEntry.closed_at.is_not(None),
            DutyEntry.source == "rep",
        )
        .where(
            DutyEntry.representative_code == representative_code,
            DutyEntry.occurred_on.between(first, last),
            STANDING,
            CONFIRMED,
            visible(_ANYBODY),
        )
        .order_by(DutyEntry.occurred_on, DutyEntry.id)
    )
    return [ReportedEntry(*row[:6], bool(row[6]), bool(row[7]), bool(row[8])) for row in rows]


async def get_entries(session: AsyncSession, numbers: Collection[int]) -> Sequence[DutyEntry]:
    """These entries, by number."""
    found = await session.scalars(select(DutyEntry).where(DutyEntry.id.in_(numbers)).order_by(DutyEntry.id))
    return found.all()


async def find(session: AsyncSession, representative_code: str, first: date, last: date) -> DutyReport | None:
    """The report on these days; locked until this transaction ends."""
    query = select(DutyReport).where(
        DutyReport.representative_code == representative_code,
        DutyReport.first_on == first,
        DutyReport.last_on == last,
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def find_open(session: AsyncSession, representative_code: str) -> DutyReport | None:
    """The newest report that is not held yet; locked until this transaction ends."""
    query = (
        select(DutyReport)
        .where(DutyReport.representative_code == representative_code, DutyReport.state != DutyReportState.HELD)
        .order_by(DutyReport.id.desc())
        .limit(1)
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def find_last_held(session: AsyncSession, representative_code: str) -> DutyReport | None:
    """The report that was held last."""
    query = (
        select(DutyReport)
        .where(DutyReport.representative_code == representative_code, DutyReport.state == DutyReportState.HELD)
        .order_by(DutyReport.held_on.desc(), DutyReport.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def last_held_on(session: AsyncSession) -> dict[str, date]:
    """When each representative who has reported did so last."""
    rows = await session.execute(
        select(DutyReport.representative_code, func.max(DutyReport.held_on))
        .where(DutyReport.state == DutyReportState.HELD)
        .group_by(DutyReport.representative_code)
    )
    return {code: on for code, on in rows if on is not None}
