"""What is in a duty file besides its entries: papers and pictures in their sections, and what was bound of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import ContentKey
from storage.models import Attachment, DutyEntry, FileBinding, FileDocument
from storage.states import AttachmentState

log = logging.getLogger(__name__)
HERE = Attachment.state.in_([AttachmentState.WANTED, AttachmentState.STORED])


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A medium that came for a section of a file; `title` may be empty."""

    representative_code: str
    section: str
    on: date
    title: str
    kind: str
    media_id: str
    name: str
    source_key: str
    by: str


async def add_paper(
    session: AsyncSession, new: NewPaper, key_id: int, key: ContentKey, now: datetime
) -> FileDocument:
    """Put it into the file; its bytes are fetched as those of any other medium. The same message puts it once."""
    known = await find_by_source(session, new.source_key)
    if known is not None:
        return known
    paper = FileDocument(
        representative_code=new.representative_code,
        section=new.section,
        on_date=new.on,
        key_id=key_id,
        title_sealed=key.seal_text(new.title) if new.title else None,
        source_key=new.source_key,
        added_at=now,
        added_by=new.by,
    )
    session.add(paper)
    await session.flush()
    session.add(
        Attachment(
            file_document_id=paper.id,
            key_id=key_id,
            kind=new.kind,
            media_id=new.media_id,
            name_sealed=key.seal_text(new.name) if new.name else None,
            state=AttachmentState.WANTED,
            due_at=now,
        )
    )
    await session.flush()
    log.info("paper filed", extra={"paper": paper.id, "section": paper.section})
    return paper


async def find_by_source(session: AsyncSession, source_key: str) -> FileDocument | None:
    """The paper that a message brought."""
    found = await session.scalars(select(FileDocument).where(FileDocument.source_key == source_key))
    return found.one_or_none()


async def find_paper(session: AsyncSession, paper_id: int) -> FileDocument | None:
    """By number; locked until this transaction ends."""
    return await session.get(FileDocument, paper_id, with_for_update=True)


async def papers_of(
    session: AsyncSession, representative_code: str, first: date, last: date
) -> Sequence[tuple[FileDocument, Attachment]]:
    """What was filed between two local days, both inclusive, and not taken out; without what never came."""
    found = await session.execute(
        select(FileDocument, Attachment)
        .join(Attachment, Attachment.file_document_id == FileDocument.id)
        .where(
            FileDocument.representative_code == representative_code,
            FileDocument.on_date.between(first, last),
            FileDocument.removed_at.is_(None),
            HERE,
        )
        .order_by(FileDocument.on_date, FileDocument.id)
    )
    return [(paper, attachment) for paper, attachment in found]


async def attachments(session: AsyncSession, ids: Sequence[int]) -> dict[int, Attachment]:
    """These attachments by number, without those that never came or were taken back."""
    if not ids:
        return {}
    found = await session.scalars(select(Attachment).where(Attachment.id.in_(ids), HERE))
    return {one.id: one for one in found}


async def note_binding(session: AsyncSession, binding: FileBinding) -> FileBinding:
    """The file was bound; bound again with the same digest it is the same binding."""
    found = await session.scalars(
        select(FileBinding).where(
            FileBinding.representative_code == binding.representative_code,
            FileBinding.first_on == binding.first_on,
            FileBinding.closed == binding.closed,
            FileBinding.digest == binding.digest,
        )
    )
    known = found.one_or_none()
    if known is not None:
        return known
    session.add(binding)
    await session.flush()
    return binding


async def evidence_of(session: AsyncSession, entry_ids: Sequence[int]) -> dict[int, list[str]]:
    """What stands behind these entries, by their numbers."""
    if not entry_ids:
        return {}
    found = await session.execute(select(DutyEntry.id, DutyEntry.evidence).where(DutyEntry.id.in_(entry_ids)))
    return {number: list(evidence or ()) for number, evidence in found}
