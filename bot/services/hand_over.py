"""转人工: what became of a session, as WeCom answered or as servicers did it in their client.

Everything asked of WeCom leaves by the outbox (`session_calls`) and comes back here as a `SessionChange`.
"""

import logging
from datetime import datetime, timedelta

from bot.notices import hand_over as notices
from bot.notices.content import END, PERSON, SessionCall, Text, load
from bot.services import cases, conversations, people, session_calls, speaking, telephone, telling
from bot.services.context import Context
from bot.services.conversations import Caller, free_from_person
from bot.services.session_calls import (
    ASIDE,
    ASKED,
    BACK,
    ENDED,
    HUMAN,
    OURS,
    UNANSWERED,
    WAITING,
    SessionChange,
)
from storage import cases as stored_cases
from storage import contact_tasks, outbox, sessions
from storage.keys import find_key
from storage.models import Case, Conversation, OutboxRow
from storage.outbox import Purpose
from storage.states import CaseState

log = logging.getLogger(__name__)
CLOSING_SECONDS = 20  # a closing code is good for so long, WeCom document 95122
REPLY_HOURS = 48  # and a code for a session that goes to a person
LOOK_AGAIN = timedelta(minutes=5)


async def note_done(context: Context, row: OutboxRow, call: object, change: SessionChange) -> None:
    """An order about a session was carried out."""
    caller = await session_calls.caller_of(context, row)
    case = await context.session.get(Case, row.case_id) if row.case_id else None
    if not isinstance(call, SessionCall) or caller is None:
        return
    facts = {"conversation": caller.conversation.id, "act": call.act, "state": change.state}
    log.info("session looked after", extra=facts)
    if call.act == PERSON and case is not None and change.state in (WAITING, HUMAN):
        await _note_given(context, caller, case, change)
    elif call.act == PERSON and case is not None:
        await _say_who_contacts(context, caller, case)
    elif call.act == END and case is not None:
        await _note_ended_by_us(context, caller, case, call, change)
    else:
        await note_state(context, caller, change)


async def note_failed(context: Context, row: OutboxRow) -> None:
    """An order about a session could not be carried out: nobody who waits for a person is left waiting."""
    caller = await session_calls.caller_of(context, row)
    case = await context.session.get(Case, row.case_id) if row.case_id else None
    if caller is None or case is None:
        return
    if not row.lane.endswith(ASIDE):
        await _say_who_contacts(context, caller, case)
        return
    call = await _call_of(context, row)
    if call is not None and call.why == BACK:
        said = notices.CannotGiveBack(case.number).render()
        await speaking.notify_members(context, [call.by], Purpose.REPLY, said, case=case)


async def _call_of(context: Context, row: OutboxRow) -> SessionCall | None:
    """None where the words of the row are forgotten already."""
    key = await find_key(context.session, context.vault, row.key_id) if row.key_id else context.vault
    if key is None or not row.content_sealed:
        return None
    content = load(key.open(row.content_sealed))
    return content if isinstance(content, SessionCall) else None


async def _note_given(context: Context, caller: Caller, case: Case, change: SessionChange) -> None:
    """They hear by the change's own message; whoever is to talk hears what it is about."""
    _hold(context, caller.conversation, change.servicer)
    if change.state == HUMAN:
        said = notices.PersonHere(_name_of(context, change.servicer)).render()
        readers = [change.servicer]
    else:
        said = notices.PersonQueue(int(context.rules.person_wait_minutes)).render()
        readers = session_calls.wanted(context, case)
    await session_calls.say_on_event(context, caller, change.code, said.text, case, timedelta(hours=REPLY_HOURS))
    needed = notices.PersonNeeded(
        case.number,
        await conversations.nickname_of(context, caller.constituent),
        await telling.shown_words_of(context, case),
        assigned=change.state == HUMAN,
    )
    await speaking.notify_members(context, readers, Purpose.CARD, needed.render(), case=case)


def _name_of(context: Context, userid: str) -> str:
    return people.name_of(context, userid) if people.identify_member(context, userid).is_known else ""


async def _promise_contact(context: Context, case: Case, *, in_vain: bool = False) -> str:
    """Nobody is there: who will contact them, and when in working time, in words. Officers have it as a call."""
    task = await contact_tasks.find_open(context.session, case.id, contact_tasks.PERSON)
    if task is None:
        due_at = context.calendar.awake(context.calendar.time.due(context.now, context.rules.person_hours))
        reason = UNANSWERED if in_vain else ASKED
        task = await telephone.open_task(context, case, reason, why=contact_tasks.PERSON, due_at=due_at)
    station = None if case.restricted else case.station_code
    entry = context.directory.stations.get(station or "")
    who = people.name_owner(context, station, None).name
    due_at = task.due_at or context.now
    phone = entry.phone if entry else ""
    return notices.PersonWillContact(case.number, who, due_at, context.zone, phone, in_vain).render().text


