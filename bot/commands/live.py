"""`live`: the live sessions from a shell."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

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

app = typer.Typer(help="The live sessions.", no_args_is_help=True)
_BY = "live"  # the actor of the audit lines where no member is named
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
At = Annotated[datetime, typer.Option(formats=[_MINUTE], help="local time, such as '2026-12-01 19:30'")]


class LiveKind(StrEnum):
    """What a session is."""

    LIVE = "live"
    DELIBERATION = "deliberation"
    INQUIRY = "inquiry"


class ListFormat(StrEnum):
    """How `live list` prints."""

    TEXT = "text"
    JSON = "json"


@app.command(name="list")
def list_(
    station: Annotated[str | None, typer.Option(help="a station's code")] = None,
    file_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.TEXT,
) -> None:
    """One session a line, by start, tabs between; or all of them as JSON."""

    async def work(context: Context) -> list[str]:
        if station is not None and station not in context.directory.stations:
            raise LiveRefused("no_station", station)
        found = await stored.list_all(context.session, station)
        figures = await stored.count_questions(context.session, [live.id for live in found])
        rows = [_row(context, live, figures[live.id]) for live in found]
        if file_format is ListFormat.JSON:
            return [orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()]
        return ["\t".join(str(row[name]) for name in _COLUMNS) for row in rows]

    raise typer.Exit(_do(work))


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


@app.command(name="add")
def add(
    station: Annotated[str, typer.Option(help="a station's code")],
    title: Annotated[str, typer.Option()],
    at: At,
    author: Annotated[str, typer.Option(help="the userid of whoever stands for it first")],
    minutes: Annotated[int, typer.Option(min=5, max=24 * 60)] = 60,
    kind: Annotated[LiveKind, typer.Option()] = LiveKind.LIVE,
    description: Annotated[str, typer.Option()] = "",
    link: Annotated[str, typer.Option(help="the https address of a stream elsewhere")] = "",
    anchor: Annotated[str | None, typer.Option(help="the userid of whoever broadcasts in WeCom")] = None,
    host: Annotated[list[str] | None, typer.Option(help="the code of a representative; may be repeated")] = None,
    reviewer: Annotated[str | None, typer.Option(help="the userid of whoever stands for it second")] = None,
) -> None:
    """A draft, announced when a second person has approved it; its number is the last line."""

    async def work(context: Context) -> list[str]:
        draft = Draft(
            station_code=station,
            title=title,
            starts_at=_instant(context, at),
            minutes=minutes,
            author=author,
            kind=kind.value,
            description=description,
            hosts=tuple(host or ()),
            anchor_userid=anchor,
            join_url=link,
        )
        live = await planning.add(context, draft)
        if reviewer is not None:
            await planning.approve(context, live, reviewer)
        return [f"{live.code}: {live.state.value}, {facts.poster_url(context, live)}", str(live.id)]

    raise typer.Exit(_do(work))


@app.command(name="approve")
def approve(
    number: int, reviewer: Annotated[str, typer.Option(help="the userid of whoever stands for it second")]
) -> None:
    """Somebody else than the author stands for it."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.approve(context, live, reviewer)

    raise typer.Exit(_change(number, change))


@app.command(name="move")
def move(
    number: int,
    to: At,
    reason: Annotated[str, typer.Option(help="why, as everyone who was told reads it")],
    by: Annotated[str, typer.Option(help="the userid of whoever moves it")] = _BY,
) -> None:
    """Another time, before it begins; whoever was told is told."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.move(context, live, _instant(context, to), reason, by)

    raise typer.Exit(_change(number, change))


@app.command(name="cancel")
def cancel(
    number: int,
    reason: Annotated[str, typer.Option(help="why, as everyone who was told reads it")],
    by: Annotated[str, typer.Option(help="the userid of whoever cancels it")] = _BY,
) -> None:
    """Call it off; whoever was told is told, what was asked becomes cases."""

    async def change(context: Context, live: LiveSession) -> None:
        await planning.cancel(context, live, reason, by)

    raise typer.Exit(_change(number, change))


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
