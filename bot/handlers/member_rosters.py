"""值班, 换班, 日历, 换日历: when one is on duty, who stands in, and a calendar of it to subscribe to."""

import re
from dataclasses import dataclass

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import member_desk
from bot.notices import member_rosters as notices
from bot.services import calendar_addresses, duty_lists, roster_swaps
from bot.services.context import Context
from bot.services.days import NotUnderstood, parse_day
from bot.services.people import Member
from bot.services.roster_swaps import Request, SwapRefused

router = Router("member_rosters")
_DUTY = frozenset({"值班", "值班表", "我的值班"})
_DAY = (
    r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}[日号]?|大后天|今天|明天|后天"
    r"|(?:下|本|这)?(?:周|星期|礼拜)[一二三四五六日天]"
)
_CLOCK = r"\d{1,2}[:：]\d{2}|\d{1,2}点(?:钟|整)?"
_ORDER = re.compile(rf"换班[\s:：,，]*({_DAY})(?:[\s,，]*({_CLOCK}))?[\s,，]+(\S+?)(?:[\s,，、]+(\S+?))?[\s。.]*")
# 换班 alone, or with a separator, is meant for us; 换班的时候我去看看 is what somebody may write to a constituent.
_BEGINS = re.compile(r"换班(?:[\s。.！!？?]*$|[ \t\u3000:：])")
_TAP = re.compile(rf"({notices.AGREE}|{notices.DECLINE}):(\d{{1,18}}(?:\.\d{{1,18}}){{0,19}})")
_LONGEST = 100  # characters; more is a letter, not an order


@dataclass(frozen=True, slots=True)
class _Order:
    """What was written, read as far as it can be without the roster; `first` is empty for one's own slots."""

    day: str
    start: str
    first: str
    second: str


def _is_order(text: str) -> bool:
    return len(text) <= _LONGEST and (_BEGINS.match(text) is not None or _ORDER.fullmatch(text) is not None)


def _parse(text: str) -> _Order | None:
    said = _ORDER.fullmatch(text.strip())
    if said is None:
        return None
    day, start, *names = said.groups()
    first, second = names if names[1] else ("", names[0])
    return _Order(day.removeprefix("本").removeprefix("这"), _clock(start or ""), first, second)


def _clock(words: str) -> str:
    """`9:00`, `14点` as `HH:MM`; empty for none."""
    hour, _, minute = words.replace("：", ":").replace("点", ":").rstrip("钟整").partition(":")
    return f"{int(hour):02}:{int(minute or 0):02}" if hour else ""


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in _DUTY)
async def show_duty(heard: Heard[MemberMessage], context: Context) -> Reply:
    """The next days' duty times: one's own, and those of the station for its staff."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    return Reply((await duty_lists.duty_list(context, heard.from_member)).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _is_order(one.text.strip()))
async def swap(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`换班 日期 替班代表`; for staff `换班 日期 原值班代表 替班代表`; a time where there are several slots."""
    member, order = heard.from_member, _parse(heard.message.text)
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    if order is None:
        return Reply(notices.SwapHelp().render())
    try:
        return Reply((await _carry_out(context, member, order)).render())
    except NotUnderstood as error:
        return Reply(notices.SwapHelp(str(error)).render())
    except SwapRefused as refused:
        return Reply(refused.said.render())


async def _carry_out(context: Context, member: Member, order: _Order) -> roster_swaps.Told | notices.SwapHelp:
    own = member.representative
    if (order.first and member.staff is None) or (not order.first and own is None):
        return notices.SwapHelp("没有看懂要换谁的班。")
    day = parse_day(order.day, context.local_now.date())
    stand_in = roster_swaps.get_named(context, order.second, day)
    if own is not None and not order.first:
        return await roster_swaps.ask(context, member, Request(own, stand_in, day, order.start))
    asker = roster_swaps.get_named(context, order.first, day)
    return await roster_swaps.set_directly(context, member, Request(asker, stand_in, day, order.start))


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def answer_swap(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """同意 or 不行, once."""
    message = heard.message
    key = _TAP.fullmatch(message.event_key)
    if key is None:
        return None
    ids = [int(one) for one in key[2].split(".")]
    agrees = key[1] == notices.AGREE
    try:
        told = await roster_swaps.answer(
            context, heard.from_member, ids, agrees, message.task_id, message.response_code
        )
    except SwapRefused as refused:
        return Reply(refused.said.render())
    return Reply(told.render())


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"日历", "我的日历"})
async def show_address(heard: Heard[MemberMessage], context: Context) -> Reply:
    """The private address of a representative, or the public ones of an officer's stations."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    if member.representative is None:
        return Reply(notices.StationCalendars(calendar_addresses.of_stations(context, member)).render())
    url = await calendar_addresses.get_own(context, member.representative.code)
    return Reply(notices.OwnCalendar(url).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) == "换日历")
async def renew_address(heard: Heard[MemberMessage], context: Context) -> Reply:
    """A new private address; the old one is gone."""
    member = heard.from_member
    if not member.is_known:
        return Reply(member_desk.Stranger().render())
    if member.representative is None:
        return Reply(notices.StationCalendars(calendar_addresses.of_stations(context, member)).render())
    url = await calendar_addresses.renew_own(context, member)
    return Reply(notices.OwnCalendar(url, renewed=True).render())
