"""Constituents and their conversations, and what a member is in the middle of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import batch_reading, erasing
from storage.crypto import Vault
from storage.keys import add_key, find_key
from storage.models import Constituent, Conversation, MemberDesk

DESK = "desk"  # the account of those who were received at a desk: no chat, nothing is ever sent there

_CALLER = (
    select(Constituent, Conversation)
    .outerjoin(
        Conversation,
        and_(Conversation.constituent_id == Constituent.id, Conversation.open_kfid == bindparam("account")),
    )
    .where(Constituent.external_userid == bindparam("who"))
    .with_for_update(of=Constituent, key_share=True)  # before anything of their chat: see `batch_reading`
)


class WrittenBeforeErasure(Exception):
    """Its writer had everything erased since: an older copy of the database reads it again, and it is not kept."""


async def find_or_add(
    session: AsyncSession,
    vault: Vault,
    *,
    external_userid: str,
    open_kfid: str,
    nickname: str,
    now: datetime,
    said_at: datetime | None = None,
) -> tuple[Constituent, Conversation]:
    """The constituent and the conversation, made when they write for the first time.

    Raises `WrittenBeforeErasure` for what somebody who is not known said (`said_at`) before they had all erased.
    """
    constituent, conversation = await _find(session, open_kfid, external_userid)
    if constituent is None:
        if await erasing.was_erased_since(session, erasing.mark_of(vault, external_userid), said_at):
            raise WrittenBeforeErasure
        constituent = await _add_constituent(session, vault, external_userid, nickname, now)
    elif nickname and constituent.nickname_sealed is None:
        key = await find_key(session, vault, constituent.key_id)
        if key is None:  # they had everything erased and write again: a new beginning
            constituent.key_id, key = await add_key(session, vault)
        constituent.nickname_sealed = key.seal_text(nickname)
    if conversation is None:
        conversation = Conversation(constituent_id=constituent.id, open_kfid=open_kfid)
        session.add(conversation)
        await session.flush()
    return constituent, conversation


async def _find(
    session: AsyncSession, open_kfid: str, external_userid: str
) -> tuple[Constituent | None, Conversation | None]:
    if (read := batch_reading.take_caller(session, open_kfid, external_userid)) is not None:
        return read
    found = await session.execute(_CALLER, {"account": open_kfid, "who": external_userid})
    row = found.one_or_none()
    return (row[0], row[1]) if row is not None else (None, None)


async def _add_constituent(
    session: AsyncSession, vault: Vault, external_userid: str, nickname: str, now: datetime
) -> Constituent:
    key_id, key = await add_key(session, vault)
    constituent = Constituent(
        external_userid=external_userid,
        key_id=key_id,
        first_seen_at=now,
        nickname_sealed=key.seal_text(nickname) if nickname else None,
    )
    session.add(constituent)
    await session.flush()
    return constituent


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation and whom it is with."""

    conversation: Conversation
    external_userid: str


async def find_chats(session: AsyncSession, conversation_ids: Collection[int]) -> dict[int, Chat]:
    """The conversations with these numbers."""
    found = await session.execute(
        select(Conversation, Constituent.external_userid)
        .join(Constituent, Constituent.id == Conversation.constituent_id)
        .where(Conversation.id.in_(conversation_ids))
    )
    return {conversation.id: Chat(conversation, external_userid) for conversation, external_userid in found}


async def get_desk(session: AsyncSession, userid: str) -> MemberDesk:
    """What this member is in the middle of; an empty desk is made when there is none."""
    desk = await session.get(MemberDesk, userid)
    if desk is None:
        desk = MemberDesk(userid=userid)
        session.add(desk)
        await session.flush()
    return desk
