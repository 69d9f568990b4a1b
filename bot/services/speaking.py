"""Writing down what is to be said: the one way from a use case to the outbox."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

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
) -> OutboxRow:
    """Say something in a constituent's chat; returns the row, the last one of a text that needs several."""
    rows = await say_to_constituent(
        context, conversation, external_userid, purpose, content, case=case, entry_id=entry_id, key_id=key_id
    )
    return rows[-1]


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
    """Say something in a constituent's chat; returns a row for each message that it takes.

    It is sealed with the key of its case, else with `key_id`, else with the data key. Who was received at a desk
    has no chat: what must arrive goes to the officer, who tells them.
    """
    if conversation.open_kfid == DESK and (told := await _notify_desk(context, purpose, content, case)):
        return [told]
    key_id = case.key_id if case else key_id
    if isinstance(content, Text):
        parts: list[Content] = [Text(part) for part in _parts(content.text)]
    else:
        parts = [content]
    said = _Said(conversation, external_userid, purpose, case.id if case else None, entry_id, key_id)
    return [await _add(context, said, part) for part in parts]


@dataclass(frozen=True, slots=True)
class _Said:
    """Where and for what something is said in a chat."""

    conversation: Conversation
    external_userid: str
    purpose: Purpose
    case_id: int | None
    entry_id: int | None
    key_id: int | None


async def _add(context: Context, said: _Said, content: Content) -> OutboxRow:
    if said.purpose in _MERGED and (row := await _merge(context, said, content)):
        return row
    welcome = isinstance(content, Welcome)
    conversation, purpose = said.conversation, said.purpose
    return outbox.add(
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


async def _notify_desk(context: Context, purpose: Purpose, content: Content, case: Case | None) -> OutboxRow | None:
    """Ask the officer to tell somebody in person; None where there is nothing to tell, or nobody to tell it."""
    if purpose not in MUST_ARRIVE or case is None:
        return None
    directory = context.directory
    tellers = lanes.readers(context, case) if case.restricted else directory.officers_of(case.station_code)
    words = content.text if isinstance(content, Text) else content.head if isinstance(content, Menu) else ""
    if words:
        content = TellInPerson(case.number, words).render()
    return await notify_members(context, tellers, Purpose.UPDATE, content, case=case)


def _behind(purpose: Purpose, lane: str, task_id: str | None = None) -> str:
    """A reminder or a notice that waits, for the morning or after a failure, holds up nothing else said there."""
    if purpose is Purpose.BROADCAST:
        return f"{lane}:{task_id}"
    return f"{lane}:{purpose}" if purpose is Purpose.REMINDER else lane


def _member_lane(userid: str, case: Case | None, content: Content) -> str:
    """Order is kept for one member and case; a medium, whose bytes may come late, holds up nothing else."""
    lane = f"app:{userid}:{case.id if case else ''}"
    return f"{lane}:media:{content.attachment_id}" if isinstance(content, Media) else lane


async def notify_members(
    context: Context,
    userids: Sequence[str],
    purpose: Purpose,
    content: Content,
    *,
    case: Case | None = None,
    task_id: str | None = None,
    channel: Channel = Channel.APP,
) -> OutboxRow | None:
    """Say something to members in the app's chat; nothing where there is nobody.

    Of a case nobody hears who may not see it, whoever thought of them.
    """
    if case is not None and len(seen := lanes.seen_by(context, userids, case)) < len(userids):
        log.warning(
            "kept from those who may not see it", extra={"case": case.number, "kept": len(userids) - len(seen)}
        )
        userids = seen
    if not userids:
        return None
    if isinstance(content, Text):
        *first, last = _parts(defuse(content.text))
        for part in first:
            await notify_members(context, userids, purpose, Text(part), case=case)
        content = Text(last)
    return outbox.add(
        context.session,
        Utterance(
            channel=channel,
            purpose=purpose,
            lane=_behind(purpose, _member_lane(userids[0], case, content), task_id),
            recipients=tuple({userid.lower(): userid for userid in reversed(userids)}.values())[::-1],
            case_id=case.id if case else None,
            key_id=case.key_id if case else None,
            content_sealed=await _sealed(context, content, case.key_id if case else None),
            task_id=task_id,
        ),
        context.now,
    )
