"""A chat comes back from a person: by a word, or because nobody took it or everybody left it alone."""

from datetime import timedelta

from bot.notices import hand_over as notices
from bot.notices.content import END, LOOK, SessionCall
from bot.services import people, session_calls
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.hand_over import LOOK_AGAIN
from bot.services.people import Member
from bot.services.session_calls import BACK, IDLE, UNANSWERED
from storage import cases, sessions
from storage.conversations import DESK
from storage.models import Case, Constituent, Conversation

BATCH = 50


async def give_back(context: Context, case: Case, member: Member) -> notices.GiveBackHelp | None:
    """交还 编号: the session ends; the chat is the bot's with their next word. None while WeCom is asked."""
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    if conversation.open_kfid == DESK or conversation.human_userid is None:
        return notices.GiveBackHelp(number=case.number)
    caller = Caller(await context.session.get_one(Constituent, case.constituent_id), conversation)
    await session_calls.order(context, caller, SessionCall(END, why=BACK, by=member.userid), case)
    return None


async def cases_held_by(context: Context, member: Member) -> list[Case]:
    """The matters of the chats that a member holds as a servicer."""
    found = []
    for conversation in await sessions.held_by(context.session, member.userid, BATCH):
        case = await cases.find_open(context.session, conversation.id)
        case = case or await sessions.latest_case(context.session, conversation.id)
        found += [case] if case is not None else []
    return found


def may_give_back(context: Context, case: Case, conversation: Conversation, member: Member) -> bool:
    """Whoever has the chat, or may act on the case."""
    return conversation.human_userid == member.userid or people.may_act_on(context, member, case)


async def look_after(context: Context) -> int:
    """For a job: chats with a person are looked at; one that nobody took, or left alone, comes back."""
    due = await sessions.due_looks(context.session, context.now, BATCH)
    for conversation in due:
        conversation.look_at = context.now + LOOK_AGAIN
        if await sessions.is_called(context.session, conversation.id):
            continue
        caller = Caller(await context.session.get_one(Constituent, conversation.constituent_id), conversation)
        case = await cases.find_open(context.session, conversation.id)
        case = case or await sessions.latest_case(context.session, conversation.id)
        why = _left_alone(context, conversation) if case is not None else ""
        await session_calls.order(context, caller, SessionCall(END if why else LOOK, why=why), case)
    return len(due)


def _left_alone(context: Context, conversation: Conversation) -> str:
    """Why a chat comes back: nobody came, or nobody has said anything for long; empty where it stays."""
    since = conversation.human_since or context.now
    heard = conversation.human_heard_at
    if heard is None:
        waited = timedelta(minutes=context.rules.person_wait_minutes)
        return UNANSWERED if context.now - since >= waited else ""
    last = max(heard, conversation.last_message_at or heard)
    return IDLE if context.now - last >= timedelta(hours=context.rules.person_idle_hours) else ""
