"""What constituents ask before and during a session: each message once, with a number."""

import logging

from bot.assignment import Decision
from bot.notices.content import Content, Menu
from bot.notices.live import LiveAhead, LiveGreeting, LiveOver, QuestionNoted
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.live import facts, finding
from bot.services.privacy import telling
from storage import live as stored
from storage.keys import add_key
from storage.models import LiveQuestion, LiveSession
from storage.states import LiveState, QuestionState

log = logging.getLogger(__name__)
# What a person has to look at, or is none of the session's business, goes the way of every message.
ASKABLE = frozenset({"case", "unclear", "service_query", "praise", "legislation_opinion", "livelihood_suggestion"})


def may_ask(decision: Decision) -> bool:
    """Whether words may be a question on air: no danger, no petition, court or accusation, and not empty."""
    return (
        decision.kind in ASKABLE
        and decision.urgency != "emergency"
        and decision.referral is None
        and not decision.is_restricted
        and decision.ask != "matter"
    )


async def ask(context: Context, caller: Caller, live: LiveSession, saying: Saying) -> Content:
    """Keep a question under its own key; a message that is known gets the same receipt again."""
    asked = await stored.find_asked(context.session, saying.platform_id)
    if asked is None:
        asked = await _keep(context, caller, live, saying)
    described, is_on = facts.describe(context, live), facts.is_on(context, live)
    return QuestionNoted(described, asked.number, is_on, await telling.take(context, caller.constituent)).render()


async def _keep(context: Context, caller: Caller, live: LiveSession, saying: Saying) -> LiveQuestion:
    await stored.find(context.session, live.id, lock=True)  # numbers are given one after the other
    key_id, key = await add_key(context.session, context.vault)
    question = LiveQuestion(
        session_id=live.id,
        number=await stored.next_number(context.session, live.id),
        constituent_id=caller.constituent.id,
        conversation_id=caller.conversation.id,
        key_id=key_id,
        text_sealed=key.seal_text(saying.text),
        platform_id=saying.platform_id,
        asked_at=context.now,
        state=QuestionState.WAITING,
    )
    context.session.add(question)
    await context.session.flush()
    log.info("question asked", extra={"live_session": live.id, "question": question.number})
    return question


async def withdraw(context: Context, caller: Caller, platform_id: str) -> None:
    """Taken back in WeChat: the words go; a question without a fate has this one."""
    question = await stored.find_asked(context.session, platform_id)
    if question is None or question.constituent_id != caller.constituent.id:
        return
    question.text_sealed = b""
    if question.state is QuestionState.WAITING:
        question.move(QuestionState.WITHDRAWN)
        question.decided_at = context.now


async def greet(context: Context, caller: Caller, code: str) -> Menu | None:
    """What somebody reads who came in by a session's code; None where nobody knows it."""
    live = await stored.find_by_code(context.session, code)
    if live is None or live.state is LiveState.DRAFT:
        return None
    caller.constituent.last_station_code = live.station_code
    described = facts.describe(context, live)
    if finding.takes_questions(context, live):
        return LiveGreeting(described, telling.line(context), facts.is_on(context, live)).render()
    return LiveOver(described, telling.line(context), facts.stage(context, live) == "cancelled").render()


async def show(context: Context, caller: Caller) -> Content:
    """直播: what is on or comes next."""
    found = list(await finding.for_caller(context, caller))[: finding.MOST_SHOWN]
    on = frozenset(live.id for live in found if facts.is_on(context, live))
    return LiveAhead(tuple(facts.describe(context, live) for live in found), on).render()
