"""What is done with a case from its page: each act is the one that the chat has, with its audit line.

A form says which state of the case it was filled in for, so that a second tap, or a colleague's act in between,
moves nothing twice: words carry a key of their own, moves the version of the case.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import exists, select

from bot.assignment import Reason
from bot.services import answering, asking, emergencies, handing, telling
from bot.services import cases as matters
from bot.services.cases import Saying, Upload
from bot.services.console import casework
from bot.services.context import Context
from bot.services.handing import NO_TAP
from bot.services.people import Member
from storage import audit, cases
from storage.models import Case, Constituent, Message

MOST_WORDS = 2000


class ActRefused(Exception):
    """It was not done; `why` is one of `WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


WHYS = ("empty", "long", "changed", "news", "not_now", "whom", "whom_several", "where")


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `key` is the form's own; `version` and `seen` tell what they had before them."""

    act: str
    key: str
    version: int
    seen: int
    words: str = ""
    to: str = ""
    picture: Upload | None = None


async def act(context: Context, member: Member, case: Case, order: Order) -> None:
    """Do it, or raise `ActRefused`; what was done already under this key is not done again."""
    if await _was_done(context, case, order):
        return
    do = ACTS.get(order.act)
    if do is None or order.act not in casework.may(context, member, case):
        raise ActRefused("changed" if case.version != order.version else "not_now")
    if order.act in _WITH_WORDS:
        _check_words(order)
    elif case.version != order.version:
        raise ActRefused("changed")
    if order.act in _TO_CONSTITUENT and await _has_news(context, case, order.seen):
        raise ActRefused("news")
    await do(context, member, case, order)
    subject = f"case {case.number}"
    audit.add_line(context.session, actor=member.userid, act=_AUDIT[order.act], subject=subject, at=context.now)


async def _answer(context: Context, member: Member, case: Case, order: Order) -> None:
    """A picture goes first, what is written about it follows."""
    if order.picture is not None:
        picture = Saying(f"web:{order.key}:p", "image", "", context.now, upload=order.picture)
        await answering.answer(context, case, member, picture)
    if order.words.strip():
        await answering.answer(context, case, member, _saying(context, order))


async def _ask(context: Context, member: Member, case: Case, order: Order) -> None:
    await asking.ask(context, case, member, _saying(context, order))


async def _note(context: Context, member: Member, case: Case, order: Order) -> None:
    await asking.note(context, case, member, _saying(context, order))


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
_TO_CONSTITUENT = frozenset({"answer", "ask"})


def _saying(context: Context, order: Order) -> Saying:
    return Saying(f"web:{order.key}", "text", order.words.strip(), context.now)


def _check_words(order: Order) -> None:
    words = order.words.strip()
    if not words and order.picture is None:
        raise ActRefused("empty")
    if len(words) > MOST_WORDS:
        raise ActRefused("long")


async def _was_done(context: Context, case: Case, order: Order) -> bool:
    """Whether words of this form are in the case already."""
    if order.act not in _WITH_WORDS and order.act != "offline":
        return False
    keys = (f"web:{order.key}", f"web:{order.key}:p")
    kept = exists().where(Message.case_id == case.id, Message.platform_id.in_(keys))
    return bool(await context.session.scalar(select(kept)))


async def _has_news(context: Context, case: Case, seen: int) -> bool:
    """Whether somebody said something that whoever writes has not seen: an answer could be beside the point."""
    said = await cases.messages_of(context.session, case.id)
    return any(one.id > seen for one in said)
