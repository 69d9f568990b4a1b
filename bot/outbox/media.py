"""Putting an attachment on WeCom's shelf: uploaded once, used for three days (document 90253)."""

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
        self._ids: dict[int, tuple[str, datetime]] = {}

    async def media_id(self, attachment_id: int) -> str:
        """The id to send; raise `Temporary` while the bytes are not here, `Permanent` when they never will be."""
        known = self._ids.get(attachment_id)
        if known and known[1] > self._clock.now():
            return known[0]
        uploaded = await self._upload(attachment_id)
        self._ids = {key: one for key, one in self._ids.items() if one[1] > self._clock.now()}
        self._ids[attachment_id] = (uploaded, self._clock.now() + _SHELF_LIFE)
        return uploaded

    def forget(self, attachment_id: int) -> None:
        """WeCom no longer knows the id: upload again next time."""
        self._ids.pop(attachment_id, None)

    async def _upload(self, attachment_id: int) -> str:
        async with self._database.read() as session:
            attachment = await session.get_one(Attachment, attachment_id)
            key = await get_key(session, self._vault, attachment.key_id)
        if attachment.state is AttachmentState.WANTED:
            raise Temporary(_API, retry_after_seconds=1.0)
        if attachment.state is AttachmentState.LOST:
            raise Permanent(_API)
        name = key.open_text(attachment.name_sealed) or f"{attachment_id}.{_SUFFIXES.get(attachment.kind, 'dat')}"
        content = self._files.read(attachment_id, key)
        return await self._client.upload_media(media_kind(attachment.kind), name, content, attachment.content_type)


def media_kind(kind: str) -> MediaKind:
    """What WeCom can carry as such; anything else goes as a file."""
    match kind:
        case "image" | "voice" | "video":
            return kind
        case _:
            return "file"
