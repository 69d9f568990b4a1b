"""What it costs to link one more case, its database work included, with 100,000 open ones in a SQLite file.

`python -m benchmarks.noting [--open 100000] [--messages 1000]` makes the rows, reads them as a process does at its
start, and then notes so many new cases of each kind, each in a unit of work of its own: about what nobody else
raised, about what one other raised, about what many raise. Printed are milliseconds of processor time and of the
clock from the flushed case to the crowd it belongs to, without the commit; the clock also counts what other
programs take.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from benchmarks.clusters import corpus
from benchmarks.planted_matters import BURSTS
from bot.assignment.likeness.similar import signature
from bot.clock import ManualClock
from bot.services import clustering
from bot.services.likeness import Likeness
from bot.services.office import Office, PeopleCache
from storage import migrate
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key
from storage.models import Case, CaseSignature, Constituent, ContentKeyRow, Conversation
from storage.states import CaseState

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_NAMES = "春夏秋冬东西南北金银翠竹梅兰松柏云龙江河湖海山石桥塔林花鸟雅苑名邸"
_PEOPLE = 20_000
_CHUNK = 5_000
_WARM = 15  # messages that are not counted: the first ones put statements and tables of words together


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody writes, and the place that was recognised."""

    text: str
    place: str = ""
    topic: str | None = None


def background(draw: random.Random, texts: Sequence[str]) -> Told:
    """Two messages of our own corpus at an invented place, which is recognised half the time."""
    place = "".join(draw.sample(_NAMES, 3)) + draw.choice(("小区", "花园", "路", "村"))
    text = f"{place}，{draw.choice(texts)}。{draw.choice(texts)}"
    return Told(text, place if draw.random() < 0.5 else "", f"t{draw.randrange(15)}")


def unheard(draw: random.Random, texts: Sequence[str]) -> Told:
    """Scraps of many messages at an invented place: shares a little with very many and much with none.

    One in ten is as long as WeChat lets a message be, 2,048 bytes.
    """
    count = 56 if draw.random() < 0.1 else 9
    scraps = [text[at : at + 11] for text in draw.sample(texts, count) for at in [draw.randrange(len(text))]]
    return Told("".join(draw.sample(_NAMES, 3)) + "路，" + "，".join(scraps), topic=f"t{draw.randrange(15)}")


def rows_of(case_id: int, told: Told, at: datetime, vault: Vault) -> dict[type[Any], dict[str, Any]]:
    """A case with its key and its signature, as they are kept."""
    key, wrapped = vault.make_key()
    mark = signature(told.text, place=told.place, grid=None, station=None, topic=told.topic)
    return {
        ContentKeyRow: {"id": case_id, "wrapped": wrapped},
        Case: facts_of(case_id, told, at) | {"key_id": case_id, "reasons_sealed": key.seal(b"[]")},
        CaseSignature: {"case_id": case_id, "sealed": key.seal(mark.dump())},
    }


def facts_of(case_id: int, told: Told, at: datetime) -> dict[str, Any]:
    """What every open case has."""
    person = case_id % _PEOPLE + 1
    return {
        "id": case_id,
        "number": f"JH-2026-{case_id:06}",
        "conversation_id": person,
        "constituent_id": person,
        "state": CaseState.ASSIGNED,
        "round": 1,
        "kind": "case",
        "topic": told.topic,
        "urgency": "normal",
        "opened_at": at,
        "due_at": at + timedelta(hours=24),
    }


async def fill(database: Database, vault: Vault, count: int) -> None:
    """So many open cases of the last 50 days."""
    draw, texts = random.Random(1), corpus()
    async with database.begin() as session:
        keys = [{"wrapped": vault.make_key()[1]} for _ in range(_PEOPLE)]
        await session.execute(insert(ContentKeyRow), [{"id": count * 4 + n, **key} for n, key in enumerate(keys)])
        people = [
            {"id": n + 1, "external_userid": f"wm{n}", "key_id": count * 4 + n, "first_seen_at": NOW}
            for n in range(_PEOPLE)
        ]
        await session.execute(insert(Constituent), people)
        chats = [{"id": n + 1, "constituent_id": n + 1, "open_kfid": "wk1"} for n in range(_PEOPLE)]
        await session.execute(insert(Conversation), chats)
    for start in range(1, count + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, count + 1))
        made = [
            rows_of(n, background(draw, texts), NOW - timedelta(days=50) * (1 - n / count), vault) for n in numbers
        ]
        async with database.begin() as session:
            for table in (ContentKeyRow, Case, CaseSignature):
                await session.execute(insert(table), [each[table] for each in made])


def stream(count: int) -> Iterator[Told]:
    """In turn: what hardly anybody raised, the same by a second person, one of a few matters that many raise."""
    draw, texts = random.Random(2), corpus()
    many = [text for matter in BURSTS.values() for text in matter]
    for _ in range(count):
        alone = unheard(draw, texts)
        yield alone
        yield replace(alone, text=f"我也反映，{alone.text}")
        yield Told(draw.choice(many))


async def note_all(office: Office, told: Sequence[Told], first_id: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of the processor and of the clock for each, by what became of it."""
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for number, one in enumerate(told):
        async with office.database.begin() as session:
            context = await office.open(session)
            key_id, key = await add_key(session, office.vault)
            facts = facts_of(first_id + number, one, NOW) | {"constituent_id": number % _PEOPLE + 1}
            case = Case(**facts, key_id=key_id, reasons_sealed=key.seal(b"[]"))
            session.add(case)
            await session.flush()
            began, seen = time.thread_time(), time.perf_counter()
            crowd = await clustering.note(context, case, one.text, place=one.place)
            ended = (time.thread_time() - began) * 1000, (time.perf_counter() - seen) * 1000
        kind = "nobody else" if crowd is None else "opens a matter" if crowd.people == 2 else "joins a matter"
        if number >= _WARM:
            took[kind].append(ended)
    return took


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    at = {"p99": 0.99, "p99.9": 0.999}
    return {
        "median": round(statistics.median(ordered), 2),
        **{name: round(ordered[int(len(ordered) * share)], 2) for name, share in at.items()},
        "most": round(ordered[-1], 2),
    }


async def measure(held: int, messages: int, folder: Path) -> dict[str, object]:
    """Fill, start, note."""
    vault = Vault(os.urandom(32))
    database = Database(f"sqlite+aiosqlite:///{folder}/lianxin.db")
    try:
        await migrate.upgrade(database)
        await fill(database, vault, held)
        zone = ZoneInfo("Asia/Shanghai")
        clock, people = ManualClock(NOW), PeopleCache()
        office = Office(database, vault, clock, zone, "https://x.example", people, likeness=Likeness())
        began = time.perf_counter()
        async with database.begin() as session:
            await clustering.catch_up(await office.open(session))
        started = time.perf_counter() - began
        gc.collect()
        gc.freeze()  # as the bot does when it is ready
        took = await note_all(office, list(stream(messages)), held + 1)
    finally:
        await database.close()
    return {
        "open cases": held,
        "read at the start, seconds": round(started, 1),
        "messages": dict(Counter({kind: len(each) for kind, each in took.items()})),
        "processor ms": {kind: _spread([cpu for cpu, _ in each]) for kind, each in took.items()},
        "clock ms": {kind: _spread([clock for _, clock in each]) for kind, each in took.items()},
    }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = asyncio.run(measure(asked.open, asked.messages, Path(folder)))
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
