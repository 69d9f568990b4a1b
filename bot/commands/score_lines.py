"""`scores`: rule sets of points, and one representative's points, from a shell."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bot.commands.running import load_settings, refuse, run

app = typer.Typer(
    help="Points of duty: rule sets, and what one representative's points are made of.", no_args_is_help=True
)
Act = Callable[[Any], Awaitable[list[str]]]


@app.command(name="list")
def list_() -> None:
    """One line a rule set, tabs between: label, title, items, whether it is the one that counts."""

    async def act(context: Any) -> list[str]:
        from bot.services.scores import rules

        found = await rules.every(context)
        counts = context.rules.score_rules
        return [
            f"{one.label}\t{one.title}\t{len(one.items)} items\t{'*' if one.label == counts else ''}"
            for one in found
        ]

    raise typer.Exit(_run(act))


@app.command()
def show(label: str) -> None:
    """A rule set as JSON: a copy of it is the way to begin one's own."""

    async def act(context: Any) -> list[str]:
        from bot.services.scores import rules
        from config.score_rules import dump

        found = await rules.find(context, label)
        if found is None:
            refuse(f"{label}: no such rule set; `scores list` has them all")
        return [orjson.dumps(dump(found), option=orjson.OPT_INDENT_2).decode()]

    raise typer.Exit(_run(act))


@app.command()
def add(
    name: str,
    file: Annotated[Path, typer.Argument(help="JSON, as `scores show` prints it")],
    by: Annotated[str, typer.Option(help="userid of the service centre or an administrator")],
) -> None:
    """The next version of the office's own rule set; `rules set score_rules NAME@VERSION` makes it count."""
    try:
        body = orjson.loads(file.read_bytes())
    except OSError as error:
        refuse(f"{file}: {error.strerror}")
    except orjson.JSONDecodeError as error:
        refuse(f"{file}: {error}")
    if not isinstance(body, dict):
        refuse(f"{file}: is an object with title, items and so on")

    async def act(context: Any) -> list[str]:
        from bot.services.scores import rules
        from config.score_rules import RulesRefused

        staff = context.directory.find_staff(by)
        if staff is None or staff.role not in ("admin", "centre"):
            refuse(f"--by: {by} is neither of the service centre nor an administrator")
        try:
            return [(await rules.add(context, name, body, by)).label]
        except RulesRefused as refused:
            refuse(*(f"{file}: {fault}" for fault in refused.faults))

    raise typer.Exit(_run(act))


@app.command()
def explain(
    representative: Annotated[str, typer.Option(help="a representative's code")],
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_on: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    rules_label: Annotated[
        str | None, typer.Option("--rules", help="such as jiangbei@1; default: what counts")
    ] = None,
) -> None:
    """One line an entry, tabs between: number, day, kind, item, points, why not; the total last. It is audited."""

    async def act(context: Any) -> list[str]:
        from bot.services.scores import rules, telling
        from storage import audit

        label = rules_label or context.rules.score_rules
        found = await rules.find(context, label) if label else None
        if found is None:
            refuse(f"--rules {label or ''}: no such rule set; `scores list` has them all")
        if representative not in context.directory.representatives:
            refuse(f"--representative {representative}: no such representative")
        audit.add_line(
            context.session,
            actor="scores",
            act="points explained",
            subject=f"representative {representative}",
            at=context.now,
        )
        score = await telling.count(context, found, representative, from_on.date(), to_on.date())
        lines = [
            f"{one.fact.number}\t{one.fact.on}\t{one.fact.kind}\t{one.item}\t{one.points}\t{one.why}"
            for one in score.lines
        ]
        return [*lines, f"base {found.base}, total {score.total} {score.band}".rstrip()]

    raise typer.Exit(_run(act))


def _run(act: Act) -> int:
    from bot.commands.contexts import working
    from config.settings import Need

    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with working(settings) as context:
            lines = await act(context)
        for line in lines:
            typer.echo(line)
        return 0

    return run(work)
