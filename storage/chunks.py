"""Long lists, a statement's worth at a time, and long answers, some rows at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

CHUNK = 250  # rows a statement
FETCH = 2000  # rows of an answer in memory at once
_T = TypeVar("_T")


async def chunks(values: Iterable[_T], size: int = CHUNK) -> AsyncIterator[list[_T]]:
    """A statement's worth at a time; between two the loop breathes."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
        await asyncio.sleep(0)


async def fetched(
    session: AsyncSession, query: Select[*tuple[Any, ...]], most: int = FETCH
) -> AsyncIterator[Sequence[Any]]:
    """The rows of an answer of columns, `most` at a time; nothing that the session holds is written before.

    By the connection: a session turns columns into rows by the way it loads entities, at twice the price.
    """
    connection = await session.connection()
    rows = await connection.stream(query, execution_options={"yield_per": most})
    async for some in rows.partitions():
        yield some
        await asyncio.sleep(0)


async def fetched_singly(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Any]:
    """As `fetched`, row by row; to ask the driver for each row would take longer than the rest of the work."""
    async for some in fetched(session, query):
        for row in some:
            yield row
