"""A chat in which a person talks: somebody asks for one, and what both sides say is kept on the case."""

from bot.notices.content import PERSON, SessionCall
from bot.services import clocks, hand_over, lanes, people, session_calls, telephone, telling
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.people import Member
from bot.services.session_calls import ASKED, WISH
from storage import cases, duty, outbox, sessions
from storage.cases import NOTE
from storage.keys import find_key, get_key
from storage.models import Case
from storage.states import CaseState

RECEPTION = "reception"
_TALKED = "在线接待：在客服里和群众直接说话"


async def ask_person(context: Context, caller: Caller, saying: Saying) -> None:
    """They want to talk to a person: WeCom is asked for one, and they hear what came of it."""
    conversation = caller.conversation
    if conversation.human_userid is not None or await sessions.is_called(context.session, conversation.id):
        return
    case = await cases.find_open(context.session, conversation.id)
    if case is None:
        case = await session_calls.open_case(context, caller, saying)
    else:
        noted = Saying(saying.platform_id, "text", WISH, saying.said_at)
        await keep_message(context, case, noted, author=NOTE, pushed=True)
    call = SessionCall(PERSON, tuple(session_calls.wanted(context, case)), pool=not case.restricted, why=ASKED)
    await session_calls.order(context, caller, call, case)


async def note_said(context: Context, caller: Caller, saying: Saying) -> None:
    """A constituent writes while a person has the chat: on the case, and nothing is said by the bot."""
    case = await cases.find_open(context.session, caller.conversation.id)
    if case is None:
        await session_calls.open_case(
            context, caller, saying, with_receipt=True
        )  # the pump drops it: a person is there
        return
    await keep_message(context, case, saying, author="constituent")
    if case.waiting_since is not None:
        await clocks.resume(context, case)


async def note_servicer(context: Context, caller: Caller, userid: str, saying: Saying) -> None:
    """A servicer wrote: on the case as staff's word, the first human answer, a duty entry of a representative."""
    conversation = caller.conversation
    if conversation.human_userid != userid:
        await hand_over.note_taken(context, caller, userid, "")
    conversation.human_heard_at = context.now
    case = await _case_of(context, caller, saying)
    member = people.identify_member(context, userid)
    await _keep_servicer(context, case, member, saying)
    if case.waits_for_answer:
        case.asked = None
        case.move(CaseState.ANSWERED, context.now)
        clocks.clear(case)
        await telling.change_cards(context, case, caller.constituent)
    await telephone.note_answered(context, case, userid)


async def _case_of(context: Context, caller: Caller, saying: Saying) -> Case:
    """Where a servicer's word belongs: the open case, else the latest, else one for it."""
    found = await cases.find_open(context.session, caller.conversation.id)
    found = found or await sessions.latest_case(context.session, caller.conversation.id)
    if found is not None and await find_key(context.session, context.vault, found.key_id) is not None:
        return found
    opening = Saying(f"{saying.platform_id}-case", "text", WISH, saying.said_at)
    return await session_calls.open_case(context, caller, opening)


async def _keep_servicer(context: Context, case: Case, member: Member, saying: Saying) -> None:
    representative = member.representative
    if representative is not None and lanes.is_about(context, member.userid, case):
        representative = None
    await keep_message(
        context,
        case,
        saying,
        author="representative" if representative else "officer",
        author_userid=member.userid,
        representative_code=representative.code if representative else None,
        pushed=True,
    )
    if representative is None:
        return
    entry = await duty.add_entry(
        context.session,
        case=case,
        representative_code=representative.code,
        kind=RECEPTION,
        summary=_TALKED,
        key=await get_key(context.session, context.vault, case.key_id),
        at=context.now,
    )
    if not await outbox.pending_answers(context.session, entry.id):
        await duty.stamp_delivered(context.session, entry, case, context.now)
