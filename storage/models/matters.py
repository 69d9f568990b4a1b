"""Constituents, their conversations and cases, and everything said in them.

Columns named `…_sealed` are encrypted with the content key of the case or the person.
"""

import logging
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, states
from storage.states import CASE, OPEN, WAITING_FOR_ANSWER, AttachmentState, CaseState, check
from storage.types import RowId

log = logging.getLogger(__name__)
_LOOKED_AT = text("look_at IS NOT NULL")
_ALSO = text("also_station_code IS NOT NULL")
_HANDED = text("handed_until IS NOT NULL")
_MERGED = text("merged_into_id IS NOT NULL")
_WAITS = text("state IN ('accepted', 'assigned', 'reopened')")
_ASKED = text("waiting_since IS NOT NULL")


class ContentKeyRow(Base):
    """A content key, wrapped by the data key; without `wrapped` everything sealed with it is gone for good."""

    __tablename__ = "content_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[datetime | None]


class Constituent(Base):
    """Someone who writes; known only by the id that WeCom gives and the name they show."""

    __tablename__ = "constituents"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    external_userid: Mapped[str] = mapped_column(String(128), unique=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    nickname_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_seen_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]  # when the privacy notice was given
    notice_version: Mapped[str | None] = mapped_column(String(16))  # the wording of it they had last
    last_station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"))
    last_grid_code: Mapped[str | None] = mapped_column(String(64))  # where their last matter was


class Conversation(Base):
    """One constituent's chat with one kf account, with what the platform still lets us say in it."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("constituent_id", "open_kfid"),
        Index("ix_conversations_window", "window_until", "budget_left"),
        Index("ix_conversations_look_at", "look_at", sqlite_where=_LOOKED_AT, postgresql_where=_LOOKED_AT),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    constituent_id: Mapped[int] = mapped_column(ForeignKey("constituents.id"))
    open_kfid: Mapped[str] = mapped_column(String(64))
    scene: Mapped[str] = mapped_column(String(32), default="")
    scene_param: Mapped[str] = mapped_column(String(128), default="")
    scan_pending: Mapped[bool] = mapped_column(default=False)  # a code was scanned and nothing written since
    greeted_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    burst_since: Mapped[datetime | None]  # the first of several messages in a row; they share one receipt
    starts_new: Mapped[bool] = mapped_column(default=False)  # the next message is another matter
    budget_left: Mapped[int] = mapped_column(default=0)
    window_until: Mapped[datetime | None]
    has_parked: Mapped[bool] = mapped_column(default=False)  # something waits for the next message
    # The budget was renewed by a message when the inbox had been read up to this row.
    renewed_at: Mapped[datetime | None]
    read_up_to: Mapped[int] = mapped_column(RowId, default=0, server_default="0")
    # A servicer holds the session (state 3); empty while it waits in the queue (state 2).
    human_userid: Mapped[str | None] = mapped_column(String(64))
    human_since: Mapped[datetime | None]
    human_heard_at: Mapped[datetime | None]  # the last word of a servicer in this session
    look_at: Mapped[datetime | None]  # when it is asked next how the session stands
    # Words that the bot answered by itself, kept until they say whether a person should read them.
    held_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    held_at: Mapped[datetime | None]


class MemberDesk(Base):
    """What a representative or officer is in the middle of, in the app's chat."""

    __tablename__ = "member_desks"

    userid: Mapped[str] = mapped_column(String(64), primary_key=True)
    answering_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    answering_since: Mapped[datetime | None]
    held_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # an answer whose case was not said yet
    held_at: Mapped[datetime | None]
    shown: Mapped[list[str] | None]  # what was listed for review: 全部 means these, `entry:12` or `check:3`
    shown_at: Mapped[datetime | None]
    filing_for: Mapped[str | None] = mapped_column(String(64))  # 存档: whose file what comes next belongs to
    filing_section: Mapped[str | None] = mapped_column(String(32))
    filing_title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    filing_since: Mapped[datetime | None]


