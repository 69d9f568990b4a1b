"""活动日 …, 换人 …, 签到, 签退 and the buttons of activity days, from representatives and those who run them."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import activity_day as notices
from bot.notices import activity_day_desk as desk_notices
from bot.notices import activity_day_reports, member_desk
from bot.notices.content import Card, CardChange, Content
from bot.services import speaking
from bot.services.activity_days import (
    changing,
    check_in,
    facts,
    invitations,
    looking,
    managing,
    planning,
    reporting,
    roster_desk,
    said_to_staff,
    showing,
    yearly,
)
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from bot.services.days import NotUnderstood, parse_day
from bot.services.people import Member
from storage import activity_days
from storage.models import ActivityDay, Attendance
from storage.outbox import Channel, Purpose

router = Router("member_activity")
_LIST = frozenset({"活动日", "活动日安排", "看活动日"})
# 活动日那天我在 is what somebody may write to a constituent: a word is followed by a separator.
_DAY = re.compile(r"活动日[\s:：,，]+(.+)", re.DOTALL)
_CHANGE = re.compile(
    r"(确认|改期|延期|取消|不设|增设|主题)[\s:：,，]*[#＃]?(\d{1,18})(?!\d)[\s:：,，]*(.*)", re.DOTALL
)
_ONE = re.compile(r"[#＃]?(\d{1,18})\s*号?")
_PLACE = re.compile(r"(参加|请假|加人)[\s:：,，]*[#＃]?(\d{1,18})[\s:：,，]+(\S+)")
_ADD = re.compile(r"加办[\s:：,，]*(\S+)(?:[\s,，]+(.*))?", re.DOTALL)
_REPORT = re.compile(r"上报(?:[\s:：,，]+(?:[#＃]?(\d{1,18})(?=[\s:：,，]|$))?[\s:：,，]*(.*))?", re.DOTALL)
_DATE = re.compile(
    r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|大后天|明天|后天|下?(?:周|星期|礼拜)[一二三四五六日天]"
)
_SWAP = re.compile(r"换人(?:[\s:：,，]+[#＃]?(?:(\d{1,18})[\s:：,，]+(\S+)|.*))?[\s。]*")
_CHECK_IN = re.compile(r"签到(?:[\s:：,，]+(\S.*))?")
_ANSWER = re.compile(rf"({notices.YES}|{notices.NO}|{notices.SWAP}|{notices.CHECK_IN}):(\d{{1,18}}):(\d{{1,9}})")
_QUESTION = re.compile(
    rf"({desk_notices.CONFIRM}|{desk_notices.ANOTHER}|{desk_notices.PROPOSED}):(\d{{1,18}}):(\d{{8}})(?::(\d{{8}}))?"
)
_FILE = re.compile(rf"{activity_day_reports.FILE}:(\d{{1,18}}):([\d-]{{1,40}})")
_HOLIDAY_MOVED = "遇休息日顺延"


def _is_text(form: re.Pattern[str]) -> Callable[[MemberMessage], bool]:
    return lambda one: one.kind == "text" and form.fullmatch(one.text.strip()) is not None


def _is_tap(form: re.Pattern[str]) -> Callable[[MemberTapped], bool]:
    return lambda one: form.fullmatch(one.event_key) is not None


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in _LIST)
async def list_days(heard: Heard[MemberMessage], context: Context) -> Reply:
    """活动日: what is ahead, with the numbers that the other words ask for."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    return Reply((await showing.for_member(context, heard.from_member)).render())


