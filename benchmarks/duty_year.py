"""`python -m benchmarks.duty_year`: a year of activity days as people live it, and the five totals of it.

Huishan's year (domain A1): 900 attendances, 149 sessions, 2,535 people received, 459 opinions, 215 proposals. They
come in by the ways of a real year: representatives check in by word or by the code at the site, officers note those
who forgot; people are noted at the desk, by representatives, by the day's code in WeChat, and on paper that is
loaded the same evening. Exits 1 where a total of the reports is another than what people did.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.services import imports
from bot.services.activity_days import planning
from bot.services.exports.month_report import MonthReport, count_month
from bot.services.verification import find_violations
from storage.activity_days import Facts
from storage.models import Representative, StaffMember, Station
from storage.receptions import Counts
from storage.rules import note_roster_change
from tests.support.town import CENTRE, Town, open_town

REGION, YEAR = "JH", 2027
EACH = 7  # representatives of a station
PAPER = "日期,代表,类别,地点,人数,内容,意见,建议"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens: in each month at so many stations, and in all."""

    stations: tuple[int, ...]  # for each month from January on
    totals: Counts


HUISHAN = Plan((13, 13, 13, 13, 13, 12, 12, 12, 12, 12, 12, 12), Counts(900, 149, 2535, 459, 215))
SHORT = Plan((2,), Counts(13, 2, 35, 7, 3))


@dataclass(frozen=True, slots=True)
class Session:
    """What happens at one site on one day."""

    on: date
    station: str
    attendances: int
    people: int
    opinions: int
    proposals: int


def third_tuesday(month: int) -> date:
    first = date(YEAR, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 14)


def sessions(plan: Plan) -> list[Session]:
    """The totals shared out as evenly as whole numbers allow."""
    places = [
        (third_tuesday(month), f"T{number}")
        for month, count in enumerate(plan.stations, 1)
        for number in range(count)
    ]
    totals = plan.totals
    shares = zip(
        *(
            _share(total, len(places))
            for total in (totals.attendances, totals.received, totals.opinions, totals.proposals)
        ),
        strict=True,
    )
    return [Session(on, station, *share) for (on, station), share in zip(places, shares, strict=True)]


