"""The rules as they stand, and the versions of the roster and of the words of notices that are in force."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.rules import Rules
from storage import plain
from storage.models import TunedRule

_ROSTER_VERSION, _TEXTS_VERSION = _VERSIONS = "roster_version", "texts_version"
_STANDING = select(TunedRule.name, TunedRule.value)


async def get_standing(session: AsyncSession) -> tuple[Rules, str]:
    """The rules with what staff changed, and the roster's version."""
    rules, roster, _ = await get_everything(session)
    return rules, roster


async def get_everything(session: AsyncSession) -> tuple[Rules, str, str]:
    """The same with the version of the centre's own words in notices; empty where it has none."""
    rows = await plain.fetch(session, _STANDING)
    changed = {name: value for name, value in rows}  # noqa: C416  a Row is no pair for mypy
    return Rules.tuned(changed), str(changed.get(_ROSTER_VERSION, "")), str(changed.get(_TEXTS_VERSION, ""))


async def find_changes(session: AsyncSession) -> dict[str, TunedRule]:
    """What staff changed, by the name of the rule."""
    return {row.name: row for row in await session.scalars(select(TunedRule)) if row.name not in _VERSIONS}


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


async def note_texts_change(session: AsyncSession, version: str, now: datetime, by: str) -> None:
    """Every process reads the words of notices anew before it says anything more."""
    await session.merge(TunedRule(name=_TEXTS_VERSION, value=version, changed_at=now, changed_by=by))
