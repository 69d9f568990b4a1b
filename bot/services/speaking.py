"""Writing down what is to be said: the one way from a use case to the outbox."""

from collections.abc import Sequence
from datetime import timedelta

from bot.notices.content import Content, Media, Text, Welcome, dump
from bot.notices.words import defuse, split_bytes
from bot.services.context import Context
from storage import outbox
from storage.keys import get_key
from storage.models import Case, Conversation, OutboxRow
from storage.outbox import Channel, Purpose, Utterance

TEXT_BYTES = 2048  # WeCom documents 90236 and 94677; the platform cuts what is longer


async def _sealed(context: Context, content: Content, case: Case | None) -> bytes:
    key = await get_key(context.session, context.vault, case.key_id) if case else context.vault
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
) -> OutboxRow:
    """Say something in a constituent's chat; returns the row, the last one of a text that needs several."""
    if isinstance(content, Text) and len(parts := _parts(content.text)) > 1:
        for part in parts[:-1]:
            await notify_constituent(
                context, conversation, external_userid, purpose, Text(part), case=case, entry_id=entry_id
            )
        content = Text(parts[-1])
    welcome = isinstance(content, Welcome)
    return outbox.add(
        context.session,
        Utterance(
            channel=Channel.WELCOME if welcome else Channel.KF,
            purpose=purpose,
            lane=f"kf:{conversation.open_kfid}:{external_userid}",
            recipients=(external_userid,),
            conversation_id=conversation.id,
            case_id=case.id if case else None,
            entry_id=entry_id,
            key_id=case.key_id if case else None,
            content_sealed=await _sealed(context, content, case),
            expires_at=context.now + timedelta(seconds=context.rules.welcome_seconds) if welcome else None,
        ),
        context.now,
    )


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
    """Say something to members in the app's chat; nothing where there is nobody."""
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
            lane=_member_lane(userids[0], case, content),
            recipients=tuple({userid.lower(): userid for userid in reversed(userids)}.values())[::-1],
            case_id=case.id if case else None,
            key_id=case.key_id if case else None,
            content_sealed=await _sealed(context, content, case),
            task_id=task_id,
        ),
        context.now,
    )
