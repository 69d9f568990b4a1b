"""What follows when something was, or could not be, delivered."""

import logging
from collections.abc import Mapping, Sequence

from bot.notices.member_desk import AnswerLost, CannotDeliver, CannotReach
from bot.notices.telephone import reason_words
from bot.services import clocks, conversations, hand_over, people, speaking, telephone
from bot.services.broadcasts import receipts as notices
from bot.services.context import Context
from bot.services.privacy import telling as privacy_telling
from bot.services.reminders import leaving
from bot.services.send_budget import Shut
from bot.services.watching import alarms, findings
from storage import duty, outbox, referrals
from storage.models import Case, Constituent, Conversation, DutyEntry, OutboxRow
from storage.outbox import MUST_ARRIVE, Channel, Purpose
from storage.states import OutboxState

log = logging.getLogger(__name__)
# What a `fail_type` of document 94670 means: until the constituent writes again, or a word for staff.
_CLOSES = {4: Shut.WINDOW, 5: Shut.ENDED, 6: Shut.BUDGET}
_FAILED_BY = {
    **_CLOSES,
    1: "account",
    2: "stopped",
    8: "unverified",
    10: "rejected",
    11: "nobody_in",
    12: "kind",
    13: "security",
}


async def note_sent(context: Context, rows: Sequence[OutboxRow]) -> None:
    """Stamp the duty entries whose answers are out whole; note whom a greeting told of the privacy notice."""
    for row in rows:
        if row.purpose == Purpose.WELCOME:
            await _note_greeted(context, row)
        if row.purpose == Purpose.BROADCAST:
            await notices.note_sent(context, row)
        if row.purpose == Purpose.REFERRAL and row.case_id is not None:
            await referrals.stamp_notified(context.session, row.case_id, context.now)
    await context.session.flush()
    for entry_id in {row.entry_id for row in rows if row.entry_id is not None}:
        if await outbox.pending_answers(context.session, entry_id):
            continue
        entry = await context.session.get_one(DutyEntry, entry_id)
        case = await context.session.get_one(Case, entry.case_id)
        await duty.stamp_delivered(context.session, entry, case, context.now)
    await _note_arrived(context, [row for row in rows if row.held_told and row.purpose == Purpose.ANSWER])


async def _note_arrived(context: Context, held: Sequence[OutboxRow]) -> None:
    """What had to wait arrived: the call is not needed any more."""
    for case_id in {row.case_id for row in held if row.case_id is not None}:
        case = await context.session.get_one(Case, case_id)
        await telephone.note_delivered(context, case, [row for row in held if row.case_id == case_id])


async def _note_greeted(context: Context, row: OutboxRow) -> None:
    conversation = await context.session.get_one(Conversation, row.conversation_id)
    conversation.greeted_at = context.now
    constituent = await context.session.get_one(Constituent, conversation.constituent_id)
    await privacy_telling.note_given(context, constituent)


async def note_parked(context: Context, row: OutboxRow) -> None:
    """The conversation's next message sets this row free."""
    conversation = await context.session.get_one(Conversation, row.conversation_id)
    conversation.has_parked = True


async def note_held(context: Context, row: OutboxRow, reason: str) -> None:
    """An answer cannot go out now: the station's officer has it as a call, with the case number.

    What was foreseen was told when it was written. Else its author was told that it goes out, and hears now that it
    does not.
    """
    case = await context.session.get(Case, row.case_id) if row.case_id else None
    if case is None or row.purpose != Purpose.ANSWER:
        return
    await context.session.flush()
    if await outbox.is_hold_known(context.session, case.id):
        return
    row.held_told = True
    await telephone.open_task(context, case, reason)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    who = await conversations.nickname_of(context, constituent)
    told = CannotDeliver(case.number, who, reason_words(reason)).render()
    authors = await telephone.authors_of(context, [row])
    await speaking.notify_members(context, authors, Purpose.NOTICE, told, case=case)


