"""What has been kept long enough, kind by kind: the rows whose time is over, in order, some at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Attachment,
    AuditLine,
    Case,
    Constituent,
    ContentKeyRow,
    Conversation,
    InboxRow,
    LiveQuestion,
    Message,
    OutboxRow,
    OwnDataLink,
    Reception,
    Referral,
    RightsRequest,
    Subscription,
)
from storage.privacy_person import NOBODY
from storage.states import AttachmentState, CaseState, InboxState, OutboxState, QuestionState, RightsState

WINDOW = 5_000  # rows that one look goes through: SQLite looks in the loop, and nobody else is served meanwhile
_REGISTERED = exists().where(Referral.case_id == Case.id)
_UNDER_WAY = (OutboxState.WAITING, OutboxState.LEASED, OutboxState.PARKED)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows whose time is over, by number; up to which number was looked, None where nothing is behind it."""

    ids: Sequence[Any]
    reached: Any


def _settled(before: datetime) -> Any:
    """Closed, or answered and never spoken of again."""
    return or_(
        and_(Case.state == CaseState.CLOSED, Case.closed_at < before),
        and_(Case.state == CaseState.ANSWERED, Case.answered_at < before),
    )


def _asked_for(case_id: Any) -> Any:
    """A person is still to decide about it."""
    return exists().where(RightsRequest.case_id == case_id, RightsRequest.state == RightsState.WAITING)


def _words(before: datetime) -> Select[Any]:
    return select(Case.id).where(_settled(before), Case.erased_at.is_(None), ~_REGISTERED, ~_asked_for(Case.id))


def _petition_words(before: datetime) -> Select[Any]:
    return select(Case.id).where(_settled(before), Case.erased_at.is_(None), _REGISTERED, ~_asked_for(Case.id))


def _media(before: datetime) -> Select[Any]:
    return (
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .join(Case, Case.id == Message.case_id)
        .where(_settled(before), ~_REGISTERED, Attachment.state != AttachmentState.RECALLED)
    )


def _questions(before: datetime) -> Select[Any]:
    return (
        select(LiveQuestion.id)
        .join(ContentKeyRow, ContentKeyRow.id == LiveQuestion.key_id)
        .where(
            LiveQuestion.decided_at < before,
            LiveQuestion.state != QuestionState.WAITING,
            ContentKeyRow.wrapped.is_not(None),
        )
    )


def _receptions(before: datetime) -> Select[Any]:
    return select(Reception.id).where(
        Reception.noted_at < before, Reception.matter_sealed.is_not(None), Reception.case_id.is_(None)
    )


def _people(before: datetime) -> Select[Any]:
    matter = exists().where(Case.constituent_id == Constituent.id, Case.erased_at.is_(None))
    lately = exists().where(
        Conversation.constituent_id == Constituent.id,
        func.coalesce(Conversation.last_message_at, Constituent.first_seen_at) >= before,
    )
    subscribed = exists().where(
        Conversation.constituent_id == Constituent.id,
        Subscription.conversation_id == Conversation.id,
        Subscription.ended_at.is_(None),
    )
    waits = exists().where(
        RightsRequest.constituent_id == Constituent.id, RightsRequest.state == RightsState.WAITING
    )
    question = (
        exists()
        .where(LiveQuestion.constituent_id == Constituent.id, ContentKeyRow.id == LiveQuestion.key_id)
        .where(ContentKeyRow.wrapped.is_not(None))
    )
    return select(Constituent.id).where(
        Constituent.first_seen_at < before,
        Constituent.external_userid.not_like(f"{NOBODY}:%"),
        ~matter,
        ~lately,
        ~subscribed,
        ~waits,
        ~question,
    )


def _inbox(before: datetime) -> Select[Any]:
    return select(InboxRow.id).where(InboxRow.state == InboxState.DONE, InboxRow.received_at < before)


def _outbox(before: datetime) -> Select[Any]:
    return select(OutboxRow.id).where(
        OutboxRow.state.not_in(
            _UNDER_WAY
        ),  # not those that ended: SQLite would go by them through all of ten years
        OutboxRow.created_at < before,
        OutboxRow.content_sealed != b"",
    )


def _audit(before: datetime) -> Select[Any]:
    return select(AuditLine.id).where(AuditLine.at < before)


def _held_words(before: datetime) -> Select[Any]:
    return select(Conversation.id).where(Conversation.held_at < before)


def _links(before: datetime) -> Select[Any]:
    return select(OwnDataLink.digest).where(OwnDataLink.expires_at < before)


OVER: Mapping[str, Callable[[datetime], Select[Any]]] = {
    "held_words": _held_words,
    "media": _media,
    "words": _words,
    "petition_words": _petition_words,
    "questions": _questions,
    "receptions": _receptions,
    "people": _people,
    "inbox": _inbox,
    "outbox": _outbox,
    "audit": _audit,
    "links": _links,
}


async def count(session: AsyncSession, kind: str, before: datetime) -> int:
    """How many of this kind have been kept long enough."""
    return await session.scalar(select(func.count()).select_from(OVER[kind](before).subquery())) or 0


async def find(session: AsyncSession, kind: str, before: datetime, most: int, after: Any = None) -> Found:
    """Numbers of some of them among the next `WINDOW` rows behind `after`, the oldest rows first."""
    query = OVER[kind](before)
    number = query.selected_columns[0]
    behind = true() if after is None else number > after
    window = select(number.label("number")).where(behind).order_by(number).limit(WINDOW).subquery()
    upto, looked_at = (await session.execute(select(func.max(window.c.number), func.count()))).one()
    if not looked_at:
        return Found((), None)
    ids = (await session.scalars(query.where(behind, number <= upto).order_by(number).limit(most))).all()
    if len(ids) == most:
        return Found(ids, ids[-1])
    return Found(ids, upto if looked_at == WINDOW else None)


async def forget_rows(session: AsyncSession, kind: str, ids: Sequence[Any]) -> None:
    """Kinds without words of people under keys: rows are deleted, or emptied where others refer to them."""
    gone = {
        "inbox": delete(InboxRow).where(InboxRow.id.in_(ids)),
        "audit": delete(AuditLine).where(AuditLine.id.in_(ids)),
        "links": delete(OwnDataLink).where(OwnDataLink.digest.in_(ids)),
        "outbox": update(OutboxRow).where(OutboxRow.id.in_(ids)).values(content_sealed=b"", response_code=None),
        "held_words": update(Conversation).where(Conversation.id.in_(ids)).values(held_sealed=None, held_at=None),
    }
    await session.execute(gone[kind].execution_options(synchronize_session=False))
