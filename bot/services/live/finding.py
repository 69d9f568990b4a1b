"""Which session somebody means: by the code they scanned, their station, or the number they wrote."""

from collections.abc import Sequence

from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.live import facts
from bot.services.people import Member
from storage import live as stored
from storage.live import OVER, PUBLIC, TAKES_QUESTIONS
from storage.models import LiveSession
from storage.states import LiveState

SCENE = "live"
_MINE = frozenset(set(LiveState) - {LiveState.ARCHIVED, LiveState.CANCELLED})
MOST_SHOWN = 3


def takes_questions(context: Context, live: LiveSession) -> bool:
    """Whether what is asked now belongs to it: approved, and not over."""
    return live.state in TAKES_QUESTIONS and facts.stage(context, live) != "over"


async def scanned(context: Context, caller: Caller) -> LiveSession | None:
    """The session whose code they came in by, if it takes questions."""
    conversation = caller.conversation
    if conversation.scene != SCENE or not conversation.scene_param:
        return None
    live = await stored.find_by_code(context.session, conversation.scene_param)
    return live if live is not None and takes_questions(context, live) else None


def leave(caller: Caller, live: LiveSession) -> None:
    """What they write from now on belongs to a matter, as if they had come in by the station's code."""
    caller.conversation.scene, caller.conversation.scene_param = "station", live.station_code


async def station_of(context: Context, caller: Caller) -> str | None:
    """The station whose code they came in by, else the last one they had to do with."""
    conversation, directory = caller.conversation, context.directory
    if conversation.scene == "station" and conversation.scene_param in directory.stations:
        return conversation.scene_param
    if conversation.scene == "rep" and conversation.scene_param in directory.representatives:
        return directory.representatives[conversation.scene_param].station_code
    if conversation.scene == SCENE:
        live = await stored.find_by_code(context.session, conversation.scene_param)
        if live is not None:
            return live.station_code
    return caller.constituent.last_station_code


async def for_caller(context: Context, caller: Caller) -> Sequence[LiveSession]:
    """What they may watch, nearest first: the scanned session, those of their station, else those of all."""
    first = await scanned(context, caller)
    station = await station_of(context, caller)
    found = await stored.in_states(context.session, PUBLIC, [station] if station else None)
    if station and not found:
        found = await stored.in_states(context.session, PUBLIC)
    others = [live for live in found if takes_questions(context, live) and (first is None or live.id != first.id)]
    return ([first] if first is not None else []) + others


async def to_ask(context: Context, caller: Caller) -> LiveSession | None:
    """The session that `直播 …` is a question to: the scanned one, else what is on or next at their station."""
    first = await scanned(context, caller)
    if first is not None:
        return first
    station = await station_of(context, caller)
    found = await stored.in_states(context.session, PUBLIC, [station] if station else None)
    open_now = [live for live in found if takes_questions(context, live)]
    if station is None and len(open_now) > 1:  # nobody can tell which
        open_now = [live for live in open_now if facts.is_on(context, live)]
        open_now = open_now if len(open_now) == 1 else []
    return next(iter(sorted(open_now, key=lambda live: not facts.is_on(context, live))), None)


async def of_member(context: Context, member: Member) -> list[LiveSession]:
    """The sessions that a member runs, the one that needs them most first.

    Over and not sorted, on, ahead by start, the rest by the newest.
    """
    found = await stored.in_states(context.session, _MINE)
    mine = [live for live in found if facts.may_run(context, member, live)]
    return sorted(mine, key=_rank)


def _rank(live: LiveSession) -> tuple[int, float]:
    start = live.starts_at.timestamp()
    if live.state is LiveState.ENDED:
        return 0, start
    if live.state is LiveState.LIVE:
        return 1, start
    return (3, -start) if live.state in OVER else (2, start)


async def runs(context: Context, member: Member, session_id: int) -> LiveSession | None:
    """The session of this number, locked, if the member runs it."""
    live = await stored.find(context.session, session_id, lock=True)
    return live if live is not None and facts.may_run(context, member, live) else None
