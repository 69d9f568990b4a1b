"""Long lists, a statement's worth at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import TypeVar

CHUNK = 250  # rows a statement
_T = TypeVar("_T")


async def chunks(values: Iterable[_T], size: int = CHUNK) -> AsyncIterator[list[_T]]:
    """A statement's worth at a time; between two the loop breathes."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
        await asyncio.sleep(0)
