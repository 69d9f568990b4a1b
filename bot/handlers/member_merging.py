"""合并 编号 到 编号, 撤销合并 编号, 拆分 编号 …: two matters of one person become one, or one becomes two."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.notices import member_desk
from bot.notices import merging as notices
from bot.notices.content import Content
from bot.services import merging, people, splitting
from bot.services.context import Context
from bot.services.merging import MergeRefused
from bot.services.people import Member
from bot.services.splitting import SplitRefused
from storage import cases
from storage.models import Case

router = Router("member_merging")
_ONE = rf"\s*[#＃]?\s*({NUMBER})(?!\d)"
_MERGE = re.compile(rf"合并(?:{_ONE}\s*(?:到|进|入|至|，|,|\s)\s*[#＃]?\s*({NUMBER}))?[\s。]*")
_UNDO = re.compile(rf"撤销合并(?:{_ONE})?[\s。]*")
_SPLIT = re.compile(rf"拆分(?:{_ONE}((?:[\s,，、]+\d{{1,2}})*))?[\s。]*")


def _says(pattern: re.Pattern[str], message: MemberMessage) -> bool:
    return message.kind == "text" and pattern.fullmatch(message.text.strip()) is not None


@router.on(MemberMessage, lambda one: _says(_MERGE, one))
async def merge(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`合并 000124 到 000123`: the first lives on in the second."""
    said, member = _MERGE.fullmatch(heard.message.text.strip()), heard.from_member
    if member.staff is None or said is None or not said[1]:
        return Reply(_unknown(member))
    case, kept = await find_theirs(context, member, said[1]), await find_theirs(context, member, said[2])
    if case is None or kept is None:
        return Reply(member_desk.NotYours(said[1] if case is None else said[2]).render())
    try:
        await merging.merge(context, case, kept, member)
    except MergeRefused as refused:
        return Reply(notices.MergeHelp(notices.WHYS[refused.why]).render(), case=kept)
    return Reply(notices.MergeDone(case.number, kept.number).render(), case=kept)


@router.on(MemberMessage, lambda one: _says(_UNDO, one))
async def undo(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`撤销合并 000124`, within a day."""
    said, member = _UNDO.fullmatch(heard.message.text.strip()), heard.from_member
    if member.staff is None or said is None or not said[1]:
        return Reply(_unknown(member))
    case = await _find_merged(context, member, said[1])
    if case is None:
        return Reply(member_desk.NotYours(said[1]).render())
    try:
        kept = await merging.undo(context, case, member)
    except MergeRefused as refused:
        return Reply(notices.MergeHelp(notices.WHYS[refused.why]).render(), case=case)
    return Reply(notices.Parted(case.number, kept.number).render(), case=case)


async def _find_merged(context: Context, member: Member, number: str) -> Case | None:
    """A case of this number that lives on in one that is theirs."""
    for case in await cases.find_numbered(context.session, number):
        if case.merged_into_id is not None:
            kept = await cases.survivor_of(context.session, case)
            if people.may_act_on(context, member, kept):
                return case
    return None


@router.on(MemberMessage, lambda one: _says(_SPLIT, one))
async def split(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`拆分 000123` lists what was written, `拆分 000123 2 3` makes a new case of it."""
    said, member = _SPLIT.fullmatch(heard.message.text.strip()), heard.from_member
    if member.staff is None or said is None or not said[1]:
        return Reply(_unknown(member))
    case = await find_theirs(context, member, said[1])
    if case is None:
        return Reply(member_desk.NotYours(said[1]).render())
    if case.restricted:
        return Reply(member_desk.StaysHere(case.number).render(), case=case)
    listed = await splitting.choices(context, case)
    places = [int(one) for one in re.findall(r"\d+", said[2])]
    if not places:
        words = tuple(words for _, words in listed)
        return Reply(notices.WhatToSplit(case.number, words).render(), case=case)
    chosen = [listed[place - 1][0].id for place in places if 1 <= place <= len(listed)]
    try:
        new = await splitting.split(context, case, member, chosen)
    except SplitRefused as refused:
        return Reply(notices.MergeHelp(notices.WHYS[refused.why]).render(), case=case)
    return Reply(notices.SplitDone(case.number, new.number, people.owner_of(context, new)).render(), case=case)


def _unknown(member: Member) -> Content:
    if not member.is_known:
        return member_desk.Stranger().render()
    return (notices.MergeHelp() if member.staff is not None else member_desk.MemberHelp()).render()
