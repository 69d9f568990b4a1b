"""Statements of plain rows, past SQLAlchemy's objects: half the price where no object is wanted.

Nothing is flushed before them. A statement is best built once: putting it together costs as much as running it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

Given: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Rows: TypeAlias = Sequence[Sequence[Any]]


async def fetch(session: AsyncSession, statement: Executable, given: Given | None = None) -> Rows:
    """All rows of its result."""
    return await session.run_sync(_fetch, statement, given)


async def fetch_one(session: AsyncSession, statement: Executable, given: Given | None = None) -> Any:
    """The first column of its first row; None where there is none."""
    rows = await fetch(session, statement, given)
    return rows[0][0] if rows else None


async def change(session: AsyncSession, statement: Executable, given: Given) -> int:
    """How many rows it changed; not known where it was run for a list."""
    return await session.run_sync(_change, statement, given)


def _fetch(session: Session, statement: Executable, given: Given | None) -> Rows:
    return session.connection().execute(statement, given).all()


def _change(session: Session, statement: Executable, given: Given) -> int:
    result: CursorResult[Any] = session.connection().execute(statement, given)
    return result.rowcount
