"""Constituents whom staff are to reach by telephone or in person, because the chat cannot or they asked for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId

_OPEN = text("done_at IS NULL")


class ContactTask(Base):
    """One call to be made; one that is open at a time of a case and cause."""

    __tablename__ = "contact_tasks"
    __table_args__ = (
        Index(
            "uq_contact_tasks_open",
            "case_id",
            "why",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_contact_tasks_case", "case_id", "id"),
        Index("ix_contact_tasks_open", "done_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    why: Mapped[str] = mapped_column(String(16))  # answer: it cannot be delivered; person: they asked for one
    reason: Mapped[str] = mapped_column(String(32))  # a word that notices have a sentence for
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(16))  # called, delivered, answered
