"""我的积分, 积分申诉; for staff 积分 姓名, 积分公布 and 积分答复."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.services.context import Context
from bot.services.scores import appealing, telling

router = Router("member_scores")
_OWN = re.compile(r"(?:我的|履职)积分[\s:：]*(\S*)[。.]?")
_PUBLISH = re.compile(r"积分公布[\s:：]*(\S*)[。.]?")
_APPEAL = re.compile(r"积分申诉(?:[\s:：,，]+(\S.*))?[。.]?", re.DOTALL)
_ANSWER = re.compile(r"积分答复\s*[#＃]?(\d{1,18})[\s:：,，]*(.*)", re.DOTALL)
_OF = re.compile(r"积分[\s:：]+(\S+(?:\s+\S+)?)")


def _match(pattern: re.Pattern[str], message: MemberMessage) -> re.Match[str] | None:
    return pattern.fullmatch(message.text.strip()) if message.kind == "text" else None


@router.on(MemberMessage, lambda one: _match(_OWN, one) is not None)
async def own(heard: Heard[MemberMessage], context: Context) -> Reply:
    """One's own points, line by line."""
    said = _match(_OWN, heard.message)
    return Reply((await telling.of_own(context, heard.from_member, said[1] if said else "")).render())


@router.on(MemberMessage, lambda one: _match(_PUBLISH, one) is not None)
async def publish(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Each hears that their points are there; no list is made."""
    said = _match(_PUBLISH, heard.message)
    return Reply((await appealing.publish(context, heard.from_member, said[1] if said else "")).render())


@router.on(MemberMessage, lambda one: _match(_APPEAL, one) is not None)
async def appeal(heard: Heard[MemberMessage], context: Context) -> Reply:
    """A representative objects; without words staff see what waits for an answer."""
    said, member = _match(_APPEAL, heard.message), heard.from_member
    words = (said[1] or "").strip() if said else ""
    if not words and member.staff is not None:
        return Reply((await appealing.waiting(context, member)).render())
    return Reply((await appealing.appeal(context, member, words, heard.message.key)).render())


@router.on(MemberMessage, lambda one: _match(_ANSWER, one) is not None)
async def answer(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """The representative hears it."""
    said = _match(_ANSWER, heard.message)
    if said is None or heard.from_member.staff is None:
        return await member_answers.answer(heard, context)
    told = await appealing.answer(context, heard.from_member, int(said[1]), said[2].strip())
    return Reply(told.render())


@router.on(MemberMessage, lambda one: _match(_OF, one) is not None)
async def of_representative(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """积分 张伟 2026, for staff."""
    said = _match(_OF, heard.message)
    if said is None or heard.from_member.staff is None:
        return await member_answers.answer(heard, context)
    return Reply((await telling.of_representative(context, heard.from_member, said[1])).render())
