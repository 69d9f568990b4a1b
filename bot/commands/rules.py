"""`rules`: what staff tune, from a shell."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import typer

from bot.commands.contexts import working
from bot.commands.running import load_settings, refuse, run
from bot.services import tuning
from bot.services.context import Context
from bot.services.tuning import RuleRefused, Standing
from config.settings import Need


def list_command(name: str | None, file_format: str) -> int:
    """One line a rule, tabs between: name, value, default where it is another, when and by whom it was changed."""

    async def work(context: Context) -> list[str]:
        found = [one for one in await tuning.list_rules(context) if name in (None, one.name)]
        if not found:
            raise RuleRefused(name or "", "no such rule; `rules list` has them all")
        if file_format == "json":
            return [orjson.dumps([_row(one) for one in found], option=orjson.OPT_INDENT_2).decode()]
        return [_line(one) for one in found]

    return _run(work)


def set_command(name: str, words: list[str], by: str) -> int:
    """Change a rule; the last line is what holds now."""

    async def work(context: Context) -> list[str]:
        return [_line(await tuning.change(context, name, words, by))]

    return _run(work)


def reset_command(name: str, by: str) -> int:
    """Give a rule its default back."""

    async def work(context: Context) -> list[str]:
        return [_line(await tuning.reset(context, name, by))]

    return _run(work)


def _line(one: Standing) -> str:
    told = [one.name, tuning.render(one.value)]
    if one.changed_at is not None:
        told += [f"default {tuning.render(one.default)}", f"{one.changed_at:%Y-%m-%d %H:%M}Z {one.changed_by}"]
    return "\t".join(told)


def _row(one: Standing) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.value,
        "default": one.default,
        "changed_at": one.changed_at,
        "changed_by": one.changed_by or None,
    }


def _run(act: Callable[[Context], Awaitable[list[str]]]) -> int:
    settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        try:
            async with working(settings) as context:
                lines = await act(context)
        except RuleRefused as refused:
            refuse(refused)
        for line in lines:
            typer.echo(line)
        return 0

    return run(work)
