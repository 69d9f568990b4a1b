"""Whatever is done with an activity day, everyone hears of each step and each change once, and of nothing else.

Any sequence of moves, postponements, cancellations, taps, restarts, clock jumps and a second scheduler.
"""

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.clock import ManualClock
from bot.scheduler import fire_reminders, follow_activity_days, write_waves
from bot.scheduler.runner import JobRunner
from bot.services.activity_days import changing, invitations, planning
from bot.services.activity_days.planning import DayRefused
from bot.services.office import Office, PeopleCache
from storage import activity_days
from storage.activity_days import Facts
from storage.coordination import Hints
from storage.crypto import Vault
from storage.database import Database
from storage.models import ActivityDay, Attendance, OutboxRow, Reminder
from storage.states import ActivityState, OutboxState, ReminderState
from storage.subscriptions import ACTIVITY, subscribe
from tests.support.rows import open_case
from tests.support.town import settle_in

pytestmark = pytest.mark.long

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
HELD_ON = date(2026, 12, 15)
AFTER = datetime(2027, 1, 8, tzinfo=UTC)  # every date that a life may move it to is past
CHANGES = ("moved", "postponed", "cancelled")
LADDER = ("roster_fixed", "announced", "day_before", "morning")

acts = st.one_of(
    st.tuples(st.just("passes"), st.integers(1, 120)),  # hours
    st.tuples(st.just("moves"), st.integers(-3, 20)),  # days from the first date
    st.tuples(st.just("postpones"), st.just(0)),
    st.tuples(st.just("cancels"), st.just(0)),
    st.tuples(st.just("answers"), st.integers(0, 5)),
    st.tuples(st.just("restarts"), st.just(0)),
)


@dataclass(slots=True)
class TwoSchedulers:
    """An office with two schedulers, and what was changed when, and who had heard of the day by then."""

    database: Database
    clock: ManualClock
    changes: list[tuple[str, int, datetime, set[str]]] = field(default_factory=list)

    def _office(self) -> Office:
        key = b"k" * 32
        return Office(self.database, Vault(key), self.clock, SHANGHAI, "http://127.0.0.1", PeopleCache())

    async def ticks(self) -> None:
        """Both schedulers look twice; what they wrote down goes out."""
        jobs = (follow_activity_days.JOB, write_waves.JOB, fire_reminders.JOB)
        for runner in (JobRunner(self._office(), jobs, Hints()), JobRunner(self._office(), jobs, Hints())):
            for job in (*jobs, fire_reminders.JOB):
                await runner.run_once(job)
        async with self.database.begin() as session:
            await session.execute(update(OutboxRow).values(state=OutboxState.SENT))

    async def does(self, act: str, number: int) -> None:
        if act == "passes":
            await self.clock.advance(hours=number)
        elif act == "answers":
            await self._answers(number)
        elif act != "restarts":
            await self._changes(act, number)
        await self.ticks()

    async def _answers(self, number: int) -> None:
        async with self.database.begin() as session:
            context = await self._office().open(session)
            people = (await session.scalars(select(Attendance).order_by(Attendance.id))).all()
            day = await activity_days.get_day(session, 1)
            if people and day is not None:
                answer = invitations.accept if number % 2 else invitations.decline
                await answer(context, day, people[number % len(people)])

    async def _changes(self, act: str, number: int) -> None:
        async with self.database.begin() as session:
            context = await self._office().open(session)
            day = await activity_days.get_day(session, 1)
            assert day is not None
            heard = await activity_days.told_of(session, "day:1", besides=planning.QUESTIONS)
            try:
                if act == "moves":
                    to = HELD_ON + timedelta(days=number)
                    await changing.move(context, day, to, "改", "centre.one")
                elif act == "postpones":
                    await changing.postpone(context, day, "改", "centre.one")
                else:
                    await changing.cancel(context, day, "改", "centre.one")
            except DayRefused:
                return
            self.changes.append((act, day.edition, self.clock.now(), heard))


async def _lived_through(path: Path, life: list[tuple[str, int]]) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        await settle_in(database)
        town = TwoSchedulers(database, ManualClock(START))
        async with database.begin() as session:
            case = await open_case(session)
            await subscribe(session, case.conversation_id, "QQ1", ACTIVITY, START)
            context = await town._office().open(session)
            await planning.add(context, Facts("JH", HELD_ON, "09:00", "11:30", ""), "centre.one")
        await town.ticks()
        for act, number in life:
            await town.does(act, number)
        while town.clock.now() < AFTER:
            await town.does("passes", 49)
        noon = town.clock.now().astimezone(SHANGHAI).replace(hour=12) + timedelta(days=1)
        await town.clock.advance(seconds=(noon - town.clock.now()).total_seconds())
        await town.ticks()
        await _check(town)
    finally:
        await database.close()


async def _check(town: TwoSchedulers) -> None:
    async with town.database.read() as session:
        rows = (await session.scalars(select(Reminder))).all()
        day = await session.get(ActivityDay, 1)
        people = Counter((await session.scalars(select(Attendance.representative_code))).all())
    assert day is not None
    assert max(people.values(), default=0) <= 1, "nobody is on the roster twice"
    said = [row for row in rows if row.state in (ReminderState.SENT, ReminderState.HELD)]
    keys = Counter((row.edition, row.step, row.recipient) for row in said)
    assert max(keys.values(), default=1) == 1
    assert not [row.step for row in rows if row.state is ReminderState.WAITING], "nothing is left lying"
    for _, edition, at, heard in town.changes:
        of_change = [row for row in said if row.edition.endswith(f"-{edition}") and row.step in CHANGES]
        assert {row.recipient for row in of_change if row.state is ReminderState.SENT} <= heard
        reached = {row.recipient for row in of_change}
        later = [change for change in town.changes if change[1] > edition]
        if not later:
            assert reached == heard, "everyone who had heard of it hears of the change"
        earlier = [row for row in said if int(row.edition.rpartition("-")[2]) < edition]
        assert all(row.fired_at is not None and row.fired_at <= at for row in earlier), "old reminders are void"
    if day.state in (ActivityState.CANCELLED, ActivityState.POSTPONED):
        last = town.changes[-1][2]
        late = [row.step for row in said if row.fired_at and row.fired_at > last and row.step in LADDER]
        assert late == [], "nobody is reminded of a day that is not held"


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a life is short; shrinking it takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(life=st.lists(acts, max_size=10))
def test_everyone_hears_of_every_step_and_every_change_once(
    migrated_sqlite: Path, tmp_path: Path, life: list[tuple[str, int]]
) -> None:
    path = Path(shutil.copyfile(migrated_sqlite, tmp_path / "lianxin.db"))
    for left in tmp_path.glob("lianxin.db-*"):
        left.unlink()
    asyncio.run(_lived_through(path, life))
