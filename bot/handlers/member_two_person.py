"""同意申请 and 退回申请: the second person's word on what one person may not do alone."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.notices import member_desk
from bot.notices.two_person import CannotDecide
from bot.services.context import Context
from bot.services.two_person import deciding

router = Router("member_two_person")
_ORDER = re.compile(r"(同意|退回)申请[\s:：]*[#＃]?(\d{0,9})[\s。.]*")


@router.on(MemberMessage, lambda one: one.kind == "text" and _ORDER.fullmatch(one.text.strip()) is not None)
async def decide(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`同意申请 12`, `退回申请 12`; without a number 同意申请 lists what waits for them."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _ORDER.fullmatch(heard.message.text.strip())
    agrees, number = (said[1] == "同意", said[2]) if said else (False, "")
    if number:
        return Reply(await deciding.decide(context, member, int(number), agrees=agrees))
    return Reply(await deciding.show(context, member) if agrees else CannotDecide("number").render())
