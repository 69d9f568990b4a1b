"""述职: for representatives 草稿, 出处, 改稿, 我的稿; for staff 安排, 取消, 结果, 名单."""

import re

from bot.dispatch.messages import MemberMessage
from bot.dispatch.router import Heard, Reply, Router
from bot.services.context import Context
from bot.services.duty_reports import drafting, holding
from bot.services.people import Member

router = Router("member_duty_reports")
_SAY = re.compile(
    r"述职(?:\s*(草稿|出处|改稿|我的稿|安排|取消|结果|名单)(?:[\s:：,，]+(.*)|(\d{1,3}))?)?[。.]?", re.DOTALL
)


def _says(one: MemberMessage) -> bool:
    return one.kind == "text" and _SAY.fullmatch(one.text.strip()) is not None


@router.on(MemberMessage, _says)
async def report(heard: Heard[MemberMessage], context: Context) -> Reply:
    """By the word after 述职."""
    said = _SAY.fullmatch(heard.message.text.strip())
    act, words = (said[1] or "", (said[2] or said[3] or "").strip()) if said else ("", "")
    return await _act(context, heard.from_member, act, words)


async def _act(context: Context, member: Member, act: str, words: str) -> Reply:
    match act:
        case "草稿":
            return Reply((await drafting.draft(context, member, words)).render())
        case "出处":
            index = int(words) if words.isascii() and words.isdigit() and len(words) < 4 else 0
            return Reply((await drafting.sources(context, member, index)).render())
        case "改稿":
            return Reply((await drafting.keep_own(context, member, words)).render())
        case "我的稿":
            return Reply((await drafting.show_own(context, member)).render())
        case "安排":
            return Reply((await holding.plan(context, member, words)).render())
        case "取消":
            return Reply((await holding.call_off(context, member, words)).render())
        case "结果":
            return Reply((await holding.hold(context, member, words)).render())
        case "名单":
            return Reply((await holding.coverage(context, member)).render())
        case _:
            return Reply((await holding.status(context, member)).render())
