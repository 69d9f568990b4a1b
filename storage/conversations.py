"""Constituents and their conversations, and what a member is in the middle of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import Vault
from storage.keys import add_key, get_key
from storage.models import Constituent, Conversation, MemberDesk


async def find_or_add(
    session: AsyncSession, vault: Vault, *, external_userid: str, open_kfid: str, nickname: str, now: datetime
) -> tuple[Constituent, Conversation]:
    """The constituent and the conversation, made when they write for the first time."""
    found = await session.scalars(select(Constituent).where(Constituent.external_userid == external_userid))
    constituent = found.one_or_none()
    if constituent is None:
        key_id, key = await add_key(session, vault)
        constituent = Constituent(
            external_userid=external_userid,
            key_id=key_id,
            first_seen_at=now,
            nickname_sealed=key.seal_text(nickname) if nickname else None,
        )
        session.add(constituent)
        await session.flush()
    elif nickname and constituent.nickname_sealed is None:
        key = await get_key(session, vault, constituent.key_id)
        constituent.nickname_sealed = key.seal_text(nickname)
    return constituent, await _conversation(session, constituent.id, open_kfid)


async def _conversation(session: AsyncSession, constituent_id: int, open_kfid: str) -> Conversation:
    found = await session.scalars(
        select(Conversation).where(
            Conversation.constituent_id == constituent_id, Conversation.open_kfid == open_kfid
        )
    )
    conversation = found.one_or_none()
    if conversation is None:
        conversation = Conversation(constituent_id=constituent_id, open_kfid=open_kfid)
        session.add(conversation)
        await session.flush()
    return conversation


async def get_desk(session: AsyncSession, userid: str) -> MemberDesk:
    """What this member is in the middle of; an empty desk is made when there is none."""
    desk = await session.get(MemberDesk, userid)
    if desk is None:
        desk = MemberDesk(userid=userid)
        session.add(desk)
    return desk
