"""Duty entries: written with their ledger line in the commit of the answer, stamped later by further lines."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import ledger
from storage.crypto import ContentKey
from storage.models import Case, DutyEntry

log = logging.getLogger(__name__)


def chain_of(case: Case) -> str:
    """The ledger chain of a case: the district its number begins with."""
    return case.number.rsplit("-", 2)[0]


async def find_entry(session: AsyncSession, case: Case, representative_code: str) -> DutyEntry | None:
    """The entry of this representative for the exchange that is going on."""
    found = await session.scalars(
        select(DutyEntry).where(
            DutyEntry.case_id == case.id,
            DutyEntry.round == case.round,
            DutyEntry.representative_code == representative_code,
        )
    )
    return found.one_or_none()


async def add_entry(
    session: AsyncSession,
    *,
    case: Case,
    representative_code: str,
    kind: str,
    summary: str,
    key: ContentKey,
    at: datetime,
) -> DutyEntry:
    """Write the one entry for this representative in this exchange; a second answer in it changes nothing."""
    existing = await find_entry(session, case, representative_code)
    if existing is not None:
        return existing
    sealed = key.seal_text(summary)
    entry = DutyEntry(
        representative_code=representative_code,
        station_code=case.station_code,
        case_id=case.id,
        round=case.round,
        kind=kind,
        source="auto",
        occurred_at=at,
        key_id=case.key_id,
        summary_sealed=sealed,
        summary_digest=ledger.sealed_digest(sealed),
    )
    session.add(entry)
    await session.flush()
    await ledger.add_line(
        session,
        chain=chain_of(case),
        event="entry",
        entry_id=entry.id,
        fact_digest=ledger.entry_digest(entry),
        at=at,
    )
    log.info("duty entry written", extra={"entry": entry.id, "case": case.number, "round": case.round})
    return entry


async def stamp_delivered(session: AsyncSession, entry: DutyEntry, case: Case, at: datetime) -> None:
    """The whole answer reached the constituent's chat."""
    if entry.delivered_at is None:
        entry.delivered_at = at
        await _stamp(session, entry, case, "delivered", at)


async def stamp_told(session: AsyncSession, case: Case, at: datetime) -> None:
    """The answers of this exchange were told in person: stamp its entries as delivered."""
    entries = await session.scalars(
        select(DutyEntry).where(DutyEntry.case_id == case.id, DutyEntry.round == case.round)
    )
    for entry in entries:
        await stamp_delivered(session, entry, case, at)


async def stamp_undelivered(session: AsyncSession, entry: DutyEntry, case: Case, at: datetime) -> None:
    """WeCom reported afterwards that it did not arrive."""
    if entry.delivered_at is not None:
        entry.delivered_at = None
        await _stamp(session, entry, case, "undelivered", at)


async def stamp_closed(session: AsyncSession, case: Case, at: datetime) -> None:
    """The constituent says the matter is settled: stamp the entries of this exchange."""
    entries = await session.scalars(
        select(DutyEntry).where(DutyEntry.case_id == case.id, DutyEntry.round == case.round)
    )
    for entry in entries:
        if entry.closed_at is None:
            entry.closed_at = at
            await _stamp(session, entry, case, "closed", at)


async def _stamp(session: AsyncSession, entry: DutyEntry, case: Case, event: str, at: datetime) -> None:
    log.info("duty entry stamped", extra={"entry": entry.id, "case": case.number, "stamp": event})
    await ledger.add_line(
        session,
        chain=chain_of(case),
        event=event,
        entry_id=entry.id,
        fact_digest=ledger.stamp_digest(entry.id, event, at),
        at=at,
    )


async def stream_entries(
    session: AsyncSession,
    *,
    representative_code: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[tuple[DutyEntry, Case | None]]:
    """Entries with their cases, in order of writing; `since` inclusive, `until` exclusive."""
    query = select(DutyEntry, Case).outerjoin(Case, Case.id == DutyEntry.case_id).order_by(DutyEntry.id)
    if representative_code:
        query = query.where(DutyEntry.representative_code == representative_code)
    if since:
        query = query.where(DutyEntry.occurred_at >= since)
    if until:
        query = query.where(DutyEntry.occurred_at < until)
    async for entry, case in await session.stream(query):
        yield entry, case
