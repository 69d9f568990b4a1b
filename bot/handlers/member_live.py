"""直播 …: those who run a session see it, claim its questions, note promises; a second person approves it."""

import re
from datetime import datetime

from bot.calendars import BadCalendar
from bot.calendars.local_time import instant_of, parse_clock
from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers.progress import bare
from bot.notices import live_staff as notices
from bot.notices.member_desk import Stranger
from bot.services import desks
from bot.services.context import Context
from bot.services.days import NotUnderstood, parse_day
from bot.services.live import claiming, facts, finding, planning, promises, running
from bot.services.live.claiming import FateRefused
from bot.services.live.drafts import parse_draft
from bot.services.live.overview import overview
from bot.services.live.planning import LiveRefused
from bot.services.people import Member
from storage import live as stored
from storage.models import LivePromise, LiveQuestion, LiveSession
from storage.states import QuestionState

router = Router("member_live")
# 直播的事我问过了 is what somebody may write to a constituent: in an order the word stands apart.
_ORDER = re.compile(r"直播[\s:：,，]+(\S.*)", re.DOTALL)
_LIST = re.compile(r"问题\s*[Ll]?(\d{1,9})?")
_ACT = re.compile(r"(同意|结束|恢复)\s*[Ll]?(\d{1,9})")
_FATE = re.compile(
    r"(?:[Ll]?(\d{1,9})\s*[-－/]\s*)?第?(\d{1,6})[号题]?[\s:：,，]*(已答|立案|并入|不采纳)[\s:：,，]*(.*)",
    re.DOTALL,
)
_PROMISE = re.compile(r"承诺\s*[Ll]?(\d{1,9})[\s,，]+(\S+)[\s,，]+(\S+)[\s,，]+(\S.*)", re.DOTALL)
_KEPT = re.compile(r"(?:兑现|承诺兑现)\s*(\d{1,9})")
_TAP = re.compile(rf"({notices.ANSWERED_TAP}|{notices.CASE_TAP}|{notices.SKIP_TAP}):(\d{{1,18}})")
_MOVE = re.compile(r"改期\s*[Ll]?(\d{1,9})[\s,，]+(\S+)[\s,，]+(\d{1,2}[:：]\d{2})(?:[\s,，]+(\S.*))?", re.DOTALL)
_CANCEL = re.compile(r"取消\s*[Ll]?(\d{1,9})(?:[\s,，]+(\S.*))?", re.DOTALL)
_DRAFT = re.compile(r"安排(?:[\s:：,，]+(\S+)[\s,，]+(\d{1,2}[:：]\d{2})[\s,，]+(\S.*)|.*)", re.DOTALL)
_REASON = 60  # characters
_ACTS = {"同意": "approve", "结束": "end", "恢复": "resume"}


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) == "直播")
async def show(heard: Heard[MemberMessage], context: Context) -> Reply:
    """One's own sessions, the questions that wait, the promises that are open."""
    if not heard.from_member.is_known:
        return Reply(Stranger().render())
    return Reply((await overview(context, heard.from_member)).render())


