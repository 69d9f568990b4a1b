"""People's rights over their own words: what they were told, agreed to and asked for, and what is gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import RIGHTS, RightsState, check
from storage.types import RowId

_STANDING = text("ended_at IS NULL")
_OPEN = text("state IN ('asked', 'waiting')")
_UNFINISHED = text("traces_at IS NULL")


class Consent(Base):
    """What a constituent was told or agreed to, in which wording, and until when (PIPL, Arts. 14-17).

    `notice` is no consent but the proof that the notice was given; the law is the basis of the rest of the work.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "ix_consents_standing",
            "constituent_id",
            "purpose",
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    constituent_id: Mapped[int] = mapped_column(ForeignKey("constituents.id"))
    purpose: Mapped[str] = mapped_column(String(16))  # notice; quote:12, share:12, sens:12 of case 12
    version: Mapped[str] = mapped_column(String(16))  # of the words they were shown
    source: Mapped[str] = mapped_column(String(8))  # chat, desk
    noted_by: Mapped[str] = mapped_column(String(64), default="")  # at a desk: who wrote it down
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RightsRequest(Base):
    """Somebody wants to use a right: a person decides, or they have to confirm it themselves (PIPL, Art. 50)."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        Index("ix_rights_requests_open", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_rights_requests_constituent", "constituent_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # erase, correct, access, relative, guardian, object
    scope: Mapped[str] = mapped_column(String(16), default="all")  # all, case, registered
    state: Mapped[RightsState] = mapped_column(states(RightsState))
    source: Mapped[str] = mapped_column(String(8))  # chat, desk
    noted_by: Mapped[str] = mapped_column(String(64), default="")
    source_key: Mapped[str] = mapped_column(String(128), unique=True)  # of the message it came from: noted once
    constituent_id: Mapped[int | None] = mapped_column(ForeignKey("constituents.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(default=0)  # how often staff heard that it waits
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    def move(self, state: RightsState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(RIGHTS, self.state, state)


class Erasure(Base):
    """That something was erased, and nothing of what it was: each row carries the digest of the one before.

    `keys` are numbers of content keys with the print of each, `messages` numbers of messages with a print: a copy
    of the database from before is recognised by them, and erased again.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_erasures_open", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_erasures_person", "person_mark"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(16))  # person, case, message, retention
    person_mark: Mapped[str | None] = mapped_column(String(64))  # keyed digest of whose it was
    written_before: Mapped[datetime | None]  # what they wrote earlier is not taken in again
    keys: Mapped[Any] = mapped_column(JSON)
    messages: Mapped[Any] = mapped_column(JSON)
    attachments: Mapped[list[int]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    # What is to be said when all of it is gone, and to whom: forgotten as soon as it was written to the outbox.
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    told_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outbox_id: Mapped[int | None] = mapped_column(RowId)
    finished_at: Mapped[datetime | None]  # the list has it, the files are gone, the pages are overwritten
    traces_at: Mapped[datetime | None]  # the last word was said, and whom it went to is forgotten


class OwnDataLink(Base):
    """The address of somebody's own data: works once, ends soon; the token itself is not kept."""

    __tablename__ = "own_data_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    constituent_id: Mapped[int] = mapped_column(ForeignKey("constituents.id"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DataKey(Base):
    """A data key that this database is or was under: by its fingerprint, never the key itself.

    `marking_sealed` is what marks are made with, the same under every key; since `left_at` nothing is under it.
    """

    __tablename__ = "data_keys"

    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    marking_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime]
    backed_up_at: Mapped[datetime | None]
    backed_up_by: Mapped[str] = mapped_column(String(64), default="")
    left_at: Mapped[datetime | None]