async def note_dropped(context: Context, row: OutboxRow, reason: str, *, shut: bool) -> None:
    """A row gave way, for good or because its conversation is `shut`: a reminder is kept or noted."""
    if row.channel == Channel.SERVICE_STATE:
        await hand_over.note_failed(context, row)
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
    await telephone.open_task(context, case, "lost")


async def note_unreachable(context: Context, row: OutboxRow, userids: Mapping[str, str]) -> None:
    """A card did not reach someone: whoever can be reached is told.

    `userids` with why: "invalid" (left, or out of the app's sight) or "unlicensed".
    """
    if userids:
        await findings.note_unreached(context, userids)
    if row.purpose == Purpose.BROADCAST:
        for reason in sorted(set(userids.values())):
            some = [userid for userid, why in userids.items() if why == reason]
            await notices.note_failed(context, row, some, reason)
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
    """WeCom refuses because of how it is set up; staff are told as `watching.alarms` decides."""
    await alarms.note_refusal(context, errcode)


async def note_reported_failure(context: Context, platform_id: str, fail_type: int) -> bool:
    """WeCom says afterwards that a message did not arrive (`msg_send_fail`, document 94670).

    It knows better than our count what a conversation has left. What must arrive waits for the next message; of the
    rest whoever relied on it is told, or it is said again when it can be.
    """
    row = await outbox.find_by_platform_id(context.session, platform_id)
    if row is None or row.state != OutboxState.SENT:
        return False
    log.warning("WeCom did not deliver", extra={"outbox_id": row.id, "fail_type": fail_type})
    await _shut(context, row, fail_type)
    if row.purpose not in MUST_ARRIVE:
        outbox.move(row, OutboxState.FAILED, f"msg_send_fail {fail_type}")
        await _note_unheard(context, row)
        await note_dropped(context, row, f"msg_send_fail {fail_type}", shut=fail_type in _CLOSES)
        return True
    if row.purpose == Purpose.REFERRAL and row.case_id is not None:
        await referrals.stamp_notified(context.session, row.case_id, None)
    outbox.move(row, OutboxState.PARKED, f"msg_send_fail {fail_type}")
    await note_parked(context, row)
    row.platform_id = None
    row.sent_at = None
    row.attempt = 0
    row.generation += 1
    row.held_told = False
    if row.entry_id is not None:
        entry = await context.session.get_one(DutyEntry, row.entry_id)
        case = await context.session.get_one(Case, entry.case_id)
        await duty.stamp_undelivered(context.session, entry, case, context.now)
    await note_held(context, row, _FAILED_BY.get(fail_type, "undelivered"))
    return True


async def _shut(context: Context, row: OutboxRow, fail_type: int) -> None:
    """What the conversation has left is nothing, where WeCom says so of what it was last asked for."""
    if row.conversation_id is None or row.channel != Channel.KF or fail_type not in _CLOSES:
        return
    conversation = await context.session.get_one(Conversation, row.conversation_id)
    if conversation.last_message_at is not None and (row.sent_at or context.now) < conversation.last_message_at:
        return  # they wrote since
    if _CLOSES[fail_type] is Shut.BUDGET:
        conversation.budget_left = 0
    elif conversation.window_until is not None:
        conversation.window_until = min(conversation.window_until, context.now)


async def _note_unheard(context: Context, row: OutboxRow) -> None:
    """A greeting that did not arrive gave nobody the privacy notice; a number to call must be told by somebody."""
    if row.purpose == Purpose.WELCOME and row.conversation_id is not None:
        conversation = await context.session.get_one(Conversation, row.conversation_id)
        constituent = await context.session.get_one(Constituent, conversation.constituent_id)
        if constituent.notified_at is not None and constituent.notified_at == conversation.greeted_at:
            await privacy_telling.note_not_given(context, constituent)
        conversation.greeted_at = None
    if row.purpose == Purpose.URGENT and row.case_id is not None and row.channel == Channel.KF:
        case = await context.session.get_one(Case, row.case_id)
        await telephone.open_task(context, case, "undelivered")
