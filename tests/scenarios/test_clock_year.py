"""A whole year of matters, through Spring Festival and every night: each step once, none after an answer."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.calendars import build_office_calendar
from bot.scheduler import recount_clocks, run_clocks
from config.rules import Rules
from storage.models import AuditLine, Case, Holiday, StaffMember, TunedRule
from storage.rules import note_roster_change
from tests.scenarios.test_clocks import goes_to, local, opened
from tests.support.town import RESIDENT, START, Town, open_town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together

MATTERS = 36
LOOK = timedelta(hours=6)
EVERY = timedelta(days=9, hours=19)  # so that every weekday and every hour of the day has some
SPRING_2027 = {
    **{date(2027, 2, day): "off" for day in range(5, 12)},
    date(2027, 1, 31): "work",
    date(2027, 2, 20): "work",
}


async def with_table(town: Town, table: dict[date, str]) -> None:
    async with town.bot.database.begin() as session:
        session.add_all([Holiday(day=day, kind=kind, name="") for day, kind in table.items()])
        await note_roster_change(session, town.clock.now(), "test")


async def write(town: Town, number: int) -> None:
    who = f"wmYear{number}"
    town.sim.add_constituent(who, "一位居民")
    await town.scans(who, "rep", "R1")
    await town.says(who, f"第{number}件：牡丹园的路灯坏了")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
async def test_in_a_year_each_step_is_taken_once_by_day_and_none_after_an_answer(tmp_path: Path, zone: str) -> None:
    async with open_town(tmp_path, timezone=zone) as town:
        async with town.bot.database.begin() as session:
            session.add(StaffMember(userid="lead.qq", name="站长", role="lead", station_code="QQ1"))
        town.sim.add_member("lead.qq", "站长")
        await with_table(town, SPRING_2027)
        rules = Rules()
        office = build_office_calendar(rules, SPRING_2027, town.bot.settings.zone)
        due: list[datetime] = []
        for number in range(MATTERS):
            wanted = START + number * EVERY
            await walk(town, wanted)
            await write(town, number + 1)
            if number % 3 == 0:  # answered before it is late, or on the next day, when somebody was asked already
                await walk(town, wanted + timedelta(hours=4 if number % 2 else 30))
                await town.writes("zhang.wei", f"#{number + 1:06} 今晚修好")
            due.append(office.awake(office.time.due(wanted, 24)))
        await walk(town, town.clock.now() + timedelta(days=30))
        steps: defaultdict[str, list[AuditLine]] = defaultdict(list)
        for line in await town.all(AuditLine):
            if line.actor == "clock":
                steps[line.subject].append(line)
                assert office.awake(line.at) == line.at, "at night or on a day off"
        for place, case in enumerate(await town.all(Case)):
            taken = steps[f"case {case.number}"]
            names = [line.act.removeprefix("next in line: ") for line in taken]
            assert names == ["officer", "lead", "centre"][: len(names)]
            if place % 3:
                assert len(names) == 3
                assert due[place] <= taken[0].at <= office.awake(due[place] + LOOK) + LOOK
            elif case.answered_at is not None:
                assert all(line.at <= case.answered_at for line in taken)
        assert not town.sim.violations


async def walk(town: Town, until: datetime) -> None:
    """Every few hours the clocks are looked at; what people are told goes out."""
    while town.clock.now() < until:
        await town.clock.advance(seconds=min(LOOK, until - town.clock.now()).total_seconds())
        if await town.bot.jobs.run_once(run_clocks.JOB):
            await town.settle()


async def test_a_holiday_that_is_imported_counts_open_cases_anew(town: Town) -> None:
    await opened(town)
    await town.bot.jobs.run_once(recount_clocks.JOB)
    assert local((await town.case()).due_at) == "11-23 09:30"
    await with_table(town, {date(2026, 11, 23): "off"})
    await town.passes(seconds=10)
    case = await town.case()
    assert local(case.due_at) == local(case.promised_at) == "11-24 09:30"
    await town.says(RESIDENT, "进度")
    assert "最晚 11月24日（周二）09:30 前答复" in town.heard(RESIDENT)[-1]
    await goes_to(town, "2026-11-23", "12:00")
    assert (await town.case()).clock_step == "representative"


async def test_a_rule_that_is_tuned_counts_them_anew_once(town: Town) -> None:
    await opened(town)
    await town.bot.jobs.run_once(recount_clocks.JOB)
    async with town.bot.database.begin() as session:
        session.add(TunedRule(name="first_answer_hours", value=48, changed_at=datetime.now(UTC), changed_by="test"))
    await opened(town, "西庄村的水渠堵了", "wmNeighbour")  # under the new rule already
    for _ in range(3):
        await town.passes(seconds=10)
    first, second = await town.all(Case)
    assert (first.clock_hours, second.clock_hours) == (48, 48)
    assert local(first.due_at) == "11-24 09:30"


async def test_a_recount_takes_many_cases_some_at_a_time(town: Town) -> None:
    from bot.services import recounting

    await opened(town)
    async with town.bot.database.begin() as session:
        case = (await session.scalars(select(Case))).one()
        facts = {
            column.name: getattr(case, column.name)
            for column in Case.__table__.columns
            if column.name not in {"id", "number"}
        }
        for serial in range(2, 2 * recounting.BATCH + 3):
            session.add(Case(**facts, number=f"JH-2026-{serial:06}"))
    await town.bot.jobs.run_once(recount_clocks.JOB)
    await with_table(town, {date(2026, 11, 23): "off"})
    assert await town.bot.jobs.run_once(recount_clocks.JOB) == 2 * recounting.BATCH + 2
    assert {local(case.due_at) for case in await town.all(Case)} == {"11-24 09:30"}
    async with town.bot.database.begin() as session:  # the serials were not given out
        for case in (await session.scalars(select(Case).where(Case.id > 1))).all():
            await session.delete(case)