@router.on(MemberMessage, lambda one: one.kind == "text" and _ORDER.fullmatch(one.text.strip()) is not None)
async def follow(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`直播 同意 12`, `直播 3 已答 …` and so on; what cannot be read is said so and sent to nobody."""
    member = heard.from_member
    if not member.is_known:
        return Reply(Stranger().render())
    said = _ORDER.fullmatch(heard.message.text.strip())
    words = said[1].strip().rstrip("。") if said else ""
    try:
        return await _follow(context, member, words)
    except (LiveRefused, FateRefused) as refused:
        return Reply(notices.LiveRefused(refused.why, refused.words).render())


async def _follow(context: Context, member: Member, words: str) -> Reply:
    if order := _ACT.fullmatch(words):
        return await _settle(context, member, _ACTS[order[1]], int(order[2]))
    if order := _MOVE.fullmatch(words):
        return await _move(context, member, order)
    if order := _CANCEL.fullmatch(words):
        return await _cancel(context, member, order)
    if order := _DRAFT.fullmatch(words):
        return await _draft(context, member, order)
    if order := _LIST.fullmatch(words):
        return await _list(context, member, order[1])
    if order := _FATE.fullmatch(words):
        live = await _meant(context, member, order[1], order[2])
        return await _decide(context, member, live, int(order[2]), order[3], order[4].strip())
    if order := _PROMISE.fullmatch(words):
        return await _promise(context, member, order)
    if order := _KEPT.fullmatch(words):
        return await _kept(context, member, int(order[1]))
    return Reply(notices.LiveHelp().render())


async def _get(context: Context, member: Member, number: int) -> LiveSession:
    live = await finding.runs(context, member, number)
    if live is None:
        raise LiveRefused("nothing", str(number))
    return live


async def _settle(context: Context, member: Member, act: str, number: int) -> Reply:
    live = await _get(context, member, number)
    await running.settle(context, member, live, act)
    return Reply(notices.SessionSettled(facts.describe(context, live), act).render())


async def _get_for_staff(context: Context, member: Member, number: int) -> LiveSession:
    """The session of this number, for officers and those above them; hosts ask them."""
    if member.staff is None:
        raise LiveRefused("not_staff")
    return await _get(context, member, number)


async def _move(context: Context, member: Member, order: re.Match[str]) -> Reply:
    live = await _get_for_staff(context, member, int(order[1]))
    starts_at = _instant(context, order[2], order[3])
    await planning.move(context, live, starts_at, (order[4] or "").strip()[:_REASON], member.userid)
    return Reply(notices.SessionSettled(facts.describe(context, live), "move").render())


async def _cancel(context: Context, member: Member, order: re.Match[str]) -> Reply:
    live = await _get_for_staff(context, member, int(order[1]))
    await planning.cancel(context, live, (order[2] or "").strip()[:_REASON], member.userid)
    return Reply(notices.SessionSettled(facts.describe(context, live), "cancel").render())


def _instant(context: Context, day: str, clock: str) -> datetime:
    try:
        on = parse_day(day, context.calendar.today(context.now))
        return instant_of(on, parse_clock(clock.replace("：", ":")), context.zone)
    except (NotUnderstood, BadCalendar) as unread:
        raise LiveRefused("no_day") from unread


async def _draft(context: Context, member: Member, order: re.Match[str]) -> Reply:
    """`直播 安排 日期 时间 主题 代表甲、乙 https://…`: without an address the first of them broadcasts in WeCom."""
    if member.staff is None or member.staff.station_code is None:
        raise LiveRefused("not_staff" if member.staff is None else "no_station")
    if order[1] is None:
        raise LiveRefused("no_draft")
    wanted = parse_draft(order[3])
    hosts = [running.get_representative(context, name) for name in wanted.hosts]
    starts_at = _instant(context, order[1], order[2])
    live = await running.arrange(context, member, starts_at, wanted.title, hosts, wanted.link, wanted.minutes)
    return Reply(notices.SessionSettled(facts.describe(context, live), "draft").render())


async def _list(context: Context, member: Member, number: str | None) -> Reply:
    live = await _get(context, member, int(number)) if number else await _meant(context, member, None, "")
    return Reply((await claiming.list_for(context, live)).render())


async def _meant(context: Context, member: Member, session: str | None, number: str) -> LiveSession:
    """The session that was named, else the only one of theirs with questions that have no fate."""
    if session:
        return await _get(context, member, int(session))
    mine = await finding.of_member(context, member)
    figures = await stored.count_questions(context.session, [live.id for live in mine])
    waiting = [live for live in mine if figures[live.id].get(QuestionState.WAITING)]
    asked = waiting or [live for live in mine if figures[live.id]]
    if len(asked) > 1:
        first = f"{asked[0].id}-{number}" if number else str(asked[0].id)
        raise LiveRefused("several", first)
    if not asked:
        raise LiveRefused("no_question", number or "1")
    return await _get(context, member, asked[0].id)


async def _decide(context: Context, member: Member, live: LiveSession, number: int, act: str, words: str) -> Reply:
    question = await stored.find_question(context.session, live.id, number)
    if question is None:
        raise FateRefused("no_question", str(number))
    fate = await running.decide(context, member, live, question, act, words)
    waiting = await stored.count_waiting(context.session, live.id)
    return Reply(notices.FateNoted(number, fate.state.value, fate.detail, waiting, fate.held).render())


async def _promise(context: Context, member: Member, order: re.Match[str]) -> Reply:
    live = await _get(context, member, int(order[1]))
    try:
        due_on = parse_day(order[3], context.calendar.today(context.now))
    except NotUnderstood as unread:
        raise LiveRefused("no_day") from unread
    if due_on < context.calendar.today(context.now):
        raise LiveRefused("past")
    noted = await promises.note(context, live, order[2], due_on, order[4].strip(), member.userid)
    return Reply(notices.PromiseNoted(noted).render())


async def _kept(context: Context, member: Member, number: int) -> Reply:
    promise = await context.session.get(LivePromise, number)
    live = await finding.runs(context, member, promise.session_id) if promise is not None else None
    if promise is None or live is None:
        raise LiveRefused("no_promise", str(number))
    first = await promises.keep(context, promise, member.userid)
    return Reply(notices.PromiseKept(await promises.line_of(context, promise), again=not first).render())


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def tap(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """直播中已答, 立案 or 下一个 on the card of a question; the next one follows."""
    message, member = heard.message, heard.from_member
    key = _TAP.fullmatch(message.event_key)
    question = await context.session.get(LiveQuestion, int(key[2])) if key else None
    live = await finding.runs(context, member, question.session_id) if question else None
    if key is None or question is None or live is None:
        return Reply(notices.LiveRefused("no_question", "…").render())
    if key[1] != notices.SKIP_TAP:
        await _decide_by_tap(context, member, live, question, key[1])
    text = await claiming.text_of(context, question)
    done = notices.QuestionCardDone(live.id, question.number, text, question.state.value).render()
    await desks.settle_card(context, member, None, message.task_id, message.response_code, done)
    card = await claiming.next_card(context, live, question.number)
    if card is None:
        return Reply(notices.FateNoted(question.number, question.state.value, "", 0).render())
    return Reply(card.render(), task_id=f"live-{message.key.replace(':', '-')}"[:128])


async def _decide_by_tap(
    context: Context, member: Member, live: LiveSession, question: LiveQuestion, act: str
) -> None:
    """What was decided before stays as it is; the card then shows that."""
    if question.state is not QuestionState.WAITING:
        return
    if act == notices.ANSWERED_TAP:
        await claiming.answer(context, live, question, "", member.userid)
    else:
        await claiming.open_case(context, live, question, None, member.userid)
