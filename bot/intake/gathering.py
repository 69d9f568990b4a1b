"""Keeping what arrives: arrivals that come while a commit is running share the next one.

Who is answered under load comes again at once, and is heard some turns of the loop later. Without these turns one
commit has nearly everybody and the next the few who came meanwhile; its thread waits for an interpreter that all
the others keep busy, and they for it. With them there are half the commits and a fifth less work.
"""

import asyncio

from storage import inbox
from storage.coordination import Hints, Topic
from storage.database import Database
from storage.inbox import Arrival

TURNS = 6  # of the loop, until those who were answered are read, opened and here again


class Gatherer:
    """`keep` returns when the arrival is on disk; nobody waits for company but for `turns` of the loop.

    They are for a process that only takes in: a loop that handles messages has long turns.
    """

    def __init__(self, database: Database, hints: Hints) -> None:
        self._database = database
        self._hints = hints
        self.turns = 0
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits for their 200 while others write."""
        return bool(self._waiting)

    async def keep(self, arrival: Arrival) -> None:
        """Raise what the database raises: then the sender gets no 200 and will come again."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.add(arrival, kept)
        await kept

    def add(self, arrival: Arrival, kept: asyncio.Future[None]) -> None:
        """The same for whoever has something to wait by."""
        self._waiting.append((arrival, kept))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all(), name="gatherer")

    async def _commit_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._commit(batch)
                for _ in range(self.turns):
                    await asyncio.sleep(0)
        finally:
            self._committing = None

    async def _commit(self, batch: list[tuple[Arrival, asyncio.Future[None]]]) -> None:
        try:
            async with self._database.begin_plain() as connection:
                await inbox.keep_all(connection, [arrival for arrival, _ in batch])
        except Exception as error:
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
            return
        for _, kept in batch:
            if not kept.done():
                kept.set_result(None)
        self._hints.notify(Topic.INBOX)
