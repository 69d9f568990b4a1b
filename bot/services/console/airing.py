"""直播 on the pages of staff: sessions of one's stations; one with its claim list, promises and acts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot import masking
from bot.notices.live import KINDS, LiveFacts
from bot.notices.live_staff import FATES, REFUSALS, STATES, PromiseLine, QuestionLine
from bot.services import people
from bot.services.console import places
from bot.services.context import Context
from bot.services.live import claiming, facts, planning, promises, running
from bot.services.live.claiming import FateRefused
from bot.services.live.drafts import TITLE_LENGTH
from bot.services.live.planning import MAY_BE_CANCELLED, LiveRefused
from bot.services.people import Member
from storage import audit, live, public_directory
from storage.live import AHEAD
from storage.models import LivePromise, LiveSession
from storage.states import LiveState as S
from storage.states import QuestionState

_BACK, _AHEAD = timedelta(days=60), timedelta(days=120)
_MOST = 60
_REASON, _WORDS, _OWNER = 60, 1000, 40
_SHORTEST, _LONGEST = 5, 24 * 60
_ENDABLE = AHEAD | {S.LIVE}
_MOVABLE = AHEAD | {S.DRAFT, S.LIVE, S.ENDED}
_HERE: Mapping[str, str] = MappingProxyType(
    {
        "no_words": "请写一句要点，提问的人会看到。",
        "no_reason": "请写为什么不采纳，提问的人会看到。",
        "no_draft": "请写主题，并选一位开播的代表；不用企业微信播的，写上观看地址。",
        "no_anchor": "这位代表没有开通企业微信，请写上观看地址，或者换一位。",
        "nothing": "没有这一场，或者不归您管。",
        "no_question": "没有这个问题。",
        "no_promise": "没有这个承诺，或者不归您管。",
        "no_day": "请写日期和时间。",
    }
)


class NotDone(Exception):
    """It was not done; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__("not done")
        self.words = words


@dataclass(frozen=True, slots=True)
class Row:
    """A session in the list."""

    id: int
    title: str
    station: str
    kind: str
    starts_at: datetime
    state: str
    words: str
    asked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class AiringPage:
    """One session; `questions` and `promises` are for those who run it alone."""

    facts: LiveFacts
    code: str
    kind: str
    state: str
    words: str
    platform: str
    author: str
    reviewer: str
    figures: tuple[tuple[str, int], ...]
    questions: tuple[QuestionLine, ...]
    waiting: int
    promises: tuple[PromiseLine, ...]
    people: tuple[tuple[str, str], ...]
    runs: bool
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Order:
    """What a form says; what does not belong to its act is empty."""

    act: str
    at: datetime | None = None
    on: date | None = None
    number: int = 0
    words: str = ""
    owner: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session as it is arranged: `anchor` broadcasts in WeCom, or it is streamed elsewhere at `link`."""

    title: str
    at: datetime | None
    minutes: int
    anchor: str
    hosts: tuple[str, ...]
    link: str


async def look_list(context: Context, member: Member) -> tuple[Row, ...]:
    """Sessions of one's stations, and those that one runs besides; ahead first, then the newest."""
    found = await live.between(context.session, context.now - _BACK, context.now + _AHEAD)
    mine = [one for one in found if sees(context, member, one)]
    mine.sort(key=lambda one: (one.ends_at < context.now, abs((one.starts_at - context.now).total_seconds())))
    figures = await live.count_questions(context.session, [one.id for one in mine[:_MOST]])
    return tuple(_row(context, one, figures.get(one.id, {})) for one in mine[:_MOST])


def _row(context: Context, one: LiveSession, figures: Mapping[QuestionState, int]) -> Row:
    told = facts.describe(context, one)
    return Row(
        id=one.id,
        title=one.title,
        station=told.station,
        kind=KINDS.get(one.kind, one.kind),
        starts_at=one.starts_at,
        state=one.state.value,
        words=STATES[one.state.value],
        asked=sum(figures.values()),
        waiting=figures.get(QuestionState.WAITING, 0),
    )


