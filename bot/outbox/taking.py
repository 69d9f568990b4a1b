"""A row whose turn it is: read, asked a last time whether it may leave, or put aside with the reason."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.notices.content import Content, LivingCall, load
from bot.outbox import readers
from bot.services import delivery
from bot.services.broadcasts import leaving as notices
from bot.services.context import Context
from bot.services.live import broadcasting
from bot.services.live.broadcasting import LivingOrder
from bot.services.reminders import leaving
from storage import outbox
from storage.crypto import Unreadable
from storage.keys import KeyDestroyed, get_key
from storage.models import Case, OutboxRow
from storage.outbox import Channel, Purpose
from storage.reminders import TOO_LATE
from storage.sending import Pending
from storage.states import OutboxState

log = logging.getLogger(__name__)
ASKED = frozenset({Purpose.REMINDER, Purpose.BROADCAST})  # a last time, whether they may leave


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that may leave, with what it says."""

    row: Pending
    content: Content | LivingOrder


async def take(
    context: Context, row: Pending, hearers: Collection[str], restricted: Mapping[int, Case]
) -> Taken | None:
    """The row with its content; None where it was put aside.

    `hearers`: who is still to hear a reminder. `restricted`: the restricted cases among those of these rows.
    """
    if row.expires_at is not None and row.expires_at <= context.now:
        await drop(context, await whole(context, row), TOO_LATE)
        return None
    if row.purpose in ASKED:
        kept = await whole(context, row)
        if not await _may_leave(context, kept, hearers):
            return None
        row = row._replace(recipients=kept.recipients)
    left = readers.find_left(context, row, restricted)
    if len(left) < len(row.recipients):
        kept = await whole(context, row)
        kept.recipients = list(left)
        if not left:
            await drop(context, kept, readers.GONE)
            return None
        row = row._replace(recipients=left)
    content = await _read(context, row)
    if not isinstance(content, LivingCall):
        return None if content is None else Taken(row, content)
    order = await broadcasting.decide_order(context, content, in_doubt=row.in_doubt)
    if order is None:
        outbox.move(await whole(context, row), OutboxState.DROPPED, "nothing to do")
        return None
    return Taken(row, order)


async def whole(context: Context, row: Pending) -> OutboxRow:
    """The row itself, to write down what becomes of it."""
    return await context.session.get_one(OutboxRow, row.id)


async def _may_leave(context: Context, row: OutboxRow, hearers: Collection[str]) -> bool:
    if row.purpose == Purpose.REMINDER:
        return await leaving.may_leave(context, row, hearers)
    if row.purpose == Purpose.BROADCAST and row.channel == Channel.APP:
        return await notices.may_leave(context, row)
    return True


async def _read(context: Context, row: Pending) -> Content | None:
    try:
        key = await get_key(context.session, context.vault, row.key_id) if row.key_id else context.vault
        return load(key.open(row.content_sealed))
    except KeyDestroyed:
        await drop(context, await whole(context, row), "erased")
    except (Unreadable, ValueError, KeyError, TypeError):
        kept = await whole(context, row)
        outbox.move(kept, OutboxState.FAILED, "unreadable")
        log.exception("outbox row cannot be read", extra={"outbox_id": row.id})
        await delivery.note_lost(context, kept)
    return None


async def drop(context: Context, row: OutboxRow, reason: str, *, shut: bool = False) -> None:
    """It gives way; a reminder to a conversation that is `shut` waits for the next message instead."""
    outbox.move(row, OutboxState.DROPPED, reason)
    await delivery.note_dropped(context, row, reason, shut=shut)
