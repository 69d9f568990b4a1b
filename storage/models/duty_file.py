"""一人一档: terms of office, what is filed in its sections, whom one keeps contact with, the yearly check.

Columns named `…_sealed` are encrypted with the content key `key_id` of their row.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import FILE_CHECK, FileCheckState, check
from storage.types import RowId


class DutyTerm(Base):
    """届: a term of office of a region's representatives of a level, or of one representative alone."""

    __tablename__ = "duty_terms"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))  # None: everywhere
    representative_code: Mapped[str | None] = mapped_column(ForeignKey("representatives.code"), index=True)
    level: Mapped[str] = mapped_column(String(16), default="")  # empty: of every level
    name: Mapped[str] = mapped_column(String(64))
    first_on: Mapped[date] = mapped_column(Date())
    last_on: Mapped[date] = mapped_column(Date())


class FileDocument(Base):
    """A paper, form or picture that somebody put into a section; its bytes are an attachment."""

    __tablename__ = "file_documents"
    __table_args__ = (Index("ix_file_documents_of", "representative_code", "on_date"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    section: Mapped[str] = mapped_column(String(32))  # config.duty_sections
    on_date: Mapped[date] = mapped_column(Date())  # the local day on which it was filed
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    source_key: Mapped[str] = mapped_column(String(128), unique=True)  # of the message that brought it: filed once
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]  # taken out again; what it was stays on record
    removed_by: Mapped[str | None] = mapped_column(String(64))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class LiaisonLink(Base):
    """双联系: whom a representative keeps contact with, another representative or a voter."""

    __tablename__ = "liaison_links"
    __table_args__ = (UniqueConstraint("representative_code", "kind", "year", "mark"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    kind: Mapped[str] = mapped_column(String(16))  # representative, voter
    to_code: Mapped[str | None] = mapped_column(ForeignKey("representatives.code"))
    year: Mapped[int] = mapped_column(default=0)  # 0: every year
    mark: Mapped[str] = mapped_column(String(64))  # who it is, as `Vault.mark` has it
    contacts: Mapped[int | None]  # a year; None: as the rule says
    until_on: Mapped[date | None] = mapped_column(Date())  # the last day of the link
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))
    voter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # name, note and whether they need care


class DutyMark(Base):
    """What a duty entry counts for, found in its words: a contact of a link, an item of a checklist.

    A view of the record that can be made anew at any time (`duty_file.marking`).
    """

    __tablename__ = "duty_marks"

    entry_id: Mapped[int] = mapped_column(ForeignKey("duty_entries.id"), primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)  # link:12, ten_ones/visit/ab12cd34


class FileCheck(Base):
    """The yearly check of one representative's file (domain E8)."""

    __tablename__ = "file_checks"
    __table_args__ = (
        UniqueConstraint("representative_code", "year"),
        Index("ix_file_checks_state", "state", "year"),
    )
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    year: Mapped[int]
    state: Mapped[FileCheckState] = mapped_column(states(FileCheckState))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))  # of the reasons of its waivers
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64), default="")  # over the year's entries and papers
    bound_at: Mapped[datetime | None]

    def move(self, state: FileCheckState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(FILE_CHECK, self.state, state)


class FileGap(Base):
    """One thing that a check found missing: filled later, or waived with a reason."""

    __tablename__ = "file_gaps"
    __table_args__ = (UniqueConstraint("check_id", "subject"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("file_checks.id"))
    subject: Mapped[str] = mapped_column(String(96))  # section:visits, quota:voters, link:12, item:ten_ones/visit
    filled_at: Mapped[datetime | None]
    waived_at: Mapped[datetime | None]
    waived_by: Mapped[str | None] = mapped_column(String(64))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class FileBinding(Base):
    """The file of a term was bound: what its pages were, by their digest."""

    __tablename__ = "file_bindings"
    __table_args__ = (UniqueConstraint("representative_code", "first_on", "closed", "digest"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    term: Mapped[str] = mapped_column(String(64))
    first_on: Mapped[date] = mapped_column(Date())
    last_on: Mapped[date] = mapped_column(Date())
    closed: Mapped[bool]  # with hidden and restricted entries
    digest: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    bound_at: Mapped[datetime]
    bound_by: Mapped[str] = mapped_column(String(64))


class FileAddress(Base):
    """The unguessable address under which one member reads one file, for some days."""

    __tablename__ = "file_addresses"
    __table_args__ = (Index("ix_file_addresses_of", "userid", "representative_code"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the token, which is not kept
    token_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # shown again; empty where it is older than this
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    userid: Mapped[str] = mapped_column(String(64))  # who reads, in small letters; their rights are asked each time
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
