"""Writing down what is to be said: the one way from a use case to the outbox."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices.content import Content, Media, Menu, Text, Welcome, dump, load
from bot.notices.receptions import TellInPerson
from bot.notices.together import join_all
from bot.notices.words import defuse, split_bytes
from bot.services import lanes
from bot.services.context import Context
from storage import chat_rows, outbox
from storage.conversations import DESK
from storage.keys import get_key
from storage.models import Case, Conversation, OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose, Utterance

log = logging.getLogger(__name__)
_Write: TypeAlias = Callable[[AsyncSession, Utterance, datetime], OutboxRow | None]
_MERGED = frozenset({Purpose.RECEIPT, Purpose.NOTICE, Purpose.REPLY})
SCARCE = 3  # messages left, from which on receipts and notices that wait are said as one
TEXT_BYTES = 2048  # WeCom documents 90236 and 94677; the platform cuts what is longer


async def _sealed(context: Context, content: Content, key_id: int | None) -> bytes:
    key = await get_key(context.session, context.vault, key_id) if key_id else context.vault
    return key.seal(dump(content))


def count_parts(content: Content) -> int:
    """How many messages a content takes."""
    return len(_parts(content.text)) if isinstance(content, Text) else 1


def _parts(text: str) -> list[str]:
    """What a text is sent as; WeCom refuses a message of blanks only."""
    return [part for part in split_bytes(text, TEXT_BYTES) if part.strip()] or [text]


async def notify_constituent(
    context: Context,
    conversation: Conversation,
    external_userid: str,
    purpose: Purpose,
    content: Content,
    *,
    case: Case | None = None,
    entry_id: int | None = None,
    key_id: int | None = None,
) -> None:
    """Say something in a constituent's chat: a row for each message that it takes.

    It is sealed with the key of its case, else with `key_id`, else with the data key. Who was received at a desk
    has no chat: what must arrive goes to the officer, who tells them.
    """
    said = _Said(conversation, external_userid, purpose, case, entry_id, case.key_id if case else key_id)
    await _say_in_chat(context, said, content, outbox.write)


async def say_to_constituent(
    context: Context,
    conversation: Conversation,
    external_userid: str,
    purpose: Purpose,
    content: Content,
    *,
    case: Case | None = None,
    entry_id: int | None = None,
    key_id: int | None = None,
) -> list[OutboxRow]:
    """The same for whoever has something to do with the rows."""
    said = _Said(conversation, external_userid, purpose, case, entry_id, case.key_id if case else key_id)
    return [row for row in await _say_in_chat(context, said, content, outbox.add) if row is not None]


@dataclass(frozen=True, slots=True)
class _Said:
    """Where and for what something is said in a chat."""

    conversation: Conversation
    external_userid: str
    purpose: Purpose
    case: Case | None
    entry_id: int | None
    key_id: int | None

    @property
    def case_id(self) -> int | None:
        """Of its case."""
        return self.case.id if self.case else None


async def _say_in_chat(context: Context, said: _Said, content: Content, write: _Write) -> list[OutboxRow | None]:
    if said.conversation.open_kfid == DESK and (told := await _tell_at_desk(context, said, content)):
        return [told]
    if isinstance(content, Text):
        parts: list[Content] = [Text(part) for part in _parts(content.text)]
    else:
        parts = [content]
    return [await _add(context, said, part, write) for part in parts]


async def _add(context: Context, said: _Said, content: Content, write: _Write) -> OutboxRow | None:
    if said.purpose in _MERGED and (row := await _merge(context, said, content)):
        return row
    welcome = isinstance(content, Welcome)
    conversation, purpose = said.conversation, said.purpose
    return write(
        context.session,
        Utterance(
            channel=Channel.WELCOME if welcome else Channel.KF,
            purpose=purpose,
            lane=_behind(purpose, f"kf:{conversation.open_kfid}:{said.external_userid}"),
            recipients=(said.external_userid,),
            conversation_id=conversation.id,
            case_id=said.case_id,
            entry_id=said.entry_id,
            key_id=said.key_id,
            content_sealed=await _sealed(context, content, said.key_id),
            expires_at=context.now + timedelta(seconds=context.rules.welcome_seconds) if welcome else None,
        ),
        context.now,
    )


async def _merge(context: Context, said: _Said, content: Content) -> OutboxRow | None:
    """Where little is left of the budget, words that wait take the new ones along, so that neither gives way."""
    if said.conversation.budget_left > SCARCE:
        return None
    await context.session.flush()
    waiting = await chat_rows.waiting_to_be_said(context.session, said.conversation.id)
    if not waiting or said.conversation.budget_left - len(waiting) >= 2:
        return None
    last = waiting[-1]
    if last.purpose not in _MERGED or (last.case_id, last.key_id) != (said.case_id, said.key_id):
        return None
    key = await get_key(context.session, context.vault, said.key_id) if said.key_id else context.vault
    joined, count = join_all([load(key.open(last.content_sealed)), content])
    if count < 2:
        return None
    last.content_sealed = key.seal(dump(joined))
    return last


async def _tell_at_desk(context: Context, said: _Said, content: Content) -> OutboxRow | None:
    """Ask the officer to tell somebody in person; None where there is nothing to tell, or nobody to tell it."""
    case = said.case
    if said.purpose not in MUST_ARRIVE or case is None:
        return None
    directory = context.directory
    tellers = lanes.readers(context, case) if case.restricted else directory.officers_of(case.station_code)
    words = content.text if isinstance(content, Text) else content.head if isinstance(content, Menu) else ""
    if words:
        content = TellInPerson(case.number, words).render()
    return await say_to_members(context, tellers, Purpose.UPDATE, content, case=case)


def _behind(purpose: Purpose, lane: str, task_id: str | None = None) -> str:
    """A reminder or a notice that waits, for the morning or after a failure, holds up nothing else said there."""
    if purpose is Purpose.BROADCAST:
        return f"{lane}:{task_id}"
    return f"{lane}:{purpose}" if purpose is Purpose.REMINDER else lane


def _member_lane(userid: str, case: Case | None, content: Content) -> str:
    """Order is kept for one member and case; a medium, whose bytes may come late, holds up nothing else."""
    lane = f"app:{userid}:{case.id if case else ''}"
    return f"{lane}:media:{content.attachment_id}" if isinstance(content, Media) else lane


@dataclass(frozen=True, slots=True)
class _Told:
    """To whom and for what something is said in the app's chat."""

    userids: Sequence[str]
    purpose: Purpose
    case: Case | None = None
    task_id: str | None = None
    channel: Channel = Channel.APP


