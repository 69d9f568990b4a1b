"""The duty record with its ledger, the audit, and the rules that staff changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import RowId


class DutyEntry(Base):
    """One representative's part in one exchange (Deputies Law 2025, Art. 58); never overwritten, only stamped."""

    __tablename__ = "duty_entries"
    __table_args__ = (UniqueConstraint("case_id", "round", "representative_code"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"), index=True)
    station_code: Mapped[str | None] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(8))  # auto, rep, staff
    occurred_at: Mapped[datetime]
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    summary_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    summary_digest: Mapped[str] = mapped_column(String(64))  # of the ciphertext: says nothing about the words
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


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
    event: Mapped[str] = mapped_column(String(16))  # entry, delivered, undelivered, closed
    entry_id: Mapped[int] = mapped_column(ForeignKey("duty_entries.id"), index=True)
    at: Mapped[datetime]
    fact_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditLine(Base):
    """Who did or read what, in words a person can read; ids only, never content."""

    __tablename__ = "audit_lines"

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
