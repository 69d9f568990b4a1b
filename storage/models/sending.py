"""What all pumps share: how WeCom holds an API back, and which files lie on its shelf."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId


class ApiGate(Base):
    """How far an API of WeCom is open to us, as the pump that was refused last left it."""

    __tablename__ = "api_gates"

    api: Mapped[str] = mapped_column(String(64), primary_key=True)
    blocked_until: Mapped[datetime | None]
    blocks: Mapped[int] = mapped_column(default=0)  # in a row: each lasts longer than the one before
    places: Mapped[int | None]  # calls one process may have under way; None is as many as it has places
    narrowed_at: Mapped[datetime]


class ShelvedMedia(Base):
    """An attachment that lies with WeCom; without a media id somebody is bringing it there until `until`."""

    __tablename__ = "shelved_media"

    attachment_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), default="")  # as what WeCom took it
    media_id: Mapped[str | None] = mapped_column(String(256))
    until: Mapped[datetime]
