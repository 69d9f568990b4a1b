"""通知 …: a quick notice from a phone, the second person's word, what became of it; and what recipients tap."""

import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.notices import broadcast as notices
from bot.notices import broadcast_desk as desk
from bot.notices import broadcast_results as results
from bot.notices.content import Card
from bot.services.broadcasts import approving, quick, recalling, receipts, roles, sending, writing
from bot.services.broadcasts.roles import BroadcastRefused
from bot.services.context import Context
from bot.services.desks import ANNOUNCED
from storage import broadcasts
from storage.conversations import get_desk
from storage.models import Broadcast
from storage.states import BroadcastState, RecipientState

router = Router("member_notices")
_BARE = re.compile(r"通知[。.？?！!]?")
_DRAFT = re.compile(r"通知[\s:：]\s*(\S.*)", re.DOTALL)
_ORDER = re.compile(r"通知\s*[:：]?\s*(进度|进展|名单|撤回|重发|收到|知道了)\s*[#＃]?(\d{1,18})[。.]?")
_CORRECT = re.compile(r"通知\s*[:：]?\s*更正\s*[#＃]?(\d{1,18})[\s:：,，]+(\S.*)", re.DOTALL)
_UNFINISHED = re.compile(r"通知\s*[:：]?\s*(?:进度|进展|名单|撤回|重发|收到|更正)\s*[#＃]?\d*")
_TAP = re.compile(rf"{notices.TAP}:(\d{{1,18}}):([a-z]\w{{0,15}})")
_DESK = re.compile(
    rf"({desk.TO}|{desk.SUBMIT}|{desk.SUBMIT_AGAIN}|{desk.RETARGET}|{desk.DROP}|{desk.AGREE}|{desk.SEND_BACK})"
    r":(\d{1,18})(?::(\w{1,32}))?"
)


_TITLES = {desk.TO: "这条通知发给谁？", desk.AGREE: "请审核一条通知", desk.SEND_BACK: "请审核一条通知"}


class _Step(NamedTuple):
    """A tap on a card of staff's: what the card shows afterwards, or a card that follows it."""

    words: str
    follows: Card | None = None


def _says(pattern: re.Pattern[str]) -> Callable[[MemberMessage], bool]:
    return lambda one: one.kind == "text" and pattern.fullmatch(one.text.strip()) is not None


# --- words --------------------------------------------------------------------------------------------


