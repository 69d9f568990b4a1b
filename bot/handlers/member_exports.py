"""导出 …: documents that a member may fetch by an address; 作废链接: the addresses are over."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.notices import member_desk
from bot.services.context import Context
from bot.services.ordering import asking, voiding

router = Router("member_exports")
_ASK = re.compile(r"导出(?:[\s:：,，]+(.*)|[。.]?)", re.DOTALL)
_VOID = re.compile(r"(?:作废|停用|撤销)链接(?:[\s:：,，]+(.{1,40})|[。.]?)")


@router.on(MemberMessage, lambda one: one.kind == "text" and _VOID.fullmatch(one.text.strip()) is not None)
async def void(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`作废链接`, one's own; `作废链接 姓名` by administrators and the service centre."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _VOID.fullmatch(heard.message.text.strip())
    return Reply((await voiding.void(context, member, (said[1] or "") if said else "")).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _ASK.fullmatch(one.text.strip()) is not None)
async def export(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`导出 履职登记 张伟 2026年`; further words of a representative that name no document are what they answer."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _ASK.fullmatch(heard.message.text.strip())
    words = (said[1] or "") if said else ""
    if words and member.staff is None and not asking.names_document(words):
        return await member_answers.answer(heard, context)
    return Reply((await asking.ask(context, member, words)).render())
