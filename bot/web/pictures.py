"""Pictures and files that come with a form: made safe before anything is kept, as those that come from WeCom."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp.web import FileField
from sqlalchemy import select

from bot import safe_files
from bot.services.cases import Upload
from bot.services.context import Context
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Attachment, Case, Message

MOST = 3  # files of one form
_LONGEST_NAME = 80
_SHOWN = frozenset({"image/jpeg", "image/png"})
_drawing = asyncio.Semaphore(1)  # a large picture takes 150 MB while it is drawn anew


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes and what they are."""

    content: bytes
    upload: Upload

    @property
    def kind(self) -> str:
        """As what it is sent in a chat."""
        return "image" if self.upload.content_type in _SHOWN else "file"


async def read(fields: Sequence[object]) -> tuple[Picture, ...]:
    """The files of a form's fields, at most `MOST`; none where none was chosen. Raises `safe_files.NotSafe`."""
    chosen = [one for one in fields if isinstance(one, FileField) and one.filename][:MOST]
    return tuple([found for one in chosen if (found := await _read(one)) is not None])


async def _read(field: FileField) -> Picture | None:
    raw = await asyncio.to_thread(field.file.read)
    if not raw:
        return None
    is_picture = field.content_type.startswith("image/")
    async with _drawing:
        safe = await asyncio.to_thread(safe_files.clean, raw, is_picture=is_picture)
    digest = hashlib.sha256(safe.content).hexdigest()
    upload = Upload(safe.content_type, len(safe.content), digest, safe.named(plain_name(field.filename)))
    return Picture(safe.content, upload)


def plain_name(name: str) -> str:
    """What a file is called, without a way to it and without signs that nobody sees."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(one for one in last if one.isprintable()).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return shown if len(shown) <= _LONGEST_NAME else f"{(stem or shown)[: _LONGEST_NAME - 8]}{dot}{ending[:7]}"


async def keep(context: Context, files: AttachmentFiles, case: Case, platform_id: str, picture: Picture) -> None:
    """Write the bytes of the message of this id before the commit: what is on record is on the disk.

    A form that is sent twice finds its first file there.
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
