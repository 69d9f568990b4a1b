"""`retention`: what has been kept long enough, by kind; with --dry-run it is only counted."""

import typer

from bot.commands.contexts import working
from bot.commands.running import load_settings, run
from bot.services.privacy import retaining
from config.retention import HOUSE, KINDS
from config.settings import Need, Settings
from storage.retention import Found


def retention_command(*, dry_run: bool) -> int:
    """One line a kind, tabs between: kind, days, least days, how many, what for."""
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with working(settings) as context:
            for due in await retaining.preview(context):
                count = "not by the program" if due.count is None else due.count
                typer.echo(
                    f"{due.kind.name}\t{due.days} days\tleast {due.kind.least_days}\t{count}\t{due.kind.why}"
                )
        if dry_run:
            typer.echo("dry run: nothing was touched")
            return 0
        typer.echo(f"gone: {await _act(settings)}")
        return 0

    return run(work)


async def _act(settings: Settings) -> int:
    """Every kind to its end, a batch a commit; files and pages follow when the bot runs."""
    total = 0
    for kind in KINDS:
        if kind.by == HOUSE:
            continue
        part = Found((), None)
        while True:
            async with working(settings) as context:
                part = await retaining.act(context, kind, part.reached)
            total += len(part.ids)
            if part.reached is None:
                break
    return total
