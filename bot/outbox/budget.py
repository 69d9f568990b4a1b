"""The send budget at the pump: a row takes a message of its conversation's, or says why it cannot have one."""

from collections.abc import Sequence

from bot.outbox.sessions import NOT_OURS, SESSION_ENDED, SessionForbids
from bot.services import hand_over, send_budget
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.send_budget import Plan, Room, Shut, plan
from bot.wecom.errors import WeComError
from storage import chat_rows, sending
from storage.models import Constituent, Conversation, OutboxRow
from storage.outbox import Channel, Purpose
from storage.sending import Pending

__all__ = ["Plan", "Room", "Shut", "admit", "give_back", "note_refused", "plan"]

_LOCKED = "locked budgets"
OVER_FIVE = 95001  # WeCom document 90313


async def admit(context: Context, row: Pending) -> tuple[Plan, str]:
    """Take a message for a row that may leave; else why it is parked or dropped.

    What is in doubt took its message when it was first tried, but it leaves a closed window as little as the rest.
    """
    conversation = await _lock(context, row)
    room = await send_budget.room_of(context, conversation, besides=row.id)
    if row.in_doubt:
        shut = send_budget.find_shut(room, context.now)
        return (Plan.SEND, "") if shut is None else plan(Purpose(row.purpose), room, context.now)
    decision, reason = plan(Purpose(row.purpose), room, context.now)
    if decision is Plan.SEND:
        conversation.budget_left -= 1
    return decision, reason


async def lock_all(context: Context, rows: Sequence[Pending]) -> list[Pending]:
    """Lock the budgets of all these rows at once; each is then read no more in this commit.

    Given back are the rows whose turn it still is: who is just being listened to hears it after that.
    """
    wanted = {row.conversation_id for row in rows if row.channel == Channel.KF and row.conversation_id is not None}
    if not wanted:
        return list(rows)
    await context.session.flush()  # else what was given back in this commit would be read over
    locked = await sending.claim_conversations(context.session, wanted)
    context.session.info[_LOCKED] = locked
    await chat_rows.read_owed(context.session, locked.keys())
    return [row for row in rows if row.conversation_id not in wanted or row.conversation_id in locked]


async def give_back(context: Context, row: OutboxRow) -> None:
    """It certainly did not leave: its message is free again."""
    conversation = await _lock(context, row)
    conversation.budget_left = min(conversation.budget_left + 1, context.rules.kf_messages_per_turn)


async def note_refused(context: Context, row: OutboxRow, error: WeComError) -> Shut:
    """WeCom lets nothing more through and knows better than our count; why, as it said so."""
    conversation = await _lock(context, row)
    if isinstance(error, SessionForbids):
        caller = Caller(await context.session.get_one(Constituent, conversation.constituent_id), conversation)
        await hand_over.note_state(context, caller, error.change)
        return Shut.PERSON if conversation.human_userid is not None else Shut.ENDED
    if error.errcode == OVER_FIVE:
        conversation.budget_left = 0
        return Shut.BUDGET
    if error.errcode == NOT_OURS:  # how it stands could not be asked: nothing more is tried until it is
        conversation.human_userid = conversation.human_userid or ""
        conversation.human_since = conversation.human_since or context.now
        conversation.look_at = context.now
        return Shut.PERSON
    conversation.window_until = min(conversation.window_until or context.now, context.now)
    return Shut.ENDED if error.errcode == SESSION_ENDED else Shut.WINDOW


async def _lock(context: Context, row: OutboxRow | Pending) -> Conversation:
    """The budget as it is now: a message that comes meanwhile renews it, and that must not be written over."""
    locked: dict[int, Conversation] = context.session.info.get(_LOCKED, {})
    if row.conversation_id in locked:
        return locked[row.conversation_id]
    await context.session.flush()  # else what another row took in this commit would be read over
    return await context.session.get_one(Conversation, row.conversation_id, with_for_update={"key_share": True})
