"""`key`: the lines about the data key, as a shell sees them."""

from typing import Annotated

import typer

app = typer.Typer(help="The data key: whether it is backed up, and its replacement.", no_args_is_help=True)


@app.command(name="new")
def new() -> None:
    """Print a fresh key for the cipher of the settings; it is kept nowhere."""
    from bot.commands import keys

    raise typer.Exit(keys.new_command())


@app.command(name="state")
def state() -> None:
    """One line a key, tabs between: fingerprint, in use or not, first seen, backed up, left."""
    from bot.commands import keys

    raise typer.Exit(keys.state_command())


@app.command(name="backed-up")
def backed_up(
    by: Annotated[str, typer.Option(help="the userid of whoever saved it outside of this machine")],
) -> None:
    """Note that the key in use was saved outside of this machine and can be found again."""
    from bot.commands import keys

    raise typer.Exit(keys.backed_up_command(by))


@app.command(name="rotate")
def rotate() -> None:
    """Put all under LIANXIN_DATA_KEY that is still under a key of LIANXIN_DATA_KEYS_ALSO; serve may run."""
    from bot.commands import keys

    raise typer.Exit(keys.rotate_command())
