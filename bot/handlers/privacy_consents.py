"""征求同意 of members, 同意 and 不同意 by a tap, 我的同意."""

import re

from bot.dispatch.messages import ConstituentMessage, MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.member_words import NUMBER, find_theirs
from bot.handlers.progress import bare
from bot.notices import member_desk, privacy_consent
from bot.services.context import Context
from bot.services.privacy import consenting

router = Router("privacy_consents")
_TAP = re.compile(rf"({privacy_consent.YES}|{privacy_consent.NO}):(quote|share|sens):(\d{{1,18}})")
_ASK = re.compile(rf"征求同意\s*[#＃]?\s*({NUMBER})\s+(引用|转交|转办|敏感)\S*(?:\s+(.*))?", re.DOTALL)
_PURPOSE = {"引用": "quote", "转交": "share", "转办": "share", "敏感": "sens"}


@router.on(ConstituentMessage, lambda one: _TAP.fullmatch(one.menu_id) is not None)
async def tap(heard: Heard[ConstituentMessage], context: Context) -> Reply | None:
    """Agree, refuse or take back, for one matter and purpose."""
    item = _TAP.fullmatch(heard.message.menu_id)
    if item is None:
        return None
    given = item[1] == privacy_consent.YES
    return Reply(await consenting.answer(context, heard.by, int(item[3]), item[2], given=given))


@router.on(
    ConstituentMessage,
    lambda one: not one.menu_id and one.kind == "text" and bare(one.text) in {"我的同意", "收回同意", "撤回同意"},
)
async def show(heard: Heard[ConstituentMessage], context: Context) -> Reply:
    """What they agreed to."""
    return Reply(await consenting.show(context, heard.by))


@router.on(MemberMessage, lambda one: one.kind == "text" and one.text.strip().startswith("征求同意"))
async def ask(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`征求同意 编号 引用 说明`, of a matter of theirs."""
    said = _ASK.fullmatch(heard.message.text.strip())
    if said is None:
        return Reply(privacy_consent.ConsentHelp().render())
    case = await find_theirs(context, heard.from_member, said[1])
    if case is None:
        return Reply(member_desk.NotYours(said[1]).render())
    purpose, detail = _PURPOSE[said[2]], (said[3] or "").strip()
    return Reply(await consenting.ask(context, heard.from_member, case, purpose, detail), case=case)
