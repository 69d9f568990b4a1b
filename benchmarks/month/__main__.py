"""`python -m benchmarks.month`: December 2026 in the sample district, with its month report held against the facts.

153 sites, 815 representatives, one activity day, twelve live sessions, 1,000 matters, all through the real bot and
the simulator under a clock of its own. Writes who was told what and when; exits 1 where a total differs.
"""

import argparse
import asyncio
import csv
import logging
import random
import sys
import tempfile
import time as stopwatch
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy import select

from benchmarks.month.cast import read_places, write_matters
from benchmarks.month.facts import count_facts
from benchmarks.month.people import People
from benchmarks.month.stage import District, open_district
from bot.services.exports.month_report import count_month
from bot.services.live import planning
from bot.services.live.planning import Draft
from bot.services.verification import find_violations
from storage import outbox
from storage.models import ActivityDay, LiveSession, Reminder, Representative, StaffMember

REGION, ACTIVITY_DAY = "JH", date(2026, 12, 15)
LAST, WAKING = date(2026, 12, 31), (7, 22)
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Month:
    """How much happens, from the morning of `first` to the midnight in which `end` begins."""

    matters: int = 1000
    sessions: int = 12
    asked: int = 12  # questions for each live session
    share: float = 1.0  # of representatives and desks that take part in the activity day
    first: date = date(2026, 11, 30)
    end: date = date(2027, 1, 4)
    tick: timedelta = timedelta(minutes=10)  # between two looks of the bot at the clock, where nothing happens


