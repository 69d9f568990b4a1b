"""Addresses that a member was given for one thing each: a document to fetch, a form to fill in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class MemberLink(Base):
    """One address; only the digest of its token is kept. `facts` are codes and days, never words of people."""

    __tablename__ = "member_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    userid: Mapped[str] = mapped_column(String(64), index=True)  # in small letters
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
