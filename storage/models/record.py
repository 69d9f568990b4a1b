"""The duty record with its ledger, the audit, and the rules that staff changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId

_UNSETTLED = text("settled_at IS NULL")
_EMPTY = text("''")
_DISPUTED = text("disputed_at IS NOT NULL")
_OF_RULES = text("act = 'rule changed'")


class DutyEntry(Base):
    """One thing a representative did (Deputies Law 2025, Art. 58); never overwritten, only stamped.

    A correction is an entry of its own: `corrects_id` names the one before it, `root_id` the first of them, which
    alone carries the case. The stamps at the end are lines of the ledger, too; everything else is in its digest.
    """

    __tablename__ = "duty_entries"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "representative_code"),
        Index("ix_duty_entries_subject", "subject", "representative_code", unique=True),
        Index("ix_duty_entries_corrects_id", "corrects_id", unique=True),
        Index("ix_duty_entries_root_id", "root_id"),
        Index("ix_duty_entries_of", "representative_code", "occurred_on"),
        Index("ix_duty_entries_at", "station_code", "occurred_on"),
        Index("ix_duty_entries_on", "occurred_on"),
        Index("ix_duty_entries_recorded_at", "recorded_at"),
        Index("ix_duty_entries_unreviewed", "passed_at", "returned_at", "id", "station_code"),
        Index("ix_duty_entries_disputed", "id", sqlite_where=_DISPUTED, postgresql_where=_DISPUTED),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    form: Mapped[int] = mapped_column(default=2, server_default="1")  # which of its columns the digest covers
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"), index=True)
    station_code: Mapped[str | None] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(32))  # config.duty_kinds
    source: Mapped[str] = mapped_column(String(8))  # auto, rep, staff, paper
    own: Mapped[bool] = mapped_column(default=True, server_default=true())  # the representative's own act or words
    lane: Mapped[str] = mapped_column(String(16), default="", server_default=_EMPTY)  # hidden, restricted
    occurred_at: Mapped[datetime]  # local midnight where only the day is known
    occurred_on: Mapped[date] = mapped_column(Date(), server_default="1970-01-01")  # the local day
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str] = mapped_column(String(64), default="", server_default=_EMPTY)  # empty: the bot
    subject: Mapped[str | None] = mapped_column(String(96))  # what it was made from, such as attendance:12: once
    root_id: Mapped[int | None] = mapped_column(RowId)
    corrects_id: Mapped[int | None] = mapped_column(RowId)
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())  # a correction: it was not so
    people: Mapped[int] = mapped_column(default=0, server_default="0")  # met in person
    opinions: Mapped[int] = mapped_column(default=0, server_default="0")
    proposals: Mapped[int] = mapped_column(default=0, server_default="0")
    evidence: Mapped[list[str] | None]  # attachment:3, case:7, attendance:12
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    summary_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    summary_digest: Mapped[str] = mapped_column(String(64))  # of the ciphertext: says nothing about the words
    details_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # place and matters, as JSON
    details_digest: Mapped[str] = mapped_column(String(64), default="", server_default=_EMPTY)
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]  # by the representative, of what was written for them
    disputed_at: Mapped[datetime | None]  # the representative says that it is not so
    passed_at: Mapped[datetime | None]  # by staff
    returned_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]  # a hidden one may be seen from here on
    corrected_at: Mapped[datetime | None]  # another entry stands in its place
    erased_at: Mapped[datetime | None]  # the words in it are gone; that it happened stays

    @property
    def is_standing(self) -> bool:
        """Whether it counts: no correction took its place, and it is not the word that nothing took place."""
        return self.corrected_at is None and not self.withdrawn

    @property
    def is_confirmed(self) -> bool:
        """Whether the representative stands for it, and has not said since that it is wrong."""
        said = self.recorded_at or self.occurred_at if self.own else None
        agreed = max(filter(None, (said, self.confirmed_at)), default=None)
        return agreed is not None and (self.disputed_at is None or agreed > self.disputed_at)


class DutyStamp(Base):
    """What somebody said of an entry: confirmed, disputed, passed, returned, released; each has its ledger line."""

    __tablename__ = "duty_stamps"
    __table_args__ = (UniqueConstraint("entry_id", "event", "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("duty_entries.id"))
    event: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # why, with the key of the entry
    note_digest: Mapped[str] = mapped_column(String(64), default="")


class DutyDraft(Base):
    """What a member is about to put on record in the chat: kept until they confirm or drop it."""

    __tablename__ = "duty_drafts"
    __table_args__ = (
        Index("ix_duty_drafts_open", "userid", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    userid: Mapped[str] = mapped_column(String(64))  # in small letters
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    source_key: Mapped[str] = mapped_column(String(128), unique=True)  # of the message it came from: drafted once
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    draft_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("duty_entries.id"))
    asked: Mapped[str] = mapped_column(String(16), default="")  # what the next words answer
    questions: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime]  # pictures and words within ten minutes belong to it
    settled_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("duty_entries.id"))


class LedgerHead(Base):
    """The last line of a region's chain; locked by whoever adds the next."""

    __tablename__ = "ledger_heads"

    chain: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class LedgerLine(Base):
    """One line of the append-only ledger: the digest of what happened and of the line before."""

    __tablename__ = "ledger_lines"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    chain: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    event: Mapped[str] = mapped_column(String(16))  # entry, or one of storage.ledger.STAMPS
    entry_id: Mapped[int] = mapped_column(ForeignKey("duty_entries.id"), index=True)
    at: Mapped[datetime]
    fact_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class LedgerDay(Base):
    """The last line of a chain at the end of a local day, as it was published: outsiders have copies of it."""

    __tablename__ = "ledger_days"

    chain: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_date: Mapped[date] = mapped_column(Date(), primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


class AuditLine(Base):
    """Who did or read what, in words a person can read; ids only, never content."""

    __tablename__ = "audit_lines"
    __table_args__ = (
        Index("ix_audit_lines_rules", "at", "id", sqlite_where=_OF_RULES, postgresql_where=_OF_RULES),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(128))


class TunedRule(Base):
    """A rule that staff changed; names and defaults are in `config.rules`."""

    __tablename__ = "tuned_rules"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))


class NoticeText(Base):
    """A sentence of a notice in the centre's own words; the newest version counts, an empty one is the default."""

    __tablename__ = "notice_texts"

    notice: Mapped[str] = mapped_column(String(40), primary_key=True)  # a key of `notices.wordings.WORDINGS`
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))
