"""Whether the loop goes on: how long it works between two of its turns."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import memory


@asynccontextmanager
async def working_at_most(seconds: float) -> AsyncIterator[None]:
    """Between two ticks of the loop this thread works less than that; what other programs take does not count."""
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while True:
            worked = time.thread_time()
            await asyncio.sleep(0)
            worst = max(worst, time.thread_time() - worked)

    with memory.calm():  # as when it serves
        watching = asyncio.create_task(watch())
        await asyncio.sleep(0)
        yield
        watching.cancel()
    assert worst < seconds
