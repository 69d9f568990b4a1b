"""The rules as they stand, and the version of the roster that is in force."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.rules import Rules
from storage.models import TunedRule

_ROSTER_VERSION = "roster_version"
_STANDING = select(TunedRule.name, TunedRule.value)


async def get_standing(session: AsyncSession) -> tuple[Rules, str]:
    """The rules with what staff changed, and the roster's version."""
    rows = await session.execute(_STANDING)
    changed = {name: value for name, value in rows}  # noqa: C416  a Row is no pair for mypy
    return Rules.tuned(changed), str(changed.get(_ROSTER_VERSION, ""))


async def note_roster_change(session: AsyncSession, now: datetime, by: str) -> None:
    """Every process reads the roster anew before its next decision."""
    version = now.isoformat()
    await session.merge(TunedRule(name=_ROSTER_VERSION, value=version, changed_at=now, changed_by=by))