def sees(context: Context, member: Member, one: LiveSession) -> bool:
    """Whoever runs it, and staff of its station."""
    reach = places.stations_of(context, member)
    return reach is None or one.station_code in reach or facts.may_run(context, member, one)


async def access(context: Context, member: Member, number: int, *, lock: bool = False) -> LiveSession | None:
    """The session of this number, where the member sees it."""
    one = await live.find(context.session, number, lock=lock) if number else None
    return one if one is not None and sees(context, member, one) else None


def note_read(context: Context, member: Member, one: LiveSession) -> None:
    """What people asked was read."""
    subject = f"live {one.id} {one.code}"
    audit.add_line(context.session, actor=member.userid, act="live questions read", subject=subject, at=context.now)


async def look(context: Context, member: Member, one: LiveSession) -> AiringPage:
    """The page of a session that the caller has access to."""
    runs = facts.may_run(context, member, one)
    lines = await claiming.lines_of(context, one) if runs else ()
    return AiringPage(
        facts=facts.describe(context, one),
        code=one.code,
        kind=KINDS.get(one.kind, one.kind),
        state=one.state.value,
        words=STATES[one.state.value],
        platform="企业微信直播" if one.platform == "wecom" else one.join_url,
        author=people.name_of(context, one.author),
        reviewer=people.name_of(context, one.reviewer) if one.reviewer else "",
        figures=_figures(one),
        questions=tuple(replace(line, text=_masked(context, line.text)) for line in lines),
        waiting=sum(line.fate == "waiting" for line in lines),
        promises=await _promises(context, one) if runs else (),
        people=await _people(context, one.station_code) if runs else (),
        runs=runs,
        may=_may(context, member, one) if runs else frozenset(),
    )


def _masked(context: Context, text: str) -> str:
    """Words of a constituent as members see them everywhere."""
    return masking.mask(text, masking.find(text, context.directory.phones, masking.ALL))


def _figures(one: LiveSession) -> tuple[tuple[str, int], ...]:
    known = (("观看人数", one.viewers), ("评论", one.comments), ("连麦", one.mics))
    return tuple((name, value) for name, value in known if value is not None)


async def _promises(context: Context, one: LiveSession) -> tuple[PromiseLine, ...]:
    return await promises.open_lines(context, [one])


async def _people(context: Context, station: str) -> tuple[tuple[str, str], ...]:
    """Representatives of the station first, then of those around it."""
    names = context.directory.stations
    codes = context.directory.around(station)
    found = await public_directory.representatives(context.session, codes)
    ordered = sorted(found, key=lambda one: (one.station_code != station, one.name))
    return tuple((one.code, f"{one.name}（{_station(names, one.station_code)}）") for one in ordered)


def _station(names: Mapping[str, object], code: str | None) -> str:
    return str(getattr(names.get(code or ""), "name", "未编站"))


def _may(context: Context, member: Member, one: LiveSession) -> frozenset[str]:
    review = facts.may_review(context, member, one) and one.author.lower() != member.userid.lower()
    is_staff = member.staff is not None
    wanted = {
        "approve": one.state is S.DRAFT and review and one.starts_at > context.now,
        "end": one.state in _ENDABLE and (one.state is S.LIVE or one.starts_at <= context.now),
        "resume": one.state is S.ENDED,
        "move": one.state in _MOVABLE and is_staff,
        "cancel": one.state in MAY_BE_CANCELLED and is_staff,
        "promise": one.state is not S.CANCELLED,
    }
    return frozenset(act for act, may in wanted.items() if may)


async def choices(context: Context, member: Member) -> tuple[tuple[str, str], ...] | None:
    """Who may host a session that this member arranges; None where they arrange none."""
    if member.staff is None or member.staff.station_code is None or member.staff.role == people.TOWN:
        return None
    return await _people(context, member.staff.station_code)


