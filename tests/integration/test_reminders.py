"""Whatever happens to a meeting, to the clock and to the processes: every surviving step is told once, no other."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.notices.content import Text
from bot.outbox.sender import Job as Send
from bot.scheduler.runner import JobRunner
from bot.services.context import Context
from bot.services.reminders.said import Answer, Spoken
from storage import reminders
from storage.coordination import Hints
from storage.database import Database
from storage.models import OutboxRow, Reminder, Representative
from storage.states import ReminderState
from tests.support.reminding import Meetings
from tests.support.rows import representative
from tests.unit.outbox.stage import START, PumpStage, make_pump_stage

PEOPLE = ("zhang", "li")
RECIPIENTS = tuple(reminders.member(userid) for userid in PEOPLE)
Key = tuple[int, str, str]  # meeting, edition, step
Event = tuple[Any, ...]
EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

hours = st.sampled_from([0.1, 0.5, 2.0, 9.0, 26.0, 50.0, 80.0])
meetings = st.integers(1, 2)
starts = st.sampled_from(
    [1.5, 5.0, 30.0, 55.0, 100.0]
)  # hours after the story begins: moved back is moved to the same
event = st.one_of(
    st.tuples(st.just("put"), meetings, starts),
    st.tuples(st.just("put"), meetings, starts),
    st.tuples(st.just("call off"), meetings),
    st.tuples(st.just("time goes"), hours),
    st.tuples(st.just("time goes"), hours),
    st.tuples(st.just("clock is set back"), st.sampled_from([0.5, 3.0, 20.0])),
    st.tuples(st.just("tick")),
    st.tuples(st.just("fire only")),
    st.tuples(st.just("changed between firing and sending"), meetings, st.one_of(st.none(), starts)),
    st.tuples(st.just("two at once")),
    st.tuples(st.just("send only")),
    st.tuples(st.just("restart")),
)


@dataclass
class Story:
    """The bot's own storage, firing and pump, and a list of what must have been told by now."""

    stage: PumpStage
    world: Meetings = field(default_factory=Meetings)
    told: Counter[tuple[str, Key]] = field(default_factory=Counter)
    windows: dict[Key, tuple[datetime, datetime]] = field(default_factory=dict)
    lost: set[Key] = field(default_factory=set)  # seen by a firing, or planned, when it was too late
    not_before: dict[Key, datetime] = field(default_factory=dict)  # seen at night, or written down by a fast clock

    def __post_init__(self) -> None:
        self.stage.sender.behaves = self._hear
        self.restart()

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def restart(self) -> None:
        self.pump = self.stage.starts_again()
        self.runners = [JobRunner(self.stage.office, (self.world.job,), Hints()) for _ in range(2)]

    def _hear(self, send: Send) -> None:
        assert isinstance(send.content, Text)
        _, number, edition, step = send.content.text.split()
        key = (int(number), edition, step)
        assert self.world.stands(key[0], edition), f"{key} was told after it was moved or called off"
        assert not self.stage.office.calendar._calendar.is_quiet(self.now), f"{key} was told at night"
        for userid in send.recipients:
            self.told[userid, key] += 1
            assert self.told[userid, key] == 1, f"{userid} was told {key} twice"

    async def put(self, number: int, starts_at: datetime | None) -> None:
        async with self.stage.database.begin() as session:
            context = await self.stage.office.open(session)
            planned = await self.world.plan(context, number, starts_at, RECIPIENTS)
        for (step, edition), window in planned.items():
            self.windows[number, edition, step] = window
            if window[1] <= self.now:
                self.lost.add((number, edition, step))

    def standing(self) -> list[Key]:
        return [key for key in self.windows if self.world.stands(key[0], key[1])]

    def _look(self) -> list[Key]:
        """What must be told now; what a firing or a sending sees too late or at night is remembered."""
        calendar = self.stage.office.calendar._calendar
        seen = []
        for key in self.standing():
            due, until = self.windows[key]
            if until <= self.now:
                self.lost.add(key)
            elif due <= self.now and calendar.is_quiet(self.now):
                morning = calendar.quiet.end_after(self.now, calendar.zone)
                self._wait(key, morning)
                if morning >= until:
                    self.lost.add(key)
            elif due <= self.now and self.now >= self.not_before.get(key, self.now) and key not in self.lost:
                seen.append(key)
        return seen

    def _wait(self, key: Key, until: datetime) -> None:
        self.not_before[key] = max(until, self.not_before.get(key, until))

    async def fire(self) -> None:
        for key in self._look():
            self._wait(key, self.now)
        await self.runners[0].run_all_once()

    async def send(self) -> None:
        self._look()
        await self.pump.send_pending()

    async def tick(self, *, both: bool = False) -> None:
        wanted = self._look()
        running = self.runners if both else self.runners[:1]
        await asyncio.gather(*(runner.run_all_once() for runner in running))
        await self.pump.send_pending()
        for key in wanted:
            for userid in PEOPLE:
                assert self.told[userid, key] == 1, f"{userid} was not told {key}"

    async def goes(self, event: Event) -> None:
        match event:
            case ("put", number, hours):
                await self.put(number, START + timedelta(hours=hours))
            case ("changed between firing and sending", number, hours):
                await self.fire()
                await self.put(number, None if hours is None else START + timedelta(hours=hours))
            case ("call off", number):
                await self.put(number, None)
            case ("time goes", hours):
                await self.stage.clock.advance(hours=hours)
            case ("clock is set back", hours):
                await self.stage.clock.advance(hours=-hours)
            case ("tick",):
                await self.tick()
            case ("two at once",):
                await self.tick(both=True)
            case ("fire only",):
                await self.fire()
            case ("send only",):
                await self.send()
            case ("restart",):
                self.restart()

    async def ends(self) -> None:
        """Time goes on undisturbed, and nothing is left waiting."""
        while self.now < START + timedelta(hours=110):
            await self.stage.clock.advance(hours=5)
            await self.tick()
        await self.tick()
        async with self.stage.database.read() as session:
            left = await session.scalars(
                select(Reminder).where(Reminder.state.in_([ReminderState.WAITING, ReminderState.HELD]))
            )
            assert [(row.subject, row.step, row.due_at) for row in left] == []


