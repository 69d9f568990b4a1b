"""交还: a servicer, or an officer, gives a chat back to the bot."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER
from bot.notices import hand_over as notices
from bot.notices import member_desk
from bot.services import giving_back
from bot.services.context import Context
from bot.services.people import Member
from storage import cases
from storage.models import Case, Conversation

router = Router("member_hand_over")
# 交还的钥匙收到了 is what somebody writes to a constituent: the word stands alone or before a number.
_BACK = re.compile(rf"交还\s*(?:[#＃]?\s*({NUMBER}))?[\s。]*")


@router.on(MemberMessage, lambda one: one.kind == "text" and _BACK.fullmatch(one.text.strip()) is not None)
async def give_back(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`交还 编号`, or `交还` for the one chat that the member holds; they hear when WeCom has done it."""
    said, member = _BACK.fullmatch(heard.message.text.strip()), heard.from_member
    number = said[1] if said else None
    if not number:
        held = await giving_back.cases_held_by(context, member)
        if len(held) != 1:
            return Reply(notices.GiveBackHelp(tuple(case.number for case in held)).render())
        case: Case | None = held[0]
    else:
        case = await _find(context, member, number)
    if case is None:
        return Reply(member_desk.NotYours(number or "").render())
    refused = await giving_back.give_back(context, case, member)
    return Reply(refused.render(), case=case) if refused is not None else None


async def _find(context: Context, member: Member, number: str) -> Case | None:
    for case in await cases.find_numbered(context.session, number):
        conversation = await context.session.get_one(Conversation, case.conversation_id)
        if giving_back.may_give_back(context, case, conversation, member):
            return case
    return None
