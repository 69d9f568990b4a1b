"""直播: what is on or comes next; with words after it, a question to that session."""

import re
from dataclasses import replace

from bot.dispatch.messages import ConstituentMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import matters
from bot.handlers.progress import bare
from bot.services import deciding
from bot.services.cases import Saying
from bot.services.context import Context
from bot.services.live import finding, questions

router = Router("live_questions")
_ASKED = re.compile(r"直播[\s:：,，]+(\S.*)", re.DOTALL)
_WORDS = frozenset({"直播", "看直播", "直播接待"})


@router.on(
    ConstituentMessage,
    lambda one: one.menu_id == "word:直播" or (one.kind == "text" and not one.menu_id and bare(one.text) in _WORDS),
)
async def show(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """The session that is on or comes next at their station, with its link and how to ask."""
    return Reply(await questions.show(context, heard.by))


@router.on(
    ConstituentMessage,
    lambda one: one.kind == "text" and not one.menu_id and _ASKED.fullmatch(one.text.strip()) is not None,
)
async def ask(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """`直播 …`: a question, unless there is nothing to ask it in or a person has to look at it at once."""
    message, caller = heard.message, heard.by
    said = _ASKED.fullmatch(message.text.strip())
    words = said[1].strip() if said else ""
    live = await finding.to_ask(context, caller)
    if live is None:
        return await matters.take(heard, context)
    decision = await deciding.decide(context, caller, message.key, words, None)
    if not questions.may_ask(decision):
        return await matters.take(replace(heard, message=replace(message, text=words)), context)
    saying = Saying(message.key, "text", words, message.sent_at)
    return Reply(await questions.ask(context, caller, live, saying))
