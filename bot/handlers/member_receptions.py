"""接待 … and its card, 接待登记, and 已转告: people who were received face to face."""

import re

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.notices import receptions as notices
from bot.notices.content import CardChange
from bot.services import speaking
from bot.services.context import Context
from bot.services.receptions import desk_page, noting
from storage.outbox import Channel, Purpose

router = Router("member_receptions")
# 接待的代表说 is what somebody may write to a constituent: the word is followed by a separator or a number.
_NOTE = re.compile(r"接待(?:(?:[\s:：,，]+|(?=\d))(.*))?", re.DOTALL)
_PAGE = frozenset({"接待登记", "接待登记页", "接待表单"})
_TOLD = re.compile(rf"已转告\s*[#＃]?\s*({NUMBER})[\s。]*")
_TAP = re.compile(rf"({notices.OPEN_CASE}|{notices.ANSWERED}|{notices.CHANGE}):(\d{{1,18}})")


@router.on(MemberMessage, lambda one: one.kind == "text" and _NOTE.fullmatch(one.text.strip()) is not None)
async def note(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`接待 3人 王大爷反映3号楼路灯不亮 代表张伟`: kept, and shown with what may become of it."""
    member, message = heard.from_member, heard.message
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _NOTE.fullmatch(message.text.strip())
    noted = await noting.note(context, member, (said[1] or "") if said else "", message.key)
    if isinstance(noted, notices.ReceptionHelp):
        return Reply(noted.render())
    return Reply(noted.render(), task_id=f"reception-{message.key.replace(':', '-')}"[:128])


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in _PAGE)
async def page(heard: Heard[MemberMessage], context: Context) -> Reply:
    """接待登记: the address of the page that makes the same entry."""
    return Reply((await desk_page.give(context, heard.from_member)).render())


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def settle(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """立案转办, 当场已答复, 改; a second tap says how it stands."""
    key = _TAP.fullmatch(heard.message.event_key)
    reception = await noting.find_theirs(context, heard.from_member, int(key[2])) if key else None
    if key is None or reception is None:
        return Reply(notices.ReceptionHelp("not_found").render())
    if key[1] == notices.CHANGE:
        return Reply(noting.how_to_change(reception).render())
    act = noting.CASE if key[1] == notices.OPEN_CASE else noting.ANSWERED
    card, said = await noting.settle(context, reception, act, heard.from_member)
    message = heard.message
    if message.response_code:
        change = CardChange(message.response_code, message.task_id, card)
        await speaking.notify_members(
            context, [message.userid], Purpose.UPDATE, change, channel=Channel.CARD_UPDATE
        )
        return Reply(said) if said is not None else None
    return Reply(said if said is not None else card, task_id=f"reception-{message.key.replace(':', '-')}"[:128])


@router.on(MemberMessage, lambda one: one.kind == "text" and _TOLD.fullmatch(one.text.strip()) is not None)
async def told(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`已转告 编号`: an answer was told to somebody who was received at a desk."""
    found = _TOLD.fullmatch(heard.message.text.strip())
    number = found[1] if found else ""
    case = await find_theirs(context, heard.from_member, number)
    if case is None:
        return Reply(member_desk.NotYours(number).render())
    return Reply((await noting.note_told(context, case)).render(), case=case)
