"""`python -m bot COMMAND`: exit 0 = done, 2 = refused input or settings, 1 = broken.

Each command imports what it needs when it is called: the whole house takes two seconds to load.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import memory
from bot.commands import export_lines, key_lines, live_lines, rule_lines, score_lines
from bot.commands.running import refuse

app = typer.Typer(
    name="lianxin",
    help="Lianxin (连心桥): a WeCom bot for people's congress representatives.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
export_app = export_lines.app
app.add_typer(export_app, name="export")
activity_app = typer.Typer(help="The activity days.", no_args_is_help=True)
app.add_typer(activity_app, name="activity")
codes_app = typer.Typer(help="The printed codes of representatives and stations.", no_args_is_help=True)
app.add_typer(codes_app, name="codes")
app.add_typer(key_lines.app, name="key")
app.add_typer(live_lines.app, name="live")
app.add_typer(rule_lines.app, name="rules")
app.add_typer(score_lines.app, name="scores")

NOT_BUILT = {
    "bench": "The benchmarks.",
}


class CodeReason(StrEnum):
    """Why a code is revoked."""

    LEFT_OFFICE = "left_office"
    LOST = "lost"
    REPLACED = "replaced"
    OTHER = "other"


class ListFormat(StrEnum):
    """Formats of the lists on standard output."""

    TEXT = "text"
    JSON = "json"


class ReportFormat(StrEnum):
    """Formats of `export month-report`."""

    JSON = "json"
    XLSX = "xlsx"


class PosterLayout(StrEnum):
    """How wall posters look."""

    BANNER = "banner"
    QUIET = "quiet"
    ALL = "all"


class StatisticsBy(StrEnum):
    """What the lines of `export statistics` are."""

    REPRESENTATIVE = "representative"
    LEVEL = "level"
    GROUP = "group"
    STATION = "station"
    REGION = "region"
    KIND = "kind"
    MONTH = "month"


class ReceiptFormat(StrEnum):
    """Formats of `export broadcast`."""

    JSONL = "jsonl"
    XLSX = "xlsx"


@app.command()
def serve(
    roles: Annotated[
        str, typer.Option(help="web, worker, scheduler, separated by commas")
    ] = "web,worker,scheduler",
    host: Annotated[str | None, typer.Option()] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
) -> None:
    """A production process."""
    with memory.unwatched():
        from bot.commands import serving

    raise typer.Exit(serving.serve_command(roles, host, port))


@app.command()
def check() -> None:
    """Say ok or what to do for each prerequisite."""
    from bot.commands import checking

    raise typer.Exit(checking.check_command())


@app.command(name="import")
def import_(
    path: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    author: Annotated[str, typer.Option(help="who wants a change of administrators")] = "",
    reviewer: Annotated[str, typer.Option(help="who agrees to it")] = "",
) -> None:
    """Load a folder or one .xlsx workbook: all or nothing. A change of administrators waits for a second person."""
    from bot.commands import data
    from bot.commands.running import refuse
    from bot.services.imports.admins import Pair

    if bool(author) != bool(reviewer):
        refuse("--author and --reviewer: name both, or neither")
    pair = Pair(author, reviewer) if author else None
    raise typer.Exit(data.import_command(path, dry_run=dry_run, pair=pair))


@app.command()
def route(file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Read messages as JSON lines, print one decision a line; touches nothing."""
    from bot.commands import routing

    raise typer.Exit(routing.route_command(file))


@app.command()
def train(
    file: Annotated[Path, typer.Argument(help='JSON lines {"text","topic"}')],
    output: Annotated[Path, typer.Option("-o", "--output", help="where the model is written")],
) -> None:
    """Train the topic model from labelled messages, with a report."""
    from bot.commands import training

    raise typer.Exit(training.train_command(file, output))


@export_app.command(name="month-report")
def export_month_report(
    region: Annotated[str, typer.Option(help="a region's code; those below it count too")],
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"])],
    file_format: Annotated[ReportFormat, typer.Option("--format")],
    output: Annotated[str, typer.Option("-o", "--output", help="- is standard output, for json")] = "-",
) -> None:
    """The month's figures: attendances, sessions, people received, opinions, proposals."""
    from bot.commands import activity

    if output == "-" and file_format is not ReportFormat.JSON:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    raise typer.Exit(activity.month_report_command(region, month.date(), file_format.value, output))


