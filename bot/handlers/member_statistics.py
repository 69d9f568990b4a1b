"""统计 … and 统计明细 …, for staff."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.services.context import Context
from bot.services.statistics import asking

router = Router("member_statistics")
_ASK = re.compile(r"统计(明细)?(?:[\s:：,，]+(.*)|[。.]?)", re.DOTALL)


def _asks(one: MemberMessage) -> bool:
    return one.kind == "text" and _ASK.fullmatch(one.text.strip()) is not None


@router.on(MemberMessage, _asks)
async def ask(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """The figures of a period, or with 明细 the rows behind one; further words of others are what they answer."""
    said = _ASK.fullmatch(heard.message.text.strip())
    details, words = (bool(said[1]), said[2] or "") if said else (False, "")
    if words and heard.from_member.staff is None:
        return await member_answers.answer(heard, context)
    return Reply((await asking.ask(context, heard.from_member, words, details=details)).render())