async def settle_in(database: Database, people: Sequence[str] = PEOPLE) -> PumpStage:
    async with database.begin() as session:
        for table in (Reminder, OutboxRow, Representative):
            await session.execute(delete(table))
        session.add_all([representative(f"R{number}", userid=userid) for number, userid in enumerate(people)])
    return make_pump_stage(database)


async def tell(database: Database, events: list[Event]) -> None:
    story = Story(await settle_in(database))
    await story.tick()
    for one in events:
        await story.goes(one)
    await story.ends()


@pytest.mark.long
@EXAMPLES
@given(events=st.lists(event, max_size=14))
async def test_every_surviving_step_is_told_once_whatever_happens(sqlite: Database, events: list[Event]) -> None:
    await tell(sqlite, events)


@settings(EXAMPLES, max_examples=6)
@given(events=st.lists(event, min_size=4, max_size=10))
async def test_so_it_is_on_postgresql(on_postgresql: Database, events: list[Event]) -> None:
    await tell(on_postgresql, events)


# --- what goes wrong, and what has no room -----------------------------------------------------------


async def test_a_subject_that_breaks_holds_up_no_other(sqlite: Database) -> None:
    stage = await settle_in(sqlite)
    world = Meetings(breaks={1})
    for number in (1, 2):
        async with stage.database.begin() as session:
            context = await stage.office.open(session)
            await world.plan(context, number, START + timedelta(hours=3), RECIPIENTS)
    await stage.clock.advance(hours=2.2)
    runner = JobRunner(stage.office, (world.job,), Hints())
    await runner.run_all_once()
    await stage.pump.send_pending()
    assert {words.split()[1] for words in stage.sender.said} == {"2"}
    world.breaks.clear()
    await stage.clock.advance(minutes=2)
    await runner.run_all_once()
    await stage.pump.send_pending()
    assert {words.split()[1] for words in stage.sender.said} == {"1", "2"}


async def test_who_has_no_room_this_minute_hears_it_in_the_next_and_holds_up_nobody(sqlite: Database) -> None:
    stage = await settle_in(sqlite)
    world = Meetings()
    await _put_two(stage, world)
    for number in range(30):
        await stage.says(f"第 {number} 条")
    await stage.pump.send_pending()
    await JobRunner(stage.office, (world.job,), Hints()).run_all_once()
    await stage.pump.send_pending()
    assert _heard_meeting(stage) == ["li"]
    await stage.clock.advance(minutes=2)
    await stage.pump.send_pending()
    assert _heard_meeting(stage) == ["li", "zhang"]


