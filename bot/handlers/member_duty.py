"""履职 … with its card and evidence, what is said of entries, and for staff 履职待审, 通过, 退回, 履职公开."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.dispatch.messages import MemberMessage, MemberTapped
from bot.dispatch.router import Heard, Reply, Router
from bot.handlers import member_answers
from bot.handlers.progress import bare
from bot.notices import duty as notices
from bot.notices import duty_desk, member_desk
from bot.notices.content import Card, CardChange
from bot.services import speaking
from bot.services.context import Context
from bot.services.desks import ANNOUNCED
from bot.services.duty import access, asking, deciding, drafting, overview
from bot.services.duty.drafting import Settled
from bot.services.duty_file import addresses
from storage import duty_drafts
from storage.conversations import get_desk
from storage.models import DutyDraft
from storage.outbox import Channel, Purpose

router = Router("member_duty")
drafts = Router("member_duty_drafts")  # asked last before answers: what goes on with a draft is plain words
_NUMBERS = r"[#＃]?\d{1,18}(?:\s*号)?(?:[\s,，、和]+[#＃]?\d{1,18}(?:\s*号)?)*"
_SAY = re.compile(r"(?:记?履职)[\s:：,，]+(\S.*)", re.DOTALL)
_CONFIRM = re.compile(rf"履职\s*确认[\s:：]*({_NUMBERS})?[。.]?")
_ABOUT = re.compile(r"履职\s*(有误|更正|作废)\s*[#＃]?(\d{1,18})\s*号?[\s:：,，]*(.*)", re.DOTALL)
_RELEASE = re.compile(r"履职\s*公开\s*[#＃]?(\d{1,18})\s*号?[。.]?")
_PASS = re.compile(rf"通过[\s:：]*(全部|{_NUMBERS})[。.]?")
_RETURN = re.compile(rf"退回[\s:：]*({_NUMBERS})[\s:：,，]*(\D.*)?", re.DOTALL)
_TAP = re.compile(
    rf"({notices.CONFIRM}|{notices.CONFIRM_CASES}|{notices.EDIT}|{notices.DROP}|{notices.KIND})"
    r":(\d{1,18})(?::(\w{1,32}))?"
)
_AGREE = re.compile(rf"{notices.AGREE}:(\d{{1,18}}(?:-\d{{1,18}}){{0,9}})")
_GOES_ON = frozenset({"text", *drafting.EVIDENCE})


def _says(pattern: re.Pattern[str]) -> Callable[[MemberMessage], bool]:
    return lambda one: one.kind == "text" and pattern.fullmatch(one.text.strip()) is not None


def _task_id(key: str) -> str:
    return f"duty-{key.replace(':', '-')}"[:128]


def _numbers(words: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d{1,18}", words)]


# --- words of representatives -------------------------------------------------------------------------


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"我的履职", "履职情况"})
async def own_duty(heard: Heard[MemberMessage], context: Context) -> Reply:
    """This year's counts, what waits for a word, what is behind, and where their file is to be seen."""
    member = heard.from_member
    told = await overview.of_year(context, member)
    if isinstance(told, notices.OwnDuty) and member.representative is not None:
        told = replace(told, url=await addresses.get_url(context, member, member.representative.code))
    return Reply(told.render())


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"履职", "记履职"})
async def explain(heard: Heard[MemberMessage], context: Context) -> Reply:
    """How it is written."""
    return Reply(notices.DutyHelp().render())


