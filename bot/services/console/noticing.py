"""Notices on pages: the list, one with its preview and what became of it, and each step that the chat has too."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.notices.broadcast import NONE, OK, VOTE, Wording
from bot.notices.broadcast_desk import CannotDo, Facts
from bot.notices.broadcast_results import NameList, Progress
from bot.notices.content import Card, Text
from bot.services import people
from bot.services.broadcasts import approving, quick, recalling, receipts, roles, sending, writing
from bot.services.broadcasts.audiences import AudienceRefused
from bot.services.broadcasts.roles import CENTRE_ROLES, BroadcastRefused
from bot.services.context import Context
from bot.services.directory import StaffEntry
from bot.services.people import Member
from storage import broadcasts
from storage.keys import find_key
from storage.models import Broadcast
from storage.states import BROADCAST, BroadcastState

_LISTED, _LOOKED_AT = 40, 300
_BEFORE_REVIEW = frozenset({BroadcastState.DRAFT, BroadcastState.SUBMITTED})
_AFTER = frozenset({BroadcastState.SENT, BroadcastState.RECEIPT_WATCH})
_LEVELS = ("national", "provincial", "city", "district", "town", "street")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says."""

    text: str
    title: str
    audience: str
    buttons: str
    options: tuple[str, ...]
    urgent: bool
    wanted_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the list; `to_review` where it waits for this member's word."""

    id: int
    name: str
    state: str
    author: str
    size: int
    at: datetime
    to_review: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One notice. `card` or `text` is what a recipient has; `facts` while it is not approved."""

    id: int
    name: str
    state: str
    author: str
    reviewer: str
    audience: str
    card: Card | None
    text: str
    facts: Facts | None
    fault: str
    reviewers: str
    progress: Progress | None
    names: NameList | None
    urgent: bool
    wanted_at: datetime | None
    due_at: datetime | None
    may: frozenset[str]


async def look_list(context: Context, member: Member) -> tuple[NoticeRow, ...]:
    """Those that a member stands for, may look after or is asked about; drafts are their author's alone."""
    rows: list[NoticeRow] = []
    for one in await broadcasts.newest(context.session, _LOOKED_AT):
        to_review = one.state is BroadcastState.SUBMITTED and _may_review(context, member, one)
        if len(rows) < _LISTED and (to_review or _may_see(member, one)):
            name = await receipts.name_of_notice(context, one)
            author = people.name_of(context, one.author_userid)
            rows.append(NoticeRow(one.id, name, one.state.value, author, one.size or 0, one.created_at, to_review))
    return tuple(sorted(rows, key=lambda row: not row.to_review))


def _may_see(member: Member, one: Broadcast) -> bool:
    if one.state is BroadcastState.DRAFT:
        return one.author_userid.lower() == member.userid.lower()
    return roles.may_steer(member.staff, one.author_userid, one.reviewer_userid)


def _may_review(context: Context, member: Member, one: Broadcast) -> bool:
    try:
        approving.check_reviewer(context, one, member.userid)
    except BroadcastRefused:
        return False
    return True


async def access(context: Context, member: Member, number: int, *, lock: bool = False) -> Broadcast | None:
    """The notice of this number, where the member may see it or is asked about it."""
    one = await broadcasts.find(context.session, number, lock=lock) if number else None
    if one is None:
        return None
    asked = one.state is BroadcastState.SUBMITTED and _may_review(context, member, one)
    return one if asked or _may_see(member, one) else None


async def look(context: Context, member: Member, one: Broadcast) -> NoticePage:
    """The page of a notice that the caller has access to."""
    readable = await find_key(context.session, context.vault, one.key_id) is not None
    for_people = one.audience.startswith("subscribers:")
    content: Card | Text = Text("（内容已删除）")
    if readable:
        content = await (writing.render_for_people(context, one) if for_people else writing.render(context, one))
    facts, fault = await _facts(context, one) if readable and one.state in _BEFORE_REVIEW else (None, "")
    sent = one.size is not None and one.state not in _BEFORE_REVIEW and readable
    return NoticePage(
        id=one.id,
        name=await receipts.name_of_notice(context, one),
        state=one.state.value,
        author=people.name_of(context, one.author_userid),
        reviewer=people.name_of(context, one.reviewer_userid) if one.reviewer_userid else "",
        audience=await writing.describe(context, one.audience) if one.audience else "",
        card=content if isinstance(content, Card) else None,
        text=content.text if isinstance(content, Text) else "",
        facts=facts,
        fault=fault,
        reviewers=approving.reviewer_names(context, one),
        progress=await receipts.progress_of(context, one) if sent else None,
        names=await receipts.names_of(context, one) if sent else None,
        urgent=one.urgent,
        wanted_at=one.wanted_at,
        due_at=one.due_at,
        may=_may(context, member, one),
    )


async def _facts(context: Context, one: Broadcast) -> tuple[Facts | None, str]:
    """Whom it would reach now, or why it cannot be sent."""
    try:
        return await approving.facts_of(context, one, await approving.hearers_of(context, one)), ""
    except AudienceRefused:
        return None, CannotDo("audience").render().text
    except BroadcastRefused as refused:
        return None, told(refused, one)


