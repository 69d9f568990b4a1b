"""What follows when something was, or could not be, delivered."""

from collections.abc import Collection, Sequence

from bot.notices.member_desk import AnswerLost, CannotDeliver, CannotReach, ConfigFaultNotice
from bot.services import clocks, conversations, people, speaking
from bot.services.broadcasts import receipts as notices
from bot.services.context import Context
from bot.services.reminders import leaving
from storage import duty, outbox, referrals
from storage.models import Case, Constituent, Conversation, DutyEntry, OutboxRow
from storage.outbox import MUST_ARRIVE, Purpose
from storage.states import OutboxState

FAIL_REASONS = {
    4: "对方超过 48 小时没有来信",
    5: "会话已经结束",
    6: "连续发送的条数到了上限",
    10: "对方拒收",
    13: "被平台安全限制",
}
_SHUT = frozenset({4, 5, 6})  # until the constituent writes again


async def note_sent(context: Context, rows: Sequence[OutboxRow]) -> None:
    """Stamp the duty entries whose answers are out whole; note whom a greeting told of the privacy notice."""
    for row in rows:
        if row.purpose == Purpose.WELCOME:
            await _note_greeted(context, row)
        if row.purpose == Purpose.BROADCAST:
            await notices.note_sent(context, row)
        if row.purpose == Purpose.REFERRAL and row.case_id is not None:
            await referrals.stamp_notified(context.session, row.case_id, context.now)
    for entry_id in {row.entry_id for row in rows if row.entry_id is not None}:
        await context.session.flush()
        if await outbox.pending_answers(context.session, entry_id):
            continue
        entry = await context.session.get_one(DutyEntry, entry_id)
        case = await context.session.get_one(Case, entry.case_id)
        await duty.stamp_delivered(context.session, entry, case, context.now)


async def _note_greeted(context: Context, row: OutboxRow) -> None:
    conversation = await context.session.get_one(Conversation, row.conversation_id)
    conversation.greeted_at = context.now
    constituent = await context.session.get_one(Constituent, conversation.constituent_id)
    constituent.notified_at = constituent.notified_at or context.now


async def note_parked(context: Context, row: OutboxRow) -> None:
    """The conversation's next message sets this row free."""
    conversation = await context.session.get_one(Conversation, row.conversation_id)
    conversation.has_parked = True


async def note_held(context: Context, row: OutboxRow, reason: str, *, foreseen: bool = True) -> None:
    """An answer cannot go out now: the station's officer is told, with the case number.

    Its author is told as well where that was not `foreseen`, that is, said when the answer was written.
    """
    case = await context.session.get(Case, row.case_id) if row.case_id else None
    if case is None or row.purpose != Purpose.ANSWER:
        return
    await context.session.flush()
    if await outbox.is_hold_known(context.session, case.id):
        return
    row.held_told = True
    readers = context.directory.officers_of(case.station_code) if foreseen else people.readers_of(context, case)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    who = await conversations.nickname_of(context, constituent)
    told = CannotDeliver(case.number, who, reason)
    await speaking.notify_members(context, readers, Purpose.NOTICE, told.render(), case=case)


async def note_dropped(context: Context, row: OutboxRow, reason: str, *, shut: bool) -> None:
    """A row gave way, for good or because its conversation is `shut`: a reminder is kept or noted."""
    if row.purpose == Purpose.BROADCAST:
        await notices.note_failed(context, row, row.recipients, "refused")
    if row.purpose != Purpose.REMINDER:
        return
    if shut:
        await leaving.note_shut(context, row, reason)
    else:
        await leaving.note_dropped(context, row, reason)


async def note_lost(context: Context, row: OutboxRow) -> None:
    """An answer will never go out: its author and the officer are told. A reminder that is lost is noted."""
    await note_dropped(context, row, row.reason or "", shut=False)
    case = await context.session.get(Case, row.case_id) if row.case_id else None
    if case is None or row.purpose != Purpose.ANSWER:
        return
    if row.entry_id is None:
        await clocks.resume(context, case)  # a question that never arrives is not waited for
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    lost = AnswerLost(case.number, await conversations.nickname_of(context, constituent))
    readers = people.readers_of(context, case)
    await speaking.notify_members(context, readers, Purpose.NOTICE, lost.render(), case=case)


async def note_unreachable(context: Context, row: OutboxRow, userids: Collection[str]) -> None:
    """A card did not reach someone (left, out of the app's sight, no licence): whoever can be reached is told."""
    if userids and row.purpose == Purpose.BROADCAST:
        await notices.note_failed(context, row, userids, "unreachable")
    if not userids or row.purpose != Purpose.CARD or row.case_id is None:
        return
    case = await context.session.get_one(Case, row.case_id)
    missed = {userid.lower() for userid in userids}
    names = [people.name_of(context, userid) for userid in row.recipients if userid.lower() in missed]
    officers = context.directory.officers_of(case.station_code)
    reachable = [userid for userid in officers if userid.lower() not in missed]
    told = CannotReach(case.number, "、".join(names)).render()
    await speaking.notify_members(
        context, reachable or context.directory.centre_staff(), Purpose.NOTICE, told, case=case
    )


async def note_config_fault(context: Context, errcode: int | None) -> None:
    """Staff are told what WeCom refuses; their own message may have to wait until that is mended, too."""
    told = ConfigFaultNotice(errcode or 0).render()
    await speaking.notify_members(context, context.directory.centre_staff(), Purpose.NOTICE, told)


async def note_reported_failure(context: Context, platform_id: str, fail_type: int) -> bool:
    """WeCom says afterwards that a message did not arrive: an answer waits for the next one, the rest is past."""
    row = await outbox.find_by_platform_id(context.session, platform_id)
    if row is None or row.state != OutboxState.SENT:
        return False
    reason = FAIL_REASONS.get(fail_type, "平台没有送达")
    if row.purpose not in MUST_ARRIVE:
        outbox.move(row, OutboxState.FAILED, f"msg_send_fail {fail_type}")
        await note_dropped(context, row, f"msg_send_fail {fail_type}", shut=fail_type in _SHUT)
        return True
    if row.purpose == Purpose.REFERRAL and row.case_id is not None:
        await referrals.stamp_notified(context.session, row.case_id, None)
    outbox.move(row, OutboxState.PARKED, f"msg_send_fail {fail_type}")
    await note_parked(context, row)
    row.platform_id = None
    row.attempt = 0
    row.generation += 1
    if row.entry_id is not None:
        entry = await context.session.get_one(DutyEntry, row.entry_id)
        case = await context.session.get_one(Case, entry.case_id)
        await duty.stamp_undelivered(context.session, entry, case, context.now)
    await note_held(context, row, reason, foreseen=False)
    return True
