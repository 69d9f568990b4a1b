"""An attachment for somebody who has access to the case, or to the duty entry, that it belongs to."""

from dataclasses import dataclass

from bot.services.context import Context
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Attachment, Case, DutyEntry, Message
from storage.states import AttachmentState

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "video/mp4": "mp4",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "application/pdf": "pdf",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Which file, under which key. The name is ours: one that people gave could be anything."""

    id: int
    key: ContentKey
    content_type: str
    file_name: str


async def access_file(context: Context, case: Case, attachment_id: int) -> Found | None:
    """The attachment of this number, if it is the case's, is here and was not taken back."""
    row = await context.session.get(Attachment, attachment_id) if attachment_id else None
    message = await context.session.get(Message, row.message_id) if row is not None and row.message_id else None
    if row is None or message is None or message.case_id != case.id or message.recalled_at is not None:
        return None
    return await _find(context, row, case.number[-6:])


async def access_evidence(context: Context, entry: DutyEntry, attachment_id: int) -> Found | None:
    """The attachment of this number, if it stands behind the entry and is here."""
    if f"attachment:{attachment_id}" not in (entry.evidence or ()):
        return None
    row = await context.session.get(Attachment, attachment_id)
    return await _find(context, row, str(entry.id)) if row is not None else None


async def _find(context: Context, row: Attachment, name: str) -> Found | None:
    key = await find_key(context.session, context.vault, row.key_id)
    if key is None or row.state is not AttachmentState.STORED:
        return None
    ending = _ENDINGS.get(row.content_type, "bin")
    return Found(row.id, key, row.content_type, f"{name}-{row.id}.{ending}")