@router.on(MemberMessage, _says(_CONFIRM))
async def confirm(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`履职确认 12 13`; without numbers it shows what waits."""
    member, said = heard.from_member, _CONFIRM.fullmatch(heard.message.text.strip())
    if said is not None and said[1]:
        return Reply((await deciding.confirm(context, member, _numbers(said[1]))).render())
    person = member.representative
    card = await asking.confirm_card(context, person.code) if person is not None else None
    if card is None:
        return Reply(notices.Confirmed(0).render())
    return Reply(card.render(), task_id=_task_id(heard.message.key))


@router.on(MemberMessage, _says(_ABOUT))
async def put_right(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`履职有误|更正|作废 编号 …`: nothing is overwritten, a correction is a new entry."""
    said = _ABOUT.fullmatch(heard.message.text.strip())
    act, number, words = (said[1], int(said[2]), said[3].strip()) if said else ("", 0, "")
    member = heard.from_member
    if act == "有误":
        return Reply((await deciding.dispute(context, member, number, words)).render())
    if act == "作废":
        return Reply((await deciding.withdraw(context, member, number, words)).render())
    entry = await access.access_entry(context, member, number)
    if entry is None or not access.may_correct(member, entry):
        return Reply(notices.DutyHelp("not_found").render())
    _, content = await drafting.begin_correction(context, member, entry, words, heard.message.key)
    return Reply(content.render(), task_id=_task_id(heard.message.key))


@router.on(MemberMessage, _says(_SAY))
async def say(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`履职 今天走访3户，反映路灯问题`: a filled card to confirm, or a question."""
    if not heard.from_member.is_known:
        return Reply(member_desk.Stranger().render())
    said = _SAY.fullmatch(heard.message.text.strip())
    _, content = await drafting.begin(context, heard.from_member, said[1] if said else "", heard.message.key)
    return Reply(content.render(), task_id=_task_id(heard.message.key))


# --- words of staff -----------------------------------------------------------------------------------


@router.on(MemberMessage, lambda one: one.kind == "text" and bare(one.text) in {"履职待审", "待审履职"})
async def to_review(heard: Heard[MemberMessage], context: Context) -> Reply:
    """What staff have to look at."""
    if heard.from_member.staff is None:
        return Reply(notices.DutyHelp("not_found").render())
    return Reply((await deciding.waiting(context, heard.from_member)).render())


@router.on(MemberMessage, _says(_PASS))
async def pass_them(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`通过 12 13`, `通过 全部`; from anybody who is not staff it is what they answer."""
    if heard.from_member.staff is None or await is_answering(heard, context):
        return await member_answers.answer(heard, context)
    said = _PASS.fullmatch(heard.message.text.strip())
    numbers = None if said is None or said[1] == "全部" else _numbers(said[1])
    return Reply((await deciding.review(context, heard.from_member, numbers, passed=True)).render())


@router.on(MemberMessage, _says(_RETURN))
async def return_them(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """`退回 12 原因`: whose it is hears why."""
    if heard.from_member.staff is None or await is_answering(heard, context):
        return await member_answers.answer(heard, context)
    said = _RETURN.fullmatch(heard.message.text.strip())
    reason = (said[2] or "").strip() if said else ""
    if said is None or not reason:
        return Reply(duty_desk.ReviewHelp().render())
    told = await deciding.review(context, heard.from_member, _numbers(said[1]), passed=False, reason=reason)
    return Reply(told.render())


@router.on(MemberMessage, _says(_RELEASE))
async def release(heard: Heard[MemberMessage], context: Context) -> Reply:
    """`履职公开 编号`: the service centre releases a hidden entry."""
    said = _RELEASE.fullmatch(heard.message.text.strip())
    return Reply((await deciding.release(context, heard.from_member, int(said[1]) if said else 0)).render())


async def is_answering(heard: Heard[MemberMessage], context: Context) -> bool:
    """回复 was tapped a while ago: the next text is the answer."""
    since = (await get_desk(context.session, heard.from_member.userid)).answering_since
    return since is not None and context.now - since <= ANNOUNCED


# --- taps ---------------------------------------------------------------------------------------------


@router.on(MemberTapped, lambda one: _TAP.fullmatch(one.event_key) is not None)
async def step(heard: Heard[MemberTapped], context: Context) -> Reply | None:
    """A button of a draft; a second tap says how it stands."""
    message, member = heard.message, heard.from_member
    key = _TAP.fullmatch(message.event_key)
    draft = await duty_drafts.find_theirs(context.session, member.userid, int(key[2])) if key else None
    if key is None or draft is None:
        return Reply(notices.DutyHelp("gone").render())
    done = await _act(context, heard, draft, key[1], key[3] or "")
    if done.card is not None:
        await _change_card(context, message, done.card.render())
    return None if done.said is None else Reply(done.said.render(), task_id=_task_id(message.key))


async def _act(context: Context, heard: Heard[MemberTapped], draft: DutyDraft, act: str, chosen: str) -> Settled:
    match act:
        case notices.KIND:
            return Settled(None, await drafting.choose_kind(context, draft, chosen))
        case notices.EDIT:
            return Settled(None, await drafting.edit(context, draft))
        case notices.DROP:
            return await drafting.drop(context, draft)
        case _:
            with_cases = act == notices.CONFIRM_CASES
            return await drafting.confirm(context, heard.from_member, draft, with_cases=with_cases)


@router.on(MemberTapped, lambda one: _AGREE.fullmatch(one.event_key) is not None)
async def agree(heard: Heard[MemberTapped], context: Context) -> Reply:
    """这几条没错: those on the card, and no others; what follows comes as the next card."""
    message, member = heard.message, heard.from_member
    key = _AGREE.fullmatch(message.event_key)
    confirmed = await deciding.confirm(context, member, _numbers(key[1]) if key else [])
    await _change_card(context, message, notices.PleaseConfirmSettled(confirmed.count).render())
    person = member.representative
    card = await asking.confirm_card(context, person.code, again=True) if person is not None else None
    if card is None:
        return Reply(confirmed.render())
    return Reply(card.render(), task_id=_task_id(message.key))


async def _change_card(context: Context, message: MemberTapped, card: Card) -> None:
    if message.response_code:
        change = CardChange(message.response_code, message.task_id, card)
        await speaking.notify_members(
            context, [message.userid], Purpose.UPDATE, change, channel=Channel.CARD_UPDATE
        )


# --- what goes on with a draft ------------------------------------------------------------------------


@drafts.on(MemberMessage, lambda one: one.kind in _GOES_ON)
async def go_on(heard: Heard[MemberMessage], context: Context) -> Reply | None:
    """Evidence for a draft that is open, or the answer to what it asked; anything else answers a case."""
    message = heard.message
    draft = await drafting.find_open(context, heard.from_member)
    if draft is None or await is_answering(heard, context):
        return await member_answers.answer(heard, context)
    if message.kind in drafting.EVIDENCE:
        noted = await drafting.attach(context, draft, message.kind, message.media_id, message.file_name)
        return Reply(noted.render())
    if not draft.asked:
        return await member_answers.answer(heard, context)
    said = await drafting.go_on(context, draft, message.text.strip())
    return Reply(said.render(), task_id=_task_id(message.key))
