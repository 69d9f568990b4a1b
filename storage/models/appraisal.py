"""What an office makes of the duty record: rule sets of points, their publication, appeals, and duty reports.

Points themselves are never stored: they are counted from entries under a rule set (domain A7). Columns named
`…_sealed` are encrypted with the content key `key_id` of their row.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import DUTY_REPORT, DutyReportState, check
from storage.types import RowId


class ScoreRuleSet(Base):
    """One version of an office's own rule set; kept as it is for good, so that old points can be counted again."""

    __tablename__ = "score_rule_sets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[Any] = mapped_column(JSON)  # as `config.score_rules` reads it
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))


class ScorePublication(Base):
    """The points of a period were made known to those whom they are of, as they stood at `published_at`."""

    __tablename__ = "score_publications"
    __table_args__ = (Index("ix_score_publications_period", "first_on", "last_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    first_on: Mapped[date] = mapped_column(Date())
    last_on: Mapped[date] = mapped_column(Date())
    rules: Mapped[str] = mapped_column(String(48))  # name and version: jiangbei@1
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(64))


class ScoreAppeal(Base):
    """A representative says that their points are wrong, within the days that the rule set gives."""

    __tablename__ = "score_appeals"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("score_publications.id"), index=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"), index=True)
    source_key: Mapped[str] = mapped_column(String(128), unique=True)  # of the message it came by: noted once
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))


class DutyReport(Base):
    """述职: a representative reports to the voters (Deputies Law 2025, Art. 58), from the plan to the marks."""

    __tablename__ = "duty_reports"
    __table_args__ = (UniqueConstraint("representative_code", "first_on", "last_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    first_on: Mapped[date] = mapped_column(Date())  # of what it reports, both local days included
    last_on: Mapped[date] = mapped_column(Date())
    state: Mapped[DutyReportState] = mapped_column(states(DutyReportState))
    planned_on: Mapped[date | None] = mapped_column(Date())
    planned_at: Mapped[datetime | None]
    planned_by: Mapped[str | None] = mapped_column(String(64))
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # sentences with their entries, as JSON
    drafted_at: Mapped[datetime | None]
    own_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the representative's own words
    own_at: Mapped[datetime | None]
    held_on: Mapped[date | None] = mapped_column(Date())
    attendees: Mapped[int | None]
    satisfied: Mapped[int | None]  # marks of the voters
    basically: Mapped[int | None]
    dissatisfied: Mapped[int | None]
    noted_by: Mapped[str | None] = mapped_column(String(64))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("duty_entries.id"))

    def move(self, state: DutyReportState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(DUTY_REPORT, self.state, state)
