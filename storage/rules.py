"""The rules as they stand, and the version of the roster that is in force."""

from datetime import datetime

from sqlalchemy import delete, select
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


async def find_changes(session: AsyncSession) -> dict[str, TunedRule]:
    """What staff changed, by the name of the rule."""
    return {row.name: row for row in await session.scalars(select(TunedRule)) if row.name != _ROSTER_VERSION}


async def put(session: AsyncSession, name: str, value: object, now: datetime, by: str) -> None:
    """A rule has this value from now on."""
    await session.merge(TunedRule(name=name, value=value, changed_at=now, changed_by=by))


async def forget(session: AsyncSession, name: str) -> None:
    """A rule has its default again."""
    await session.execute(delete(TunedRule).where(TunedRule.name == name))


async def note_roster_change(session: AsyncSession, now: datetime, by: str) -> None:
    """Every process reads the roster anew before its next decision."""
    version = now.isoformat()
    await session.merge(TunedRule(name=_ROSTER_VERSION, value=version, changed_at=now, changed_by=by))
