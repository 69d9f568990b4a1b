"""Addresses of the page that says how far a matter is."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class StatusLink(Base):
    """One address of one case; it is found by the digest of its token, and goes when the case's words go.

    The token is sealed with the case's key, so that the same address can be given again.
    """

    __tablename__ = "status_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # gone once it has ended
    issued_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
