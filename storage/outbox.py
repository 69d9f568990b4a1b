"""The outbox: everything to be said. Rows of one lane go out in order; what cannot go out says why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unit_of_work
from storage.models import OutboxRow
from storage.states import OUTBOX, OutboxState, check


class Channel(StrEnum):
    """The door a row leaves by."""

    KF = "kf"  # kf/send_msg to a constituent
    WELCOME = "welcome"  # kf/send_msg_on_event
    APP = "app"  # message/send to members
    CARD_UPDATE = "card_update"  # message/update_template_card
    LIVING = "living"  # living/create, modify, cancel
    RECALL = "recall"  # message/recall
    SERVICE_STATE = "service_state"  # kf/service_state/get and trans


class Purpose(StrEnum):
    """What a row is for; decides its priority and its place in the send budget."""

    WELCOME = "welcome"
    RECEIPT = "receipt"
    ANSWER = "answer"
    NOTICE = "notice"
    REPLY = "reply"  # to a word or a menu item
    CARD = "card"
    UPDATE = "update"
    URGENT = "urgent"  # the number to call, and the alarm to those on call
    REMINDER = "reminder"
    BROADCAST = "broadcast"  # a notice that two people stand for
    SESSION = "session"  # whose turn a chat is: a person's, or the bot's
    REFERRAL = "referral"  # where a matter belongs; must arrive (Regulations on Petition Work, Art. 23)


PRIORITY = {
    Purpose.URGENT: 5,
    Purpose.WELCOME: 10,
    Purpose.ANSWER: 20,
    Purpose.RECEIPT: 30,
    Purpose.REFERRAL: 30,
    Purpose.REPLY: 30,
    Purpose.SESSION: 30,
    Purpose.CARD: 35,
    Purpose.UPDATE: 40,
    Purpose.NOTICE: 50,
    Purpose.REMINDER: 60,
    Purpose.BROADCAST: 70,
}
PRIORITIES = tuple(sorted(set(PRIORITY.values())))
MUST_ARRIVE = frozenset({Purpose.ANSWER, Purpose.REFERRAL})  # parked when the platform lets nothing more through


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing to be said; `content_sealed` under the key `key_id`, or the data key where that is None."""

    channel: Channel
    purpose: Purpose
    lane: str
    content_sealed: bytes
    recipients: Sequence[str] = ()
    conversation_id: int | None = None
    case_id: int | None = None
    entry_id: int | None = None
    key_id: int | None = None
    task_id: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    priority: int | None = field(default=None)


def write(session: AsyncSession, utterance: Utterance, now: datetime) -> None:
    """Write down what is to be said. A priority that the pump does not look for is our own mistake: ValueError."""
    unit_of_work.write(session, OutboxRow, _row(utterance, now))


def add(session: AsyncSession, utterance: Utterance, now: datetime) -> OutboxRow:
    """The same for whoever has something to do with the row."""
    row = OutboxRow(**_row(utterance, now))
    unit_of_work.add_in_turn(session, row)
    return row


def _row(utterance: Utterance, now: datetime) -> dict[str, Any]:
    if utterance.priority is not None and utterance.priority not in PRIORITIES:
        raise ValueError(f"{utterance.priority} is no priority")
    return {
        "channel": utterance.channel,
        "purpose": utterance.purpose,
        "lane": utterance.lane,
        "recipients": list(utterance.recipients),
        "conversation_id": utterance.conversation_id,
        "case_id": utterance.case_id,
        "entry_id": utterance.entry_id,
        "key_id": utterance.key_id,
        "task_id": utterance.task_id,
        "priority": PRIORITY[utterance.purpose] if utterance.priority is None else utterance.priority,
        "content_sealed": utterance.content_sealed,
        "state": OutboxState.WAITING,
        "created_at": now,
        "due_at": utterance.due_at or now,
        "expires_at": utterance.expires_at,
    }


def move(row: OutboxRow, state: OutboxState, reason: str | None = None) -> None:
    """Change the state as the table allows, with the reason where there is one."""
    row.state = check(OUTBOX, OutboxState(row.state), state)
    row.lease_until = None if state is not OutboxState.LEASED else row.lease_until
    row.reason = reason


async def free_stuck(session: AsyncSession, now: datetime) -> int:
    """Give back rows whose pump died; they may have been sent, so they are in doubt."""
    freed = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.lease_until < now)
        .values(state=OutboxState.WAITING, lease_until=None, in_doubt=True)
        .returning(OutboxRow.id)
    )
    return len(freed.all())


async def free_all_leases(session: AsyncSession) -> int:
    """At the start of the one process that owns the database: no other pump can be alive."""
    freed = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.leaves_with.is_(None))
        .values(state=OutboxState.WAITING, lease_until=None, in_doubt=True)
        .returning(OutboxRow.id)
    )
    return len(freed.all())


async def release_parked(session: AsyncSession, conversation_id: int, now: datetime) -> int:
    """The constituent wrote again: what waited for that goes out first."""
    released = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.conversation_id == conversation_id, OutboxRow.state == OutboxState.PARKED)
        .values(state=OutboxState.WAITING, due_at=now, reason=None)
        .returning(OutboxRow.id)
    )
    return len(released.all())


async def is_hold_known(session: AsyncSession, case_id: int) -> bool:
    """Whether the officer was told that answers of this case cannot go out now, and that is still so."""
    known = await session.scalar(
        select(OutboxRow.id)
        .where(
            OutboxRow.case_id == case_id,
            OutboxRow.held_told,
            OutboxRow.state.not_in((OutboxState.SENT, OutboxState.DROPPED)),
        )
        .limit(1)
    )
    return known is not None


async def count_by_state(session: AsyncSession) -> dict[str, int]:
    """How many rows are in each state."""
    counted = await session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return {str(state): count for state, count in counted}


async def count_waiting(session: AsyncSession, purpose: Purpose, most: int) -> int:
    """How many rows for this purpose have not been sent yet, counted up to `most`."""
    waiting = (
        select(OutboxRow.id)
        .where(OutboxRow.state.in_([OutboxState.WAITING, OutboxState.LEASED]), OutboxRow.purpose == purpose)
        .limit(most)
    )
    return await session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


async def sent_cards(session: AsyncSession, case_id: int) -> Sequence[OutboxRow]:
    """The cards of a case that are in members' chats."""
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case_id, OutboxRow.purpose == Purpose.CARD, OutboxRow.task_id.is_not(None))
        .order_by(OutboxRow.id)
    )
    return rows.all()


async def sent_alarms(session: AsyncSession, case_id: int) -> Sequence[OutboxRow]:
    """The alarms of a case that are in members' chats."""
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case_id, OutboxRow.purpose == Purpose.URGENT, OutboxRow.task_id.is_not(None))
        .order_by(OutboxRow.id)
    )
    return rows.all()


async def find_by_platform_id(session: AsyncSession, platform_id: str) -> OutboxRow | None:
    """The row that WeCom knows by this message id."""
    found = await session.scalars(
        select(OutboxRow).where(OutboxRow.platform_id == platform_id).order_by(OutboxRow.id.desc()).limit(1)
    )
    return found.one_or_none()


async def pending_answers(session: AsyncSession, entry_id: int, besides: Collection[int] = ()) -> int:
    """How many parts of an answer have neither been delivered nor told by telephone."""
    counted = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.entry_id == entry_id,
            OutboxRow.purpose == Purpose.ANSWER,
            OutboxRow.state != OutboxState.SENT,
            OutboxRow.told_at.is_(None),
            OutboxRow.id.not_in(besides),
        )
    )
    return counted or 0
