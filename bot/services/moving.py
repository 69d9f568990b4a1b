"""Messages that become another case's, sealed anew under its key with their files: each case is erased whole.

The message keeps its number and remembers where it was: older copies of the database have it under the other key,
and an erasure names it by itself (`storage.erasing`).
"""

import asyncio
from collections.abc import Sequence

from bot.services import clustering, explaining
from bot.services.context import Context
from storage import cases
from storage.crypto import ContentKey, Unreadable
from storage.keys import get_key
from storage.models import Attachment, Case, Message
from storage.states import ATTACHMENT, AttachmentState, check


class NotMovable(Exception):
    """Nothing was moved: a file of it is still being fetched or sent."""


async def move(context: Context, giver: Case, taker: Case, messages: Sequence[Message]) -> None:
    """Move messages of one case to another of the same person. Raises `NotMovable` before anything is changed."""
    attachments = await cases.attachments_of(context.session, messages)
    await _check(context, giver, attachments)
    old = await get_key(context.session, context.vault, giver.key_id)
    new = await get_key(context.session, context.vault, taker.key_id)
    for message in messages:
        if message.text_sealed:
            message.text_sealed = new.seal_text(old.open_text(message.text_sealed))
        message.case_id, message.came_from_id, message.round = taker.id, giver.id, taker.round
    for attachment in attachments:
        await _move_file(context, taker, attachment, old, new)
    await cases.forget_cards(context.session, giver.id)
    await explaining.forget_words(context, giver)
    await clustering.forget(context, giver.id)
    await context.session.flush()


async def _check(context: Context, giver: Case, attachments: Sequence[Attachment]) -> None:
    if not attachments:
        return
    is_fetched = any(one.state is AttachmentState.WANTED for one in attachments)
    if is_fetched or context.files is None or await cases.is_saying(context.session, giver.id):
        raise NotMovable


async def _move_file(context: Context, taker: Case, row: Attachment, old: ContentKey, new: ContentKey) -> None:
    """The bytes under the other key and a new number, on the disk before the commit; the old ones go after it."""
    if row.state is not AttachmentState.STORED or context.files is None:
        row.key_id, row.name_sealed = taker.key_id, _sealed_anew(row, old, new)
        return
    try:
        content = await asyncio.to_thread(context.files.read, row.id, old)
    except (FileNotFoundError, Unreadable) as error:
        raise NotMovable from error
    moved = Attachment(
        message_id=row.message_id,
        key_id=taker.key_id,
        kind=row.kind,
        media_id="",
        name_sealed=_sealed_anew(row, old, new),
        content_type=row.content_type,
        size=row.size,
        digest=row.digest,
        state=AttachmentState.STORED,
        due_at=context.now,
    )
    context.session.add(moved)
    await context.session.flush()
    await asyncio.to_thread(context.files.write, moved.id, new, content)
    row.state, row.message_id = check(ATTACHMENT, row.state, AttachmentState.RECALLED), None
    row.media_id, row.name_sealed = "", None


def _sealed_anew(row: Attachment, old: ContentKey, new: ContentKey) -> bytes | None:
    return new.seal_text(old.open_text(row.name_sealed)) if row.name_sealed else None
