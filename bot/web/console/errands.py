"""Work of seconds or minutes that a page starts and does not wait for. One of a name at a time in this process.

What comes of it is kept in the database by the errand itself; a restart ends it, and the page offers it again.
"""

import asyncio
import logging
from collections.abc import Awaitable

from aiohttp import web

log = logging.getLogger(__name__)


class Errands:
    """The errands of one process."""

    def __init__(self, app: web.Application) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        app.on_cleanup.append(self._end)

    def is_running(self, name: str) -> bool:
        """Whether it is under way."""
        return name in self._tasks

    def start(self, name: str, work: Awaitable[object]) -> bool:
        """Begin; False, and nothing begun, while one of this name is under way."""
        if name in self._tasks:
            if asyncio.iscoroutine(work):
                work.close()
            return False
        task = asyncio.create_task(self._run(name, work), name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
        return True

    async def wait(self, name: str) -> None:
        """Until it is over."""
        if task := self._tasks.get(name):
            await asyncio.wait({task})

    async def _run(self, name: str, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception:
            log.exception("errand failed", extra={"errand": name})

    async def _end(self, _: web.Application) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