def _share(total: int, parts: int) -> Iterator[int]:
    return (total // parts + (number < total % parts) for number in range(parts))


async def settle_in(town: Town, plan: Plan) -> None:
    """The stations with their officers and representatives; the clock goes to January."""
    for number in range(max(plan.stations)):
        station = f"T{number}"
        rows: list[object] = [
            Station(code=station, name=f"第{number + 1}联络站", kind="station", region_code="JH01"),
            StaffMember(userid=f"officer.{number}", name=f"联络员{number}", role="officer", station_code=station),
        ]
        rows += [
            Representative(
                code=f"{station}-{one}",
                name=f"代表{number}之{one}",
                level="district",
                unit="",
                post="",
                specialities=[],
                station_code=station,
                userid=f"rep.{number}.{one}",
                phone="",
                grid_codes=[],
                public_fields=[],
            )
            for one in range(EACH)
        ]
        for row in rows:
            async with town.bot.database.begin() as session:
                session.add(row)
        for userid in (f"officer.{number}", *(f"rep.{number}.{one}" for one in range(EACH))):
            town.sim.add_member(userid, userid)
    async with town.bot.database.begin() as session:
        await note_roster_change(session, town.clock.now(), "year")
    await goes_to(town, date(YEAR, 1, 4), time(9))


async def goes_to(town: Town, on: date, clock: time) -> None:
    """Time goes to a local hour; what became due is done, in as many turns as it needs."""
    instant = datetime.combine(on, clock, town.bot.office.zone)
    await town.passes(seconds=max((instant - town.clock.now()).total_seconds(), 1))
    await town.passes(seconds=1)


async def hold(town: Town, day: list[Session]) -> None:
    """One activity day at its sites, from the evening before to the next morning."""
    on = day[0].on
    await goes_to(town, on - timedelta(days=1), time(10))
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        await planning.add(context, Facts(REGION, on, "09:00", "11:30", "听取群众意见"), CENTRE)
    await goes_to(town, on, time(8, 40))
    await check_in(town, day)
    await goes_to(town, on, time(9, 20))
    await receive(town, day)
    await goes_to(town, on, time(20))
    await load_paper(town, day)
    await goes_to(town, on + timedelta(days=1), time(10))


async def check_in(town: Town, day: list[Session]) -> None:
    """By word, by the code at the site, and noted by the officer for every third."""
    for one in day:
        number = one.station[1:]
        for which in range(one.attendances):
            if which % 3 == 2:
                await town.sim.member_says(f"officer.{number}", f"签到 代表{number}之{which}")
            else:
                words = "签到" if which % 3 else f"签到 {one.station}"
                await town.sim.member_says(f"rep.{number}.{which}", words)
    await town.settle()


def shared(one: Session) -> tuple[tuple[int, int, int], ...]:
    """People, opinions and proposals noted at the desk, by a representative, by code, on paper."""
    by_code = (1, 1, 0)
    by_representative = (4, 0, 0)
    paper = (5, 1, one.proposals // 2)
    desk = tuple(
        whole - a - b - c
        for whole, a, b, c in zip(
            (one.people, one.opinions, one.proposals), by_code, by_representative, paper, strict=True
        )
    )
    return (desk[0], desk[1], desk[2]), by_representative, by_code, paper


async def receive(town: Town, day: list[Session]) -> None:
    """At the desk in two words of the officer, by a representative, and by the day's code."""
    for one in day:
        number = one.station[1:]
        (people, opinions, proposals), (others, *_), _, _ = shared(one)
        first = f"接待 {people - 2}人 意见{opinions}条 建议{proposals}条 反映停车难 代表代表{number}之0"
        await town.sim.member_says(f"officer.{number}", first)
        await town.sim.member_says(f"officer.{number}", "接待 2人 意见0条 建议0条 问办事流程")
        await town.sim.member_says(f"rep.{number}.1", f"接待 {others}人 意见0条 建议0条 拉家常")
        who = f"wm{number}_{one.on.month}"
        town.sim.add_constituent(who, "来访群众")
        await town.sim.enter(who, "day", one.station)
    await town.settle()
    for one in day:
        await town.sim.says(f"wm{one.station[1:]}_{one.on.month}", "村口的路灯坏了三天，晚上看不清路")
    await town.settle()


async def load_paper(town: Town, day: list[Session]) -> None:
    """What was written on paper that morning, as a sheet."""
    rows = [
        f"{one.on},{one.station}-2,接待,{one.station}接待室,{people},接待{people}人、反映物业,{opinions},{proposals}"
        for one in day
        for people, opinions, proposals in [shared(one)[3]]
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "duty.csv").write_text("\n".join([PAPER, *rows]), "utf-8")
        tables = imports.read(Path(folder))
    async with town.bot.database.begin() as session:
        await imports.apply(session, tables)
        context = await town.bot.office.open(session)
        await imports.apply_duty(replace(context, now=town.clock.now()), tables)


def add_up(counts: Iterable[Counts]) -> Counts:
    """All together."""
    every = list(counts)
    return Counts(*(sum(getattr(one, field.name) for one in every) for field in fields(Counts)))


async def reports(town: Town, plan: Plan) -> list[MonthReport]:
    """The month reports of the months that were lived through."""
    async with town.bot.database.read() as session:
        return [
            await count_month(session, REGION, date(YEAR, month, 1)) for month in range(1, len(plan.stations) + 1)
        ]


async def live(town: Town, plan: Plan) -> list[Session]:
    """The whole year; returns what people did."""
    await settle_in(town, plan)
    done = sessions(plan)
    for month in range(1, len(plan.stations) + 1):
        await hold(town, [one for one in done if one.on.month == month])
    return done


def differences(done: list[Session], found: list[MonthReport], totals: Counts) -> list[str]:
    """Where a month's figures, a station's or the year's are others than what people did."""
    faults = []
    for month, report in enumerate(found, 1):
        for line in report.stations:
            did = [one for one in done if one.on.month == month and one.station == line.station]
            wanted = add_up(Counts(one.attendances, 1, one.people, one.opinions, one.proposals) for one in did)
            if line.counts != wanted:
                faults.append(f"{report.month} {line.station}: {line.counts} instead of {wanted}")
    year = add_up(report.totals for report in found)
    return [*faults, *([f"year: {year} instead of {totals}"] if year != totals else [])]


async def _main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with open_town(Path(folder)) as town:
            done = await live(town, HUISHAN)
            found = await reports(town, HUISHAN)
            faults = differences(done, found, HUISHAN.totals)
            async with town.bot.database.read() as session:
                faults += [
                    f"{one.where}: {one.what}" async for one in find_violations(session, now=town.clock.now())
                ]
    print(asdict(add_up(report.totals for report in found)))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
