"""Drafts of duty entries in the chat, with the pictures and voices that were sent for them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import ContentKey
from storage.models import Attachment, DutyDraft
from storage.states import AttachmentState


async def find_by_source(session: AsyncSession, source_key: str) -> DutyDraft | None:
    """The draft that came of a message."""
    return (await session.scalars(select(DutyDraft).where(DutyDraft.source_key == source_key))).one_or_none()


async def find_open(session: AsyncSession, userid: str, since: datetime) -> DutyDraft | None:
    """The newest draft of a member that is neither settled nor left alone since then."""
    found = await session.scalars(
        select(DutyDraft)
        .where(DutyDraft.userid == userid.lower(), DutyDraft.settled_at.is_(None), DutyDraft.touched_at >= since)
        .order_by(DutyDraft.id.desc())
        .limit(1)
    )
    return found.one_or_none()


async def find_theirs(session: AsyncSession, userid: str, draft_id: int) -> DutyDraft | None:
    """A draft of this member, settled or not; locked until this transaction ends."""
    draft = await session.get(DutyDraft, draft_id, with_for_update=True)
    return draft if draft is not None and draft.userid == userid.lower() else None


def attach(
    session: AsyncSession, draft: DutyDraft, key: ContentKey, *, kind: str, media_id: str, name: str, now: datetime
) -> None:
    """A picture, voice or file for a draft; its bytes are fetched as those of any other."""
    session.add(
        Attachment(
            duty_draft_id=draft.id,
            key_id=draft.key_id,
            kind=kind,
            media_id=media_id,
            name_sealed=key.seal_text(name) if name else None,
            state=AttachmentState.WANTED,
            due_at=now,
        )
    )


async def attachments_of(session: AsyncSession, draft_id: int) -> Sequence[Attachment]:
    """What was sent for a draft, without what never came."""
    found = await session.scalars(
        select(Attachment)
        .where(Attachment.duty_draft_id == draft_id, Attachment.state != AttachmentState.LOST)
        .order_by(Attachment.id)
    )
    return found.all()
