"""What one person asks for and another has to agree to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import TWO_PERSON, TwoPersonState, check
from storage.types import RowId

_OPEN = text("state = 'asked' OR told_at IS NULL")


class TwoPersonAct(Base):
    """One act; `facts` are codes, numbers and days, never words of people."""

    __tablename__ = "two_person_acts"
    __table_args__ = (Index("ix_two_person_acts_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # reveal, texts, admin
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[TwoPersonState] = mapped_column(states(TwoPersonState))
    asked_by: Mapped[str] = mapped_column(String(64))  # a userid, or the name of a command
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when those were told who are to know; empty where a command wrote it

    def move(self, new: TwoPersonState) -> None:
        """Change the state as the table allows."""
        check(TWO_PERSON, self.state, new)
        self.state = new
