"""`live`: the lines of the live sessions, as a shell sees them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(help="The live sessions.", no_args_is_help=True)
_BY = "live"  # the actor of the audit lines where no member is named
At = Annotated[datetime, typer.Option(formats=["%Y-%m-%d %H:%M"], help="local time, such as '2026-12-01 19:30'")]


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
    from bot.commands import live

    raise typer.Exit(live.list_command(station, file_format.value))


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
    from bot.commands import live

    hosts = tuple(host or ())
    order = live.Order(station, title, at, author, minutes, kind.value, description, link, anchor, hosts, reviewer)
    raise typer.Exit(live.add_command(order))


@app.command(name="approve")
def approve(
    number: int, reviewer: Annotated[str, typer.Option(help="the userid of whoever stands for it second")]
) -> None:
    """Somebody else than the author stands for it."""
    from bot.commands import live

    raise typer.Exit(live.approve_command(number, reviewer))


@app.command(name="move")
def move(
    number: int,
    to: At,
    reason: Annotated[str, typer.Option(help="why, as everyone who was told reads it")],
    by: Annotated[str, typer.Option(help="the userid of whoever moves it")] = _BY,
) -> None:
    """Another time, before it begins; whoever was told is told."""
    from bot.commands import live

    raise typer.Exit(live.move_command(number, to, reason, by))


@app.command(name="cancel")
def cancel(
    number: int,
    reason: Annotated[str, typer.Option(help="why, as everyone who was told reads it")],
    by: Annotated[str, typer.Option(help="the userid of whoever cancels it")] = _BY,
) -> None:
    """Call it off; whoever was told is told, what was asked becomes cases."""
    from bot.commands import live

    raise typer.Exit(live.cancel_command(number, reason, by))
