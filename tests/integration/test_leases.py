"""One process has the clock: it may be frozen, killed and wake up again, and what it then writes is refused."""

import asyncio
import logging
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from bot.clock import ManualClock
from bot.scheduler.job import Job
from bot.scheduler.runner import JobRunner
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.leases import SCHEDULER, Fenced, Leases, Tenure
from storage.models import TunedRule
from tests.support.town import START

LONG, SHORT = 60.0, 0.2


async def test_one_has_it_and_another_only_when_it_is_over(on_postgresql: Database) -> None:
    first, second = Leases(on_postgresql, SHORT), Leases(on_postgresql, LONG)
    one = await first.find_tenure(SCHEDULER)
    assert one is not None
    assert await second.find_tenure(SCHEDULER) is None
    assert await second.find_tenure("another") is not None
    await asyncio.sleep(2 * SHORT)
    two = await second.find_tenure(SCHEDULER)
    assert two is not None
    assert two.fence == one.fence + 1
    assert await first.find_tenure(SCHEDULER) is None


async def test_whoever_was_frozen_is_refused_at_the_commit(on_postgresql: Database) -> None:
    taken_over: list[Tenure | None] = []
    frozen = await Leases(on_postgresql, SHORT).find_tenure(SCHEDULER)
    assert frozen is not None

    async def work() -> None:
        async with on_postgresql.begin() as session:
            session.add(_rule("of the one before"))
            await asyncio.sleep(2 * SHORT)  # frozen in the middle of its work, and believes that it goes on
            taken_over.append(await Leases(on_postgresql, LONG).find_tenure(SCHEDULER))
            await frozen.confirm(session)

    with pytest.raises(Fenced):
        await work()
    (now,) = taken_over
    assert now is not None
    async with on_postgresql.begin() as session:
        session.add(_rule("of the one now"))
        await now.confirm(session)
        assert not await frozen.renew(session, LONG)
    async with on_postgresql.read() as session:
        assert list(await session.scalars(select(TunedRule.name))) == ["of the one now"]


async def test_it_is_given_back_at_the_end_and_lost_when_another_took_over(on_postgresql: Database) -> None:
    first, second = Leases(on_postgresql, SHORT), Leases(on_postgresql, LONG)
    async with first.held(SCHEDULER) as tenure:
        await asyncio.sleep(3 * SHORT)
        assert await second.find_tenure(SCHEDULER) is None  # it was renewed meanwhile
        assert not tenure.lost.is_set()
        assert first.holds(SCHEDULER)
    assert not first.holds(SCHEDULER)
    async with asyncio.timeout(LONG), second.held(SCHEDULER):
        assert second.holds(SCHEDULER)


async def test_on_sqlite_there_is_nobody_else(sqlite: Database) -> None:
    async with Leases(sqlite).held(SCHEDULER) as tenure, sqlite.begin() as session:
        await tenure.confirm(session)


async def test_of_two_schedulers_one_ticks_and_when_it_dies_the_other(
    on_postgresql: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    zone = ZoneInfo("Asia/Shanghai")
    office = Office(on_postgresql, Vault(b"k" * 32), ManualClock(START), zone, "http://x", PeopleCache())
    ran: list[str] = []

    def runner(name: str) -> JobRunner:
        async def run(_: Context) -> int:
            ran.append(name)
            return 0

        return JobRunner(office, [Job(name, 0.05, run)], Hints(), Leases(on_postgresql, 2.0))

    runners = [runner("first"), runner("second")]
    tasks = [asyncio.create_task(one.run()) for one in runners]
    async with asyncio.timeout(LONG):
        while len(ran) < 3:
            await asyncio.sleep(0.05)
        assert len(set(ran)) == 1
        leader = ["first", "second"].index(ran[0])
        assert [one.leads for one in runners] == [leader == 0, leader == 1]
        tasks[leader].cancel()
        while ran[-1] == ran[0]:
            await asyncio.sleep(0.05)
        tasks[1 - leader].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _rule(name: str) -> TunedRule:
    return TunedRule(name=name, value="1", changed_at=START, changed_by="x")


async def test_what_a_lost_machine_held_is_free_again_in_a_minute(on_postgresql: Database) -> None:
    """Its connections are still open for the server; with the head of a ledger in hand they stop everybody."""
    async with on_postgresql.read() as session:
        assert await session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
