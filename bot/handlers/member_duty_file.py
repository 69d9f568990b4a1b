"""The duty file in the chat: reading it, filing in it, who is behind, the yearly check."""

import re
from collections.abc import Callable

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers, member_duty
from bot.handlers.progress import bare
from bot.notices import duty_file_check, member_desk
from bot.notices.content import CardChange
from bot.notices.duty_file import AddressesRevoked
from bot.notices.duty_file_check import CheckRefused
from bot.services import speaking
from bot.services.context import Context
from bot.services.duty import drafting
from bot.services.duty_file import addresses, checking, filing, nudging, outlining, reviewing
from bot.services.duty_file.filing import Medium
from storage.outbox import Channel, Purpose

router = Router("member_duty_file")
papers = Router("member_duty_file_papers")  # asked before drafts of duty: what comes after 存档 is for the file
_WHO = r"[^\s:：,，#＃]{1,64}"
_FILE = re.compile(rf"(?:履职)?档案(?:[\s:：]+({_WHO}))?[。.]?")
_PUT = re.compile(r"存档(?:[\s:：]+(\S.*))?", re.DOTALL)
_REMOVE = re.compile(r"撤下档案[\s:：]*[#＃]?(\d{1,18})\s*号?[\s:：,，]*(.*)", re.DOTALL)
_GAPS = re.compile(rf"档案缺项(?:[\s:：]+({_WHO}))?[。.]?")
_WAIVE = re.compile(rf"档案免除[\s:：]+({_WHO})\s+第?\s*(\d{{1,3}})\s*项?[\s:：,，]*(.*)", re.DOTALL)
_PASS = re.compile(rf"档案通过[\s:：]+({_WHO}(?:[\s、,，]+{_WHO})*?)[。.]?")
_BACK = re.compile(rf"档案退回[\s:：]+({_WHO})[\s:：,，]*(.*)", re.DOTALL)
_TAP = re.compile(rf"{duty_file_check.CONFIRM}:(\d{{1,18}})")


def _says(pattern: re.Pattern[str]) -> Callable[[MemberMessage], bool]:
    return lambda one: one.kind == "text" and pattern.fullmatch(one.text.strip()) is not None


def _is(*words: str) -> Callable[[MemberMessage], bool]:
    return lambda one: one.kind == "text" and bare(one.text) in words


def _found(pattern: re.Pattern[str], heard: Heard[MemberMessage]) -> tuple[str, ...]:
    said = pattern.fullmatch(heard.message.text.strip())
    return tuple((one or "").strip() for one in said.groups()) if said else ("",) * pattern.groups


# --- reading and filing -------------------------------------------------------------------------------


@router.on(MemberMessage, _is("履职落后", "谁落后"))
async def behind(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Who is behind, by name."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    return Reply((await nudging.list_behind(context, heard.from_member)).render())


@router.on(MemberMessage, _is("档案换链接", "换档案链接"))
async def change_address(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Every address of theirs is gone."""
    return Reply(AddressesRevoked(await addresses.revoke(context, heard.from_member)).render())


@router.on(MemberMessage, _is("确认档案", "档案确认"))
async def confirm(heard: Heard[MemberMessage], context: Context) -> Reply:
    """The representative stands for their file."""
    return Reply((await checking.confirm(context, heard.from_member)).render())


@router.on(MemberMessage, _is("档案待审", "待审档案"))
async def to_review(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Files that wait for staff."""
    if heard.from_member.staff is None:
        return Reply(CheckRefused("state").render())
    return Reply((await reviewing.waiting(context, heard.from_member)).render())


@router.on(MemberMessage, _says(_FILE))
async def outline(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`档案`, `档案 代表`; with more words from anybody who is not staff it is what they answer."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    (who,) = _found(_FILE, heard)
    if (who and heard.from_member.staff is None) or await member_duty.is_answering(heard, context):
        return await member_answers.answer(heard, context)
    return Reply((await outlining.outline(context, heard.from_member, who)).render())


@router.on(MemberMessage, _says(_PUT))
async def put(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`存档 栏目 名称`, `存档 代表 栏目 名称`."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    (words,) = _found(_PUT, heard)
    return Reply((await filing.begin(context, heard.from_member, words)).render())


@router.on(MemberMessage, _says(_REMOVE))
async def remove(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`撤下档案 编号 原因`."""
    number, reason = _found(_REMOVE, heard)
    return Reply((await filing.remove(context, heard.from_member, int(number), reason)).render())


@papers.on(MemberMessage, lambda one: one.kind in filing.MEDIA)
async def take(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """A picture or file after 存档; where a duty was begun since, or an answer is awaited, it belongs there."""
    member, message = heard.from_member, heard.message
    desk = await filing.find_open(context, member)
    draft = await drafting.find_open(context, member) if desk is not None else None
    is_newer = draft is None or desk is None or (desk.filing_since or context.now) >= draft.touched_at
    if desk is None or not is_newer or await member_duty.is_answering(heard, context):
        return await member_duty.go_on(heard, context)
    medium = Medium(message.key, message.kind, message.media_id, message.file_name)
    return Reply((await filing.put(context, member, desk, medium)).render())


# --- the yearly check ---------------------------------------------------------------------------------


@router.on(MemberMessage, _says(_GAPS))
async def gaps(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`档案缺项`: one's own; `档案缺项 代表` for staff."""
    (who,) = _found(_GAPS, heard)
    if not who and heard.from_member.representative is not None:
        return Reply((await checking.own_gaps(context, heard.from_member)).render())
    return Reply((await reviewing.list_gaps(context, heard.from_member, who)).render())


@router.on(MemberMessage, _says(_WAIVE))
async def waive(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`档案免除 代表 缺项号 原因`."""
    who, number, reason = _found(_WAIVE, heard)
    return Reply((await reviewing.waive(context, heard.from_member, who, int(number), reason)).render())


@router.on(MemberMessage, _says(_PASS))
async def pass_them(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`档案通过 张伟 李娜`, `档案通过 全部`: the list as it was shown."""
    if heard.from_member.staff is None:
        return Reply(CheckRefused("state").render())
    (words,) = _found(_PASS, heard)
    names = None if words == "全部" else [one for one in re.split(r"[\s、,，]+", words) if one]
    return Reply((await reviewing.review(context, heard.from_member, names)).render())


@router.on(MemberMessage, _says(_BACK))
async def send_back(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`档案退回 代表 原因`."""
    who, reason = _found(_BACK, heard)
    return Reply((await reviewing.send_back(context, heard.from_member, who, reason)).render())


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def confirm_by_card(heard: Heard[MemberTapped], context: Context) -> Reply:
    """确认档案 on the card; a second tap says how it stands."""
    message = heard.message
    key = _TAP.fullmatch(message.event_key)
    done = await checking.confirm(context, heard.from_member, int(key[1]) if key else 0)
    if isinstance(done, duty_file_check.FileConfirmed) and message.response_code:
        card = duty_file_check.FileConfirmedCard(done.year).render()
        change = CardChange(message.response_code, message.task_id, card)
        await speaking.notify_members(
            context, [message.userid], Purpose.UPDATE, change, channel=Channel.CARD_UPDATE
        )
    return Reply(done.render())
