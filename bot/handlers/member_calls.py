"""The card 电话联系 and its taps; 补发 编号 for what was told by telephone."""

import re

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_taps import find_tap
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import member_desk
from bot.notices import telephone as notices
from bot.services import telephone
from bot.services.context import Context

router = Router("member_calls")
_TAP = re.compile(rf"({notices.CALLED}|{notices.COPY}):(\d{{1,18}})")
# 补发的材料收到了 is what somebody writes to a constituent: the word is followed by a number and nothing else.
_COPY = re.compile(rf"补发\s*[#＃]?\s*({NUMBER})[\s。]*")


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def tap(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """已电话联系 settles what could not be delivered; 来信时补发文字 sends it all the same."""
    key = _TAP.fullmatch(heard.message.event_key)
    found = await telephone.find_theirs(context, heard.from_member, int(key[2])) if key else None
    if key is None or found is None:
        return Reply(notices.NoSuchCall().render())
    task, case = found
    if key[1] == notices.COPY:
        return Reply((await telephone.send_copy(context, case, heard.from_member)).render(), case=case)
    said = await telephone.note_called(
        context, task, case, heard.from_member, await find_tap(context, heard.message)
    )
    return Reply(said.render(), case=case) if said is not None else None


@router.on(MemberMessage, lambda one: one.kind == "text" and _COPY.fullmatch(one.text.strip()) is not None)
async def copy(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`补发 编号`: the same as the tap."""
    said = _COPY.fullmatch(heard.message.text.strip())
    number = said[1] if said else ""
    case = await find_theirs(context, heard.from_member, number)
    if case is None:
        return Reply(member_desk.NotYours(number).render())
    return Reply((await telephone.send_copy(context, case, heard.from_member)).render(), case=case)
