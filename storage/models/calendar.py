"""What stands in the calendar: activity days with who was there, live sessions with what was asked, reminders.

Columns named `…_sealed` are encrypted with the content key `key_id` of their row.
"""

import logging
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import (
    ACTIVITY_DAY,
    ATTENDANCE,
    LIVE,
    QUESTION,
    ActivityState,
    AttendanceState,
    LiveState,
    QuestionState,
    ReminderState,
    check,
)
from storage.types import RowId

log = logging.getLogger(__name__)
_WAITING = text("state = 'waiting'")
_HELD = text("state = 'held'")
_DROPPED = text("state = 'dropped'")
_UNSAID = text("state IN ('waiting', 'held')")
_SHOWN = text("revoked_at IS NULL AND token_sealed IS NOT NULL")
_OPEN = text("next_at IS NOT NULL")


class ActivityDay(Base):
    """代表联系服务群众日: one day of a region on which representatives receive people at several sites."""

    __tablename__ = "activity_days"
    __table_args__ = (
        UniqueConstraint("region_code", "planned_on"),
        Index("ix_activity_days_state", "state", "on_date"),
    )
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    planned_on: Mapped[date] = mapped_column(Date())  # what the rule or staff said first; it names the day for good
    on_date: Mapped[date] = mapped_column(Date())  # where it is now
    start: Mapped[str] = mapped_column(String(5))  # local, HH:MM
    end: Mapped[str] = mapped_column(String(5))
    topic: Mapped[str] = mapped_column(default="")
    rule: Mapped[str] = mapped_column(default="")  # the rule it was found by; empty where staff set it
    state: Mapped[ActivityState] = mapped_column(states(ActivityState))
    edition: Mapped[int] = mapped_column(default=1)  # counts moves and cancellations; SEQUENCE in the calendar file
    note: Mapped[str] = mapped_column(default="")  # why it was moved or cancelled, as it is told
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    announced_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    report_due_on: Mapped[date | None] = mapped_column(Date())

    def move(self, state: ActivityState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(ACTIVITY_DAY, self.state, state)
        log.info("activity day changed", extra={"activity_day": self.id, "state": state.value})


class ActivitySite(Base):
    """One station's part in an activity day, with the counts and the report that its officer files."""

    __tablename__ = "activity_sites"
    __table_args__ = (UniqueConstraint("day_id", "station_code"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("activity_days.id"))
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"), index=True)
    received: Mapped[int | None]  # people, as filed; None until then
    opinions: Mapped[int | None]
    proposals: Mapped[int | None]
    report_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[str | None] = mapped_column(String(64))


class Attendance(Base):
    """A representative's place on the roster of an activity day, and whether they came."""

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("day_id", "representative_code"),
        Index("ix_attendances_representative", "representative_code", "day_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("activity_days.id"))
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"), index=True)
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    state: Mapped[AttendanceState] = mapped_column(states(AttendanceState))
    stands_in_for: Mapped[str | None] = mapped_column(String(64))  # the representative they replace
    reason: Mapped[str] = mapped_column(default="")  # of a leave: a fixed short word, never free text
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    mode: Mapped[str | None] = mapped_column(String(8))  # tap, word, scan, staff

    def move(self, state: AttendanceState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(ATTENDANCE, self.state, state)


class Reception(Base):
    """People received face to face: at a desk, on an activity day, or in a chat that the day's code opened."""

    __tablename__ = "receptions"
    __table_args__ = (Index("ix_receptions_station", "station_code", "occurred_on"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"))
    occurred_on: Mapped[date] = mapped_column(Date())
    occurred_at: Mapped[datetime]
    day_id: Mapped[int | None] = mapped_column(ForeignKey("activity_days.id"), index=True)
    representative_code: Mapped[str | None] = mapped_column(ForeignKey("representatives.code"), index=True)
    people: Mapped[int]
    opinions: Mapped[int] = mapped_column(default=0)
    proposals: Mapped[int] = mapped_column(default=0)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("content_keys.id"))
    matter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    source: Mapped[str] = mapped_column(String(8))  # chat, desk
    outcome: Mapped[str] = mapped_column(String(8), default="")  # case, answered; empty until it was said
    noted_by: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime]
    source_key: Mapped[str] = mapped_column(String(128), unique=True)  # of the message it came from: noted once


class RosterSwap(Base):
    """On one day another representative stands in for a weekly or dated slot at a station.

    The slot is always told by whose it is on the roster, also when a stand-in passes it on: of those agreed, the
    last one counts, and one that names the slot's own representative gives it back.
    """

    __tablename__ = "roster_swaps"
    __table_args__ = (
        Index("ix_roster_swaps_on_date", "on_date"),
        Index("ix_roster_swaps_station", "station_code", "on_date"),
        Index("ix_roster_swaps_from", "from_code", "on_date"),
        Index("ix_roster_swaps_to", "to_code", "on_date"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"))
    on_date: Mapped[date] = mapped_column(Date())  # the local day on which the slot begins
    start: Mapped[str] = mapped_column(String(5))  # of the slot, HH:MM
    from_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    to_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    agreed_at: Mapped[datetime | None]  # it counts from here
    declined_at: Mapped[datetime | None]


class LiveSession(Base):
    """直播接待, 线上议事会 or 问政: representatives answer on a stream, and what is asked has an end."""

    __tablename__ = "live_sessions"
    __table_args__ = (Index("ix_live_sessions_state", "state", "starts_at"),)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)  # the `scene_param` of its own code
    kind: Mapped[str] = mapped_column(String(16))  # live, deliberation, inquiry
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"), index=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    hosts: Mapped[list[str]] = mapped_column(default=list)  # codes of representatives
    anchor_userid: Mapped[str | None] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[LiveState] = mapped_column(states(LiveState))
    edition: Mapped[int] = mapped_column(default=1)  # counts moves and cancellations; SEQUENCE in the calendar file
    platform: Mapped[str] = mapped_column(String(8))  # wecom, link
    join_url: Mapped[str] = mapped_column(default="")  # of an external stream
    living_id: Mapped[str | None] = mapped_column(String(128), unique=True)
    author: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")  # why it was moved or cancelled, as it is told
    viewers: Mapped[int | None]  # as WeCom counts them after the end
    comments: Mapped[int | None]
    mics: Mapped[int | None]
    watch_seconds: Mapped[int | None]
    figures_due_at: Mapped[datetime | None]  # when WeCom is asked for them

    def move(self, state: LiveState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(LIVE, self.state, state)
        log.info("live session changed", extra={"live_session": self.id, "state": state.value})


class LiveQuestion(Base):
    """What someone asked before or during a live session, until they have an answer."""

    __tablename__ = "live_questions"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index("ix_live_questions_conversation", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("live_sessions.id"))
    number: Mapped[int]  # within its session, from 1
    constituent_id: Mapped[int] = mapped_column(ForeignKey("constituents.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    platform_id: Mapped[str] = mapped_column(String(128), unique=True)  # of the message: asked once
    asked_at: Mapped[datetime]
    state: Mapped[QuestionState] = mapped_column(states(QuestionState))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("live_questions.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # what was answered, or why it is declined
    due_on: Mapped[date | None] = mapped_column(Date())  # of the case it became
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    answer_row_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))  # what its asker is told by
    told_at: Mapped[datetime | None]  # when its asker was told

    def move(self, state: QuestionState) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(QUESTION, self.state, state)


class LivePromise(Base):
    """What somebody promised on air: it has an owner and a date within a day (domain A5, row 10)."""

    __tablename__ = "live_promises"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("live_sessions.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner: Mapped[str]  # the unit or representative that promised, as it is called
    due_on: Mapped[date] = mapped_column(Date(), index=True)
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[str | None] = mapped_column(String(64))


class Subscription(Base):
    """A constituent wants to hear of a station's days or live sessions; taken back by one word."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("conversation_id", "station_code", "kind"),
        Index("ix_subscriptions_station", "station_code", "kind"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    station_code: Mapped[str] = mapped_column(ForeignKey("stations.code"))
    kind: Mapped[str] = mapped_column(String(16))  # activity, live
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Reminder(Base):
    """Something to be said at a time, if its reason still holds then: once for a subject, edition, step, recipient.

    `recipient` is `m:` with a userid or `c:` with the id of a conversation.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subject", "edition", "step", "recipient"),
        Index("ix_reminders_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_reminders_held", "useful_until", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_reminders_dropped", "due_at", sqlite_where=_DROPPED, postgresql_where=_DROPPED),
        Index("ix_reminders_unsaid", "recipient", sqlite_where=_UNSAID, postgresql_where=_UNSAID),
        Index("ix_reminders_outbox", "outbox_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))  # day:12, live:3, case:44
    edition: Mapped[str] = mapped_column(String(32), default="")  # what it was planned for, such as the start
    step: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(160))
    due_at: Mapped[datetime]
    useful_until: Mapped[datetime]
    state: Mapped[ReminderState] = mapped_column(states(ReminderState))
    reason: Mapped[str] = mapped_column(String(64), default="")  # why it was voided, held or dropped
    fired_at: Mapped[datetime | None]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))


class ReminderWave(Base):
    """One step that many are to hear: its reminders are written down some at a time, each part in a commit."""

    __tablename__ = "reminder_waves"
    __table_args__ = (
        UniqueConstraint("subject", "edition", "step", "audience"),
        Index("ix_reminder_waves_open", "next_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    edition: Mapped[str] = mapped_column(String(32))
    step: Mapped[str] = mapped_column(String(32))
    audience: Mapped[str] = mapped_column(String(32))
    due_at: Mapped[datetime]
    useful_until: Mapped[datetime]
    after: Mapped[str] = mapped_column(String(320), default="")  # where to go on, as whoever lists them wrote it
    next_at: Mapped[datetime | None]  # when the next part is written; None when there is none left


class CalendarAddress(Base):
    """The unguessable name of a representative's own calendar; a new one makes the old one void."""

    __tablename__ = "calendar_addresses"
    __table_args__ = (
        Index(
            "uq_calendar_addresses_valid",
            "representative_code",
            unique=True,
            sqlite_where=_SHOWN,
            postgresql_where=_SHOWN,
        ),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the token, which is not kept
    token_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # shown again; empty where it is older than this
    representative_code: Mapped[str] = mapped_column(ForeignKey("representatives.code"))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]  # kept, so that those who still ask by it are told that it is gone


class JobMark(Base):
    """A job that runs once for each period, such as a night, has run for this one."""

    __tablename__ = "job_marks"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    facts: Mapped[Any] = mapped_column(JSON)


class SilentMatter(Base):
    """Found at night: a matter that would end without a word; struck off when it no longer would."""

    __tablename__ = "silent_matters"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))  # message, case, answer, inbox, referral, question
    row_id: Mapped[int] = mapped_column(RowId)
    found_at: Mapped[datetime]
    told: Mapped[bool] = mapped_column(default=False, server_default=false())
    settled_at: Mapped[datetime | None]
