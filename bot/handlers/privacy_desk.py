"""权利请求, 批准请求, 拒绝请求 and 登记权利请求: what staff decide and write down about rights over data."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import find_theirs
from bot.handlers.progress import bare
from bot.notices.privacy_desk import RequestHelp
from bot.services.context import Context
from bot.services.privacy import deciding

router = Router("privacy_desk")
_LIST = frozenset({"权利请求", "个人信息请求"})
_APPROVE = re.compile(r"批准请求\s*[#＃]?(\d{1,9})[\s:：,，]*(.*)", re.DOTALL)
_REFUSE = re.compile(r"拒绝请求\s*[#＃]?(\d{1,9})[\s:：,，]*(.*)", re.DOTALL)


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in _LIST)
async def show(heard: Heard[MemberMessage], context: Context) -> Reply:
    """What waits for a decision."""
    return Reply(await deciding.show(context, heard.from_member))


@router.on(MemberMessage, lambda one: one.kind == "text" and _APPROVE.fullmatch(one.text.strip()) is not None)
async def approve(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Agree, with a note where there is one."""
    said = _APPROVE.fullmatch(heard.message.text.strip())
    number, note = (int(said[1]), said[2].strip()) if said else (0, "")
    return Reply(await deciding.approve(context, heard.from_member, number, note))


@router.on(MemberMessage, lambda one: one.kind == "text" and _REFUSE.fullmatch(one.text.strip()) is not None)
async def refuse(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Refuse, with the reason that the asker hears."""
    said = _REFUSE.fullmatch(heard.message.text.strip())
    number, reason = (int(said[1]), said[2].strip()) if said else (0, "")
    return Reply(await deciding.refuse(context, heard.from_member, number, reason))


@router.on(MemberMessage, lambda one: one.kind == "text" and one.text.strip().startswith("登记权利请求"))
async def register(heard: Heard[MemberMessage], context: Context) -> Reply:
    """What somebody asked for at a desk."""
    member = heard.from_member
    if member.staff is None:
        return Reply(RequestHelp("not_yours").render())
    said = deciding.parse_registration(heard.message.text)
    if said is None:
        return Reply(RequestHelp("register").render())
    kind, number, words = said
    case = await find_theirs(context, member, number) if number else None
    if number and case is None:
        return Reply(RequestHelp("no_case").render())
    return Reply(await deciding.register_at_desk(context, member, kind, case, words, heard.message.key))
