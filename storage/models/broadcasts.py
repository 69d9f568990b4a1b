"""Notices that two people stand for, and what became of each for each of its recipients."""

import logging
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import BROADCAST, BroadcastState, RecipientState, check
from storage.types import RowId

log = logging.getLogger(__name__)
_NOT_HANDED_OVER = text("state = 'waiting' AND outbox_id IS NULL")


class Broadcast(Base):
    """A notice: its words, who stands for it, whom it is for, and where it is (domain E7)."""

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_state", "state", "due_at"),)
    # Two people who decide on the same notice: the second finds it changed and decides anew.
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[BroadcastState] = mapped_column(states(BroadcastState))
    author_userid: Mapped[str] = mapped_column(String(64))
    reviewer_userid: Mapped[str | None] = mapped_column(String(64))
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    wording_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # title, text, link, buttons and options, as JSON
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    audience: Mapped[str] = mapped_column(String(512), default="")  # the expression; empty until it is chosen
    size: Mapped[int | None]  # how many recipients were frozen
    needs_receipt: Mapped[bool] = mapped_column(default=False, server_default=false())
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())  # quiet hours do not hold it
    again: Mapped[bool] = mapped_column(default=False, server_default=false())  # said twice, and that is meant
    batches: Mapped[int] = mapped_column(default=0, server_default="0")  # rows of the outbox that were written
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    wanted_at: Mapped[datetime | None]  # when its author wants it sent; None is as soon as it is approved
    due_at: Mapped[datetime | None]  # when it will be sent: the same, outside quiet hours
    sent_at: Mapped[datetime | None]  # when the last recipient had an end
    nudge_due_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[str | None] = mapped_column(String(64))

    def move(self, state: BroadcastState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(BROADCAST, self.state, state)
        log.info("broadcast changed", extra={"broadcast": self.id, "state": state.value})


class BroadcastRecipient(Base):
    """One recipient of a notice: `m:` with a userid in small letters, or `c:` with a conversation's number."""

    __tablename__ = "broadcast_recipients"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "recipient"),
        Index("ix_broadcast_recipients_state", "broadcast_id", "state"),
        Index("ix_broadcast_recipients_outbox", "outbox_id"),
        Index(
            "ix_broadcast_recipients_unsent",
            "broadcast_id",
            "id",
            sqlite_where=_NOT_HANDED_OVER,
            postgresql_where=_NOT_HANDED_OVER,
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"))
    recipient: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(64))  # the userid as WeCom writes it; empty for a constituent
    state: Mapped[RecipientState] = mapped_column(states(RecipientState))
    reason: Mapped[str] = mapped_column(String(32), default="")  # a fixed word: why it failed or was skipped
    choice: Mapped[str] = mapped_column(String(16), default="")  # the button that was tapped first
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    at: Mapped[datetime]  # when it came into this state
    recalled_at: Mapped[datetime | None]