@router.on(MemberMessage, _is_text(_DAY))
async def change_day(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`活动日 编号`, `活动日 确认|改期|延期|取消|不设|增设|主题|参加|请假|加人 编号 …`, 上报 …, 加办 …, 次数."""
    member = heard.from_member
    said = _DAY.fullmatch(heard.message.text.strip())
    words = said[1].strip().rstrip("。") if said else ""
    if report := _REPORT.fullmatch(words):
        number = int(report[1]) if report[1] else None
        return Reply(await _file(context, member, number, report[2] or ""))
    if words == "次数" and member.staff is not None:
        return Reply((await yearly.show(context, member)).render())
    try:
        if (one := _ONE.fullmatch(words)) and member.is_known:
            return Reply((await looking.look(context, member, int(one[1]))).render())
        if said_of := _PLACE.fullmatch(words):
            return Reply(await _note_place(context, member, said_of))
        if new := _ADD.fullmatch(words):
            return Reply(await _add(context, member, new))
        change = _CHANGE.fullmatch(words)
        if change is None:
            return Reply(
                desk_notices.DayWords(facts.may_manage(context, member), member.staff is not None).render()
            )
        return Reply(await _change(context, member, change[1], int(change[2]), change[3].strip()))
    except DayRefused as refused:
        return Reply(desk_notices.DayRefused(refused.why, refused.state).render())


async def _note_place(context: Context, member: Member, said: re.Match[str]) -> Content:
    """What a representative told the officer by telephone, or whom the officer wants to have asked."""
    day = await activity_days.get_day(context.session, int(said[2]), lock=True)
    if day is None:
        raise DayRefused("not_found")
    return (await roster_desk.note(context, member, day, said[1], said[3].rstrip("。"))).render()


async def _add(context: Context, member: Member, said: re.Match[str]) -> Content:
    """A day that no rule found; it is confirmed by that."""
    day = await managing.add(context, member, _date(context, said[1]), said[2] or "")
    return desk_notices.DayChanged(await facts.describe(context, day), "added").render()


async def _change(context: Context, member: Member, act: str, day_id: int, words: str) -> Content:
    day = await managing.access_day(context, member, day_id)
    if act in ("不设", "增设"):
        return await _change_site(context, member, day, act, words)
    told = 0
    if act == "确认":
        await planning.confirm(context, day, member.userid)
    elif act == "主题":
        planning.name_topic(context, day, words[: managing.TOPIC_LENGTH], member.userid)
    elif act == "改期":
        found = _DATE.match(words)
        to = _date(context, found[0]) if found else None
        if found is None or to is None:
            raise DayRefused("date")
        told = await changing.move(context, day, to, words[found.end() :].strip(" ，,。"), member.userid)
    elif act == "延期":
        told = await changing.postpone(context, day, words, member.userid)
    else:
        told = await changing.cancel(context, day, words, member.userid)
    done = {"确认": "confirmed", "改期": "moved", "延期": "postponed", "取消": "cancelled", "主题": "topic"}[act]
    return desk_notices.DayChanged(await facts.describe(context, day), done, told).render()


async def _change_site(context: Context, member: Member, day: ActivityDay, act: str, words: str) -> Content:
    station = _find_station(context, words)
    if station is None:
        raise DayRefused("no_site")
    change = managing.add_site if act == "增设" else managing.leave_out
    await change(context, member, day, station)
    done = "site_added" if act == "增设" else "site_left_out"
    return desk_notices.DayChanged(await facts.describe(context, day), done).render()


def _find_station(context: Context, words: str) -> str | None:
    stations = context.directory.stations
    if words in stations:
        return words
    named = [code for code, one in stations.items() if one.name == words]
    return named[0] if len(named) == 1 else None


def _date(context: Context, words: str) -> date | None:
    try:
        return parse_day(words, facts.today(context))
    except NotUnderstood:
        return None


async def _file(context: Context, member: Member, day_id: int | None, words: str) -> Content:
    found = await reporting.find_site(context, member, day_id, words)
    if isinstance(found, activity_day_reports.ReportRefused):
        return found.render()
    day, site, rest = found
    return (await reporting.file(context, member, day, site, reporting.parse_report(rest))).render()


@router.on(MemberMessage, _is_text(_SWAP))
async def swap(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`换人 编号 代表姓名`: the named one is asked."""
    said = _SWAP.fullmatch(heard.message.text.strip())
    if said is None or said[1] is None:
        return Reply(notices.SubstituteRefused("help").render())
    day = await activity_days.get_day(context.session, int(said[1]), lock=True)
    place = await invitations.find_theirs(context, day, heard.from_member) if day else None
    if day is None or place is None:
        return Reply(notices.SubstituteRefused("help").render())
    return Reply((await invitations.name_substitute(context, day, place, said[2].rstrip("。"))).render())


@router.on(MemberMessage, _is_text(_CHECK_IN))
async def sign_in(heard: Heard[MemberMessage], context: Context) -> Reply:
    """签到: one's own; `签到 站点代码` from the code at the station; for staff `签到 代表姓名 [时间]`."""
    said = _CHECK_IN.fullmatch(heard.message.text.strip().rstrip("。"))
    member, words = heard.from_member, (said[1] or "").strip() if said else ""
    if words and words in context.directory.stations and member.representative is not None:
        scanned = await check_in.check_in(context, member, check_in.SCAN, station=words)
        return Reply(scanned.render())
    if words and member.staff is not None:
        return Reply((await check_in.check_in_for(context, member, words)).render())
    return Reply((await check_in.check_in(context, member, check_in.WORD)).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) == "签退")
