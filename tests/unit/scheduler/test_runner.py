"""The runner of jobs in a drill, where time is told to pass."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import ManualClock
from bot.scheduler import JOBS
from bot.scheduler.job import Job
from bot.scheduler.runner import JobRunner, first_tick
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database

START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def counting(ran: list[str], name: str, every_seconds: float) -> Job:
    async def run(_: Context) -> int:
        ran.append(name)
        return 0

    return Job(name, every_seconds, run)


async def test_in_a_drill_each_job_has_its_turn_by_the_clock(sqlite: Database) -> None:
    ran: list[str] = []
    clock = ManualClock(START)
    office = Office(sqlite, Vault(b"k" * 32), clock, ZoneInfo("Asia/Shanghai"), "http://localhost", PeopleCache())
    jobs = (counting(ran, "each second", 1.0), counting(ran, "often", 5.0), counting(ran, "seldom", 60.0))
    runner = JobRunner(office, jobs, Hints())
    await runner.run_due(timedelta(seconds=40))
    assert ran == ["each second", "often", "seldom"]
    await runner.run_due(timedelta(seconds=40))
    assert len(ran) == 3
    for _ in range(3):
        await clock.advance(seconds=20)
        await runner.run_due(timedelta(seconds=40))
    assert ran[3:] == ["each second", "each second", "often", "each second", "seldom"]


def test_each_job_ticks_at_a_moment_of_its_own() -> None:
    moments = sorted(first_tick(number, job.every_seconds) % 1 for number, job in enumerate(JOBS))
    assert all(job.every_seconds % 1 == 0 for job in JOBS)  # so they tick at the same moment of each second
    apart = [then - before for before, then in itertools.pairwise([*moments, moments[0] + 1])]
    assert min(apart) > 0.3 / len(JOBS)
    assert all(first_tick(number, job.every_seconds) >= job.every_seconds for number, job in enumerate(JOBS))
