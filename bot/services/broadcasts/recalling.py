"""Taking a notice back: before it went out always, from members' phones within 24 hours, from WeChat never."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.notices.broadcast_results import RecallNoted
from bot.notices.content import Recall
from bot.services import speaking
from bot.services.broadcasts import writing
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from storage import broadcasts, outbox, recipients, reminder_waves, reminders
from storage.models import Broadcast, OutboxRow
from storage.outbox import Channel, Purpose
from storage.states import BROADCAST, BroadcastState, OutboxState, RecipientState

SPAN = timedelta(hours=24)  # WeCom document 94867
_B, _P = BroadcastState, RecipientState


async def recall(context: Context, broadcast: Broadcast, userid: str) -> RecallNoted:
    """Stop what was not sent and take back what was; raise `BroadcastRefused` where it is over."""
    if _B.RECALLED not in BROADCAST[broadcast.state]:
        raise BroadcastRefused("state")
    broadcast.move(_B.RECALLED)
    broadcast.recalled_at, broadcast.recalled_by = context.now, userid
    writing.note(context, broadcast, userid, "notice recalled")
    unsent = await _stop(context, broadcast)
    if broadcast.audience.startswith("subscribers:"):
        sent = (await recipients.count_by_state(context.session, broadcast.id)).get(_P.SENT, 0)
        return RecallNoted(broadcast.id, unsent, 0, sent, for_people=True)
    rows = await broadcasts.rows_of(context.session, broadcast.id, OutboxState.SENT)
    taking, late = await take_back(context, broadcast, rows)
    return RecallNoted(broadcast.id, unsent, taking, late)


async def _stop(context: Context, broadcast: Broadcast) -> int:
    """What nothing was written for, and what the pump has not taken; what is on its way is taken back later."""
    session = context.session
    stopped = 0
    for row in await broadcasts.rows_of(session, broadcast.id, OutboxState.WAITING):
        if row.in_doubt:  # an earlier attempt may have been taken: it goes to its end, and is taken back then
            continue
        outbox.move(row, OutboxState.DROPPED, "recalled")
        if not _carries_media(row):
            keys = [reminders.member(name) for name in row.recipients]
            stopped += await recipients.move_these(
                session, broadcast.id, keys, _P.SKIPPED, context.now, reason="recalled"
            )
    if broadcast.audience.startswith("subscribers:"):
        await reminder_waves.void_earlier(
            session, broadcasts.subject_of(broadcast.id), keep_edition=None, reason="recalled", now=context.now
        )
        ends = await broadcasts.ends_in_chats(session, broadcasts.subject_of(broadcast.id))
        heard = [*ends.get(OutboxState.SENT, ()), *ends.get(OutboxState.LEASED, ())]
        await recipients.move_these(session, broadcast.id, heard, _P.SENT, context.now)
    return stopped + await recipients.move_waiting(
        session, broadcast.id, _P.SKIPPED, context.now, reason="recalled", written=False
    )


async def take_back(context: Context, broadcast: Broadcast, rows: Sequence[OutboxRow]) -> tuple[int, int]:
    """Recall these messages; returns from how many phones, and on how many they stay because it is too late."""
    taking = late = 0
    for row in rows:
        if row.channel != Channel.APP:
            continue
        having = 0 if _carries_media(row) else await _count_having(context, broadcast, row)
        if row.platform_id is None or row.sent_at is None or context.now - row.sent_at >= SPAN:
            late += having
            continue
        taking += having
        await _write(context, broadcast, row, row.platform_id, row.sent_at + SPAN)
    return taking, late


def _carries_media(row: OutboxRow) -> bool:
    return broadcasts.MEDIA in (row.task_id or "")


async def _count_having(context: Context, broadcast: Broadcast, row: OutboxRow) -> int:
    keys = [reminders.member(name) for name in row.recipients]
    return await recipients.count_having(context.session, broadcast.id, keys)


async def _write(context: Context, broadcast: Broadcast, row: OutboxRow, platform_id: str, until: datetime) -> None:
    task_id = f"{broadcasts.task_prefix(broadcast.id)}recall-{row.id}"
    recalled = await speaking.say_to_members(
        context,
        row.recipients,
        Purpose.BROADCAST,
        Recall(platform_id),
        task_id=f"{task_id}{broadcasts.MEDIA}" if _carries_media(row) else task_id,
        channel=Channel.RECALL,
    )
    if recalled is not None:
        recalled.priority = outbox.PRIORITY[Purpose.UPDATE]
        recalled.expires_at = until
