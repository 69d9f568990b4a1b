"""Putting an attachment on WeCom's shelf: uploaded once, used for three days by all processes (document 90253)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bot.clock import Clock
from bot.wecom.client import WeComClient
from bot.wecom.errors import Permanent, Temporary
from bot.wecom.payloads import MediaKind
from storage import media_shelf
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Attachment
from storage.states import AttachmentState

_SHELF_LIFE = timedelta(days=3) - timedelta(hours=1)
_LONGEST_UPLOAD = timedelta(seconds=140)  # two of 60 s each; then somebody else may try
_SOON = 1.0  # seconds
_SUFFIXES = {"image": "jpg", "voice": "amr", "video": "mp4", "file": "dat"}
_API = "media/upload"


@dataclass(frozen=True, slots=True)
class Shelved:
    """An uploaded attachment: the kind WeCom took it as, its id, and until when the id is good."""

    kind: MediaKind
    media_id: str
    until: datetime


class MediaShelf:
    """The media ids of attachments: in the database, so that no restart and no other process uploads again."""

    def __init__(
        self, client: WeComClient, database: Database, vault: Vault, files: AttachmentFiles, clock: Clock
    ) -> None:
        self._client = client
        self._database = database
        self._vault = vault
        self._files = files
        self._clock = clock
        self._uploading: dict[int, asyncio.Task[Shelved]] = {}  # several who want the same one share it

    async def put(self, attachment_id: int) -> Shelved:
        """What to send; raise `Temporary` while the bytes are not here, `Permanent` when they never will be."""
        if attachment_id not in self._uploading and (known := await self._find(attachment_id)):
            return known
        if attachment_id not in self._uploading:  # nobody began while we looked
            upload = asyncio.create_task(self._shelve(attachment_id), name=f"upload {attachment_id}")
            self._uploading[attachment_id] = upload
            upload.add_done_callback(lambda _: self._uploading.pop(attachment_id, None))
        return await asyncio.shield(self._uploading[attachment_id])

    async def _find(self, attachment_id: int) -> Shelved | None:
        """What lies there; what was taken back is not sent, wherever it lies."""
        async with self._database.read() as session:
            state = (await session.get_one(Attachment, attachment_id)).state
            known = await media_shelf.find(session, attachment_id, self._clock.now())
        if state is AttachmentState.WANTED:
            raise Temporary(_API, retry_after_seconds=_SOON)
        if state is not AttachmentState.STORED:
            raise Permanent(_API)
        if known is None or known.media_id is None:
            return None
        return Shelved(cast("MediaKind", known.kind), known.media_id, known.until)

    async def _shelve(self, attachment_id: int) -> Shelved:
        """Claim, upload with no transaction open, record. Another process that is at it already is waited for."""
        now = self._clock.now()
        async with self._database.begin() as session:
            ours = await media_shelf.claim(session, attachment_id, now, now + _LONGEST_UPLOAD)
        if not ours:
            if known := await self._find(attachment_id):
                return known
            raise Temporary(_API, retry_after_seconds=_SOON)
        try:
            uploaded = await self._upload(attachment_id)
        except BaseException:
            async with self._database.begin() as session:
                await media_shelf.forget(session, attachment_id)
            raise
        async with self._database.begin() as session:
            await media_shelf.put(session, attachment_id, uploaded.kind, uploaded.media_id, uploaded.until)
        return uploaded

    async def forget(self, attachment_id: int, media_id: str) -> None:
        """WeCom no longer knows this id: upload again next time, unless somebody already did."""
        async with self._database.begin() as session:
            await media_shelf.forget(session, attachment_id, media_id)

    async def _upload(self, attachment_id: int) -> Shelved:
        async with self._database.read() as session:
            attachment = await session.get_one(Attachment, attachment_id)
            key = await get_key(session, self._vault, attachment.key_id)
        name = key.open_text(attachment.name_sealed) or f"{attachment_id}.{_SUFFIXES.get(attachment.kind, 'dat')}"
        content = self._files.read(attachment_id, key)
        until = self._clock.now() + _SHELF_LIFE
        kind = media_kind(attachment.kind)
        try:
            return Shelved(kind, await self._upload_as(kind, name, content, attachment), until)
        except Permanent:
            if kind == "file":
                raise
        # A picture or voice in a form WeCom does not take as such is still a file that can be opened.
        return Shelved("file", await self._upload_as("file", name, content, attachment), until)

    async def _upload_as(self, kind: MediaKind, name: str, content: bytes, attachment: Attachment) -> str:
        return await self._client.upload_media(kind, name, content, attachment.content_type)


def media_kind(kind: str) -> MediaKind:
    """What WeCom can carry as such; anything else goes as a file."""
    match kind:
        case "image" | "voice" | "video":
            return kind
        case _:
            return "file"
