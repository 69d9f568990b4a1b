"""What must arrive is counted before it is promised: what leaves now, what waits, and who hears that it waits."""

from collections.abc import Sequence

from bot.notices import member_desk
from bot.notices.content import Content
from bot.services import send_budget, speaking, telephone
from bot.services.context import Context
from bot.services.send_budget import Foreseen, Shut
from storage.conversations import DESK
from storage.models import Case, Constituent, Conversation
from storage.outbox import Purpose


async def foresee(context: Context, conversation: Conversation, contents: Sequence[Content]) -> Foreseen:
    """What would become of these now; what waits in the outbox or is being sent comes before them."""
    parts = sum(speaking.count_parts(content) for content in contents)
    return send_budget.foresee(parts, await send_budget.room_of(context, conversation), context.now)


async def say_answer(
    context: Context,
    case: Case,
    contents: Sequence[Content],
    *,
    entry_id: int | None = None,
    to_be_called: bool = True,
) -> str:
    """Write an answer down; returns why it cannot go out whole now, in words for its author, empty when it can.

    What is to wait is known to wait from the first: the officer has the call in the same commit, where it is
    `to_be_called`.
    """
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    conversation = await context.session.get_one(Conversation, case.conversation_id)
    foreseen = await foresee(context, conversation, contents)
    rows = []
    for content in contents:
        rows += await speaking.say_to_constituent(
            context,
            conversation,
            constituent.external_userid,
            Purpose.ANSWER,
            content,
            case=case,
            entry_id=entry_id,
        )
    if conversation.open_kfid == DESK:
        return member_desk.HELD_DESK
    if not foreseen.held:
        return ""
    for row in rows[foreseen.goes :]:
        row.held_told = True
    if to_be_called:
        await telephone.open_task(context, case, foreseen.shut or Shut.WINDOW)
    return held_words(foreseen)


def held_words(foreseen: Foreseen) -> str:
    """Why it waits, in words for its author."""
    match foreseen.shut:
        case Shut.PERSON:
            return member_desk.HELD_PERSON
        case Shut.ENDED:
            return member_desk.HELD_ENDED
        case Shut.WINDOW:
            return member_desk.HELD_WINDOW
        case Shut.BUDGET:
            return member_desk.HELD_BUDGET if foreseen.goes else member_desk.HELD_BUDGET_ALL
    return ""
