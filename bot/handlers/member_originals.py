"""`原文 编号`: a member of a case reads one message of it as it was written, with the numbers that are masked."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import member_desk, originals
from bot.services import desks, showing
from bot.services.context import Context

router = Router("member_originals")
# 原文已转给物业 is an answer: the word stands alone or before a number.
_ORDER = re.compile(rf"原文(?:[\s:：]*[#＃]?\s*({NUMBER})(?:\s+第?\s*(\d{{1,4}})\s*[条处]?)?)?[\s。]*")


@router.on(MemberMessage, lambda one: one.kind == "text" and _ORDER.fullmatch(one.text.strip()) is not None)
async def reveal(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Of a case that they may act on; without a number of the one that waits for them."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _ORDER.fullmatch(heard.message.text.strip())
    number, place = (said[1] or "", int(said[2] or 1)) if said else ("", 1)
    if number:
        case = await find_theirs(context, member, number)
    else:
        waiting = await desks.waiting_cases(context, member)
        case = waiting[0] if len(waiting) == 1 else None
    if case is None:
        return Reply((member_desk.NotYours(number) if number else originals.OriginalHelp()).render())
    return Reply(await showing.reveal(context, case, member, place), case=case)
