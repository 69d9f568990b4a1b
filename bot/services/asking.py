"""问 and 备注: what is asked of a constituent, during which the clock stands still, and notes they never see."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.notices import asking as notices
from bot.services import answering, clocks, conversations, emergencies, people, promising, speaking
from bot.services.cases import Saying, keep_message
from bot.services.context import Context
from bot.services.people import Member
from storage import cases
from storage import clocks as stored
from storage.cases import NOTE, QUESTION
from storage.conversations import DESK
from storage.keys import find_key
from storage.models import Case, Constituent, Conversation
from storage.outbox import Purpose

log = logging.getLogger(__name__)
BATCH = 50
MOST_NOTES = 10


async def ask(
    context: Context, case: Case, member: Member, saying: Saying
) -> notices.AskNoted | notices.AskInPerson:
    """Ask the constituent for something: it arrives like an answer, is none, and the clock stands until they write.

    Who was received at a desk has no chat and is asked by telephone.
    """
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    if conversation.open_kfid == DESK:
        return notices.AskInPerson(case.number)
    emergencies.note_confirmed(context, case, member.userid)
    await _keep(context, case, member, saying, QUESTION)
    clocks.stop(context, case)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    said = notices.Question(case.number, answering.author_of(context, case, member), saying.text).render()
    held = await promising.say_answer(context, case, (said,))
    log.info("constituent asked", extra={"case": case.number, "by": member.userid})
    return notices.AskNoted(case.number, await conversations.nickname_of(context, constituent), held)


async def note(context: Context, case: Case, member: Member, saying: Saying) -> notices.NoteKept:
    """Keep a note for those who may act on the case; its clock runs on."""
    await _keep(context, case, member, saying, NOTE)
    return notices.NoteKept(case.number)


async def note_by_bot(context: Context, case: Case, words: str, key: str) -> None:
    """Keep what the constituent said by a tap, where it is no message of theirs; `key` tells it apart."""
    saying = Saying(platform_id=key, kind="text", text=words, said_at=context.now)
    await keep_message(context, case, saying, author=NOTE, pushed=True)


async def _keep(context: Context, case: Case, member: Member, saying: Saying, author: str) -> None:
    code = member.representative.code if member.representative else None
    await keep_message(
        context, case, saying, author=author, author_userid=member.userid, representative_code=code, pushed=True
    )


async def notes_of(context: Context, case: Case) -> tuple[notices.NoteLine, ...]:
    """The latest notes and questions of a case, oldest first; none where its words were erased."""
    key = await find_key(context.session, context.vault, case.key_id)
    if key is None:
        return ()
    said = [one for one in await cases.messages_of(context.session, case.id) if one.author in (NOTE, QUESTION)]
    return tuple(
        notices.NoteLine(
            one.said_at,
            people.name_of(context, one.author_userid) if one.author_userid else "",
            key.open_text(one.text_sealed) or "",
            one.author == QUESTION,
        )
        for one in said[-MOST_NOTES:]
    )


async def rest_unheard(context: Context) -> int:
    """Cases whose constituent has said nothing for long rest until they do; both sides are told once."""
    if context.calendar.awake(context.now) != context.now:
        return 0
    before = context.now - timedelta(days=context.rules.dormant_days)
    found = await stored.unheard_since(context.session, before, BATCH)
    for case in found:
        await _rest(context, case)
    return len(found)


async def _rest(context: Context, case: Case) -> None:
    case.dormant_at = context.now
    log.info("case rests", extra={"case": case.number})
    if await find_key(context.session, context.vault, case.key_id) is None:
        return
    readers: Sequence[str] = people.readers_of(context, case)
    told = notices.RestsForOwner(case.number).render()
    await speaking.notify_members(context, readers, Purpose.UPDATE, told, case=case)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    said = notices.Rests(case.number).render()
    await speaking.notify_constituent(
        context, conversation, constituent.external_userid, Purpose.NOTICE, said, case=case
    )
