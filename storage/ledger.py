"""The duty ledger: append-only lines, each carrying the digest of its fact and of the line before.

It holds digests only, so it still verifies when the content key of a case has been destroyed (domain F6, F7).
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ContentKeyRow, DutyEntry, LedgerHead, LedgerLine

GENESIS = "0" * 64
# Which stamp a line speaks of, and whether it sets or takes it back.
_STAMPS = {"delivered": ("delivered", True), "undelivered": ("delivered", False), "closed": ("closed", True)}


def digest_of(*parts: object) -> str:
    """SHA-256 of the canonical JSON of `parts`."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


def entry_digest(entry: DutyEntry) -> str:
    """The digest of what an entry says; its stamps are lines of their own."""
    return digest_of(
        entry.id,
        entry.representative_code,
        entry.station_code,
        entry.case_id,
        entry.round,
        entry.kind,
        entry.source,
        entry.occurred_at,
        entry.key_id,
        entry.summary_digest,
    )


def stamp_digest(entry_id: int, event: str, at: datetime) -> str:
    """The digest of a stamp (delivered, undelivered, closed)."""
    return digest_of(entry_id, event, at)


def _line_digest(line: LedgerLine) -> str:
    return digest_of(line.chain, line.seq, line.event, line.entry_id, line.at, line.fact_digest, line.previous)


async def _lock_head(session: AsyncSession, chain: str) -> LedgerHead:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    await session.execute(
        dialect.insert(LedgerHead).values(chain=chain, seq=0, digest=GENESIS).on_conflict_do_nothing()
    )
    found = await session.scalars(
        select(LedgerHead)
        .where(LedgerHead.chain == chain)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def add_line(
    session: AsyncSession, *, chain: str, event: str, entry_id: int, fact_digest: str, at: datetime
) -> None:
    """Append a line to a region's chain, in the commit of the fact it stands for."""
    head = await _lock_head(session, chain)
    line = LedgerLine(
        chain=chain,
        seq=head.seq + 1,
        event=event,
        entry_id=entry_id,
        at=at,
        fact_digest=fact_digest,
        previous=head.digest,
    )
    line.digest = _line_digest(line)
    head.seq, head.digest = line.seq, line.digest
    session.add(line)
    await session.flush()


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not hold; `where` names the row."""

    where: str
    what: str


async def find_violations(session: AsyncSession) -> AsyncIterator[Violation]:
    """Walk every chain from its first line: order, links, digests, entries and stamps."""
    last: dict[str, LedgerLine] = {}
    lined: dict[int, str] = {}
    stamps: dict[tuple[int, str], datetime | None] = {}
    lines = await session.stream_scalars(select(LedgerLine).order_by(LedgerLine.chain, LedgerLine.seq))
    async for line in lines:
        before = last.get(line.chain)
        where = f"ledger {line.chain} line {line.seq}"
        if line.seq != (before.seq + 1 if before else 1):
            yield Violation(where, "a line is missing before it")
        if line.previous != (before.digest if before else GENESIS):
            yield Violation(where, "does not continue the line before it")
        if line.digest != _line_digest(line):
            yield Violation(where, "was changed after it was written")
        if line.event == "entry":
            if line.entry_id in lined:
                yield Violation(where, f"duty entry {line.entry_id} has a second line")
            lined[line.entry_id] = line.fact_digest
        else:
            stamp, holds = _STAMPS[line.event]
            stamps[line.entry_id, stamp] = line.at if holds else None
            if line.fact_digest != stamp_digest(line.entry_id, line.event, line.at):
                yield Violation(where, "the stamp does not match its digest")
        last[line.chain] = line
    heads = {head.chain: head for head in await session.scalars(select(LedgerHead))}
    for chain in sorted(last.keys() | heads.keys()):
        end, head = last.get(chain), heads.get(chain)
        if head is None:
            yield Violation(f"ledger {chain}", "its head is missing")
        elif (end.seq, end.digest) != (head.seq, head.digest) if end else head.seq:
            yield Violation(f"ledger {chain}", "its last line is missing")
    async for violation in _entry_violations(session, lined, stamps):
        yield violation


async def _entry_violations(
    session: AsyncSession, lined: dict[int, str], stamps: dict[tuple[int, str], datetime | None]
) -> AsyncIterator[Violation]:
    remaining = set(lined)
    entries = await session.stream(
        select(DutyEntry, ContentKeyRow.wrapped.is_not(None))
        .outerjoin(ContentKeyRow, ContentKeyRow.id == DutyEntry.key_id)
        .order_by(DutyEntry.id)
    )
    async for entry, readable in entries:
        where = f"duty entry {entry.id}"
        remaining.discard(entry.id)
        if entry.id not in lined:
            yield Violation(where, "has no line in the ledger")
        elif lined[entry.id] != entry_digest(entry):
            yield Violation(where, "does not match its line in the ledger")
        if entry.summary_sealed is None:
            if readable:
                yield Violation(where, "its summary is gone, and it was not erased")
        elif sealed_digest(entry.summary_sealed) != entry.summary_digest:
            yield Violation(where, "its summary was changed")
        for stamp, stamped_at in (("delivered", entry.delivered_at), ("closed", entry.closed_at)):
            if stamps.get((entry.id, stamp)) != stamped_at:
                yield Violation(where, f"the stamp '{stamp}' is not what the ledger says")
    for entry_id in sorted(remaining):
        yield Violation(f"duty entry {entry_id}", "is gone, its ledger line is still here")


def sealed_digest(sealed: bytes) -> str:
    """The digest of a ciphertext: proves it unchanged and says nothing about the words."""
    return hashlib.sha256(sealed).hexdigest()
