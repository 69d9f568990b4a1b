"""Chats that a person holds, or that wait for one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, Conversation, Message, OutboxRow
from storage.outbox import Channel
from storage.states import OutboxState

CONSTITUENT = "constituent"


async def due_looks(session: AsyncSession, now: datetime, limit: int) -> Sequence[Conversation]:
    """Those of which it is to be asked how they stand, locked until this transaction ends."""
    found = await session.scalars(
        select(Conversation)
        .where(Conversation.look_at <= now)
        .order_by(Conversation.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def is_called(session: AsyncSession, conversation_id: int) -> bool:
    """Whether WeCom is just being asked for something about this session."""
    pending = exists().where(
        OutboxRow.conversation_id == conversation_id,
        OutboxRow.channel == Channel.SERVICE_STATE,
        OutboxRow.state.in_((OutboxState.WAITING, OutboxState.LEASED)),
    )
    return bool(await session.scalar(select(pending)))


async def held_by(session: AsyncSession, userid: str, limit: int) -> Sequence[Conversation]:
    """The chats that a servicer holds now."""
    found = await session.scalars(
        select(Conversation).where(Conversation.human_userid == userid).order_by(Conversation.id).limit(limit)
    )
    return found.all()


async def latest_case(session: AsyncSession, conversation_id: int) -> Case | None:
    """The latest case of a chat, open or not."""
    found = await session.scalars(
        select(Case).where(Case.conversation_id == conversation_id).order_by(Case.id.desc()).limit(1)
    )
    return found.one_or_none()


async def last_said(session: AsyncSession, case_id: int) -> Message | None:
    """The last thing said in a case by either side; notes are neither."""
    found = await session.scalars(
        select(Message)
        .where(Message.case_id == case_id, Message.author.in_((CONSTITUENT, "representative", "officer")))
        .order_by(Message.id.desc())
        .limit(1)
    )
    return found.one_or_none()


async def has_unpushed(session: AsyncSession, case_id: int) -> bool:
    """Whether the constituent said something that the owner has not been told."""
    unpushed = exists().where(
        Message.case_id == case_id,
        Message.author == CONSTITUENT,
        Message.pushed_at.is_(None),
        Message.recalled_at.is_(None),
    )
    return bool(await session.scalar(select(unpushed)))
