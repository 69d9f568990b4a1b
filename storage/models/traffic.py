"""What came in, what is to go out, and where we have read up to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import InboxState, OutboxState
from storage.types import RowId

_PENDING_IN = text("state = 'waiting'")
_OF_MEMBERS = text("state = 'waiting' AND source = 'app'")
_OF_OTHERS = text("state = 'waiting' AND source <> 'app'")
_IN_CHAT = text("conversation_id IS NOT NULL")
_PENDING_OUT = text("state IN ('waiting', 'leased')")
_WAITING_OUT = text("state = 'waiting'")
_WITH_ANOTHER = text("leaves_with IS NOT NULL")
_UNSENT = text("state IN ('waiting', 'leased') AND purpose IN ('answer', 'referral', 'receipt')")
_SENT = text("sent_at IS NOT NULL")
_PARKED_IN = text("state = 'parked'")


class KfAccount(Base):
    """A 微信客服 account and the cursor up to which its messages are in the inbox."""

    __tablename__ = "kf_accounts"

    open_kfid: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    cursor: Mapped[str] = mapped_column(String(128), default="")
    watermark: Mapped[datetime]  # what was written before is history and stays unanswered


class ContactLink(Base):
    """The kf link of a scene; a code is added to it as `scene_param` (WeCom document 94665)."""

    __tablename__ = "contact_links"

    open_kfid: Mapped[str] = mapped_column(String(64), primary_key=True)
    scene: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str]


class InboxRow(Base):
    """Something that came in, unique by the platform's own key; the body goes when it has been handled."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_inbox_pending", "lane", "id", sqlite_where=_PENDING_IN, postgresql_where=_PENDING_IN),
        Index("ix_inbox_others", "id", sqlite_where=_OF_OTHERS, postgresql_where=_OF_OTHERS),
        Index("ix_inbox_members", "source", "id", sqlite_where=_OF_MEMBERS, postgresql_where=_OF_MEMBERS),
        Index("ix_inbox_parked", "id", sqlite_where=_PARKED_IN, postgresql_where=_PARKED_IN),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))  # app for what members do, or the open_kfid
    key: Mapped[str] = mapped_column(String(128))
    lane: Mapped[str] = mapped_column(String(200))  # rows of one lane are handled in order
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    state: Mapped[InboxState] = mapped_column(states(InboxState), default=InboxState.WAITING)
    attempt: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    reason: Mapped[str | None]


class OutboxRow(Base):
    """Something to be said to one conversation or to some members, sealed like the case it speaks of."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_pending", "lane", "id", sqlite_where=_PENDING_OUT, postgresql_where=_PENDING_OUT),
        Index("ix_outbox_due", "state", "due_at"),
        Index(
            "ix_outbox_next",
            "priority",
            "due_at",
            "id",
            sqlite_where=_WAITING_OUT,
            postgresql_where=_WAITING_OUT,
        ),
        Index("ix_outbox_leaves_with", "leaves_with", sqlite_where=_WITH_ANOTHER, postgresql_where=_WITH_ANOTHER),
        Index("ix_outbox_paced", "paced_at"),
        Index("ix_outbox_case", "case_id", "id"),
        Index("ix_outbox_unsent", "created_at", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        Index("ix_outbox_sent", "sent_at", "purpose", "case_id", sqlite_where=_SENT, postgresql_where=_SENT),
        Index("ix_outbox_conversation", "conversation_id", "id", sqlite_where=_IN_CHAT, postgresql_where=_IN_CHAT),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))  # kf, welcome, app, card_update, living
    purpose: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(200))
    recipients: Mapped[list[str]] = mapped_column(default=list)  # userids; empty for a conversation
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("duty_entries.id"), index=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))
    priority: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[OutboxState] = mapped_column(states(OutboxState), default=OutboxState.WAITING)
    attempt: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)  # a new one where WeCom took it and then reported a failure
    held_told: Mapped[bool] = mapped_column(default=False)  # the officer knows that it cannot go out now
    told_at: Mapped[datetime | None]  # an answer that was told by telephone instead
    in_doubt: Mapped[bool] = mapped_column(default=False)  # an earlier attempt may have been taken
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    # When it last left, then when WeCom answered: what limits count by. It rises with each commit of any pump.
    paced_at: Mapped[datetime | None]
    leaves_with: Mapped[int | None] = mapped_column(RowId)  # the row that says it to these recipients, too
    sent_at: Mapped[datetime | None]
    platform_id: Mapped[str | None] = mapped_column(String(256), index=True)
    task_id: Mapped[str | None] = mapped_column(String(128), unique=True)
    response_code: Mapped[str | None] = mapped_column(String(512))  # for one update of the card that was sent
    reason: Mapped[str | None]
