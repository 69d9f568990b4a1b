"""What many are to hear is written down in small commits: each once, whatever breaks in between."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from bot import memory
from bot.calendars.local_time import instant_of, parse_clock
from bot.clock import ManualClock
from bot.scheduler import fire_reminders, follow_activity_days, follow_live_sessions, send_notices, write_waves
from bot.scheduler.job import Job
from bot.scheduler.runner import JobRunner
from bot.services.activity_days import changing, planning
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from bot.services.reminders import waves
from storage import activity_days, reminder_waves
from storage.activity_days import Facts
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key
from storage.models import Constituent, Conversation, Reminder, ReminderWave, Subscription
from storage.reminder_waves import SWEEP
from storage.reminders import PART
from storage.states import ReminderState
from storage.subscriptions import ACTIVITY
from tests.support.town import settle_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
HELD_ON = date(2026, 12, 15)
MANY = 2 * PART + 7
ALL = (follow_activity_days.JOB, follow_live_sessions.JOB, send_notices.JOB, write_waves.JOB)


class Stage:
    """A town with many subscribers, and its jobs."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, ManualClock(START)
        self.office = Office(database, Vault(b"k" * 32), self.clock, SHANGHAI, "http://127.0.0.1", PeopleCache())

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Context]:
        async with self.database.begin() as session:
            yield await self.office.open(session)

    async def runs(self, *jobs: Job) -> None:
        runner = JobRunner(self.office, jobs, Hints())
        for job in jobs:
            await runner.run_once(job)

    async def count(self, step: str, state: ReminderState | None = None) -> int:
        """Reminders of constituents."""
        these = [
            Reminder.step == step,
            Reminder.recipient.startswith("c:"),
            *([Reminder.state == state] if state else []),
        ]
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).where(*these)) or 0

    async def open_waves(self) -> list[ReminderWave]:
        async with self.database.read() as session:
            found = await session.scalars(select(ReminderWave).where(ReminderWave.next_at.is_not(None)))
            return list(found)


async def subscribed(stage: Stage, count: int) -> None:
    """So many constituents want to hear of the station's days; nobody's window is open."""
    numbers = range(1, count + 1)
    chat = {"open_kfid": "wk1", "scene": "", "scene_param": "", "scan_pending": False, "starts_new": False}
    async with stage.work() as context:
        key_id, _ = await add_key(context.session, context.vault)
        people = [
            {"id": one, "external_userid": f"wm{one}", "key_id": key_id, "first_seen_at": START} for one in numbers
        ]
        chats = [
            {"id": one, "constituent_id": one, **chat, "budget_left": 0, "has_parked": False} for one in numbers
        ]
        wanted = [
            {"conversation_id": one, "station_code": "QQ1", "kind": ACTIVITY, "since": START} for one in numbers
        ]
        for kind, rows in ((Constituent, people), (Conversation, chats), (Subscription, wanted)):
            await context.session.execute(insert(kind), rows)


async def announced(stage: Stage) -> None:
    """A confirmed day, three days before it, nine in the morning: its steps are begun."""
    async with stage.work() as context:
        await planning.add(context, Facts("JH", HELD_ON, "09:00", "11:30", ""), "test")
    for days in (14, 7, 3):
        at = instant_of(HELD_ON - timedelta(days=days), parse_clock("09:00"), SHANGHAI)
        await stage.clock.advance(seconds=(at - stage.clock.now()).total_seconds())
        await stage.runs(follow_activity_days.JOB)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle_in(database)
    made = Stage(database)
    await subscribed(made, MANY)
    await announced(made)
    return made


async def test_a_step_for_many_is_written_in_parts_and_each_has_it_once(stage: Stage) -> None:
    before = await stage.count("announced")
    sizes = []
    while await one_part(stage):
        now = await stage.count("announced")
        sizes.append(now - before)
        before = now
    assert max(sizes) <= PART
    assert await stage.count("announced", ReminderState.WAITING) == MANY
    assert await stage.open_waves() == []