def _may(context: Context, member: Member, one: Broadcast) -> frozenset[str]:
    found, mine = set(), one.author_userid.lower() == member.userid.lower()
    if mine and one.state is BroadcastState.DRAFT:
        found |= {"submit"}
    if mine and one.state in _BEFORE_REVIEW:
        found |= {"drop"}
    if one.state is BroadcastState.SUBMITTED and _may_review(context, member, one):
        found |= {"agree", "refuse"}
    if roles.may_steer(member.staff, one.author_userid, one.reviewer_userid) and one.state not in _BEFORE_REVIEW:
        found |= {"recall"} if BroadcastState.RECALLED in BROADCAST[one.state] else set()
        found |= {"again"} if one.state in _AFTER and not one.audience.startswith("subscribers:") else set()
    return frozenset(found)


def offers(context: Context, member: Member) -> tuple[tuple[str, str], ...]:
    """Whom this member may choose to write to, as (expression, words)."""
    staff, stations = member.staff, context.directory.stations
    found: list[tuple[str, str]] = []
    if staff is not None and staff.station_code in stations:
        found += [
            (f"station:{staff.station_code}", "本站代表"),
            (f"subscribers:{staff.station_code}", "订阅本站的群众"),
        ]
    found += [("representatives", "全体代表"), ("officers", "全体联络员"), ("staff", "全体工作人员")]
    if staff is not None and staff.role in CENTRE_ROLES:
        found += [(f"level:{level}", words) for level, words in zip(_LEVELS, _LEVEL_WORDS, strict=True)]
        named = sorted((one.name, code) for code, one in stations.items())
        found += [(f"station:{code}", f"{name}的代表") for name, code in named if code != staff.station_code]
    return tuple(found)


_LEVEL_WORDS = ("全国代表", "省级代表", "市级代表", "区县代表", "乡镇代表", "街道议政代表")


async def draft(context: Context, member: Member, said: Draft) -> Broadcast:
    """A draft of the form; raises `BroadcastRefused` or `AudienceRefused`."""
    if said.audience not in {expression for expression, _ in offers(context, member)}:
        raise BroadcastRefused("audience")
    for_people = said.audience.startswith("subscribers:")
    buttons = NONE if for_people else said.buttons
    if buttons == OK:
        buttons = writing.fitting_buttons(said.text)
    wording = Wording(said.text, said.title, "", buttons, said.options if buttons == VOTE else ())
    return await writing.begin(
        context,
        member.userid,
        wording,
        audience=said.audience,
        needs_receipt=not for_people,
        urgent=said.urgent,
        wanted_at=said.wanted_at,
    )


async def step(context: Context, member: Member, one: Broadcast, act: str) -> str:
    """Do it; the word that tells so on the next page. Raises `BroadcastRefused` or `AudienceRefused`."""
    do = _STEPS.get(act)
    if do is None or act.removesuffix("_anyway") not in _may(context, member, one):
        raise BroadcastRefused("state")
    return await do(context, one, member.userid)


async def _submit(context: Context, one: Broadcast, _userid: str, *, again: bool = False) -> str:
    asked = await quick.submit(context, one, again=again)
    return "notice_same" if isinstance(asked, Card) else "notice_submitted"


async def _submit_anyway(context: Context, one: Broadcast, userid: str) -> str:
    return await _submit(context, one, userid, again=True)


async def _agree(context: Context, one: Broadcast, userid: str) -> str:
    await quick.agree(context, one, userid)
    return "notice_agreed"


async def _refuse(context: Context, one: Broadcast, userid: str) -> str:
    await quick.refuse(context, one, userid)
    return "notice_refused"


async def _drop(context: Context, one: Broadcast, userid: str) -> str:
    await quick.drop(context, one, userid)
    return "notice_dropped"


async def _recall(context: Context, one: Broadcast, userid: str) -> str:
    await recalling.recall(context, one, userid)
    await approving.settle_review(context, one, "已撤回")
    return "notice_recalled"


async def _again(context: Context, one: Broadcast, _userid: str) -> str:
    await sending.send_again(context, one)
    return "notice_again"


_STEPS: Mapping[str, Callable[[Context, Broadcast, str], Awaitable[str]]] = MappingProxyType(
    {
        "submit": _submit,
        "submit_anyway": _submit_anyway,
        "agree": _agree,
        "refuse": _refuse,
        "drop": _drop,
        "recall": _recall,
        "again": _again,
    }
)


def told(refused: BroadcastRefused, one: Broadcast | None = None) -> str:
    """Why a step was not possible, in words."""
    state, number = (one.state.value, one.id) if one is not None else ("draft", 0)
    return CannotDo(refused.why, number, state, refused.is_, refused.most, refused.unit).render().text


def may_write(person: StaffEntry | None) -> bool:
    """Who finds the form."""
    return roles.may_write(person)
