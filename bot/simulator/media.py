"""Temporary files (documents 90253, 90254): three days, by media_id, with the platform's size limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.simulator import codes
from bot.simulator.codes import ApiError

MEGABYTE: Final = 1024 * 1024
LIFE = timedelta(days=3)
UPLOAD_LIMITS: Final[Mapping[str, int]] = {
    "image": 10 * MEGABYTE,
    "voice": 2 * MEGABYTE,
    "video": 10 * MEGABYTE,
    "file": 20 * MEGABYTE,
}
CONSTITUENT_LIMITS: Final[Mapping[str, int]] = {**UPLOAD_LIMITS, "image": 2 * MEGABYTE}
CONTENT_TYPES: Final[Mapping[str, str]] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "amr": "audio/amr",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
}
PNG, JPEG, AMR = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"#!AMR"


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file."""

    media_id: str
    kind: str
    filename: str
    content: bytes
    created_at: datetime

    @property
    def content_type(self) -> str:
        suffix = self.filename.rpartition(".")[2].lower()
        return CONTENT_TYPES.get(suffix, "application/octet-stream")


class MediaStore:
    """Files by media_id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, Media] = {}

    def keep(self, media_id: str, kind: str, filename: str, content: bytes) -> Media:
        media = Media(media_id, kind, filename, content, self._clock.now())
        self._files[media_id] = media
        return media

    def find(self, media_id: str) -> Media | None:
        """The file while it lives, None after three days."""
        media = self._files.get(media_id)
        if media is None or self._clock.now() - media.created_at >= LIFE:
            return None
        return media

    def get(self, media_id: object) -> Media:
        """The file; ApiError 40007 where it is unknown or too old."""
        media = self.find(media_id) if isinstance(media_id, str) else None
        if media is None:
            raise ApiError(codes.BAD_MEDIA_ID, "invalid media_id", violation="bad_media_id")
        return media


def check_upload(kind: str, content: bytes) -> None:
    """ApiError where WeCom would not take this file as this kind."""
    if kind not in UPLOAD_LIMITS:
        raise ApiError(codes.BAD_TYPE_PARAMETER, "invalid type")
    if len(content) <= 5:
        raise ApiError(codes.EMPTY_MEDIA, "empty media data")
    if len(content) > UPLOAD_LIMITS[kind]:
        raise ApiError(codes.TOO_LARGE, "media file size out of limit")
    wrong_picture = kind == "image" and not content.startswith((PNG, JPEG))
    if wrong_picture or (kind == "voice" and not content.startswith(AMR)):
        raise ApiError(codes.BAD_MEDIA_KIND, "invalid media type", violation="bad_media_kind")
