"""What a file is counted and proved by: ledger lines, days and digests of the entries of one representative."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.chunks import chunks
from storage.duty_file import HERE
from storage.duty_reading import CONFIRMED, DISPUTED, STANDING, Viewer, visible
from storage.ledger import digest_of
from storage.models import Attachment, DutyEntry, FileDocument, LedgerLine


async def ledger_lines(
    session: AsyncSession, representative_code: str, first: date, last: date, *, closed: bool
) -> AsyncIterator[LedgerLine]:
    """Every line of the ledger about a representative's entries of these local days, both inclusive."""
    query = _lines(representative_code, first, last)
    async for line in await session.stream_scalars(query if closed else query.where(lanes.ENTRY_IS_OPEN)):
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


async def entries_of(
    session: AsyncSession, viewer: Viewer, representative_code: str, first: date, last: date, most: int
) -> Sequence[tuple[DutyEntry, bool]]:
    """What stands of these local days and the viewer may see, the newest first; and whether everybody may."""
    found = await session.execute(
        select(DutyEntry, lanes.ENTRY_IS_OPEN.label("is_open"))
        .where(
            visible(viewer),
            STANDING,
            DutyEntry.representative_code == representative_code,
            DutyEntry.occurred_on.between(first, last),
        )
        .order_by(DutyEntry.occurred_on.desc(), DutyEntry.id.desc())
        .limit(most)
    )
    return [(entry, bool(is_open)) for entry, is_open in found]


async def open_counts(
    session: AsyncSession, representative_code: str, first: date, last: date
) -> Sequence[tuple[str, int, int]]:
    """(kind, entries, people met) of what is confirmed, undisputed and open to everybody: for the public view."""
    found = await session.execute(
        select(DutyEntry.kind, func.count(), func.coalesce(func.sum(DutyEntry.people), 0))
        .where(
            STANDING,
            CONFIRMED,
            lanes.ENTRY_IS_OPEN,
            DutyEntry.representative_code == representative_code,
            DutyEntry.occurred_on.between(first, last),
        )
        .group_by(DutyEntry.kind)
        .order_by(DutyEntry.kind)
    )
    return [(kind, entries, int(people)) for kind, entries, people in found]


async def evidence_kinds(
    session: AsyncSession, codes: Collection[str], first: date, last: date, *, closed: bool
) -> Mapping[str, Counter[str]]:
    """How much evidence of each sort stands behind the entries of each representative."""
    found = await session.execute(
        select(DutyEntry.representative_code, DutyEntry.evidence).where(
            STANDING,
            ~DISPUTED,
            DutyEntry.representative_code.in_(codes),
            DutyEntry.occurred_on.between(first, last),
            true() if closed else lanes.ENTRY_IS_OPEN,
        )
    )
    whose = {number: code for code, evidence in found for number in _attachments(evidence)}
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    async for some in chunks(whose):
        rows = await session.execute(select(Attachment.id, Attachment.kind).where(Attachment.id.in_(some), HERE))
        for number, kind in rows:
            counted[whose[number]][kind] += 1
    return counted


def _attachments(evidence: Sequence[str] | None) -> list[int]:
    named = [one.partition(":") for one in evidence or ()]
    return [int(number) for what, _, number in named if what == "attachment" and number.isdigit()]


async def count_papers(
    session: AsyncSession, codes: Collection[str], first: date, last: date
) -> Mapping[tuple[str, str], int]:
    """How many papers were filed between two local days, by representative and section."""
    found = await session.execute(
        select(FileDocument.representative_code, FileDocument.section, func.count())
        .join(Attachment, Attachment.file_document_id == FileDocument.id)
        .where(
            FileDocument.representative_code.in_(codes),
            FileDocument.on_date.between(first, last),
            FileDocument.removed_at.is_(None),
            HERE,
        )
        .group_by(FileDocument.representative_code, FileDocument.section)
    )
    return {(code, section): count for code, section, count in found}