@router.on(MemberMessage, _says(_ORDER))
async def follow(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`通知 进度|名单|撤回|重发 编号` for those who stand for it; `通知 收到 编号` for whoever got it."""
    said = _ORDER.fullmatch(heard.message.text.strip())
    act, number = (said[1], int(said[2])) if said else ("", 0)
    userid = heard.from_member.userid
    if act in {"收到", "知道了"}:
        return await _note_receipt(context, userid, number)
    try:
        broadcast = await quick.access(context, userid, number)
        return Reply((await _orders[act](context, broadcast, userid)).render())
    except BroadcastRefused as refused:
        return await _refusal(context, refused, number)


async def _progress(context: Context, broadcast: Broadcast, _: str) -> results.Progress:
    return await receipts.progress_of(context, broadcast)


async def _names(context: Context, broadcast: Broadcast, _: str) -> results.NameList:
    return await receipts.names_of(context, broadcast)


async def _recall(context: Context, broadcast: Broadcast, userid: str) -> results.RecallNoted:
    noted = await recalling.recall(context, broadcast, userid)
    await approving.settle_review(context, broadcast, "已撤回")
    return noted


async def _again(context: Context, broadcast: Broadcast, _: str) -> results.SendingAgain:
    return results.SendingAgain(broadcast.id, await sending.send_again(context, broadcast))


_Answer = results.Progress | results.NameList | results.RecallNoted | results.SendingAgain
_orders: dict[str, Callable[[Context, Broadcast, str], Awaitable[_Answer]]] = {
    "进度": _progress,
    "进展": _progress,
    "名单": _names,
    "撤回": _recall,
    "重发": _again,
}


async def _refusal(context: Context, refused: BroadcastRefused, number: int = 0) -> Reply:
    broadcast = await broadcasts.find(context.session, number) if number and refused.why == "state" else None
    state = broadcast.state.value if broadcast is not None else "draft"
    return Reply(desk.CannotDo(refused.why, number, state, refused.is_, refused.most, refused.unit).render())


async def _note_receipt(context: Context, userid: str, number: int) -> Reply:
    broadcast = await broadcasts.find(context.session, number)
    one = await receipts.confirm(context, broadcast, userid, notices.OK) if broadcast is not None else None
    if broadcast is None or one is None:
        return Reply(notices.NotForYou().render())
    words = "已撤回" if broadcast.state is BroadcastState.RECALLED else "您的确认已记下"
    return Reply(notices.ReceiptNoted(await receipts.name_of_notice(context, broadcast), words).render())


@router.on(MemberMessage, _says(_CORRECT))
async def correct(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`通知 更正 编号 正文`: a correction for those who got it, with the same approval."""
    said = _CORRECT.fullmatch(heard.message.text.strip())
    userid, number = heard.from_member.userid, int(said[1]) if said else 0
    try:
        corrected = await quick.access(context, userid, number)
        async with context.session.begin_nested():
            draft, card = await quick.begin_correction(context, userid, corrected, said[2] if said else "")
    except BroadcastRefused as refused:
        return await _refusal(context, refused, number)
    return Reply(card, task_id=_task_id("notice-ready", heard.message.key, draft.id))


@router.on(MemberMessage, lambda one: _says(_BARE)(one) or _says(_UNFINISHED)(one))
async def explain(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`通知` alone, or an order without its number."""
    if not _is_writer(heard, context):
        return await member_answers.answer(heard, context)
    return Reply((await quick.help_for(context, heard.from_member.userid)).render())


@router.on(MemberMessage, _says(_DRAFT))
async def draft_notice(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`通知 正文`: a draft; from anybody else, or announced as an answer, it is what they answer."""
    if not _is_writer(heard, context) or await _is_answering(heard, context):
        return await member_answers.answer(heard, context)
    said = _DRAFT.fullmatch(heard.message.text.strip())
    try:
        draft, card = await quick.begin(context, heard.from_member.userid, said[1] if said else "")
    except BroadcastRefused as refused:
        return await _refusal(context, refused)
    return Reply(card, task_id=_task_id("notice-draft", heard.message.key, draft.id))


def _is_writer(heard: Heard[MemberMessage], context: Context) -> bool:
    return roles.may_write(context.directory.find_staff(heard.from_member.userid))


async def _is_answering(heard: Heard[MemberMessage], context: Context) -> bool:
    """回复 was tapped a while ago: the next text is the answer."""
    since = (await get_desk(context.session, heard.from_member.userid)).answering_since
    return since is not None and context.now - since <= ANNOUNCED


def _task_id(kind: str, key: str, number: int) -> str:
    return f"{kind}-{number}-{key.replace(':', '-')}"[:128]


# --- taps of staff ------------------------------------------------------------------------------------


@router.on(MemberTapped, lambda one: _DESK.fullmatch(one.event_key) is not None)
async def step(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """A button of a draft or of a review; each card shows what was done with it."""
    message, userid = heard.message, heard.from_member.userid
    key = _DESK.fullmatch(message.event_key)
    act, number, chosen = (key[1], int(key[2]), key[3] or "") if key else ("", 0, "")
    try:
        async with context.session.begin_nested():
            broadcast = await _find(context, act, userid, number)
            done = await _act(context, act, broadcast, userid, chosen)
    except BroadcastRefused as refused:
        return await _refusal(context, refused, number)
    if done.words and message.response_code:
        text = (await writing.wording_of(context, broadcast)).text
        card = desk.Settled(number, _TITLES.get(act, "核对后送审"), text, done.words).render()
        await approving.change_card(context, [userid], message.response_code, message.task_id, card)
    if done.follows is None:
        return None
    return Reply(done.follows, task_id=_task_id("notice-step", message.key, number))


async def _find(context: Context, act: str, userid: str, number: int) -> Broadcast:
    """A draft is its author's alone; a review is for whoever may be the second person."""
    broadcast = await broadcasts.find(context.session, number, lock=True)
    if broadcast is None:
        raise BroadcastRefused("no such notice")
    if act in {desk.AGREE, desk.SEND_BACK}:
        approving.check_reviewer(context, broadcast, userid)
    elif broadcast.author_userid.lower() != userid.lower():
        raise BroadcastRefused("no such notice")
    return broadcast


async def _act(context: Context, act: str, broadcast: Broadcast, userid: str, chosen: str) -> _Step:
    match act:
        case desk.TO:
            follows = await quick.choose(context, broadcast, chosen)
            return _Step("已选好范围", follows)
        case desk.RETARGET:
            if broadcast.state is not BroadcastState.DRAFT:
                raise BroadcastRefused("state")
            return _Step("换一个范围", await quick.ask_audience(context, broadcast))
        case desk.SUBMIT | desk.SUBMIT_AGAIN:
            asked = await quick.submit(context, broadcast, again=act == desk.SUBMIT_AGAIN)
            return _Step("再确认一下", asked) if isinstance(asked, Card) else _Step(f"已送{asked}"[:10])
        case desk.AGREE:
            await quick.agree(context, broadcast, userid)
            return _Step("已同意")
        case desk.SEND_BACK:
            await quick.refuse(context, broadcast, userid)
            return _Step("已退回")
        case _:
            if broadcast.state not in {BroadcastState.DRAFT, BroadcastState.SUBMITTED}:
                raise BroadcastRefused("state")
            await quick.drop(context, broadcast, userid)
            return _Step("不发了")


# --- taps of recipients -------------------------------------------------------------------------------


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def confirm(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """知道了, 参加, 请假 or an option: what was tapped first is on record, and the card shows it."""
    message, userid = heard.message, heard.from_member.userid
    key = _TAP.fullmatch(message.event_key)
    number, choice = (int(key[1]), key[2]) if key else (0, "")
    broadcast = await broadcasts.find(context.session, number)
    if broadcast is not None and message.task_id.startswith("preview-"):
        return Reply(notices.NotForYou(preview=True).render())
    wording = await writing.wording_of(context, broadcast) if broadcast is not None else None
    if broadcast is None or wording is None or choice not in wording.choices:
        return Reply(notices.NotForYou().render())
    one = await receipts.confirm(context, broadcast, userid, choice)
    if one is None:
        return Reply(notices.NotForYou().render())
    recalled = broadcast.state is BroadcastState.RECALLED and one.state is not RecipientState.CONFIRMED
    if not message.response_code:
        words = "已撤回" if recalled else wording.chosen(one.choice)
        return Reply(notices.ReceiptNoted(wording.name, words).render())
    card = await writing.render(context, broadcast, choice=one.choice, recalled=recalled)
    if isinstance(card, Card):
        await approving.change_card(context, [userid], message.response_code, message.task_id, card)
    return None
