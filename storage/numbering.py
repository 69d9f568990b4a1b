"""Row numbers taken beforehand, for rows that are written many at a time and have to know their numbers."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ContentKeyRow, DutyEntry


async def take(session: AsyncSession, model: type[ContentKeyRow] | type[DutyEntry], count: int) -> Sequence[int]:
    """So many numbers that no other row of this table will have.

    On SQLite there is one writer, so they follow the last one as long as this transaction writes the rows.
    """
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        taken = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias("wanted"))
        return (await session.scalars(taken)).all()
    last = await session.scalar(select(func.max(model.id))) or 0
    return range(last + 1, last + 1 + count)
