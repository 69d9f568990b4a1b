"""What a file is counted and proved by: ledger lines, days and digests of the entries of one representative."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.duty import HIDDEN
from storage.ledger import digest_of
from storage.models import Attachment, Case, DutyEntry, FileDocument, LedgerLine

_OF_RESTRICTED = select(Case.id).where(Case.id == DutyEntry.case_id, Case.restricted).exists()
OPEN = and_(
    or_(DutyEntry.lane == "", and_(DutyEntry.lane == HIDDEN, DutyEntry.released_at.is_not(None))),
    ~_OF_RESTRICTED,
)
"""Entries that anybody of the office may read."""


async def ledger_lines(
    session: AsyncSession, representative_code: str, first: date, last: date, *, closed: bool
) -> AsyncIterator[LedgerLine]:
    """Every line of the ledger about a representative's entries of these local days, both inclusive."""
    query = _lines(representative_code, first, last)
    async for line in await session.stream_scalars(query if closed else query.where(OPEN)):
        yield line


def _lines(representative_code: str, first: date, last: date) -> Select[LedgerLine]:
    of: list[ColumnElement[bool]] = [
        DutyEntry.representative_code == representative_code,
        DutyEntry.occurred_on.between(first, last),
    ]
    return (
        select(LedgerLine)
        .join(DutyEntry, DutyEntry.id == LedgerLine.entry_id)
        .where(*of)
        .order_by(LedgerLine.chain, LedgerLine.seq)
    )


async def seal_digest(session: AsyncSession, representative_code: str, first: date, last: date) -> str:
    """One digest over all ledger lines and papers of these local days: what a sealed year is compared with.

    Closed entries are in it, too: digests say nothing about their words.
    """
    running = hashlib.sha256()
    async for line in ledger_lines(session, representative_code, first, last, closed=True):
        running.update(digest_of(line.chain, line.seq, line.event, line.entry_id, line.digest).encode())
    papers = await session.execute(
        select(FileDocument.id, FileDocument.section, FileDocument.on_date, Attachment.digest)
        .join(Attachment, Attachment.file_document_id == FileDocument.id)
        .where(
            FileDocument.representative_code == representative_code,
            FileDocument.on_date.between(first, last),
            FileDocument.removed_at.is_(None),
        )
        .order_by(FileDocument.id)
    )
    for number, section, on, digest in papers:
        running.update(digest_of(number, section, on.isoformat(), digest or "").encode())
    return running.hexdigest()