class Errors(logging.Handler):
    """Counts what was logged as an error, by its sentence."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.seen[record.getMessage()] += 1


async def _plan_live(district: District, people: People, month: Month) -> None:
    """So many sessions in the evenings of the month, drafted by the centre, approved by an administrator."""
    bot, zone = district.bot, district.bot.office.zone
    async with bot.database.read() as session:
        centre = (await session.scalars(select(StaffMember.userid).where(StaffMember.role == "centre"))).first()
        admin = (await session.scalars(select(StaffMember.userid).where(StaffMember.role == "admin"))).first()
        hosts = list(
            await session.scalars(
                select(Representative)
                .where(Representative.userid.is_not(None), Representative.station_code.is_not(None))
                .order_by(Representative.code)
                .limit(month.sessions * 20)
            )
        )[::20]
    evening = datetime.combine(month.first, time(19, 30), zone)
    for number, host in enumerate(hosts[: month.sessions]):
        starts_at = evening + timedelta(days=5 + 2 * number)
        async with bot.database.begin() as session:
            context = await bot.office.open(session)
            draft = Draft(
                station_code=host.station_code or "",
                title=f"代表在线接待第{number + 1}场",
                starts_at=starts_at,
                minutes=60,
                author=str(centre),
                hosts=(host.code,),
                anchor_userid=host.userid if number % 2 == 0 else None,
                join_url="" if number % 2 == 0 else "https://live.example.cn/room",
            )
            live = await planning.add(context, draft)
            await planning.approve(context, live, str(admin))
        people.will_ask(live, month.asked)
    await district.settle()


def _watch_streams(district: District) -> None:
    """Hosts press the buttons of their own streams when it is time."""
    now = district.clock.now()
    for living in list(district.sim.world.livings.values()):
        begun, over = living.starts_at <= now, living.starts_at + timedelta(minutes=60) <= now
        if begun and living.state == 0 and not over:
            district.note(now, lambda one=living.livingid: district.sim.start_living(one))
        elif over and living.state == 1:
            district.note(now, lambda one=living.livingid: district.sim.end_living(one))


async def _activity_day(district: District) -> ActivityDay | None:
    async with district.bot.database.read() as session:
        return await session.scalar(select(ActivityDay).where(ActivityDay.on_date == ACTIVITY_DAY))


async def _live_through(district: District, month: Month) -> tuple[People, float]:
    zone = district.bot.office.zone
    draw = random.Random(2026)
    places = read_places(district.folder / "district")
    people = People(district, places, draw, month.share)
    first, last = month.first + timedelta(days=1), min(LAST, month.end - timedelta(days=1))
    for writing in write_matters(draw, places, first, last, ACTIVITY_DAY, zone, month.matters):
        people.will_write(writing)
    await _plan_live(district, people, month)
    began = stopwatch.monotonic()
    desks_planned = False
    while (now := district.clock.now()) < datetime.combine(month.end, time(0), zone):
        people.look()
        _watch_streams(district)
        local = now.astimezone(zone)
        if not desks_planned and local.date() == ACTIVITY_DAY and local.hour >= 8:
            day = await _activity_day(district)
            if day is not None:
                await people.plan_desks(day)
            desks_planned = True
        tick = month.tick if WAKING[0] <= local.hour < WAKING[1] else timedelta(hours=1)
        await district.walk(now + tick, tick)
        if local.hour == 0 and local.minute < 10:
            out.print(f"  {local:%m-%d}  {people.tally.matters} 件  {stopwatch.monotonic() - began:6.1f} s")
    return people, stopwatch.monotonic() - began


def _write_heard(district: District, file: Path) -> Counter[str]:
    """Who was told what, when: one line for everything that reached a phone."""
    counted: Counter[str] = Counter()
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("at", "who", "kind", "text"))
        world = district.sim.world
        phones = [*world.constituents.items(), *world.members.items()]
        for who, person in phones:
            for line in person.chat:
                if line.who == "bot":
                    writer.writerow((line.at.isoformat(), who, line.kind, line.text.replace("\n", " ")[:60]))
                    counted[line.kind] += 1
    return counted


async def _check(district: District, people: People) -> int:
    """The report against what people did and against the raw rows; what else must hold."""
    faults = 0
    async with district.bot.database.read() as session:
        report = await count_month(session, REGION, ACTIVITY_DAY.replace(day=1))
        raw = await count_facts(session, people.tally, date(2026, 12, 1), date(2026, 12, 31))
        for name, value in asdict(report.totals).items():
            same = value == raw[name]
            faults += not same
            out.print(f"  {name:<12} report {value:>6}   facts {raw[name]:>6}   {'equal' if same else 'DIFFERENT'}")
        states = Counter((await session.scalars(select(Reminder.state))).all())
        lives = Counter((await session.scalars(select(LiveSession.state))).all())
        days = Counter((await session.scalars(select(ActivityDay.state))).all())
        waiting = await outbox.count_by_state(session)
    async with district.bot.database.read() as session:
        broken = [one async for one in find_violations(session, now=district.clock.now())]
    out.print(f"  reminders {dict(states)}")
    out.print(f"  live sessions {dict(lives)}, activity days {dict(days)}")
    out.print(f"  outbox {waiting}")
    out.print(f"  platform rules broken {dict(district.sim.violations)}, dropped {dict(district.sim.dropped)}")
    out.print(f"  verify: {len(broken)} violations {[f'{one.where}: {one.what}' for one in broken[:3]]}")
    return faults + len(broken) + district.sim.violations.total() + district.sim.dropped.total()


async def run(folder: Path, month: Month) -> int:
    """Live through the month in `folder`; returns how much did not hold."""
    start = datetime.combine(month.first, time(8), ZoneInfo("Asia/Shanghai"))
    errors = Errors()
    logging.getLogger().addHandler(errors)
    try:
        faults = await _run(folder, month, start)
    finally:
        logging.getLogger().removeHandler(errors)
    out.print(f"  errors logged {dict(errors.seen)}")
    return faults + errors.seen.total()


async def _run(folder: Path, month: Month, start: datetime) -> int:
    async with open_district(folder, start) as district:
        people, seconds = await _live_through(district, month)
        heard = _write_heard(district, folder / "heard.csv")
        tally = people.tally
        out.print(f"{seconds:.0f} s for {(month.end - month.first).days} days; done: {dict(tally.done)}")
        out.print(
            f"matters {tally.matters}, answers {tally.answers}, questions {tally.questions}; heard {dict(heard)}"
        )
        return await _check(district, people)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matters", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--asked", type=int, default=12, help="questions for each live session")
    parser.add_argument("--keep", type=Path, help="leave the database and heard.csv in this folder")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory() as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        return 1 if asyncio.run(run(Path(folder), Month(given.matters, given.sessions, given.asked))) else 0


if __name__ == "__main__":
    sys.exit(main())