@export_app.command(name="statistics")
def export_statistics(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_on: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    file_format: Annotated[ReportFormat, typer.Option("--format")],
    output: Annotated[str, typer.Option("-o", "--output", help="- is standard output, for json")],
    by: Annotated[list[StatisticsBy] | None, typer.Option(help="the lines; several make a table")] = None,
    region: Annotated[str | None, typer.Option(help="a region's code; those below it count too")] = None,
    station: Annotated[list[str] | None, typer.Option(help="a station's code")] = None,
    representative: Annotated[list[str] | None, typer.Option(help="a representative's code")] = None,
    level: Annotated[list[str] | None, typer.Option()] = None,
    group: Annotated[list[str] | None, typer.Option(help="of kinds: session, bills, congress, contact …")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="visit, reception …")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="counts of people below 5 too; audited")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="hidden and restricted entries too; audited")] = False,
    entries: Annotated[bool, typer.Option("--entries", help="the numbers of the entries behind each line")] = False,
) -> None:
    """What is on record in a period: entries, days, people met, opinions, proposals, cases."""
    from bot.commands import statistics

    if output == "-" and file_format is not ReportFormat.JSON:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    order = statistics.Order(
        tuple(dict.fromkeys(one.value for one in by or ())),
        from_on.date(),
        to_on.date(),
        region,
        stations=tuple(station or ()),
        representatives=tuple(representative or ()),
        levels=tuple(level or ()),
        groups=tuple(group or ()),
        kinds=tuple(kind or ()),
        exact=exact,
        closed=closed,
        entries=entries,
    )
    raise typer.Exit(statistics.export_command(order, file_format.value, output))


@export_app.command(name="broadcast")
def export_broadcast(
    number: Annotated[int, typer.Argument(min=1)],
    file_format: Annotated[ReceiptFormat, typer.Option("--format")],
    output: Annotated[str, typer.Option("-o", "--output", help="- is standard output, for jsonl")],
) -> None:
    """What became of a notice for each recipient."""
    from bot.commands import broadcasting

    raise typer.Exit(broadcasting.export_command(number, file_format.value, output))


@app.command()
def broadcast(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="representatives, officers, staff, level:…, region:…, station:…, roster:DATE, notice:ID,"
            " a file of userids, joined by commas, narrowed by &; or subscribers:STATION",
        ),
    ],
    text_file: Annotated[Path, typer.Option("--text-file", help="UTF-8")],
    author: Annotated[str, typer.Option(help="userid of who wrote it")],
    reviewer: Annotated[str, typer.Option(help="userid of the second person who stands for it")],
    at: Annotated[str | None, typer.Option("--at", help="local time, 2026-12-15T09:00; default: now")] = None,
    title: Annotated[str, typer.Option()] = "",
    buttons: Annotated[
        str | None, typer.Option(help="none, ok, join, vote:甲/乙; default: ok where the text fits on a card")
    ] = None,
    link: Annotated[str, typer.Option()] = "",
    file: Annotated[Path | None, typer.Option(help="a picture or file that goes with it")] = None,
    receipt: Annotated[bool, typer.Option("--receipt", help="watch who confirms, remind the others once")] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="in quiet hours too")] = False,
    again: Annotated[bool, typer.Option("--again", help="although the same was just sent")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="show the progress until all is sent")] = False,
) -> None:
    """Send a notice that two people stand for; the last line is its number."""
    from bot.commands import broadcasting

    order = broadcasting.Order(
        to, text_file, author, reviewer, at, title, buttons, link, file, receipt, urgent, again
    )
    raise typer.Exit(broadcasting.broadcast_command(order, wait=wait))


@codes_app.command(name="list")
def codes_list(station: Annotated[str | None, typer.Option(help="a station's code")] = None) -> None:
    """One line a code, tabs between: code, kind, whose, name, station, state, last day."""
    from bot.commands import codes

    raise typer.Exit(codes.list_command(station))


@codes_app.command(name="revoke")
def codes_revoke(code: str, reason: Annotated[CodeReason, typer.Option()] = CodeReason.OTHER) -> None:
    """Stop a code: from now on it leads to the station, with a word why."""
    from bot.commands import codes

    raise typer.Exit(codes.revoke_command(code, reason.value))


@codes_app.command(name="renew")
def codes_renew(code: str) -> None:
    """Issue the next code and stop the earlier ones; the last line is the address of the new QR."""
    from bot.commands import codes

    raise typer.Exit(codes.renew_command(code))


@codes_app.command(name="expire")
def codes_expire(
    code: str, on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="the last valid day")]
) -> None:
    """Give a code its last valid day."""
    from bot.commands import codes

    raise typer.Exit(codes.expire_command(code, on.date()))


