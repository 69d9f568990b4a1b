"""What became of a notice: who has it, who confirmed, whom it did not reach; one nudge, the end of the watch."""

import logging
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.notices import broadcast_results as results
from bot.notices.broadcast import NONE, OK, Nudge
from bot.notices.content import Text
from bot.services import people, speaking
from bot.services.broadcasts import recalling, writing
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from storage import broadcasts, recipients, reminders
from storage.keys import find_key
from storage.models import Broadcast, BroadcastRecipient, OutboxRow
from storage.outbox import Channel, Purpose
from storage.states import BroadcastState, OutboxState, RecipientState, ReminderState

log = logging.getLogger(__name__)
MOST_RECIPIENTS = 1000  # of one call, WeCom document 90236
RECALL_HOURS = 24  # WeCom document 94867
LISTED = 40
UNREACHED = frozenset({"invalid", "unlicensed"})
_B, _P = BroadcastState, RecipientState
_FAILURES: dict[ReminderState | OutboxState, tuple[RecipientState, str]] = {
    OutboxState.FAILED: (_P.FAILED, "refused"),
    ReminderState.DROPPED: (_P.FAILED, "too late"),
    ReminderState.VOID: (_P.SKIPPED, "unsubscribed"),
}


# --- what the outbox reports --------------------------------------------------------------------------


async def note_sent(context: Context, row: OutboxRow) -> None:
    """WeCom took a row of a notice: who was not marked as unreachable has it. Or a recall: it is gone again."""
    number = broadcasts.find_broadcast_id(row.task_id)
    if number is None or broadcasts.MEDIA in (row.task_id or ""):
        return
    keys = _keys(row.recipients)
    if row.channel == Channel.RECALL:
        await recipients.note_recalled(context.session, number, keys, context.now)
        return
    await recipients.move_these(context.session, number, keys, _P.SENT, context.now)
    broadcast = await broadcasts.find(context.session, number)
    if broadcast is not None and broadcast.state is _B.RECALLED:  # it was on its way when it was taken back
        await recalling.take_back(context, broadcast, [row])


async def note_failed(context: Context, row: OutboxRow, userids: Collection[str], reason: str) -> None:
    """A row of a notice did not reach these, for good."""
    number = broadcasts.find_broadcast_id(row.task_id)
    if number is None or broadcasts.MEDIA in (row.task_id or ""):
        return
    if row.channel == Channel.RECALL:
        if reason not in UNREACHED:  # that is said after the failure itself
            await _note_stays(context, number, len(userids))
        return
    await recipients.move_these(context.session, number, _keys(userids), _P.FAILED, context.now, reason=reason)
    log.warning(
        "notice did not reach members", extra={"broadcast": number, "count": len(userids), "reason": reason}
    )


async def _note_stays(context: Context, number: int, count: int) -> None:
    """WeCom would not take it back: whoever recalled it is told."""
    broadcast = await broadcasts.find(context.session, number)
    if broadcast is not None and broadcast.recalled_by:
        told = results.RecallFailed(number, count).render()
        await speaking.notify_members(context, [broadcast.recalled_by], Purpose.NOTICE, told)


def _keys(userids: Collection[str]) -> list[str]:
    return [reminders.member(userid) for userid in userids]


# --- confirming ---------------------------------------------------------------------------------------


async def confirm(context: Context, broadcast: Broadcast, userid: str, choice: str) -> BroadcastRecipient | None:
    """Record what a recipient tapped; what was tapped first stays. None where the notice is not for them."""
    one = await recipients.find(context.session, broadcast.id, reminders.member(userid))
    if one is None:
        return None
    if one.state in {_P.WAITING, _P.SENT, _P.FAILED} and broadcast.state is not _B.RECALLED:
        one.state, one.choice, one.reason, one.at = _P.CONFIRMED, choice, "", context.now
        log.info("notice confirmed", extra={"broadcast": broadcast.id, "choice": choice})
    return one


# --- the watch ----------------------------------------------------------------------------------------


async def watch(context: Context) -> int:
    """Move on what can be moved on: everything has an end, a nudge is due, the watch is over; returns how many."""
    alive = await broadcasts.claim_in_state(context.session, _B.SENDING, _B.SENT, _B.RECEIPT_WATCH)
    return sum([await _step(context, one) for one in alive])


async def _step(context: Context, broadcast: Broadcast) -> bool:
    match broadcast.state:
        case _B.SENDING:
            return await _finish(context, broadcast)
        case _B.SENT:
            return await _close_unwatched(context, broadcast)
        case _:
            return await _watch_receipts(context, broadcast)


async def _finish(context: Context, broadcast: Broadcast) -> bool:
    if broadcast.audience.startswith("subscribers:"):
        await collect_from_chats(context, broadcast)
    counts = await counts_of(context, broadcast)
    if counts.waiting:
        return False
    broadcast.move(_B.SENT)
    broadcast.sent_at = context.now
    if broadcast.needs_receipt and broadcast.nudged_at is None:
        broadcast.move(_B.RECEIPT_WATCH)
        due = context.calendar.time.due(context.now, context.rules.nudge_hours)
        broadcast.nudge_due_at = context.calendar.awake(due)
    elif broadcast.needs_receipt:
        broadcast.move(_B.RECEIPT_WATCH)
    await _tell_all_sent(context, broadcast, counts)
    return True


async def collect_from_chats(context: Context, broadcast: Broadcast) -> None:
    """Constituents hear by reminders: what became of those is what became of the notice."""
    ends = await broadcasts.ends_in_chats(context.session, broadcasts.subject_of(broadcast.id))
    if heard := ends.get(OutboxState.SENT):
        await recipients.move_these(context.session, broadcast.id, heard, _P.SENT, context.now)
    for end, (state, reason) in _FAILURES.items():
        if missed := ends.get(end):
            await recipients.move_these(context.session, broadcast.id, missed, state, context.now, reason=reason)


