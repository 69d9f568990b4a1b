"""`rules`: the lines of the rules that staff tune, as a shell sees them."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(help="The rules that staff tune: deadlines, quiet hours, ladders.", no_args_is_help=True)
By = Annotated[
    str, typer.Option(help="the userid of whoever decides it: of the service centre, or an administrator")
]


class ListFormat(StrEnum):
    """How `rules list` prints."""

    TEXT = "text"
    JSON = "json"


@app.command(name="list")
def list_(
    name: Annotated[str | None, typer.Argument(help="one rule alone")] = None,
    file_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.TEXT,
) -> None:
    """One line a rule, tabs between: name, value; where it was changed the default, when and by whom."""
    from bot.commands import rules

    raise typer.Exit(rules.list_command(name, file_format.value))


@app.command(name="set")
def set_(
    name: Annotated[str, typer.Argument(help="as `rules list` writes it")],
    value: Annotated[list[str], typer.Argument(help="several for a list, such as the steps of a ladder")],
    by: By,
) -> None:
    """Change a rule; running processes follow with their next piece of work."""
    from bot.commands import rules

    raise typer.Exit(rules.set_command(name, value, by))


@app.command(name="reset")
def reset(name: Annotated[str, typer.Argument(help="as `rules list` writes it")], by: By) -> None:
    """Give a rule its default back."""
    from bot.commands import rules

    raise typer.Exit(rules.reset_command(name, by))
