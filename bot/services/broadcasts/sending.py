"""Sending a notice: a few rows of the outbox a commit, each recipient handed over in the commit of its row.

Wherever the process dies, the next run goes on with those that nothing was written for.
"""

import asyncio
import logging
from collections.abc import Callable

from bot.notices.content import Media
from bot.services import speaking
from bot.services.broadcasts import reminding, writing
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from storage import broadcasts, recipients
from storage.keys import KeyDestroyed
from storage.models import Attachment, Broadcast, OutboxRow
from storage.outbox import Purpose
from storage.states import BroadcastState, RecipientState

log = logging.getLogger(__name__)
MOST_RECIPIENTS = 1000  # of one call, WeCom document 90236
ROWS = 4  # of the outbox, a commit
ROOM = 12  # rows that may wait in the outbox: what is not there yet can still be taken back
NOTICES = 3  # that are sent side by side
Watcher = Callable[[str], None]
POINTS = ("begun", "claimed", "written", "handed over", "finished")


def go_on(point: str) -> None:
    """What happens at a named point of the work: nothing. Drills stop the work there."""


async def send_due(context: Context, at: Watcher = go_on, most: int = MOST_RECIPIENTS) -> int:
    """Hand the next recipients of what is due to the outbox, `most` a row; returns how many."""
    count = await _keep_quiet(context) if context.calendar.is_quiet(context.now) else 0
    for broadcast in await broadcasts.claim_to_send(context.session, context.now, NOTICES):
        if _waits_for_morning(context, broadcast):
            broadcast.due_at = context.calendar.quiet.end_after(context.now, context.zone)
            continue
        if broadcast.state is BroadcastState.SCHEDULED:
            broadcast.move(BroadcastState.SENDING)
            at("begun")
        count += await _send_some(context, broadcast, at, most)
    return count


async def _keep_quiet(context: Context) -> int:
    """What is tried again in quiet hours waits for their end."""
    morning = context.calendar.quiet.end_after(context.now, context.zone)
    sending = await broadcasts.claim_in_state(context.session, BroadcastState.SENDING)
    return sum([await broadcasts.put_off(context.session, one.id, morning) for one in sending if not one.urgent])


def _waits_for_morning(context: Context, broadcast: Broadcast) -> bool:
    return not broadcast.urgent and context.calendar.is_quiet(context.now)


async def _send_some(context: Context, broadcast: Broadcast, at: Watcher, most: int) -> int:
    try:
        if broadcast.audience.startswith("subscribers:"):
            return await _tell_people(context, broadcast)
        return await _tell_members(context, broadcast, at, most)
    except KeyDestroyed:
        log.warning("a notice was erased before it was sent", extra={"broadcast": broadcast.id})
        return await recipients.move_waiting(
            context.session,
            broadcast.id,
            RecipientState.SKIPPED,
            context.now,
            reason="recalled",
            written=False,
        )


async def _tell_members(context: Context, broadcast: Broadcast, at: Watcher, most: int) -> int:
    count = 0
    waiting = await broadcasts.count_pressing(context.session, context.now, ROOM)
    for _ in range(min(ROWS, ROOM - waiting)):
        some = await recipients.claim_unsent(context.session, broadcast.id, most)
        if not some:
            break
        at("claimed")
        row = await _write_row(context, broadcast, [one.name for one in some])
        at("written")
        await recipients.note_handed_over(context.session, [one.id for one in some], row.id)
        at("handed over")
        count += len(some)
        await asyncio.sleep(0)  # replies to people go first
    if count:
        log.info("notice handed over", extra={"broadcast": broadcast.id, "recipients": count})
    at("finished")
    return count


async def _write_row(context: Context, broadcast: Broadcast, userids: list[str]) -> OutboxRow:
    broadcast.batches += 1
    # The instant is part of it, so that a database restored from a backup never uses an id again.
    stamp = int(context.now.timestamp() * 1000)
    task_id = f"{broadcasts.task_prefix(broadcast.id)}{broadcast.batches}-{stamp:x}"
    if broadcast.attachment_id is not None:
        attachment = await context.session.get_one(Attachment, broadcast.attachment_id)
        media = Media(attachment.kind, attachment.id)
        await speaking.notify_members(
            context, userids, Purpose.BROADCAST, media, task_id=f"{task_id}{broadcasts.MEDIA}"
        )
    content = await writing.render(context, broadcast)
    row = await speaking.say_to_members(context, userids, Purpose.BROADCAST, content, task_id=task_id)
    if row is None:
        raise LookupError("a row is written for somebody")
    await context.session.flush()
    return row


async def _tell_people(context: Context, broadcast: Broadcast) -> int:
    """Constituents hear it as reminders are said: through an open window, else with their next message."""
    if broadcast.batches:
        return 0
    broadcast.batches = 1
    await reminding.begin(context, broadcast)
    return 1


async def send_again(context: Context, broadcast: Broadcast) -> int:
    """To those it failed for and nobody else; returns how many. Raises `BroadcastRefused` before it was sent."""
    if broadcast.state not in {BroadcastState.SENT, BroadcastState.RECEIPT_WATCH}:
        raise BroadcastRefused("state")
    if broadcast.audience.startswith("subscribers:"):
        return 0
    count = await recipients.wait_again(context.session, broadcast.id, context.now)
    if count:
        broadcast.move(BroadcastState.SENDING)
        broadcast.due_at = context.now
        writing.note(context, broadcast, broadcast.author_userid, "notice sent again")
    return count
