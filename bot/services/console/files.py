"""An attachment of a case for somebody who has access to the case."""

from dataclasses import dataclass

from bot.services.context import Context
from storage.crypto import ContentKey
from storage.keys import find_key
from storage.models import Attachment, Case, Message
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
    key = await find_key(context.session, context.vault, row.key_id)
    if key is None or row.state is not AttachmentState.STORED:
        return None
    ending = _ENDINGS.get(row.content_type, "bin")
    return Found(row.id, key, row.content_type, f"{case.number[-6:]}-{row.id}.{ending}")
