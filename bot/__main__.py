"""`python -m bot COMMAND`: exit 0 = done, 2 = refused input or settings, 1 = broken."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import checking, data, routing, serving, training
from bot.commands.running import refuse

app = typer.Typer(
    name="lianxin",
    help="Lianxin (连心桥): a WeCom bot for people's congress representatives.",
    no_args_is_help=True,
)
export_app = typer.Typer(help="Write files out.", no_args_is_help=True)
app.add_typer(export_app, name="export")

NOT_BUILT = {
    "posters": "Printable QR posters.",
    "broadcast": "Send a notice that two people stand for.",
    "activity": "The activity days.",
    "live": "The live sessions.",
    "bench": "The benchmarks.",
}


class DutyFormat(StrEnum):
    """Formats of `export duty`."""

    JSONL = "jsonl"
    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"


@app.command()
def serve(
    roles: Annotated[
        str, typer.Option(help="web, worker, scheduler, separated by commas")
    ] = "web,worker,scheduler",
    host: Annotated[str | None, typer.Option()] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
) -> None:
    """A production process."""
    raise typer.Exit(serving.serve_command(roles, host, port))


@app.command()
def check() -> None:
    """Say ok or what to do for each prerequisite."""
    raise typer.Exit(checking.check_command())


@app.command(name="import")
def import_(path: Path, dry_run: Annotated[bool, typer.Option("--dry-run")] = False) -> None:
    """Load a folder or one .xlsx workbook: all or nothing."""
    raise typer.Exit(data.import_command(path, dry_run=dry_run))


@app.command()
def route(file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Read messages as JSON lines, print one decision a line; touches nothing."""
    raise typer.Exit(routing.route_command(file))


@app.command()
def train(
    file: Annotated[Path, typer.Argument(help='JSON lines {"text","topic"}')],
    output: Annotated[Path, typer.Option("-o", "--output", help="where the model is written")],
) -> None:
    """Train the topic model from labelled messages, with a report."""
    raise typer.Exit(training.train_command(file, output))


@export_app.command(name="duty")
def export_duty(
    file_format: Annotated[DutyFormat, typer.Option("--format")],
    output: Annotated[str, typer.Option("-o", "--output", help="- is standard output, for jsonl")],
    representative: Annotated[str | None, typer.Option(help="a representative's code")] = None,
    from_on: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    to_on: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"])] = None,
) -> None:
    """The duty register."""
    if output == "-" and file_format is not DutyFormat.JSONL:
        refuse(f"-o -: {file_format.value} cannot go to standard output, name a file")
    raise typer.Exit(
        data.export_duty_command(
            representative,
            from_on.date() if from_on else None,
            to_on.date() if to_on else None,
            file_format.value,
            output,
        )
    )


@export_app.command(
    name="month-report", context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
def export_month_report() -> None:
    """The month report (not built yet)."""
    refuse("export month-report: not built yet")


@export_app.command(name="cases", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def export_cases() -> None:
    """The case register (not built yet)."""
    refuse("export cases: not built yet")


@export_app.command(name="broadcast", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def export_broadcast() -> None:
    """A broadcast's receipts (not built yet)."""
    refuse("export broadcast: not built yet")


@app.command()
def verify() -> None:
    """Check the duty ledger and the invariants; exit 1 if anything is wrong."""
    raise typer.Exit(data.verify_command())


@app.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    raise typer.Exit(data.migrate_command())


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT")] = 8080,
    folder: Annotated[Path | None, typer.Option(help="keep the demo's data here; default: a fresh one")] = None,
) -> None:
    """The bot and the WeCom simulator with a sample district."""
    raise typer.Exit(serving.demo_command(port, folder))


@app.command()
def simulate(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8090,
    faults: Annotated[Path | None, typer.Option(help="a JSON file of faults")] = None,
    callback: Annotated[str, typer.Option(help="the bot's callback")] = "http://127.0.0.1:8080/wecom/callback",
) -> None:
    """The WeCom simulator alone."""
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