async def notify_members(
    context: Context,
    userids: Sequence[str],
    purpose: Purpose,
    content: Content,
    *,
    case: Case | None = None,
    task_id: str | None = None,
    channel: Channel = Channel.APP,
) -> None:
    """Say something to members in the app's chat; nothing where there is nobody.

    Of a case nobody hears who may not see it, whoever thought of them.
    """
    await _say_in_app(context, _Told(userids, purpose, case, task_id, channel), content, outbox.write)


async def say_to_members(
    context: Context,
    userids: Sequence[str],
    purpose: Purpose,
    content: Content,
    *,
    case: Case | None = None,
    task_id: str | None = None,
    channel: Channel = Channel.APP,
) -> OutboxRow | None:
    """The same for whoever has something to do with the row; the last one of a text that needs several."""
    return await _say_in_app(context, _Told(userids, purpose, case, task_id, channel), content, outbox.add)


async def _say_in_app(context: Context, told: _Told, content: Content, write: _Write) -> OutboxRow | None:
    userids, case = told.userids, told.case
    if case is not None and len(seen := lanes.seen_by(context, userids, case)) < len(userids):
        log.warning(
            "kept from those who may not see it", extra={"case": case.number, "kept": len(userids) - len(seen)}
        )
        told = replace(told, userids=seen)
    if not told.userids:
        return None
    if isinstance(content, Text):
        *first, last = _parts(defuse(content.text))
        for part in first:
            await _add_for_members(context, _Told(told.userids, told.purpose, case), Text(part), write)
        content = Text(last)
    return await _add_for_members(context, told, content, write)


async def _add_for_members(context: Context, told: _Told, content: Content, write: _Write) -> OutboxRow | None:
    case = told.case
    return write(
        context.session,
        Utterance(
            channel=told.channel,
            purpose=told.purpose,
            lane=_behind(told.purpose, _member_lane(told.userids[0], case, content), told.task_id),
            recipients=tuple({userid.lower(): userid for userid in reversed(told.userids)}.values())[::-1],
            case_id=case.id if case else None,
            key_id=case.key_id if case else None,
            content_sealed=await _sealed(context, content, case.key_id if case else None),
            task_id=told.task_id,
        ),
        context.now,
    )