class CaseSerial(Base):
    """The last serial given in a district and year."""

    __tablename__ = "case_serials"

    district_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Base):
    """A constituent's matter."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_conversation", "conversation_id", "id"),
        Index("ix_cases_update_due_at", "update_due_at"),
        Index("ix_cases_alert_due_at", "alert_due_at"),
        Index("ix_cases_clock_due_at", "clock_due_at"),
        Index("ix_cases_asked", "waiting_since", sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("ix_cases_opened_at", "opened_at", "representative_code"),
        Index("ix_cases_load", "state", "representative_code", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_cases_representative", "representative_code", "state"),
        Index("ix_cases_station", "station_code", "state"),
        Index("ix_cases_state", "state", "due_at", "id"),
        Index("ix_cases_newest", "state", "id"),
        Index("ix_cases_also_station", "also_station_code", sqlite_where=_ALSO, postgresql_where=_ALSO),
        Index("ix_cases_merged", "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
        Index("ix_cases_handed", "handed_until", sqlite_where=_HANDED, postgresql_where=_HANDED),
    )
    # Two workers that decide on the same case: the second finds it changed and decides anew.
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(96), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    constituent_id: Mapped[int] = mapped_column(ForeignKey("constituents.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"), index=True)
    state: Mapped[CaseState] = mapped_column(states(CaseState))
    round: Mapped[int] = mapped_column(default=1)
    cards: Mapped[int] = mapped_column(default=0)  # how many cards were written for it
    kind: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str | None] = mapped_column(String(40))
    urgency: Mapped[str] = mapped_column(String(16))
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"))
    representative_code: Mapped[str | None] = mapped_column(ForeignKey("representatives.code"))
    also_station_code: Mapped[str | None] = mapped_column(String(64))  # a trade station that reads along
    grid_code: Mapped[str | None] = mapped_column(String(64))
    cluster_id: Mapped[int | None] = mapped_column(RowId, index=True)
    referral: Mapped[str | None] = mapped_column(String(16))  # contract 5: petition, judicial, discipline, a number
    restricted: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # only the service centre reads it (regulation, Art. 30)
    accused: Mapped[list[str] | None]  # representatives that may never have it
    named_staff: Mapped[list[str] | None]  # userids that a restricted case names: they are never shown it
    refused_representatives: Mapped[list[str] | None]  # 换一位代表, or related to the matter
    refused_stations: Mapped[list[str] | None]  # 不是这里
    asked: Mapped[str | None] = mapped_column(String(32))  # the question that waits for an answer
    decided_by: Mapped[str | None] = mapped_column(String(40))  # the rule that found its owner
    transfers: Mapped[int] = mapped_column(default=0, server_default="0")  # how often an owner gave it back
    ruled: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # the service centre said who has it; that stands
    reasons_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the decision's reasons and parts, as JSON
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    update_since: Mapped[datetime | None]  # the first message that the owner has not been told of
    update_due_at: Mapped[datetime | None]
    alert_due_at: Mapped[datetime | None]  # an emergency that nobody has confirmed: when staff hear of it again
    alerts: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    # The clock: whose turn it is, and when the next in line is asked. No time means that it stands still.
    clock_step: Mapped[str | None] = mapped_column(String(16))  # representative, officer, lead, centre
    clock_from: Mapped[datetime | None]  # from here `clock_hours` of working time are left
    clock_hours: Mapped[float | None]
    clock_due_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]  # the first due time of this round: late is what comes after it
    round_since: Mapped[datetime | None]  # when this exchange began
    waiting_since: Mapped[datetime | None]  # the constituent was asked for something
    dormant_at: Mapped[datetime | None]  # they have not said anything for long; any word revives it
    day_id: Mapped[int | None] = mapped_column(RowId)  # the activity day whose code it came in by
    erased_at: Mapped[datetime | None]  # its words and key are gone; nobody acts on it any more
    handed_until: Mapped[datetime | None]  # a department owes a reply; the earliest day of those that do
    merged_into_id: Mapped[int | None] = mapped_column(RowId)  # where it lives on, with what was written in it
    split_from_id: Mapped[int | None] = mapped_column(RowId)  # where its first words were written

    @property
    def is_open(self) -> bool:
        """Whether a further message belongs to this case."""
        return self.state in OPEN

    @property
    def waits_for_answer(self) -> bool:
        """Whether the representative or the station owes the next word."""
        return self.state in WAITING_FOR_ANSWER

    def move(self, state: CaseState, now: datetime) -> None:
        """Change the state; raise `StateRefused` where the table does not allow it."""
        self.state = check(CASE, self.state, state)
        log.info("case changed", extra={"case": self.number, "state": state.value})
        match state:
            case CaseState.ACCEPTED:
                self.accepted_at = self.accepted_at or now
            case CaseState.ANSWERED:
                self.answered_at = now
            case CaseState.CLOSED:
                self.closed_at = now
            case CaseState.REOPENED:
                self.closed_at = None
            case CaseState.ASSIGNED:
                self.accepted_at = None

    def merge_into(self, kept: "Case", now: datetime) -> None:
        """It lives on in another case of the same person: closed, without the time of an answer it never had."""
        answered_at = self.answered_at
        if self.waits_for_answer:
            self.move(CaseState.ANSWERED, now)
        self.move(CaseState.CLOSED, now)
        self.answered_at, self.merged_into_id = answered_at, kept.id

    def part(self, before: CaseState, now: datetime) -> None:
        """It stands by itself again, as it did before; raise `StateRefused` where it was not merged while open."""
        answered_at, accepted_at = self.answered_at, self.accepted_at
        self.move(CaseState.REOPENED, now)
        if before is not CaseState.REOPENED:
            self.move(before, now)
        self.answered_at, self.accepted_at, self.merged_into_id = answered_at, accepted_at, None


class CaseMerge(Base):
    """Who merged which case into which, and how it stood before, so that it can be undone."""

    __tablename__ = "case_merges"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    state_before: Mapped[CaseState] = mapped_column(states(CaseState, "casestate_before"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(64))


class Cluster(Base):
    """Matters of several people about the same thing; each keeps its own case, clock and answer."""

    __tablename__ = "clusters"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    topic: Mapped[str | None] = mapped_column(String(40))
    station_code: Mapped[str | None] = mapped_column(ForeignKey("stations.code"))
    people: Mapped[int] = mapped_column(default=1)  # distinct constituents
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    alerted_at: Mapped[datetime | None]  # when staff were told that many people raise it


class CaseSignature(Base):
    """What a case is compared by, sealed with the case's key: it is gone when the words are."""

    __tablename__ = "case_signatures"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Referral(Base):
    """A matter that belongs elsewhere, registered so that the notice to its sender can be proved.

    Regulations on Petition Work, Art. 23: whoever is not told on the spot is told in writing within 15 days.
    """

    __tablename__ = "referrals"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    about: Mapped[str] = mapped_column(String(32))  # petition, judicial_ruling, discipline, representative …
    registered_at: Mapped[datetime]
    notice_due_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]  # when the explanation reached the sender's chat


