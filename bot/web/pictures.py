"""Pictures that come with a form: drawn anew before anything is kept of them, as those that come from WeCom."""

import asyncio
import hashlib
from dataclasses import dataclass

from aiohttp.web import FileField
from sqlalchemy import select

from bot import safe_files
from bot.services.cases import Upload
from bot.services.context import Context
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Attachment, Case, Message

_drawing = asyncio.Semaphore(1)  # a large picture takes 150 MB while it is drawn anew


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes and what they are."""

    content: bytes
    upload: Upload


async def read(field: object) -> Picture | None:
    """The picture of a form's field; None where none was chosen. Raises `safe_files.NotSafe`."""
    if not isinstance(field, FileField) or not field.filename:
        return None
    raw = await asyncio.to_thread(field.file.read)
    if not raw:
        return None
    async with _drawing:
        safe = await asyncio.to_thread(safe_files.clean, raw, is_picture=True)
    digest = hashlib.sha256(safe.content).hexdigest()
    return Picture(safe.content, Upload(safe.content_type, len(safe.content), digest))


async def keep(context: Context, files: AttachmentFiles, case: Case, platform_id: str, picture: Picture) -> None:
    """Write the bytes of the message of this id before the commit: what is on record is on the disk.

    A form that is sent twice finds its first picture there.
    """
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.case_id == case.id, Message.platform_id == platform_id)
    )
    row = await context.session.scalar(query)
    if row is not None and row.digest == picture.upload.digest:
        key = await get_key(context.session, context.vault, row.key_id)
        await asyncio.to_thread(files.write, row.id, key, picture.content)
