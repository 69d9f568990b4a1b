"""Putting an attachment on WeCom's shelf: uploaded once, used for three days (document 90253)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.wecom.client import WeComClient
from bot.wecom.errors import Permanent, Temporary
from bot.wecom.payloads import MediaKind
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.keys import get_key
from storage.models import Attachment
from storage.states import AttachmentState

_SHELF_LIFE = timedelta(days=3) - timedelta(hours=1)
_SUFFIXES = {"image": "jpg", "voice": "amr", "video": "mp4", "file": "dat"}
_API = "media/upload"


@dataclass(frozen=True, slots=True)
class Shelved:
    """An uploaded attachment: the kind WeCom took it as, its id, and until when the id is good."""

    kind: MediaKind
    media_id: str
    until: datetime


class MediaShelf:
    """The media ids of attachments that were uploaded lately."""

    def __init__(
        self, client: WeComClient, database: Database, vault: Vault, files: AttachmentFiles, clock: Clock
    ) -> None:
        self._client = client
        self._database = database
        self._vault = vault
        self._files = files
        self._clock = clock
        self._shelved: dict[int, Shelved] = {}
        self._uploading: dict[int, asyncio.Task[Shelved]] = {}  # several who want the same one share it

    async def put(self, attachment_id: int) -> Shelved:
        """What to send; raise `Temporary` while the bytes are not here, `Permanent` when they never will be."""
        now = self._clock.now()
        await self._check_state(attachment_id)
        known = self._shelved.get(attachment_id)
        if known and known.until > now:
            return known
        if attachment_id not in self._uploading:
            upload = asyncio.create_task(self._shelve(attachment_id), name=f"upload {attachment_id}")
            self._uploading[attachment_id] = upload
            upload.add_done_callback(lambda _: self._uploading.pop(attachment_id, None))
        return await asyncio.shield(self._uploading[attachment_id])

    async def _shelve(self, attachment_id: int) -> Shelved:
        """It is on the shelf before the upload counts as done, or somebody between the two would upload again."""
        uploaded = await self._upload(attachment_id)
        now = self._clock.now()
        self._shelved = {key: one for key, one in self._shelved.items() if one.until > now}
        self._shelved[attachment_id] = uploaded
        return uploaded

    async def _check_state(self, attachment_id: int) -> None:
        """What was taken back is not sent, wherever it already lies."""
        async with self._database.read() as session:
            state = (await session.get_one(Attachment, attachment_id)).state
        if state is AttachmentState.WANTED:
            raise Temporary(_API, retry_after_seconds=1.0)
        if state is not AttachmentState.STORED:
            raise Permanent(_API)

    def forget(self, attachment_id: int) -> None:
        """WeCom no longer knows the id: upload again next time."""
        self._shelved.pop(attachment_id, None)

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
