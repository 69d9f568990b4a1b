"""Codes by which constituents come in: found, issued, revoked, renewed, listed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import EntryCode, Representative, Station

REP, STATION = "rep", "station"
LEFT_OFFICE, LOST, REPLACED, OTHER = "left_office", "lost", "replaced", "other"


async def find(session: AsyncSession, code: str) -> EntryCode | None:
    """By what the QR carries. None is also what an own code has that was never changed."""
    return await session.get(EntryCode, code)


async def of_target(session: AsyncSession, kind: str, target_code: str) -> Sequence[EntryCode]:
    """All codes on record of a representative or a station, the newest last."""
    found = await session.scalars(
        select(EntryCode).where(EntryCode.kind == kind, EntryCode.target_code == target_code)
    )
    return sorted(found, key=lambda row: (row.issued_at, _serial(row.code, target_code)))


async def of_targets(session: AsyncSession, kind: str, target_codes: Collection[str]) -> dict[str, list[EntryCode]]:
    """The codes on record of several, the newest last; nobody is there whose code never changed."""
    rows = await session.scalars(
        select(EntryCode).where(EntryCode.kind == kind, EntryCode.target_code.in_(target_codes))
    )
    found: dict[str, list[EntryCode]] = {}
    for row in sorted(rows, key=lambda row: (row.issued_at, _serial(row.code, row.target_code))):
        found.setdefault(row.target_code, []).append(row)
    return found


async def list_all(session: AsyncSession) -> Sequence[EntryCode]:
    """Every code on record, those of one target together."""
    ordered = select(EntryCode).order_by(EntryCode.kind, EntryCode.target_code, EntryCode.issued_at, EntryCode.code)
    return (await session.scalars(ordered)).all()


async def issue(
    session: AsyncSession, *, code: str, kind: str, target_code: str, station_code: str | None, at: datetime
) -> EntryCode:
    """Put a code on record; `station_code` is where it leads when it is no longer valid."""
    row = EntryCode(code=code, kind=kind, target_code=target_code, station_code=station_code, issued_at=at)
    session.add(row)
    await session.flush()
    return row


def revoke(row: EntryCode, *, at: datetime, by: str, reason: str) -> None:
    """From now on it leads to the remembered station. Who did it and why is kept; a second time changes nothing."""
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by, row.reason = at, by, reason


async def renew(
    session: AsyncSession, *, kind: str, target_code: str, station_code: str | None, at: datetime, by: str
) -> EntryCode:
    """Issue the next code of a target, `R0123-2` and so on, and revoke the earlier ones as replaced.

    The own code must be on record already. A station's earlier codes lead to the station itself from then on:
    it is still there, only its sign is new.
    """
    earlier = await of_target(session, kind, target_code)
    for row in earlier:
        if row.revoked_at is None and kind == STATION:
            row.station_code = target_code
        revoke(row, at=at, by=by, reason=REPLACED)
    code = await _next(session, target_code, earlier)
    return await issue(session, code=code, kind=kind, target_code=target_code, station_code=station_code, at=at)


async def _next(session: AsyncSession, target_code: str, earlier: Sequence[EntryCode]) -> str:
    """One more than the highest so far; a number that somebody else's code happens to be is left out."""
    serial = max((_serial(row.code, target_code) for row in earlier), default=1)
    while True:
        serial += 1
        code = f"{target_code}-{serial}"
        if not await _is_taken(session, code):
            return code


async def _is_taken(session: AsyncSession, code: str) -> bool:
    for kind in (EntryCode, Representative, Station):
        if await session.get(kind, code) is not None:
            return True
    return False


def _serial(code: str, target_code: str) -> int:
    """2 for `R0123-2`; 1 for the own code."""
    rest = code.removeprefix(f"{target_code}-")
    return int(rest) if rest.isdecimal() and rest != code else 1
