"""`原文 编号`: a member of a case reads one masked detail of it; `原文 编号 全部` needs a second person."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import member_desk, originals
from bot.notices.content import Content
from bot.services import desks, showing
from bot.services.context import Context
from bot.services.people import Member
from bot.services.two_person import asking
from bot.services.two_person.kinds import REVEAL, seconds_for_case
from storage.models import Case

router = Router("member_originals")
# 原文已转给物业 is an answer: the word stands alone or before a number.
_ORDER = re.compile(rf"原文(?:[\s:：]*[#＃]?\s*({NUMBER})(?:\s+第?\s*(\d{{1,4}})\s*[条处]?|\s*(全部))?)?[\s。]*")


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
    if said is not None and said[3]:
        return Reply(await _ask_for_all(context, case, member), case=case)
    return Reply(await showing.reveal(context, case, member, place), case=case)


async def _ask_for_all(context: Context, case: Case, member: Member) -> Content:
    """Everything at once is more than one person may see alone; a single detail is shown as ever."""
    many = await showing.count_masked(context, case)
    if many < 2:
        return await showing.reveal(context, case, member)
    facts = {"case": case.id, "number": case.number, "many": many}
    seconds = seconds_for_case(context, case, member.userid)
    return (await asking.ask(context, member.userid, REVEAL, facts, seconds, case=case)).render()
