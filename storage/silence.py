"""What would end in silence: one statement for each way, over some ids at a time, and the list of what is found."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.conversations import DESK
from storage.models import (
    Case,
    ContentKeyRow,
    Conversation,
    InboxRow,
    LiveQuestion,
    LiveSession,
    Message,
    OutboxRow,
    Referral,
    SilentMatter,
    Station,
)
from storage.outbox import MUST_ARRIVE, Purpose
from storage.states import WAITING_FOR_ANSWER, InboxState, OutboxState, QuestionState

SETTLING = timedelta(minutes=10)  # what is younger is still being handled
FAILED_DAYS = timedelta(days=30)  # how long an answer that failed for good is looked at
MOST_OPEN = 1000
_SAID = (OutboxState.SENT, OutboxState.WAITING, OutboxState.LEASED, OutboxState.PARKED)
_WAITS = Case.state.in_(WAITING_FOR_ANSWER)


@dataclass(frozen=True, slots=True)
class Night:
    """The instant of the look; `worked` is the beginning of the last working day before it."""

    now: datetime
    worked: datetime


def _heard_since(conversation_id: Any, at: Any) -> ColumnElement[bool]:
    """Something was said to them from then on, or waits to be; also where a person holds the session."""
    by_person = and_(OutboxRow.state == OutboxState.DROPPED, OutboxRow.reason.like("a person%"))
    return exists().where(
        OutboxRow.conversation_id == conversation_id,
        OutboxRow.created_at >= at,
        OutboxRow.purpose != Purpose.WELCOME,  # it greets whoever comes in and answers nothing
        or_(OutboxRow.state.in_(_SAID), by_person),
    )


_KEPT = exists().where(ContentKeyRow.id == Case.key_id, ContentKeyRow.wrapped.is_not(None))
_CARED_FOR = and_(
    or_(Case.station_code.is_not(None), Case.representative_code.is_not(None)),
    or_(Case.clock_due_at.is_not(None), Case.waiting_since.is_not(None), ~_WAITS),
)


def _messages(night: Night) -> Select[int]:
    """The first message of a case had no word in return; a further one neither, and nobody is at it."""
    earlier = aliased(Message)
    is_first = ~exists().where(
        earlier.case_id == Message.case_id, earlier.author == "constituent", earlier.id < Message.id
    )
    return (
        select(Message.id)
        .join(Case, Case.id == Message.case_id)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(
            Message.author == "constituent",
            Message.recalled_at.is_(None),
            Message.said_at < night.now - SETTLING,
            Conversation.open_kfid != DESK,
            _KEPT,
            or_(
                and_(is_first, ~_heard_since(Case.conversation_id, Case.opened_at)),
                and_(~is_first, ~_CARED_FOR, ~_heard_since(Case.conversation_id, Message.said_at)),
            ),
        )
    )


def _conversations(night: Night) -> Select[int]:
    """The last words of a chat are in no case and had no word in return."""
    in_case = exists().where(
        Case.conversation_id == Conversation.id,
        Message.case_id == Case.id,
        Message.author == "constituent",
        Message.said_at >= Conversation.last_message_at,
    )
    return select(Conversation.id).where(
        Conversation.last_message_at < night.now - SETTLING,
        Conversation.human_userid.is_(None),
        Conversation.open_kfid != DESK,
        ~_heard_since(Conversation.id, Conversation.last_message_at),
        ~in_case,
    )


def _cases(night: Night) -> Select[int]:
    """A case waits without an owner or a running clock, or its clock ran out and nobody was asked."""
    nobody = and_(Case.station_code.is_(None), Case.representative_code.is_(None), exists(select(Station.code)))
    stands = and_(Case.clock_due_at.is_(None), Case.waiting_since.is_(None))
    forgotten = and_(Case.clock_step != "centre", Case.clock_due_at < night.worked)
    return select(Case.id).where(_WAITS, _KEPT, or_(nobody, stands, Case.clock_step.is_(None), forgotten))


def _answers(night: Night) -> Select[int]:
    """An answer could not be delivered for a working day, and no later one was."""
    later = aliased(OutboxRow)
    arrived = exists().where(
        later.case_id == OutboxRow.case_id,
        later.id > OutboxRow.id,
        later.purpose.in_(MUST_ARRIVE),
        later.state == OutboxState.SENT,
    )
    failed = and_(OutboxRow.state == OutboxState.FAILED, OutboxRow.created_at >= night.now - FAILED_DAYS)
    told = exists().where(Referral.case_id == OutboxRow.case_id, Referral.notified_at.is_not(None))
    return select(OutboxRow.id).where(
        OutboxRow.purpose.in_(MUST_ARRIVE),
        or_(OutboxRow.state == OutboxState.PARKED, failed),
        OutboxRow.created_at < night.worked,
        ~arrived,
        ~and_(OutboxRow.purpose == Purpose.REFERRAL, told),
    )


def _inbox(_night: Night) -> Select[int]:
    return select(InboxRow.id).where(InboxRow.state == InboxState.PARKED)


def _referrals(night: Night) -> Select[int]:
    return select(Referral.id).where(Referral.notified_at.is_(None), Referral.notice_due_at < night.now)


def _questions(night: Night) -> Select[int]:
    """A live session is over for a day and the question has no fate."""
    return (
        select(LiveQuestion.id)
        .join(LiveSession, LiveSession.id == LiveQuestion.session_id)
        .where(LiveSession.ends_at < night.now - timedelta(days=1), LiveQuestion.state == QuestionState.WAITING)
    )


FINDERS: Mapping[str, tuple[Any, Callable[[Night], Select[int]]]] = MappingProxyType(
    {
        "message": (Message.id, _messages),
        "conversation": (Conversation.id, _conversations),
        "case": (Case.id, _cases),
        "answer": (OutboxRow.id, _answers),
        "inbox": (InboxRow.id, _inbox),
        "referral": (Referral.id, _referrals),
        "question": (LiveQuestion.id, _questions),
    }
)


async def newest_id(session: AsyncSession, kind: str) -> int:
    """The highest id of a kind; 0 where there is none."""
    column, _ = FINDERS[kind]
    return await session.scalar(select(func.max(column))) or 0


async def find_between(session: AsyncSession, kind: str, night: Night, after: int, upto: int) -> set[int]:
    """The rows of a kind that are silent now, with ids above `after` up to `upto`."""
    column, finder = FINDERS[kind]
    return set(await session.scalars(finder(night).where(column > after, column <= upto)))


async def find_among(session: AsyncSession, kind: str, night: Night, ids: Collection[int]) -> set[int]:
    """Those of these rows that are silent still."""
    column, finder = FINDERS[kind]
    return set(await session.scalars(finder(night).where(column.in_(ids))))


async def unsettled(session: AsyncSession, kind: str | None = None) -> Sequence[SilentMatter]:
    """What was found and is not settled, the oldest first."""
    wanted = select(SilentMatter).where(SilentMatter.settled_at.is_(None))
    if kind is not None:
        wanted = wanted.where(SilentMatter.kind == kind)
    return (await session.scalars(wanted.order_by(SilentMatter.id).limit(MOST_OPEN))).all()


async def count_untold(session: AsyncSession) -> int:
    """How many of them the service centre has not been told of."""
    counted = await session.scalar(
        select(func.count())
        .select_from(SilentMatter)
        .where(SilentMatter.settled_at.is_(None), SilentMatter.told.is_(False))
    )
    return counted or 0


async def note(session: AsyncSession, kind: str, found: Collection[int], now: datetime) -> int:
    """Add what is new, or silent again after it was settled; returns how many."""
    if not found:
        return 0
    rows = await session.scalars(
        select(SilentMatter).where(SilentMatter.kind == kind, SilentMatter.row_id.in_(found))
    )
    known = {row.row_id: row for row in rows}
    new = 0
    for row_id in sorted(found):
        row = known.get(row_id)
        if row is None:
            session.add(SilentMatter(kind=kind, row_id=row_id, found_at=now, told=False))
        elif row.settled_at is not None:
            row.found_at, row.told, row.settled_at = now, False, None
        else:
            continue
        new += 1
    await session.flush()
    return new


async def case_of(session: AsyncSession, kind: str, row_id: int) -> Case | None:
    """The case that a finding is about, where it is about one."""
    row: Message | OutboxRow | Referral | None = None
    match kind:
        case "case":
            return await session.get(Case, row_id)
        case "message":
            row = await session.get(Message, row_id)
        case "answer":
            row = await session.get(OutboxRow, row_id)
        case "referral":
            row = await session.get(Referral, row_id)
    return await session.get(Case, row.case_id) if row is not None and row.case_id else None
