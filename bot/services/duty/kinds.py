"""The kinds of duty as they stand in this office."""

from collections.abc import Mapping

from bot.services.context import Context
from config import duty_kinds
from config.duty_kinds import DutyKind


def standing(context: Context) -> Mapping[str, DutyKind]:
    """By code, with what staff changed."""
    return duty_kinds.standing(context.rules.duty_kinds)


def name_of(context: Context, code: str) -> str:
    """What a kind is called; one that is no longer there stays as it was written."""
    kind = standing(context).get(code)
    return kind.name if kind else code
