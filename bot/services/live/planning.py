"""A session's way to its start and off it: drafted, approved by another, moved, cancelled, begun, ended."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.live_staff import STATES
from bot.services import people
from bot.services.context import Context
from bot.services.live import broadcasting, claiming, facts, promises, telling
from storage import audit, entry_codes
from storage import live as stored
from storage.live import AHEAD
from storage.models import LiveSession, Representative, Station
from storage.states import LiveState

log = logging.getLogger(__name__)
KINDS = ("live", "deliberation", "inquiry")
FIGURES_AFTER = timedelta(minutes=10)  # WeCom counts for a while after the end
BROKEN = frozenset({LiveState.LIVE, LiveState.ENDED})
MAY_BE_CANCELLED = AHEAD | {LiveState.DRAFT, LiveState.LIVE}


class LiveRefused(Exception):
    """What cannot be done; `why` is a fixed word that notices and the command have sentences for."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(why, words)
        self.why, self.words = why, words


@dataclass(frozen=True, slots=True)
class Draft:
    """What a session is to be: broadcast in WeCom by `anchor_userid`, or streamed elsewhere at `join_url`."""

    station_code: str
    title: str
    starts_at: datetime
    minutes: int
    author: str
    kind: str = "live"
    description: str = ""
    hosts: tuple[str, ...] = ()
    anchor_userid: str | None = None
    join_url: str = ""


async def add(context: Context, draft: Draft) -> LiveSession:
    """A draft with its own code, which somebody else has to approve; they are asked. Raises `LiveRefused`."""
    _check(context, draft)
    live = LiveSession(
        code=f"L-{int(context.now.timestamp() * 1000):x}",
        kind=draft.kind,
        station_code=draft.station_code,
        title=draft.title.strip(),
        description=draft.description.strip(),
        hosts=list(draft.hosts),
        anchor_userid=draft.anchor_userid,
        starts_at=draft.starts_at,
        ends_at=draft.starts_at + timedelta(minutes=draft.minutes),
        state=LiveState.DRAFT,
        edition=1,
        platform="wecom" if draft.anchor_userid else "link",
        join_url=draft.join_url,
        author=draft.author,
        note="",
    )
    context.session.add(live)
    await context.session.flush()
    live.code = await _free_code(context, live.id)
    _note(context, draft.author, "live session drafted", live)
    await telling.ask_reviewers(context, live)
    return live


def _check(context: Context, draft: Draft) -> None:
    directory = context.directory
    if draft.station_code not in directory.stations:
        raise LiveRefused("no_station", draft.station_code)
    if draft.starts_at <= context.now:
        raise LiveRefused("past")
    if not people.identify_member(context, draft.author).is_known:
        raise LiveRefused("no_member", draft.author)
    for code in draft.hosts:
        if code not in directory.representatives:
            raise LiveRefused("nobody", code)
    if bool(draft.anchor_userid) == bool(draft.join_url):
        raise LiveRefused("one_platform")
    if draft.join_url and not draft.join_url.startswith("https://"):
        raise LiveRefused("no_https", draft.join_url)


async def _free_code(context: Context, number: int) -> str:
    """`L12`, and `L12-2` where somebody else's code happens to be that."""
    code, tries = f"L{number}", 1
    while await _is_taken(context, code):
        tries += 1
        code = f"L{number}-{tries}"
    return code


async def _is_taken(context: Context, code: str) -> bool:
    if await entry_codes.find(context.session, code) or await stored.find_by_code(context.session, code):
        return True
    return any([await context.session.get(kind, code) is not None for kind in (Representative, Station)])


async def approve(context: Context, live: LiveSession, reviewer: str) -> None:
    """Somebody else stands for it: from now on it is announced and reminded. Raises `LiveRefused`."""
    member = people.identify_member(context, reviewer)
    if not facts.may_review(context, member, live):
        raise LiveRefused("not_reviewer", reviewer)
    if reviewer.lower() == live.author.lower():
        raise LiveRefused("own_draft", reviewer)
    _refuse_unless(live, {LiveState.DRAFT})
    if live.starts_at <= context.now:
        raise LiveRefused("past")
    live.move(LiveState.APPROVED)
    live.reviewer, live.approved_at = reviewer, context.now
    _note(context, reviewer, "live session approved", live)
    broadcasting.settle(context, live)
    await telling.tell_approved(context, live)


async def move(context: Context, live: LiveSession, starts_at: datetime, reason: str, by: str) -> None:
    """Another time: whoever was told, and whoever asked, is told once. Raises `LiveRefused`.

    Also of one whose stream broke down, as long as its questions are not sorted: they stay with it.
    """
    _refuse_unless(live, AHEAD | {LiveState.DRAFT, LiveState.LIVE, LiveState.ENDED})
    if starts_at <= context.now:
        raise LiveRefused("past")
    if live.state in BROKEN:  # the broadcast in WeCom is over for good: another one is reserved
        live.started_at = live.ended_at = live.figures_due_at = live.living_id = None
    live.starts_at, live.ends_at = starts_at, starts_at + (live.ends_at - live.starts_at)
    live.edition += 1
    live.note = reason
    _note(context, by, "live session moved", live)
    if live.state is LiveState.DRAFT:
        await telling.ask_reviewers(context, live)
        return
    live.move(LiveState.APPROVED)
    live.announced_at = None
    broadcasting.settle(context, live)
    await telling.tell_moved(context, live)


async def cancel(context: Context, live: LiveSession, reason: str, by: str, *, by_wecom: bool = False) -> None:
    """Called off: whoever was told is told once; what was asked becomes cases. Raises `LiveRefused`."""
    _refuse_unless(live, MAY_BE_CANCELLED)
    was_draft = live.state is LiveState.DRAFT
    live.move(LiveState.CANCELLED)
    live.edition += 1
    live.note = reason
    live.figures_due_at = None
    _note(context, by, "live session cancelled", live)
    if not by_wecom:
        broadcasting.settle(context, live)
    await telling.tell_cancelled(context, live, was_draft=was_draft)
    await promises.plan_all(context, live)


def begin(live: LiveSession, at: datetime) -> bool:
    """The stream is on; False where it was known, or is over already."""
    if live.state not in AHEAD:
        return False
    live.move(LiveState.LIVE)
    live.started_at = at
    return True


async def end(context: Context, live: LiveSession, at: datetime, by: str = "") -> bool:
    """The stream is over: the claim list goes out at once. False where that was known."""
    begin(live, at)
    if live.state is not LiveState.LIVE:
        return False
    live.move(LiveState.ENDED)
    live.ended_at = at
    if live.living_id is not None:
        live.figures_due_at = context.now + FIGURES_AFTER
    if by:
        _note(context, by, "live session ended", live)
    await claiming.send_list(context, live)
    return True


def resume(context: Context, live: LiveSession, by: str) -> None:
    """A stream that broke down comes back. Raises `LiveRefused`."""
    _refuse_unless(live, {LiveState.ENDED})
    live.move(LiveState.LIVE)
    live.ended_at = live.figures_due_at = None
    live.ends_at = max(live.ends_at, context.now)
    _note(context, by, "live session resumed", live)


def _refuse_unless(live: LiveSession, states: frozenset[LiveState] | set[LiveState]) -> None:
    if live.state not in states:
        raise LiveRefused("state", STATES[live.state.value])


def _note(context: Context, by: str, act: str, live: LiveSession) -> None:
    audit.add_line(context.session, actor=by, act=act, subject=f"live {live.id} {live.code}", at=context.now)
    log.info(act, extra={"live_session": live.id, "by": by})