async def arrange(context: Context, member: Member, new: NewSession) -> LiveSession:
    """A draft, which somebody else has to approve; they are asked. Raises `NotDone`."""
    if new.at is None or not new.title.strip() or not (new.anchor or new.link.strip()):
        raise _told("no_draft" if new.at else "no_day", "")
    if member.staff is None or member.staff.role == people.TOWN:
        raise _told("not_staff", "")
    hosts = dict.fromkeys([*([new.anchor] if new.anchor else []), *new.hosts])
    try:
        minutes = min(max(new.minutes, _SHORTEST), _LONGEST)
        title = new.title.strip()[:TITLE_LENGTH]
        return await running.arrange(context, member, new.at, title, tuple(hosts), new.link.strip(), minutes)
    except LiveRefused as refused:
        raise _told(refused.why, refused.words) from refused


def _told(why: str, words: str) -> NotDone:
    return NotDone(_HERE.get(why, REFUSALS[why]).format(words=words))


_Act = Callable[[Context, Member, LiveSession, Order], Awaitable[str]]


async def carry_out(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    """Do it on a session that is locked; the word that tells so. Raises `NotDone`."""
    do = _ACTS.get(order.act)
    if do is None or not facts.may_run(context, member, one):
        raise _told("nothing", str(one.id))
    try:
        return await do(context, member, one, order)
    except (LiveRefused, FateRefused) as refused:
        raise _told(refused.why, refused.words) from refused


async def _settle(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    await running.settle(context, member, one, order.act)
    return f"live_{order.act}"


async def _move(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    _staff_only(member)
    if order.at is None:
        raise LiveRefused("no_day")
    await planning.move(context, one, order.at, order.words.strip()[:_REASON], member.userid)
    return "live_move"


async def _cancel(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    _staff_only(member)
    await planning.cancel(context, one, order.words.strip()[:_REASON], member.userid)
    return "live_cancel"


def _staff_only(member: Member) -> None:
    """Hosts ask the officer."""
    if member.staff is None:
        raise LiveRefused("not_staff")


async def _decide(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    question = await live.find_question(context.session, one.id, order.number)
    if question is None:
        raise FateRefused("no_question", str(order.number))
    words = {running.CASE: order.person, running.MERGED: order.person}.get(order.act, order.words.strip()[:_WORDS])
    fate = await running.decide(context, member, one, question, order.act, words)
    return "live_held" if fate.held else "live_fate"


async def _promise(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    owner, words = order.owner.strip()[:_OWNER], order.words.strip()[:_WORDS]
    if order.on is None or not owner or not words:
        raise NotDone("请写谁承诺、什么时候、承诺什么。")
    if order.on < context.calendar.today(context.now):
        raise LiveRefused("past")
    await promises.note(context, one, owner, order.on, words, member.userid)
    return "live_promise"


async def _kept(context: Context, member: Member, one: LiveSession, order: Order) -> str:
    promise = await context.session.get(LivePromise, order.number)
    if promise is None or promise.session_id != one.id:
        raise LiveRefused("no_promise", str(order.number))
    await promises.keep(context, promise, member.userid)
    return "live_kept"


_ACTS: Mapping[str, _Act] = MappingProxyType(
    {
        running.APPROVE: _settle,
        running.END: _settle,
        running.RESUME: _settle,
        "move": _move,
        "cancel": _cancel,
        running.ANSWERED: _decide,
        running.CASE: _decide,
        running.MERGED: _decide,
        running.DECLINED: _decide,
        "promise": _promise,
        "kept": _kept,
    }
)
FATE_WORDS: Mapping[str, str] = MappingProxyType(FATES)


def fates_of(lines: Sequence[QuestionLine]) -> tuple[tuple[int, str], ...]:
    """Questions that another may be put together with, by number."""
    return tuple((line.number, line.text[:30]) for line in lines if line.fate != "withdrawn")