@activity_app.command(name="list")
def activity_list(
    region: Annotated[str | None, typer.Option(help="a region's code; those below it count too")] = None,
    from_on: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    to_on: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
    file_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.TEXT,
) -> None:
    """One line a day, tabs between: number, region, date, hours, state, sites, coming, first date, topic."""
    from bot.commands import activity

    first, last = (from_on.date() if from_on else None), (to_on.date() if to_on else None)
    raise typer.Exit(activity.list_command(region, first, last, file_format.value))


@activity_app.command(name="add")
def activity_add(
    region: Annotated[str, typer.Option(help="a region's code")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"])],
    start: Annotated[str | None, typer.Option(help="local, such as 09:00")] = None,
    end: Annotated[str | None, typer.Option(help="local, such as 11:30")] = None,
    topic: Annotated[str, typer.Option()] = "",
) -> None:
    """Set a day, confirmed; the last line is its number."""
    from bot.commands import activity

    raise typer.Exit(activity.add_command(region, on.date(), start, end, topic))


@activity_app.command(name="move")
def activity_move(
    number: int,
    to: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    reason: Annotated[str, typer.Option(help="as it is told")] = "",
) -> None:
    """Hold a day on another date; everyone who was told hears of it."""
    from bot.commands import activity

    raise typer.Exit(activity.move_command(number, to.date(), reason))


@activity_app.command(name="cancel")
def activity_cancel(number: int, reason: Annotated[str, typer.Option(help="as it is told")] = "") -> None:
    """Call a day off; everyone who was told hears of it."""
    from bot.commands import activity

    raise typer.Exit(activity.cancel_command(number, reason))


@app.command()
def posters(
    folder: Annotated[Path, typer.Option("-o", "--output", help="the folder to write to")],
    station: Annotated[str | None, typer.Option(help="a station's code; default: all stations")] = None,
    representative: Annotated[str | None, typer.Option(help="only this representative's, by code")] = None,
    layout: Annotated[PosterLayout, typer.Option(help="how the wall posters look")] = PosterLayout.BANNER,
) -> None:
    """Printable QR posters, table cards and directory sheets (PDF, A4) for stations and representatives."""
    from bot.commands.posters import Job, posters_command

    layouts = [one.value for one in PosterLayout if one is not PosterLayout.ALL]
    chosen = layouts if layout is PosterLayout.ALL else [layout.value]
    raise typer.Exit(posters_command(Job(station, representative, chosen, folder)))


@app.command()
def verify(
    against: Annotated[
        Path | None, typer.Option("--against", help="what was saved of the published heads of the ledger")
    ] = None,
) -> None:
    """Check the duty ledger and the invariants; exit 1 if anything is wrong."""
    from bot.commands import data

    raise typer.Exit(data.verify_command(against))


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count")] = False,
) -> None:
    """What has been kept long enough goes, by the rules `keep_…`; the bot does it each night."""
    from bot.commands import retention as keeping

    raise typer.Exit(keeping.retention_command(dry_run=dry_run))


@app.command()
def erase(
    again: Annotated[Path, typer.Option("--again", help="the list of erasures, `erased.jsonl`")],
) -> None:
    """Erase again what a restored copy of the database still has; the bot does it at each start."""
    from bot.commands import erasing

    raise typer.Exit(erasing.erase_again_command(again))


@app.command()
def migrate(
    phase: Annotated[str, typer.Option(help="pre: before the new version starts; post: when all run it")] = "",
) -> None:
    """Bring the database to the current schema."""
    from bot.commands import data

    raise typer.Exit(data.migrate_command(phase))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT")] = 8080,
    folder: Annotated[Path | None, typer.Option(help="keep the demo's data here; default: a fresh one")] = None,
) -> None:
    """The bot and the WeCom simulator with a sample district."""
    from bot.commands import serving

    raise typer.Exit(serving.demo_command(port, folder))


@app.command()
def simulate(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8090,
    faults: Annotated[Path | None, typer.Option(help="a JSON file of faults")] = None,
    callback: Annotated[str, typer.Option(help="the bot's callback")] = "http://127.0.0.1:8080/wecom/callback",
) -> None:
    """The WeCom simulator alone."""
    from bot.commands import serving

    raise typer.Exit(serving.simulate_command(port, faults, callback))


def _add_unbuilt(name: str, purpose: str) -> None:
    @app.command(
        name=name,
        help=f"{purpose} (not built yet)",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def unbuilt() -> None:
        refuse(f"{name}: not built yet")


for _name, _purpose in NOT_BUILT.items():
    _add_unbuilt(_name, _purpose)

if __name__ == "__main__":
    app()