async def sign_out(heard: Heard[MemberMessage], context: Context) -> Reply:
    """签退: when they left."""
    return Reply((await check_in.check_out(context, heard.from_member)).render())


@router.on(MemberTapped, _is_tap(_ANSWER))
async def answer_invitation(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """参加, 请假, 换人 and 签到 on one's own cards, for the date that they are of."""
    key = _ANSWER.fullmatch(heard.message.event_key)
    day = await activity_days.get_day(context.session, int(key[2]), lock=True) if key else None
    place = await invitations.find_theirs(context, day, heard.from_member) if day else None
    if key is None or day is None:
        return Reply(member_desk.MemberHelp("这个按钮现在不能用了。").render())
    described = await facts.describe(context, day)
    if int(key[3]) != day.edition or day.state in activity_days.CALLED_OFF:
        return await _settle(heard, context, described, "", "moved", "安排已变")
    if place is None:
        return Reply(notices.InvitationAnswered(described, "not_invited").render())
    if key[1] == notices.CHECK_IN:
        return await _check_in_by_tap(heard, context, day, described, place)
    if key[1] == notices.SWAP:
        await _keep_buttons(heard, context, day, described, place)
        return Reply(_ask_substitute(context, day, described))
    act: Callable[..., Awaitable[str]] = invitations.accept if key[1] == notices.YES else invitations.decline
    became = await act(context, day, place)
    where = (await facts.places(context, [place.station_code]))[place.station_code].where
    labels = {"accepted": "已回复：参加", "declined": "已回复：请假", "replaced": "已换人", "over": "名单已定"}
    return await _settle(heard, context, described, where, became, labels[became])


async def _check_in_by_tap(
    heard: Heard[MemberTapped],
    context: Context,
    day: ActivityDay,
    described: notices.DayFacts,
    place: Attendance,
) -> Reply:
    checked = await check_in.check_in(context, heard.from_member, check_in.TAP, day_id=day.id)
    where = (await facts.places(context, [place.station_code]))[place.station_code].where
    if isinstance(checked, notices.CheckedIn):
        await _change_card(heard, context, notices.InvitationSettled(described, where, "已签到").render())
    elif checked.why == "early":  # the button is good for later
        await _change_card(heard, context, notices.MorningCard(described, day.edition, where).render())
    return Reply(checked.render())


async def _keep_buttons(
    heard: Heard[MemberTapped],
    context: Context,
    day: ActivityDay,
    described: notices.DayFacts,
    place: Attendance,
) -> None:
    """A tap takes the buttons away; whoever only asks how to name somebody may still answer by the card."""
    if not invitations.is_answerable(context, day):
        return
    where = (await facts.places(context, [place.station_code]))[place.station_code].where
    missing = facts.name_of(context, place.stands_in_for) if place.stands_in_for else ""
    await _change_card(
        heard, context, notices.Invitation(described, day.edition, where, instead_of=missing).render()
    )


def _ask_substitute(context: Context, day: ActivityDay, described: notices.DayFacts) -> Content:
    if not invitations.is_answerable(context, day):
        return notices.InvitationAnswered(described, "over").render()
    return notices.AskSubstitute(described).render()


async def _settle(
    heard: Heard[MemberTapped], context: Context, day: notices.DayFacts, where: str, why: str, label: str
) -> Reply | None:
    card = notices.InvitationSettled(day, where, label).render()
    if await _change_card(heard, context, card):
        return None
    return Reply(notices.InvitationAnswered(day, why).render())


async def _change_card(heard: Heard[MemberTapped], context: Context, card: Card) -> bool:
    """The tapped card shows what was tapped; False where it cannot be changed any more."""
    message = heard.message
    if not message.response_code:
        return False
    change = CardChange(message.response_code, message.task_id, card)
    await speaking.notify_members(context, [message.userid], Purpose.UPDATE, change, channel=Channel.CARD_UPDATE)
    return True


@router.on(MemberTapped, _is_tap(_QUESTION))
async def answer_question(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """确认, 改到… and 另定日子 on 活动日待确认, for the date that it asks about."""
    key = _QUESTION.fullmatch(heard.message.event_key)
    try:
        day = await managing.access_day(context, heard.from_member, int(key[2]) if key else 0)
    except DayRefused as refused:
        return Reply(desk_notices.DayRefused(refused.why, refused.state).render())
    described = await facts.describe(context, day)
    if key is None or key[3] != f"{day.on_date:%Y%m%d}":
        return await _settle_question(heard, context, described, "日子已改")
    if key[1] == desk_notices.ANOTHER:
        question = desk_notices.DayQuestion(
            described, said_to_staff.rule_words(day), planning.proposed_date(context, day)
        )
        await _change_card(heard, context, question.render())  # a tap takes the buttons away
        return Reply(desk_notices.AskOtherDate(described).render())
    try:
        label = await _decide(context, heard.from_member, day, key)
    except DayRefused as refused:
        return Reply(desk_notices.DayRefused(refused.why, refused.state).render())
    return await _settle_question(heard, context, await facts.describe(context, day), label)


async def _decide(context: Context, member: Member, day: ActivityDay, key: re.Match[str]) -> str:
    if key[1] == desk_notices.CONFIRM:
        await planning.confirm(context, day, member.userid)
        return "已确认"
    to = datetime.strptime(key[4] or "", "%Y%m%d").date()
    await changing.move(context, day, to, _HOLIDAY_MOVED, member.userid)
    return f"改到{to.month}月{to.day}日"


async def _settle_question(
    heard: Heard[MemberTapped], context: Context, day: notices.DayFacts, label: str
) -> Reply | None:
    card = desk_notices.DayQuestionSettled(day, label).render()
    if await _change_card(heard, context, card):
        return None
    return Reply(desk_notices.DayChanged(day, "confirmed").render())


@router.on(MemberTapped, _is_tap(_FILE))
async def file_report(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """按此上报: files what the card showed; where the records say something else by now, it is shown anew."""
    key = _FILE.fullmatch(heard.message.event_key)
    site = await activity_days.get_site(context.session, int(key[1])) if key else None
    day = await activity_days.get_day(context.session, site.day_id, lock=True) if site else None
    if key is None or site is None or day is None:
        return Reply(activity_day_reports.ReportRefused("nothing").render())
    member = heard.from_member
    if not facts.may_work_site(context, member, site.station_code):
        return Reply(activity_day_reports.ReportRefused("not_yours").render())
    if not reporting.is_fileable(day):
        return Reply(activity_day_reports.ReportRefused(reporting.why_not(day)).render())
    if key[2] != (await reporting.proposed(context, site)).key:
        card = await reporting.card_of(context, day, site, changed=True)
        return Reply(card.render(), task_id=f"report-{heard.message.key.replace(':', '-')}"[:128])
    noted = await reporting.file(context, member, day, site, reporting.Filed())
    filed = activity_day_reports.ReportFiled(noted.day, noted.where, noted.figures).render()
    changed = await _change_card(heard, context, filed)
    following = await reporting.next_card(context, member, day)
    if following is not None:
        return Reply(following.render(), task_id=f"report-{heard.message.key.replace(':', '-')}"[:128])
    return None if changed else Reply(noted.render())
