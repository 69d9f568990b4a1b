"""What /metrics, the page of numbers and the alarm cost with a million rows in the outbox, in milliseconds.

    python -m benchmarks.figures [ROWS]

SQLite runs its statements in the loop: what is printed for one statement is how long nobody else is answered.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import insert, text

from bot.clock import ManualClock
from bot.services.office import Office, PeopleCache
from bot.services.watching import alarms, figures, gauges
from bot.services.watching.figures import Scope
from bot.services.watching.gauges import SentToday
from storage import delivery_figures, migrate, pacing
from storage.crypto import Vault
from storage.database import Database
from storage.models import Case, Constituent, ContentKeyRow, Conversation, InboxRow, Region, Station
from storage.states import OutboxState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
ROWS = 1_000_000
CHATS = 100_000
PURPOSES = ("card", "receipt", "answer", "reply", "notice", "reminder", "update")
A_CHUNK = 10_000


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Office]:
    database = Database(f"sqlite:///{folder / 'figures.db'}")
    try:
        await migrate.upgrade(database)
        yield Office(
            database, Vault(b"k" * 32), ManualClock(NOW), ZoneInfo("Asia/Shanghai"), "http://x", PeopleCache()
        )
    finally:
        await database.close()


def state_of(number: int, rows: int) -> OutboxState:
    """Nearly all were sent; some thousands wait, hundreds are parked, failed or gave way."""
    left = rows - number
    if left <= 3000:
        return OutboxState.WAITING
    return {0: OutboxState.FAILED, 1: OutboxState.DROPPED, 2: OutboxState.PARKED}.get(
        number % 1000, OutboxState.SENT
    )


def outbox_row(number: int, rows: int) -> dict[str, object]:
    at = NOW - timedelta(seconds=(rows - number) * 3)  # a million in 35 days
    state = state_of(number, rows)
    purpose = PURPOSES[number % len(PURPOSES)]
    chat = number % CHATS + 1
    return {
        "channel": "app" if purpose in {"card", "notice", "update"} else "kf",
        "purpose": purpose,
        "lane": f"lane:{chat}",
        "recipients": ["zhang.wei", "officer.qq"],
        "conversation_id": chat,
        "case_id": chat if purpose != "reminder" else None,
        "priority": 30,
        "content_sealed": b"",
        "state": state,
        "attempt": 1 if state is not OutboxState.WAITING else number % 3,
        "generation": 0,
        "held_told": False,
        "in_doubt": False,
        "created_at": at,
        "due_at": at,
        "paced_at": at + timedelta(seconds=1) if state is OutboxState.SENT else None,
        "sent_at": at + timedelta(seconds=1) if state is OutboxState.SENT else None,
        "reason": "kf/send_msg: 95002" if state in {OutboxState.FAILED, OutboxState.PARKED} else None,
    }


async def fill(office: Office, rows: int) -> None:
    async with office.database.begin() as session:
        session.add(Region(code="JH", name="锦河区", parent_code=None, level="district"))
        session.add_all(
            [Station(code=f"S{n}", name=f"站{n}", kind="station", region_code="JH") for n in range(100)]
        )
        session.add(ContentKeyRow(id=1, wrapped=b"k"))
        session.add(InboxRow(source="app", key="k", lane="l", received_at=NOW, due_at=NOW))
    for start in range(1, CHATS + 1, A_CHUNK):
        await _fill_chats(office, range(start, min(start + A_CHUNK, CHATS + 1)))
    for start in range(1, rows + 1, A_CHUNK):
        await _fill_outbox(office, range(start, min(start + A_CHUNK, rows + 1)), rows)
    async with office.database.begin() as session:
        await session.execute(text("ANALYZE"))


async def _fill_outbox(office: Office, numbers: range, rows: int) -> None:
    """By the driver: a million rows through the statements of SQLAlchemy take minutes."""
    values = [{name: _raw(value) for name, value in outbox_row(number, rows).items()} for number in numbers]
    columns = ", ".join(values[0])
    holes = ", ".join(f":{name}" for name in values[0])
    async with office.database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(f"INSERT INTO outbox ({columns}) VALUES ({holes})", values)  # noqa: S608


def _raw(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return value.value if isinstance(value, OutboxState) else value


async def _fill_chats(office: Office, numbers: range) -> None:
    async with office.database.begin() as session:
        people = [
            {"id": n, "external_userid": f"wm{n}", "key_id": 1, "first_seen_at": NOW - timedelta(days=9)}
            for n in numbers
        ]
        chats = [
            {
                "id": n,
                "constituent_id": n,
                "open_kfid": "wk1",
                "scene": "",
                "scene_param": "",
                "scan_pending": False,
                "starts_new": False,
                "budget_left": n % 6,
                "window_until": NOW + timedelta(hours=n % 48) if n % 20 == 0 else NOW - timedelta(days=1),
                "has_parked": False,
            }
            for n in numbers
        ]
        cases = [
            {
                "version": 1,
                "id": n,
                "number": f"JH-2026-{n:06}",
                "conversation_id": n,
                "constituent_id": n,
                "key_id": 1,
                "state": "answered",
                "kind": "case",
                "urgency": "normal",
                "station_code": f"S{n % 100}",
                "reasons_sealed": b"",
                "opened_at": NOW - timedelta(days=9),
                "due_at": NOW,
            }
            for n in numbers
        ]
        await session.execute(insert(Constituent), people)
        await session.execute(insert(Conversation), chats)
        await session.execute(insert(Case), cases)


async def best_of(times: int, work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Milliseconds: the first time, and the best of the others."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        spent.append((time.perf_counter() - began) * 1000)
    return spent[0], min(spent[1:])


async def measure(office: Office) -> dict[str, tuple[float, float]]:
    """Each by its name; one statement each where the name is that of a function of `delivery_figures`."""
    midnight = NOW - timedelta(hours=16)
    found: dict[str, tuple[float, float]] = {}
    async with office.database.read() as session:
        context = await office.open(session)
        sent = SentToday()
        statements: dict[str, Callable[[], Awaitable[object]]] = {
            "waiting": lambda: delivery_figures.waiting(session, NOW),
            "sent_since": lambda: delivery_figures.sent_since(session, midnight),
            "count_members_since": lambda: pacing.count_members_since(session, midnight),
            "ended_since": lambda: delivery_figures.ended_since(session, OutboxState.FAILED, midnight),
            "parked": lambda: delivery_figures.parked(session, NOW),
            "budgets": lambda: delivery_figures.budgets(session, NOW),
            "oldest_unsent": lambda: delivery_figures.oldest_unsent(session),
            "unsent": lambda: delivery_figures.unsent(session, 200),
            "stuck": lambda: delivery_figures.stuck(session),
            "count_in_state": lambda: delivery_figures.count_in_state(session, OutboxState.FAILED),
            "/metrics": lambda: gauges.collect(context, sent),
            "page, everything": lambda: figures.collect(context, Scope("x", None, "")),
            "page, one station": lambda: figures.collect(context, Scope("x", ("S1",), "站1")),
        }
        for name, work in statements.items():
            found[name] = await best_of(4, work)
    async with office.database.begin() as session:
        context = await office.open(session)
        found["alarm job"] = await best_of(4, lambda: alarms.watch(context))
    return found


async def run(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as office:
            began = time.perf_counter()
            await fill(office, rows)
            print(f"{rows:,} rows written in {time.perf_counter() - began:.0f} s")
            for name, (first, best) in (await measure(office)).items():
                print(f"{name:20} first {first:8.1f} ms   then {best:8.1f} ms")


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else ROWS))
