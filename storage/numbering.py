"""Row numbers taken beforehand, for rows that are written many at a time and have to know their numbers."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Case, ContentKeyRow, DutyEntry

Numbered: TypeAlias = type[Case] | type[ContentKeyRow] | type[DutyEntry]
_BLOCK = 24  # numbers that are taken at once for whoever needs one after the other; the rest of them is lost
_TAKEN = "numbers taken"


async def next_id(session: AsyncSession, model: Numbered) -> int:
    """A number that no other row of this table will have, for a row that this unit of work is going to write."""
    taken = _taken(session).get(model)
    if not taken:
        taken = _taken(session)[model] = list(reversed(await take(session, model, _BLOCK)))
    return taken.pop()


def _taken(session: AsyncSession) -> dict[Numbered, list[int]]:
    taken: dict[Numbered, list[int]] = session.info.setdefault(_TAKEN, {})
    return taken


async def take(session: AsyncSession, model: Numbered, count: int) -> Sequence[int]:
    """So many numbers that no other row of this table will have.

    On SQLite there is one writer, so they follow the last one as long as this transaction writes the rows: those
    that are numbered and not yet written are written first, and what was taken and is not used is not used.
    """
    if model in _taken(session):
        await session.flush()
        _taken(session)[model].clear()
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        taken = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias("wanted"))
        return (await session.scalars(taken)).all()
    last = await session.scalar(select(func.max(model.id))) or 0
    return range(last + 1, last + 1 + count)
