"""Ticks: the only file that imports APScheduler, which holds no state of ours."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.scheduler.job import Job
from bot.services.office import Office
from storage.coordination import Hints, Topic
from storage.leases import SCHEDULER, Fenced, Leases, Tenure

log = logging.getLogger(__name__)
AT_ONCE_SECONDS = 1.0
GOLDEN_RATIO = 0.6180339887  # its multiples lie far from each other within 1, however many there are
BREATH_SECONDS = 0.005  # between two parts of a job; whoever waits to answer people comes first


def first_tick(number: int, every_seconds: float) -> float:
    """Seconds until a job's first tick: each job has a moment of the second of its own, by its place in the list.

    Those of one pace that tick together hold people up one after the other, for a tenth of a second each minute.
    """
    return every_seconds + (number + 1) * GOLDEN_RATIO % 1


class JobRunner:
    """Runs each job in a commit of its own; a job that fails is logged and comes again at its next tick.

    A job that is still at work at its tick is not started a second time.
    """

    def __init__(
        self, office: Office, jobs: Sequence[Job], hints: Hints, leases: Leases | None = None, name: str = SCHEDULER
    ) -> None:
        """Of all that tick, whoever has the lease of this name does; what is run by hand needs none."""
        self._office = office
        self._jobs = jobs
        self._hints = hints
        self._leases = leases or Leases(office.database)
        self._name = name
        self._tenure: Tenure | None = None
        self._drilled_at: dict[str, datetime] = {}

    async def run_once(self, job: Job) -> int:
        """All it has to do now, a commit a part; returns how much that was."""
        done = total = await self._run(job)
        while job.again and done:
            await asyncio.sleep(BREATH_SECONDS)
            done = await self._run(job)
            total += done
        return total

    async def _run(self, job: Job) -> int:
        tenure = self._tenure
        try:
            async with self._office.database.begin() as session:
                done = await job.run(await self._office.open(session))
                if tenure is not None:
                    await tenure.confirm(session)
        except Fenced:
            log.warning("job was refused: another process has the clock", extra={"job": job.name})
            return 0
        except Exception:
            log.exception("job failed", extra={"job": job.name})
            return 0
        if done:
            self._hints.notify(Topic.OUTBOX)
        return done

    async def run_all_once(self) -> int:
        """Every job once. For tests and drills."""
        return sum([await self.run_once(job) for job in self._jobs])

    async def run_due(self, stride: timedelta) -> int:
        """Every job whose turn has come by the office's clock. For drills that let much time pass.

        Those that tick each second run at once, the others at their own pace or each `stride`, if that is longer.
        """
        now = self._office.clock.now()
        return sum([await self._drill(job, now) for job in self._jobs if self._has_turn(job, now, stride)])

    def _has_turn(self, job: Job, now: datetime, stride: timedelta) -> bool:
        pace = timedelta(seconds=job.every_seconds)
        last = self._drilled_at.get(job.name)
        return last is None or now - last >= (pace if job.every_seconds <= AT_ONCE_SECONDS else max(pace, stride))

    async def _drill(self, job: Job, now: datetime) -> int:
        self._drilled_at[job.name] = now
        return await self.run_once(job)

    async def _tick(self, job: Job) -> None:
        """A job that is cut short at the end of the process begins again with the next one: nothing broke."""
        with suppress(asyncio.CancelledError):
            await self.run_once(job)

    @property
    def leads(self) -> bool:
        """Whether this process has the clock now."""
        return self._leases.holds(self._name)

    async def run(self) -> None:
        """Tick until cancelled, whenever no other process does."""
        while True:
            async with self._leases.held(self._name) as tenure:
                self._tenure = tenure
                await self._tick_until(tenure.lost)

    async def _tick_until(self, lost: asyncio.Event) -> None:
        scheduler, now = AsyncIOScheduler(timezone=UTC), datetime.now(UTC)
        for number, job in enumerate(self._jobs):
            scheduler.add_job(
                self._tick,
                "interval",
                args=[job],
                seconds=job.every_seconds,
                start_date=now + timedelta(seconds=first_tick(number, job.every_seconds)),
                max_instances=1,
                coalesce=True,
            )
        scheduler.start()
        try:
            await lost.wait()
        finally:
            scheduler.shutdown(wait=False)
