"""What is done with a case from its page: each act is the one that the chat has, with its audit line.

A form says how the case stood when it was filled in, so that a second tap, or a colleague's act in between, moves
nothing twice: words carry a key of their own, moves what `standing_of` tells.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import exists, select

from bot.assignment import Reason
from bot.notices.content import Text
from bot.notices.originals import REASONS
from bot.services import (
    answering,
    asking,
    emergencies,
    handing,
    merging,
    showing,
    splitting,
    telling,
    work_orders,
)
from bot.services import cases as matters
from bot.services.cases import Saying, Upload
from bot.services.console import casework
from bot.services.console.reach import access_case
from bot.services.context import Context
from bot.services.handing import NO_TAP
from bot.services.merging import MergeRefused
from bot.services.people import Member
from bot.services.splitting import SplitRefused
from bot.services.work_orders import OrderRefused
from storage import audit, cases
from storage import work_orders as stored_orders
from storage.models import Case, Constituent, Message, WorkOrder

MOST_WORDS = 2000


class ActRefused(Exception):
    """It was not done; `why` is one of `WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


WHYS = ("empty", "long", "changed", "news", "not_now", "whom", "whom_several", "where")  # and `order_…`


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `key` is the form's own; `standing` and `seen` tell what they had before them."""

    act: str
    key: str
    standing: str
    seen: int
    words: str = ""
    to: str = ""
    files: tuple[tuple[str, Upload], ...] = ()  # as what they are sent (image, file), and what they are
    order: int = 0  # what was handed over to a department
    day: str = ""
    place: int = 0  # of a masked detail in the case
    picked: tuple[int, ...] = ()  # numbers of messages


def file_key(order: Order, place: int) -> str:
    """The id of the message that holds the `place`-th file of a form, the first being 1."""
    return f"web:{order.key}:p{place}"


def standing_of(case: Case) -> str:
    """What a move is decided by; what the machine notes of a case, such as what was told, is no change."""
    owner = case.representative_code or case.station_code
    return f"{case.state.value} {case.round} {case.transfers} {case.station_code} {owner}"


async def act(context: Context, member: Member, case: Case, order: Order) -> None:
    """Do it, or raise `ActRefused`; what was done already under this key is not done again."""
    if await _was_done(context, case, order):
        return
    do = ACTS.get(order.act)
    standing = await stored_orders.of_case(context.session, case.id)
    if do is None or order.act not in casework.may(context, member, case, standing):
        raise ActRefused("changed" if standing_of(case) != order.standing else "not_now")
    if len(order.words.strip()) > MOST_WORDS:
        raise ActRefused("long")
    if order.act in _WITH_WORDS:
        _check_words(order)
    elif order.act not in _BY_ORDER and standing_of(case) != order.standing:
        raise ActRefused("changed")
    if order.act in _TO_CONSTITUENT and await _has_news(context, case, order.seen):
        raise ActRefused("news")
    try:
        await do(context, member, case, order)
    except OrderRefused as refused:
        raise ActRefused(f"order_{refused.why}") from refused
    except (MergeRefused, SplitRefused) as refused:
        raise ActRefused(f"merge_{refused.why}") from refused
    if order.act in _AUDIT:
        subject = f"case {case.number}"
        audit.add_line(context.session, actor=member.userid, act=_AUDIT[order.act], subject=subject, at=context.now)


async def _answer(context: Context, member: Member, case: Case, order: Order) -> None:
    """Files go first, what is written about them follows."""
    files = _files(context, order)
    last = _saying(context, order) if order.words.strip() else files.pop()
    attached = await answering.keep_files(context, case, member, files)
    await answering.answer(context, case, member, last, attached=attached)


def _files(context: Context, order: Order) -> list[Saying]:
    return [
        Saying(file_key(order, place), kind, "", context.now, upload=upload)
        for place, (kind, upload) in enumerate(order.files, start=1)
    ]


async def _ask(context: Context, member: Member, case: Case, order: Order) -> None:
    await asking.ask(context, case, member, _saying(context, order))


async def _note(context: Context, member: Member, case: Case, order: Order) -> None:
    """A note, with the files that belong to it."""
    if order.words.strip():
        await asking.note(context, case, member, _saying(context, order))
    for saying in _files(context, order):
        await asking.note(context, case, member, saying)


async def _accept(context: Context, member: Member, case: Case, _order: Order) -> None:
    await answering.accept(context, case, member, NO_TAP)


async def _offline(context: Context, member: Member, case: Case, order: Order) -> None:
    saying = Saying(f"web:{order.key}", "offline", "线下已处理", context.now)
    await answering.settle_offline(context, case, member, saying, NO_TAP)


async def _pass_on(context: Context, member: Member, case: Case, _order: Order) -> None:
    await answering.pass_on(context, case, member, NO_TAP)


async def _assign(context: Context, member: Member, case: Case, order: Order) -> None:
    wanted = order.to.split("（")[0].strip().removesuffix("代表")
    directory = context.directory
    by_code = directory.representatives.get(order.to.strip())
    named = [by_code] if by_code else directory.representatives_named(wanted)
    if len(named) > 1:
        named = [one for one in named if _station_name(context, one.station_code) in order.to] or named
    if len(named) != 1:
        raise ActRefused("whom_several" if named else "whom")
    if named[0].code in {*(case.accused or ()), *(case.refused_representatives or ())}:
        raise ActRefused("whom")
    await answering.assign_to(context, case, member, named[0].code)


def _station_name(context: Context, code: str | None) -> str:
    station = context.directory.stations.get(code or "")
    return station.name if station else "未编站"


async def _to_station(context: Context, member: Member, case: Case, order: Order) -> None:
    if order.to not in context.directory.stations or order.to == case.station_code:
        raise ActRefused("where")
    case.transfers += 1
    reasons = (Reason("passed_on", order.to),)
    await handing.hand_over(
        context, case, station=order.to, representative=None, actor=member.userid, reasons=reasons
    )


async def _reopen(context: Context, _member: Member, case: Case, _order: Order) -> None:
    await matters.reopen(context, case)
    constituent = await context.session.get_one(Constituent, case.constituent_id)
    await telling.change_cards(context, case, constituent)


async def _confirm(context: Context, member: Member, case: Case, _order: Order) -> None:
    if not await emergencies.confirm(context, case, member, "", ""):
        raise ActRefused("changed")


async def _hand(context: Context, member: Member, case: Case, order: Order) -> None:
    department = await work_orders.find_department(context, case, order.to)
    due_on = _day(order.day) if order.day else work_orders.default_day(context)
    await work_orders.hand(context, case, member, department, due_on, order.words, f"web:{order.key}")


async def _reply(context: Context, member: Member, case: Case, order: Order) -> None:
    reply = work_orders.Reply(f"web:{order.key}", order.words, order.files)
    await work_orders.note_reply(context, await _its_order(context, case, order), case, member, reply)


async def _tell(context: Context, member: Member, case: Case, order: Order) -> None:
    found = await _its_order(context, case, order)
    await work_orders.tell(context, found, case, member, f"web:{order.key}", order.words)


async def _again(context: Context, member: Member, case: Case, order: Order) -> None:
    due_on = _day(order.day) if order.day else work_orders.default_day(context)
    await work_orders.ask_again(context, await _its_order(context, case, order), case, member, due_on)


async def _returned(context: Context, member: Member, case: Case, order: Order) -> None:
    found, key = await _its_order(context, case, order), f"web:{order.key}"
    await work_orders.end(context, found, case, member, key, returned=True, reason=order.words)


async def _withdraw(context: Context, member: Member, case: Case, order: Order) -> None:
    found, key = await _its_order(context, case, order), f"web:{order.key}"
    await work_orders.end(context, found, case, member, key, returned=False, reason=order.words)


async def _merge(context: Context, member: Member, case: Case, order: Order) -> None:
    kept = await access_case(context, member, order.to.strip())
    if kept is None:
        raise MergeRefused("not_yours")
    await merging.merge(context, case, kept, member)


async def _unmerge(context: Context, member: Member, case: Case, order: Order) -> None:
    merged = {one.number: one for one in await cases.merged_into(context.session, case.id)}
    if order.to not in merged:
        raise MergeRefused("late")
    await merging.undo(context, merged[order.to], member)


async def _split(context: Context, member: Member, case: Case, order: Order) -> None:
    await splitting.split(context, case, member, order.picked)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OrderRefused("day") from None


async def _its_order(context: Context, case: Case, order: Order) -> WorkOrder:
    found = await stored_orders.find(context.session, order.order)
    if found is None or found.case_id != case.id:
        raise OrderRefused("none")
    return found


async def reveal(context: Context, member: Member, case: Case, place: int, reason: str) -> str:
    """One masked detail in its message, for a reason that is on record; raise `ActRefused` where none is given."""
    if reason not in REASONS:
        raise ActRefused("reason")
    shown = await showing.reveal(context, case, member, place, reason=reason)
    return shown.text if isinstance(shown, Text) else ""


Do = Callable[[Context, Member, Case, Order], Awaitable[None]]
ACTS: Mapping[str, Do] = MappingProxyType(
    {
        "answer": _answer,
        "ask": _ask,
        "note": _note,
        "accept": _accept,
        "offline": _offline,
        "pass": _pass_on,
        "assign": _assign,
        "station": _to_station,
        "reopen": _reopen,
        "confirm": _confirm,
        "hand": _hand,
        "reply": _reply,
        "tell": _tell,
        "again": _again,
        "returned": _returned,
        "withdraw": _withdraw,
        "merge": _merge,
        "unmerge": _unmerge,
        "split": _split,
    }
)
_AUDIT = MappingProxyType(
    {
        "answer": "case answered",
        "ask": "constituent asked",
        "note": "note kept",
        "accept": "case taken up",
        "offline": "case settled offline",
        "pass": "case passed on",
        "assign": "case assigned",
        "station": "case moved to a station",
        "reopen": "case reopened",
        "confirm": "emergency taken in hand",
    }
)
_WITH_WORDS = frozenset({"answer", "ask", "note"})
_TO_CONSTITUENT = frozenset({"answer", "ask", "tell", "offline", "hand"})
_BY_ORDER = frozenset({"reply", "tell", "again", "returned", "withdraw"})  # held apart by what they are done to
_KEYED = _WITH_WORDS | _BY_ORDER | {"offline", "hand"}


def _saying(context: Context, order: Order) -> Saying:
    return Saying(f"web:{order.key}", "text", order.words.strip(), context.now)


def _check_words(order: Order) -> None:
    words = order.words.strip()
    if not words and not order.files:
        raise ActRefused("empty")


async def _was_done(context: Context, case: Case, order: Order) -> bool:
    """Whether words of this form are in the case already."""
    if order.act not in _KEYED:
        return False
    keys = (f"web:{order.key}", file_key(order, 1))
    kept = exists().where(Message.case_id == case.id, Message.platform_id.in_(keys))
    return bool(await context.session.scalar(select(kept)))


async def _has_news(context: Context, case: Case, seen: int) -> bool:
    """Whether somebody said something that whoever writes has not seen: an answer could be beside the point."""
    said = await cases.messages_of(context.session, case.id)
    return any(one.id > seen for one in said)