class Correction(Base):
    """Somebody put a decision right: counted by the rule that had decided, so that one sees which rule errs."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(16))  # constituent, representative, officer, centre
    rule: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(16))  # station, representative, topic
    reason: Mapped[str] = mapped_column(String(32), default="")


class Message(Base):
    """One thing said in a case, by either side."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    author: Mapped[str] = mapped_column(String(16))  # constituent, representative, officer; storage.cases
    author_userid: Mapped[str | None] = mapped_column(String(64))
    representative_code: Mapped[str | None] = mapped_column(String(64))  # who the author was when it was said
    round: Mapped[int | None]  # of the case when it was said
    kind: Mapped[str] = mapped_column(String(16))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    platform_id: Mapped[str | None] = mapped_column(String(128), index=True)
    said_at: Mapped[datetime]
    pushed_at: Mapped[datetime | None]  # when it was written out to the other side
    recalled_at: Mapped[datetime | None]
    came_from_id: Mapped[int | None] = mapped_column(RowId)  # the case in whose key older copies have it


class Attachment(Base):
    """A picture, voice, video or file; the bytes are an encrypted file under the data folder."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_state", "state", "due_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    # None: of a notice, of a duty draft, or of a paper in a duty file.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    duty_draft_id: Mapped[int | None] = mapped_column(RowId, index=True)
    file_document_id: Mapped[int | None] = mapped_column(RowId, index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("content_keys.id"))
    kind: Mapped[str] = mapped_column(String(16))
    media_id: Mapped[str] = mapped_column(String(256))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_type: Mapped[str] = mapped_column(String(128), default="")
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the bytes, noted since schema 0011
    state: Mapped[AttachmentState] = mapped_column(states(AttachmentState))
    attempt: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    reason: Mapped[str | None]