async def _tell_all_sent(context: Context, broadcast: Broadcast, counts: results.Counts) -> None:
    failed = await recipients.find_all(context.session, broadcast.id, _P.FAILED, most=LISTED)
    names = tuple(people.name_of(context, one.name) for one in failed if one.name)
    told = results.AllSent(broadcast.id, await name_of_notice(context, broadcast), counts, names)
    await _tell_authors(context, broadcast, told.render())


async def _tell_authors(context: Context, broadcast: Broadcast, told: Text) -> None:
    stand = dict.fromkeys(filter(None, (broadcast.author_userid, broadcast.reviewer_userid)))
    await speaking.notify_members(context, list(stand), Purpose.NOTICE, told)


async def _close_unwatched(context: Context, broadcast: Broadcast) -> bool:
    """Nobody has to confirm: it is over when it can no longer be taken back."""
    if broadcast.sent_at is None or context.now < broadcast.sent_at + timedelta(hours=RECALL_HOURS):
        return False
    _close(context, broadcast)
    return True


async def _watch_receipts(context: Context, broadcast: Broadcast) -> bool:
    counts = await counts_of(context, broadcast)
    recallable = broadcast.sent_at or context.now
    if not counts.sent and context.now >= recallable + timedelta(hours=RECALL_HOURS):
        return await _close_watched(context, broadcast, counts)
    if broadcast.nudged_at is None:
        return await _nudge(context, broadcast)
    if context.now >= broadcast.nudged_at + timedelta(hours=context.rules.notice_watch_hours):
        return await _close_watched(context, broadcast, counts)
    return False


async def _nudge(context: Context, broadcast: Broadcast) -> bool:
    """Once, to those who have it and have not confirmed; never in quiet hours or on a day off."""
    if broadcast.nudge_due_at is None or context.now < broadcast.nudge_due_at:
        return False
    if (awake := context.calendar.awake(context.now)) > context.now:
        broadcast.nudge_due_at = awake
        return False
    broadcast.nudged_at = context.now
    by_word = (await writing.wording_of(context, broadcast)).buttons == NONE
    told = Nudge(broadcast.id, await name_of_notice(context, broadcast), by_word).render()
    waiting = await recipients.keys_of(context.session, broadcast.id, _P.SENT)
    userids = [name for _, name in waiting if name]
    for start in range(0, len(userids), MOST_RECIPIENTS):
        await speaking.notify_members(context, userids[start : start + MOST_RECIPIENTS], Purpose.NOTICE, told)
    log.info("notice nudged", extra={"broadcast": broadcast.id, "recipients": len(userids)})
    return True


async def _close_watched(context: Context, broadcast: Broadcast, counts: results.Counts) -> bool:
    _close(context, broadcast)
    told = results.Closed(broadcast.id, await name_of_notice(context, broadcast), counts)
    await _tell_authors(context, broadcast, told.render())
    return True


def _close(context: Context, broadcast: Broadcast) -> None:
    broadcast.move(_B.CLOSED)
    broadcast.closed_at = context.now


# --- seen by staff ------------------------------------------------------------------------------------


async def counts_of(context: Context, broadcast: Broadcast) -> results.Counts:
    """How many recipients are where."""
    found = await recipients.count_by_state(context.session, broadcast.id)
    return results.Counts(
        size=sum(found.values()),
        waiting=found.get(_P.WAITING, 0),
        sent=found.get(_P.SENT, 0),
        confirmed=found.get(_P.CONFIRMED, 0),
        failed=found.get(_P.FAILED, 0),
        skipped=found.get(_P.SKIPPED, 0),
    )


async def name_of_notice(context: Context, broadcast: Broadcast) -> str:
    """How people speak of it; erased words are gone from here too."""
    if await find_key(context.session, context.vault, broadcast.key_id) is None:
        return "（内容已删除）"
    return (await writing.wording_of(context, broadcast)).name


async def progress_of(context: Context, broadcast: Broadcast) -> results.Progress:
    """Where it stands, with every button's count."""
    if broadcast.state is _B.SENDING and broadcast.audience.startswith("subscribers:"):
        await collect_from_chats(context, broadcast)
    wording = await writing.wording_of(context, broadcast)
    tapped = await recipients.count_choices(context.session, broadcast.id)
    labels = wording.choices or {OK: "已确认"}
    return results.Progress(
        broadcast.id,
        wording.name,
        broadcast.state.value,
        await counts_of(context, broadcast),
        tuple((label, tapped.get(code, 0)) for code, label in labels.items()) if tapped else (),
        broadcast.needs_receipt,
        broadcast.due_at if broadcast.state is _B.SCHEDULED else None,
        context.zone,
    )


async def names_of(context: Context, broadcast: Broadcast) -> results.NameList:
    """Who has not confirmed, whom it did not reach and why."""
    if broadcast.size is None:
        raise BroadcastRefused("state")
    counts = await counts_of(context, broadcast)
    asked = bool(broadcast.needs_receipt)
    sent = await recipients.find_all(context.session, broadcast.id, _P.SENT, most=LISTED) if asked else ()
    failed = await recipients.find_all(context.session, broadcast.id, _P.FAILED, most=LISTED)
    return results.NameList(
        broadcast.id,
        _names(context, sent),
        tuple((name, one.reason) for one, name in zip(failed, _names(context, failed), strict=True)),
        max(0, counts.sent - len(sent)) if asked else 0,
        max(0, counts.failed - len(failed)),
    )


def _names(context: Context, some: Sequence[BroadcastRecipient]) -> tuple[str, ...]:
    return tuple(people.name_of(context, one.name) if one.name else "一位群众" for one in some)