async def _say_who_contacts(context: Context, caller: Caller, case: Case, *, in_vain: bool = False) -> None:
    said = Text(await _promise_contact(context, case, in_vain=in_vain))
    await speaking.notify_constituent(
        context, caller.conversation, caller.external_userid, Purpose.REPLY, said, case=case
    )


async def _note_ended_by_us(
    context: Context, caller: Caller, case: Case, call: SessionCall, change: SessionChange
) -> None:
    """What a person had, or waited for one, is over; the session's last message says so."""
    in_vain = call.why == UNANSWERED and change.state not in (WAITING, HUMAN)
    if change.state == ENDED and in_vain:
        said = await _promise_contact(context, case, in_vain=True)
        await note_ended(context, caller, change.code, said=said)
    else:
        await note_state(context, caller, change)
    if in_vain and change.state in OURS:
        await _say_who_contacts(context, caller, case, in_vain=True)
    if call.why == BACK:
        who = await conversations.nickname_of(context, caller.constituent)
        ended = change.state not in (WAITING, HUMAN)
        told = notices.GivenBack(case.number, who) if ended else notices.CannotGiveBack(case.number)
        await speaking.notify_members(context, [call.by], Purpose.REPLY, told.render(), case=case)


async def note_state(context: Context, caller: Caller, change: SessionChange) -> None:
    """How WeCom says that a session stands, whatever we thought."""
    conversation = caller.conversation
    if change.state in (WAITING, HUMAN):
        _hold(context, conversation, change.servicer)
    elif change.state == ENDED:
        await note_ended(context, caller, change.code)
    else:
        free_from_person(conversation)
        if conversation.has_parked:
            conversation.has_parked = False
            await outbox.release_parked(context.session, conversation.id, context.now)


def _hold(context: Context, conversation: Conversation, servicer: str) -> None:
    """A person has it, or it waits for one. What an event said meanwhile is not taken back by an older answer."""
    if conversation.human_userid is None:
        conversation.human_since = context.now
    if servicer or conversation.human_userid is None:
        conversation.human_userid = servicer
    conversation.look_at = context.now + LOOK_AGAIN


async def note_taken(context: Context, caller: Caller, servicer: str, code: str) -> None:
    """A servicer took the chat, or has it from another; where it waited for one, the constituent hears of it."""
    conversation = caller.conversation
    waited = conversation.human_userid == ""
    if conversation.human_userid is None:
        conversation.human_since = context.now
    conversation.human_userid = servicer
    conversation.look_at = context.now + LOOK_AGAIN
    log.info("a servicer has a chat", extra={"conversation": conversation.id, "userid": servicer})
    if waited:
        said = notices.PersonHere(_name_of(context, servicer)).render()
        case = await stored_cases.find_open(context.session, conversation.id)
        await session_calls.say_on_event(context, caller, code, said.text, case, timedelta(hours=REPLY_HOURS))


async def note_ended(
    context: Context, caller: Caller, code: str, at: datetime | None = None, *, said: str = ""
) -> None:
    """The session is over: until their next word nothing goes through but one message by the closing code."""
    conversation = caller.conversation
    was_held = conversation.human_userid is not None
    free_from_person(conversation)
    if conversation.window_until is not None:
        conversation.window_until = min(conversation.window_until, context.now)
    case = await stored_cases.find_open(context.session, conversation.id)
    if case is not None and was_held:
        await _take_up_again(context, case)
    log.info("a session ended", extra={"conversation": conversation.id})
    said = said or notices.PersonLeft(conversation.has_parked).render().text
    left = timedelta(seconds=CLOSING_SECONDS) - (context.now - (at or context.now))
    if left > timedelta():
        await session_calls.say_on_event(context, caller, code, said, case, left)


async def _take_up_again(context: Context, case: Case) -> None:
    """What they said last had no reply: the case waits again; its owner hears what was said meanwhile."""
    last = await sessions.last_said(context.session, case.id)
    if last is not None and last.author == sessions.CONSTITUENT and case.state is CaseState.ANSWERED:
        await cases.reopen(context, case)
    if await sessions.has_unpushed(context.session, case.id):
        case.update_since = case.update_since or context.now
        case.update_due_at = context.now
