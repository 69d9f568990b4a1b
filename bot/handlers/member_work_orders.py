"""转办 编号 部门 …, 部门回复 编号 …, 同意回复 编号, 部门退回 编号 …, 撤回转办 编号."""

import re
from contextlib import suppress

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import member_desk
from bot.notices import work_order as notices
from bot.notices.content import Content
from bot.services import work_orders
from bot.services.context import Context
from bot.services.days import NotUnderstood, parse_day
from bot.services.people import Member
from bot.services.work_orders import OrderRefused
from storage.models import Case
from storage.states import OrderState

router = Router("member_work_orders")
HAND, REPLY, TELL, RETURN, WITHDRAW = "转办", "部门回复", "同意回复", "部门退回", "撤回转办"
# 转办的事已经有结果了 is what somebody writes to a constituent: a number follows the word, or nothing does.
_WORDS = "|".join((HAND, REPLY, TELL, RETURN, WITHDRAW))
_ORDER = re.compile(rf"({_WORDS})(?:\s*[#＃]?\s*({NUMBER})(?!\d)[\s:：,，]*(.*))?[\s。]*", re.DOTALL)


@router.on(MemberMessage, lambda one: one.kind == "text" and _ORDER.fullmatch(one.text.strip()) is not None)
async def order(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Of a case that they may act on; what is not understood is answered with how to write it."""
    member, said = heard.from_member, _ORDER.fullmatch(heard.message.text.strip())
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    if said is None or not said[2]:
        return Reply(notices.OrderHelp().render())
    case = await find_theirs(context, member, said[2])
    if case is None or (member.staff is None and said[1] != TELL):
        return Reply(member_desk.NotYours(said[2]).render())
    try:
        content = await _do(context, case, member, said[1], said[3].strip(), heard.message.key)
    except OrderRefused as refused:
        content = notices.OrderHelp(notices.WHYS[refused.why]).render()
    return Reply(content, case=case)


async def _do(context: Context, case: Case, member: Member, word: str, words: str, key: str) -> Content:
    if word == HAND:
        return await _hand(context, case, member, words, key)
    if word == TELL:
        replied = await work_orders.find_standing(context, case, OrderState.REPLIED)
        return await work_orders.tell(context, replied, case, member, key, words)
    department, _, rest = words.partition(" ")
    try:
        found = await work_orders.find_standing(context, case, OrderState.OPEN)
    except OrderRefused as refused:
        if refused.why != "which":
            raise
        found, words = await work_orders.find_standing(context, case, OrderState.OPEN, department), rest.strip()
    name = await work_orders.name_of(context, found)
    if word == REPLY:
        return (await work_orders.note_reply(context, found, case, member, work_orders.Reply(key, words))).render()
    await work_orders.end(context, found, case, member, key, returned=word == RETURN, reason=words)
    return notices.OrderEnded(case.number, name, word == RETURN, words).render()


async def _hand(context: Context, case: Case, member: Member, words: str, key: str) -> Content:
    name, _, rest = words.partition(" ")
    department = await work_orders.find_department(context, case, name)
    due_on, (first, _, more) = work_orders.default_day(context), rest.strip().partition(" ")
    with suppress(NotUnderstood):  # no day was written: what follows the department is the note
        due_on, rest = parse_day(first, context.calendar.today(context.now)), more
    await work_orders.hand(context, case, member, department, due_on, rest.strip(), key)
    return notices.HandedNoted(case.number, department.name, due_on).render()
