"""`erase --again FILE`: a copy of the database from before an erasure is erased again by the list of erasures."""

from pathlib import Path

import typer

from bot.commands.contexts import working
from bot.commands.running import load_settings, refuse, run
from bot.services.privacy import again
from config.settings import Need
from storage import privacy_list
from storage.privacy_list import BadList


def erase_again_command(path: Path) -> int:
    """Prints how many erasures the database did not know of; files and pages follow when the bot runs."""
    settings = load_settings(Need.DATA_KEY)
    try:
        listed = privacy_list.read(path) if path.exists() else refuse(f"{path}: no such file")
    except BadList as bad:
        refuse(bad)

    async def work() -> int:
        async with working(settings) as context:
            done = await again.erase_again(context, listed)
        typer.echo(f"{len(listed)} listed, {done} erased again")
        return 0

    return run(work)