async def one_part(stage: Stage, write: Callable = waves.write) -> int:
    async with stage.work() as context:
        return await write(context)


async def test_a_crash_in_the_middle_loses_nobody_and_doubles_nobody(stage: Stage) -> None:
    async def breaks(context: Context) -> int:
        await waves.write(context)
        raise ConnectionError("the power is gone")

    for _ in range(40):
        with pytest.raises(ConnectionError):
            await one_part(stage, breaks)
        if not await one_part(stage):
            break
    async with stage.database.read() as session:
        found = await session.scalars(select(Reminder.recipient).where(Reminder.step == "announced"))
        told = [one for one in found if one.startswith("c:")]
    assert len(told) == len(set(told)) == MANY


async def test_a_day_that_is_cancelled_while_it_is_announced_is_announced_to_nobody_further(stage: Stage) -> None:
    while await stage.count("announced") < PART:
        await one_part(stage)
    async with stage.work() as context:
        day = await activity_days.get_day(context.session, 1, lock=True)
        assert day is not None
        assert await changing.cancel(context, day, "停电", "test") == 0  # nobody had heard of it yet
    await stage.runs(write_waves.JOB)
    assert await stage.count("announced", ReminderState.WAITING) == 0
    assert await stage.count("announced", ReminderState.VOID) == PART
    assert await stage.count("cancelled") == 0


async def test_everyone_who_was_told_hears_of_the_move_in_parts_and_nobody_else(stage: Stage) -> None:
    await stage.runs(write_waves.JOB)
    await as_if_said(stage, "announced", MANY - 10 + 2)
    async with stage.work() as context:
        day = await activity_days.get_day(context.session, 1, lock=True)
        assert day is not None
        with memory.calm():
            started = time.thread_time()
            said = await changing.move(context, day, HELD_ON + timedelta(days=3), "换场地", "test")
            worked = time.thread_time() - started
    assert said == MANY - 10 + 2  # both representatives
    assert worked < 0.5  # the handler writes no row for each of them
    assert await stage.count("moved") == 0
    await stage.runs(write_waves.JOB)
    assert await stage.count("moved", ReminderState.WAITING) == MANY - 10
    assert await stage.count("announced", ReminderState.WAITING) == 0
    assert await stage.open_waves() == []


async def as_if_said(stage: Stage, step: str, count: int) -> None:
    async with stage.work() as context:
        rows = await context.session.scalars(
            select(Reminder).where(Reminder.step == step).order_by(Reminder.id).limit(count)
        )
        for row in rows:
            row.state = ReminderState.SENT


async def test_a_subject_that_cannot_list_its_people_holds_up_no_other(stage: Stage) -> None:
    async def broken(context: Context, number: int, wave: ReminderWave) -> None:
        raise RuntimeError("cannot be read")

    async with stage.work() as context:
        step = reminder_waves.open_wave("bad:1", "", "step", START, stage.clock.now() + timedelta(days=1))
        await reminder_waves.begin(context.session, step, "everyone", stage.clock.now())
    audiences = {**waves.AUDIENCES, "bad": broken}
    while await one_part(stage, lambda context: waves.write(context, audiences)):
        pass
    assert await stage.count("announced") == MANY
    (left,) = await stage.open_waves()
    assert left.subject == "bad:1"
    assert left.next_at is not None
    assert left.next_at > stage.clock.now()


async def test_two_schedulers_write_each_once(stage: Stage) -> None:
    second = Stage(stage.database)
    second.clock = stage.clock
    runners = [JobRunner(one.office, ALL, Hints()) for one in (stage, second)]
    for _ in range(3):
        for runner in runners:
            await runner.run_all_once()
    await stage.runs(fire_reminders.JOB)
    assert await stage.count("announced") == MANY
    waves_kept = [one for one in await stage.open_waves() if one.audience != SWEEP]
    assert waves_kept == []
