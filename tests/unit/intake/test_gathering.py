"""Arrivals that come while a commit is running share the next one, and nobody is told "kept" who was not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.intake.gathering import TURNS, Gatherer
from storage.coordination import Hints, Topic
from storage.database import Database
from storage.models import InboxRow
from tests.support.rows import arrival


class Stubborn:
    """A database whose next transactions fail, as on a full disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.failures = 0

    @asynccontextmanager
    async def begin_plain(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.begin_plain() as connection:
            yield connection
            if self.failures:
                self.failures -= 1
                raise OperationalError("COMMIT", {}, OSError("disk full"))


async def count(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(InboxRow)) or 0


async def test_what_was_kept_is_there_when_keep_returns(sqlite: Database) -> None:
    gatherer = Gatherer(sqlite, Hints())
    await gatherer.keep(arrival("m1"))
    assert await count(sqlite) == 1


async def test_a_hundred_at_once_share_a_few_commits(sqlite: Database) -> None:
    commits: list[object] = []
    event.listen(sqlite.writer.sync_engine, "commit", commits.append)
    gatherer = Gatherer(sqlite, Hints())
    await asyncio.gather(*(gatherer.keep(arrival(f"m{number}")) for number in range(100)))
    assert await count(sqlite) == 100
    assert len(commits) <= 3


async def test_who_comes_again_shares_a_commit_with_who_came_meanwhile(
    sqlite: Database,
) -> None:
    commits: list[object] = []
    event.listen(sqlite.writer.sync_engine, "commit", commits.append)
    gatherer = Gatherer(sqlite, Hints())
    gatherer.turns = TURNS

    async def come_twice(number: int) -> None:
        await gatherer.keep(arrival(f"first {number}"))
        for _ in range(4):  # read, begun, handled, opened
            await asyncio.sleep(0)
        await gatherer.keep(arrival(f"second {number}"))

    everybody = [asyncio.create_task(come_twice(number)) for number in range(9)]
    for _ in range(2):
        await asyncio.sleep(0)
    await gatherer.keep(arrival("meanwhile"))
    await asyncio.gather(*everybody)
    assert await count(sqlite) == 19
    assert len(commits) == 2


async def test_nobody_waits_for_company(sqlite: Database) -> None:
    gatherer = Gatherer(sqlite, Hints())
    for number in range(3):
        async with asyncio.timeout(1):
            await gatherer.keep(arrival(f"m{number}"))


async def test_an_error_of_the_database_reaches_everyone_who_waits(sqlite: Database) -> None:
    stubborn = Stubborn(sqlite)
    stubborn.failures = 1
    gatherer = Gatherer(stubborn, Hints())  # type: ignore[arg-type]  # filled by a fake
    told = await asyncio.gather(*(gatherer.keep(arrival(f"m{n}")) for n in range(5)), return_exceptions=True)
    assert [type(one) for one in told] == [OperationalError] * 5
    assert await count(sqlite) == 0


async def test_after_an_error_the_next_are_kept(sqlite: Database) -> None:
    stubborn = Stubborn(sqlite)
    stubborn.failures = 1
    gatherer = Gatherer(stubborn, Hints())  # type: ignore[arg-type]  # filled by a fake
    with pytest.raises(OperationalError):
        await gatherer.keep(arrival("m1"))
    await gatherer.keep(arrival("m1"))
    assert await count(sqlite) == 1


async def test_the_same_one_twice_is_kept_once_and_both_are_told(sqlite: Database) -> None:
    gatherer = Gatherer(sqlite, Hints())
    await asyncio.gather(gatherer.keep(arrival("m1")), gatherer.keep(arrival("m1")))
    assert await count(sqlite) == 1


async def test_one_who_gives_up_waiting_takes_nobody_along(sqlite: Database) -> None:
    gatherer = Gatherer(sqlite, Hints())
    leaves = asyncio.create_task(gatherer.keep(arrival("m1")))
    stays = asyncio.create_task(gatherer.keep(arrival("m2")))
    await asyncio.sleep(0)
    leaves.cancel()
    await stays
    assert await count(sqlite) == 2


async def test_the_workers_are_woken(sqlite: Database) -> None:
    hints = Hints()
    woken = asyncio.create_task(hints.wait(Topic.INBOX, 60))
    await asyncio.sleep(0)
    await Gatherer(sqlite, hints).keep(arrival("m1"))
    async with asyncio.timeout(1):
        await woken
