"""`live`: what its lines do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import typer

from bot.calendars.local_time import instant_of
from bot.commands.contexts import working
from bot.commands.running import load_settings, refuse, run
from bot.services.context import Context
from bot.services.live import facts, planning
from bot.services.live.planning import Draft, LiveRefused
from config.settings import Need
from storage import live as stored
from storage.models import LiveSession
from storage.states import QuestionState

_MINUTE = "%Y-%m-%d %H:%M"
_WHY_NOT = {
    "nothing": "{words}: no live session has this number",
    "no_station": "--station {words}: no such station",
    "no_member": "--author {words}: neither a representative nor staff",
    "nobody": "--host {words}: no such representative",
    "past": "the time is past",
    "one_platform": "give either --link or --anchor",
    "no_https": "--link {words}: an https address is wanted",
    "not_reviewer": "--reviewer {words}: a lead of the station, the centre or an administrator has to stand for it",
    "own_draft": "--reviewer {words}: is its author; somebody else has to stand for it",
    "state": "the session cannot be changed so any more",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What `live add` was told; `at` is local."""

    station: str
    title: str
    at: datetime
    author: str
    minutes: int
    kind: str
    description: str
    link: str
    anchor: str | None
    hosts: tuple[str, ...]
    reviewer: str | None


def list_command(station: str | None, file_format: str) -> int:
    """Print one session a line, by start, tabs between; or all of them as JSON."""

    async def work(context: Context) -> list[str]:
        if station is not None and station not in context.directory.stations:
            raise LiveRefused("no_station", station)
        found = await stored.list_all(context.session, station)
        figures = await stored.count_questions(context.session, [live.id for live in found])
        rows = [_row(context, live, figures[live.id]) for live in found]
        if file_format == "json":
            return [orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()]
        return ["\t".join(str(row[name]) for name in _COLUMNS) for row in rows]

    return _do(work)


_COLUMNS = ("id", "code", "kind", "station", "start", "end", "state", "questions", "waiting", "title")


def _row(context: Context, live: LiveSession, figures: dict[QuestionState, int]) -> dict[str, Any]:
    return {
        "id": live.id,
        "code": live.code,
        "kind": live.kind,
        "station": live.station_code,
        "title": live.title,
        "start": f"{live.starts_at.astimezone(context.zone):{_MINUTE}}",
        "end": f"{live.ends_at.astimezone(context.zone):{_MINUTE}}",
        "state": live.state.value,
        "hosts": live.hosts,
        "platform": live.platform,
        "author": live.author,
        "reviewer": live.reviewer,
        "questions": sum(figures.values()),
        "waiting": figures.get(QuestionState.WAITING, 0),
        "fates": {state.value: count for state, count in figures.items()},
        "viewers": live.viewers,
        "comments": live.comments,
        "mics": live.mics,
        "watch_seconds": live.watch_seconds,
        "url": facts.join_url(context, live),
        "poster": facts.poster_url(context, live),
    }


def add_command(order: Order) -> int:
    """Write the draft and, with a reviewer, approve it; its number is the last line."""

    async def work(context: Context) -> list[str]:
        draft = Draft(
            station_code=order.station,
            title=order.title,
            starts_at=_instant(context, order.at),
            minutes=order.minutes,
            author=order.author,
            kind=order.kind,
            description=order.description,
            hosts=order.hosts,
            anchor_userid=order.anchor,
            join_url=order.link,
        )
        live = await planning.add(context, draft)
        if order.reviewer is not None:
            await planning.approve(context, live, order.reviewer)
        return [f"{live.code}: {live.state.value}, {facts.poster_url(context, live)}", str(live.id)]

    return _do(work)


def approve_command(number: int, reviewer: str) -> int:
    """Have somebody else than the author stand for it."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.approve(context, live, reviewer)

    return _change(number, change)


def move_command(number: int, to: datetime, reason: str, by: str) -> int:
    """Hold it at another local time, before it begins; whoever was told is told."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.move(context, live, _instant(context, to), reason, by)

    return _change(number, change)


def cancel_command(number: int, reason: str, by: str) -> int:
    """Call it off; whoever was told is told, what was asked becomes cases."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.cancel(context, live, reason, by)

    return _change(number, change)


def _instant(context: Context, local: datetime) -> datetime:
    return instant_of(local.date(), local.time(), context.zone)


def _change(number: int, change: Callable[[Context, LiveSession], Awaitable[None]]) -> int:
    async def work(context: Context) -> list[str]:
        live = await stored.find(context.session, number, lock=True)
        if live is None:
            raise LiveRefused("nothing", str(number))
        await change(context, live)
        start = live.starts_at.astimezone(context.zone)
        return [f"{live.code}: {live.state.value}, {start:{_MINUTE}}"]

    return _do(work)


def _do(work: Callable[[Context], Awaitable[list[str]]]) -> int:
    settings = load_settings(Need.DATA_KEY)

    async def working_on_it() -> int:
        try:
            async with working(settings) as context:
                lines = await work(context)
        except LiveRefused as refused:
            refuse(_WHY_NOT[refused.why].format(words=refused.words))
        for line in lines:
            typer.echo(line)
        return 0

    return run(working_on_it)
