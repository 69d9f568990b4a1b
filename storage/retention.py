"""What has been kept long enough, kind by kind: the rows whose time is over, in order, some at a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select, update
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

_REGISTERED = exists().where(Referral.case_id == Case.id)
_ENDED = (OutboxState.SENT, OutboxState.DROPPED, OutboxState.FAILED)


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
        OutboxRow.state.in_(_ENDED), OutboxRow.created_at < before, OutboxRow.content_sealed != b""
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


async def find(session: AsyncSession, kind: str, before: datetime, most: int) -> Sequence[Any]:
    """Numbers of some of them, the oldest rows first."""
    query = OVER[kind](before)
    return (await session.scalars(query.order_by(query.selected_columns[0]).limit(most))).all()


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
