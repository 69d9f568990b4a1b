"""Forgetting who somebody was: what remains of their chats are numbers, times and states that lead to nobody."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import status_links
from storage.erasing import ERASED, PENDING
from storage.models import (
    BroadcastRecipient,
    Constituent,
    Conversation,
    InboxRow,
    OutboxRow,
    OwnDataLink,
    Reminder,
    Subscription,
)
from storage.states import InboxState, OutboxState, RecipientState, ReminderState

NOBODY = "erased"


async def conversations_of(session: AsyncSession, constituent_id: int) -> Sequence[Conversation]:
    """Their chats, in order."""
    found = await session.scalars(
        select(Conversation).where(Conversation.constituent_id == constituent_id).order_by(Conversation.id)
    )
    return found.all()


async def forget(session: AsyncSession, constituent: Constituent, now: datetime) -> list[str]:
    """Nothing leads to them any more; returns the lanes of the inbox that still bear their name.

    What is on its way to them at this moment, and the last word that is to come, keep it until `forget_traces`.
    """
    lanes = []
    for conversation in await conversations_of(session, constituent.id):
        lanes.append(f"kf:{conversation.open_kfid}:{constituent.external_userid}")
        await _forget_chat(session, conversation, now)
    constituent.external_userid = f"{NOBODY}:{secrets.token_urlsafe(18)}"
    constituent.nickname_sealed = None
    constituent.last_station_code = constituent.last_grid_code = None
    await session.execute(delete(OwnDataLink).where(OwnDataLink.constituent_id == constituent.id))
    await status_links.end_all_of(session, constituent.id, now)
    for lane in lanes:
        await _forget_parked(session, lane)
    await session.flush()
    return lanes


async def _forget_chat(session: AsyncSession, conversation: Conversation, now: datetime) -> None:
    conversation.scene = conversation.scene_param = ""
    conversation.held_sealed = conversation.held_at = None
    conversation.human_userid = conversation.human_since = conversation.human_heard_at = None
    conversation.look_at = None
    conversation.has_parked = conversation.scan_pending = False
    await session.flush()
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.conversation_id == conversation.id, OutboxRow.state.in_(PENDING))
        .values(state=OutboxState.DROPPED, reason=ERASED, lease_until=None)
        .execution_options(synchronize_session="fetch")
    )
    await _empty_rows(session, conversation.id)
    await session.execute(delete(Subscription).where(Subscription.conversation_id == conversation.id))
    recipient = f"c:{conversation.id}"
    await session.execute(
        update(Reminder)
        .where(Reminder.recipient == recipient, Reminder.state.in_((ReminderState.WAITING, ReminderState.HELD)))
        .values(state=ReminderState.VOID, reason=ERASED)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(BroadcastRecipient)
        .where(BroadcastRecipient.recipient == recipient, BroadcastRecipient.state == RecipientState.WAITING)
        .values(state=RecipientState.SKIPPED, reason=ERASED, at=now)
        .execution_options(synchronize_session=False)
    )


async def _empty_rows(session: AsyncSession, conversation_id: int) -> None:
    """Rows of the outbox that have an end: nothing in them says to whom or what."""
    await session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.state.not_in((OutboxState.WAITING, OutboxState.LEASED)),
        )
        .values(content_sealed=b"", recipients=[], lane=f"{NOBODY}:{conversation_id}", platform_id=None)
        .execution_options(synchronize_session="fetch")
    )


async def _forget_parked(session: AsyncSession, lane: str) -> None:
    """What waited for a person to look at it: nobody needs to any more."""
    await session.execute(
        update(InboxRow)
        .where(InboxRow.lane == lane, InboxRow.state == InboxState.PARKED)
        .values(state=InboxState.DONE, body_sealed=None, reason=ERASED)
        .execution_options(synchronize_session="fetch")
    )


async def forget_traces(session: AsyncSession, conversation_id: int, lanes: Sequence[str]) -> bool:
    """After the last word: the rows that bore their name; False while one of them is still on its way."""
    on_its_way = await session.scalar(
        select(OutboxRow.id)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED)),
        )
        .limit(1)
    )
    if on_its_way is not None:
        return False
    await _empty_rows(session, conversation_id)
    for lane in lanes:
        await session.execute(
            update(InboxRow)
            .where(InboxRow.lane == lane, InboxRow.state == InboxState.DONE)
            .values(lane=NOBODY, body_sealed=None)
            .execution_options(synchronize_session=False)
        )
    return True
