"""Many reminders due at once, the short form of `benchmarks.reminders`: the loop goes on, and replies go first."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from benchmarks.reminding_bot import speak
from bot.notices.content import Text
from bot.outbox.sender import Job as Send
from bot.scheduler.job import Job
from bot.scheduler.runner import JobRunner
from bot.services.reminders import firing
from storage import reminders
from storage.coordination import Hints
from storage.database import Database
from storage.models import StaffMember
from storage.reminders import Plan
from tests.support.turns import working_at_most
from tests.unit.outbox.stage import START, PumpStage, make_pump_stage

COUNT = 2000
MEMBERS = tuple(f"deputy{number:05d}" for number in range(COUNT))
FIRE = Job("fire reminders", 1.0, partial(firing.fire, kinds={"bench": speak}), again=True)
LONGEST_WORK = 0.05


async def settle_in(database: Database, step: str) -> PumpStage:
    async with database.begin() as session:
        session.add_all(StaffMember(userid=userid, name="委员", role="auditor") for userid in MEMBERS)
        await session.flush()
        until = START + timedelta(hours=1)
        plans = (Plan("bench:1", "e", step, reminders.member(userid), START, until) for userid in MEMBERS)
        await reminders.add_all(session, plans, START)
    stage = make_pump_stage(database)
    await stage.pump.prime()
    return stage


async def drain(stage: PumpStage) -> None:
    runner = JobRunner(stage.office, (FIRE,), Hints())
    while await runner.run_all_once() + await stage.pump.send_pending():
        pass


@pytest.mark.parametrize("step", ["same", "own"])
async def test_each_is_told_once_and_the_loop_goes_on(sqlite: Database, step: str) -> None:
    stage = await settle_in(sqlite, step)
    async with working_at_most(LONGEST_WORK):
        await drain(stage)
    told = Counter(userid for job in stage.sender.jobs for userid in job.recipients)
    assert told == Counter(MEMBERS)
    assert (len(stage.sender.jobs) <= COUNT / firing.BATCH) is (step == "same")


async def test_a_reply_passes_by_what_waits_and_what_is_on_its_way(sqlite: Database) -> None:
    stage = await settle_in(sqlite, "own")
    runner = JobRunner(stage.office, (FIRE,), Hints())
    await runner.run_all_once()
    slow = asyncio.Event()
    stage.sender.behaves = lambda job: slow.wait() if is_reminder(job) else None  # WeCom does not answer
    await stage.pump.turn()
    await asyncio.sleep(0.05)
    await stage.says("您的事已经转到", lane="kf:reply")
    await stage.pump.turn()
    await asyncio.sleep(0.05)
    assert stage.sender.said[-1] == "您的事已经转到"
    assert len(stage.sender.jobs) < 48
    slow.set()
    await stage.pump.send_pending()


async def test_not_all_stand_in_the_outbox_at_once(sqlite: Database) -> None:
    stage = await settle_in(sqlite, "own")
    await JobRunner(stage.office, (FIRE,), Hints()).run_all_once()
    assert firing.ROOM <= len(await stage.rows()) < firing.ROOM + firing.BATCH
    await drain(stage)
    assert len(stage.sender.jobs) == COUNT


def is_reminder(job: Send) -> bool:
    return isinstance(job.content, Text) and job.content.text.startswith("⏰")