async def test_who_had_no_room_does_not_hear_what_was_called_off_meanwhile(sqlite: Database) -> None:
    stage = await settle_in(sqlite)
    world = Meetings()
    await _put_two(stage, world)
    for number in range(30):
        await stage.says(f"第 {number} 条")
    await stage.pump.send_pending()
    await JobRunner(stage.office, (world.job,), Hints()).run_all_once()
    await stage.pump.send_pending()
    async with stage.database.begin() as session:
        await world.plan(await stage.office.open(session), 1, None, RECIPIENTS)
    await stage.clock.advance(minutes=2)
    await stage.pump.send_pending()
    assert _heard_meeting(stage) == ["li"]


async def _put_two(stage: PumpStage, world: Meetings) -> None:
    async with stage.database.begin() as session:
        await world.plan(await stage.office.open(session), 1, START + timedelta(hours=3), RECIPIENTS)
    await stage.clock.advance(hours=2.2)


def _heard_meeting(stage: PumpStage) -> list[str]:
    said = [job for job in stage.sender.jobs if isinstance(job.content, Text) and "会议" in job.content.text]
    return [userid for job in said for userid in job.recipients]


# --- two at the same rows at the same instant: PostgreSQL -------------------------------------------

MANY = tuple(f"member{number}" for number in range(450))


async def put(stage: PumpStage, world: Meetings, starts_at: datetime | None) -> None:
    async with stage.database.begin() as session:
        context = await stage.office.open(session)
        await world.plan(context, 1, starts_at, [reminders.member(userid) for userid in MANY])


async def kept(stage: PumpStage) -> list[Reminder]:
    async with stage.database.read() as session:
        return list(await session.scalars(select(Reminder)))


class Personal(Meetings):
    """Each hears words of their own, so that each has a row of their own."""

    async def speak(self, context: Context, number: int, edition: str, step: str, recipients: Sequence[str]):
        answers = await super().speak(context, number, edition, step, recipients)
        return {who: Spoken(Text(f"{who} {step}")) for who, one in answers.items() if isinstance(one, Spoken)}


async def test_two_schedulers_share_what_is_due_and_say_nothing_twice(on_postgresql: Database) -> None:
    stage = await settle_in(on_postgresql, MANY)
    world = Meetings()
    await put(stage, world, START + timedelta(hours=3))
    await stage.clock.advance(hours=2.2)
    first, second = (JobRunner(stage.office, (world.job,), Hints()) for _ in range(2))
    handled = await asyncio.gather(first.run_all_once(), second.run_all_once())
    assert sum(handled) == 2 * len(MANY)  # the step of the day before is too late by now
    assert all(handled)
    await stage.pump.send_pending()
    told = Counter(userid for job in stage.sender.jobs for userid in job.recipients)
    assert told == Counter(MANY)


async def test_what_a_firing_hands_over_while_it_is_called_off_does_not_leave(on_postgresql: Database) -> None:
    stage = await settle_in(on_postgresql, MANY)
    asked = asyncio.Event()

    class Slow(Meetings):
        async def speak(self, *arguments: Any) -> Mapping[str, Answer]:
            answers = await super().speak(*arguments)
            asked.set()
            await asyncio.sleep(0.2)  # the calling off waits at the rows that this firing holds
            return answers

    world = Slow()
    await put(stage, world, START + timedelta(hours=3))
    await stage.clock.advance(hours=2.2)
    firing = asyncio.create_task(JobRunner(stage.office, (world.job,), Hints()).run_all_once())
    await asked.wait()
    await put(stage, world, None)
    await stage.pump.send_pending()
    await firing
    await stage.pump.send_pending()
    assert stage.sender.jobs == []
    assert {row.state for row in await kept(stage) if row.step == "hour_before"} == {ReminderState.VOID}


async def test_what_is_called_off_while_it_leaves_is_either_told_or_withdrawn(on_postgresql: Database) -> None:
    stage = await settle_in(on_postgresql, MANY)
    world = Personal()
    await put(stage, world, START + timedelta(hours=3))
    await stage.clock.advance(hours=2.2)
    await JobRunner(stage.office, (world.job,), Hints()).run_all_once()
    told_before = asyncio.Event()
    stage.sender.behaves = lambda _: told_before.set()
    sending = asyncio.create_task(stage.pump.send_pending())
    await told_before.wait()
    await put(stage, world, None)
    await sending
    told = {reminders.member(job.recipients[0]) for job in stage.sender.jobs}
    said = {row.recipient for row in await kept(stage) if row.state is ReminderState.SENT}
    assert told == said
    assert 0 < len(told) < len(MANY)
