"""待查, 重试 收件号 and 已书面告知 编号: what the service centre looks after."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.notices.petition_notice import NoNotice
from bot.notices.silence import CannotRetry, ForCentre, Retried
from bot.services import people, petition_notices, silence
from bot.services.context import Context
from bot.services.people import Member

router = Router("member_watch")
_RETRY = re.compile(r"重试(?:[\s:：]+[#＃]?(\d{1,18}))?[。.]?")
_TOLD = re.compile(rf"已书面告知(?:[\s:：]*[#＃]?\s*({NUMBER}))?[。.]?")


def _is_keeper(context: Context, member: Member) -> bool:
    """The service centre, or an administrator."""
    return people.is_centre(context, member) or (member.staff is not None and member.staff.role == "admin")


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) == "待查")
async def show_silent(heard: Heard[MemberMessage], context: Context) -> Reply:
    """What may have had no word in return."""
    if not _is_keeper(context, heard.from_member):
        return Reply(ForCentre().render())
    return Reply((await silence.show(context, heard.from_member)).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _RETRY.fullmatch(one.text.strip()) is not None)
async def retry(heard: Heard[MemberMessage], context: Context) -> Reply:
    """Handle again what was put aside."""
    if not _is_keeper(context, heard.from_member):
        return Reply(ForCentre().render())
    said = _RETRY.fullmatch(heard.message.text.strip())
    if said is None or said[1] is None:
        return Reply(CannotRetry().render())
    inbox_id = int(said[1])
    if not await silence.retry(context, heard.from_member, inbox_id):
        return Reply(CannotRetry(inbox_id).render())
    return Reply(Retried(inbox_id).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _TOLD.fullmatch(one.text.strip()) is not None)
async def note_written_notice(heard: Heard[MemberMessage], context: Context) -> Reply:
    """The sender of a petition was told in writing where it goes; for staff who may read it."""
    said = _TOLD.fullmatch(heard.message.text.strip())
    member = heard.from_member
    if member.staff is None:
        return Reply(member_desk.MemberHelp().render())
    if said is None or said[1] is None:
        return Reply(NoNotice().render())
    case = await find_theirs(context, member, said[1])
    if case is None:
        return Reply(member_desk.NotYours(said[1]).render())
    return Reply((await petition_notices.note_told(context, case, member)).render(), case=case)
