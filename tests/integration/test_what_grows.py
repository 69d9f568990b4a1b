"""On the way of a message, and by the clocks of the day, nothing walks through what years leave behind.

`python -m benchmarks.growth` measures what that costs; here each statement is asked how far it goes.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.growth import finish_the_night
from benchmarks.growth_rows import grow
from bot.simulator.account import DEMO_ACCOUNT
from storage import retention
from storage.database import Database
from tests.support.schema import bring_up
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town, open_town

MESSAGES = 20_000
STEPS_A_ROW = 20
STEPS = 4_000  # of SQLite's machine: what looks at each of the 2,500 cases once takes more
GROWS = re.compile(
    r"Seq Scan on (cases|messages|inbox|outbox|conversations|constituents|content_keys|duty_entries|ledger_lines)\b"
)


@asynccontextmanager
async def an_old_town(folder: Path, *, slept: bool = True, **settings: object) -> AsyncIterator[Town]:
    """There are some years behind it, and its night is over if it `slept`; one of that time writes, too."""
    async with open_town(folder, **settings) as town:
        await town.passes(minutes=1)
        office = town.bot.office
        given = {"open_kfid": DEMO_ACCOUNT.open_kfid, "district": "JH"}
        rows = await grow(office.database, office.vault, MESSAGES, **given)
        if slept:
            await finish_the_night(office, rows)
        town.sim.add_constituent("wmPast1", "老张")
        yield town


async def live_a_day(town: Town) -> None:
    """Codes, words, cards, answers by number, taps, clocks and reminders."""
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "张伟代表你好，牡丹园路灯坏了很多天")
    await town.says("wmPast1", "牡丹园下水道堵了")
    await town.says("wmPast1", "水已经漫到楼道里了")
    await town.passes(minutes=20)
    await town.writes(ZHANG, "待办")
    for number in ("000001", "JH-2026-000002"):
        await town.writes(ZHANG, f"#{number} 已经安排人去修了")
    await town.says(RESIDENT, "进度")
    await town.taps_menu("wmPast1", "还没有")
    await town.writes(ZHANG, "#2 今天下午疏通")
    await town.taps_menu(RESIDENT, "已解决")
    await town.writes(OFFICER, "缘由 000002")
    await town.passes(hours=5)
    assert any("今天下午疏通" in line for line in town.heard("wmPast1"))


async def test_no_statement_of_sqlite_goes_through_what_grows(tmp_path: Path) -> None:
    steps: Counter[str] = Counter()
    async with an_old_town(tmp_path) as town:
        for engine in (town.bot.database._writer, town.bot.database._reader):
            event.listen(engine.sync_engine, "before_cursor_execute", _counting(steps))
        await live_a_day(town)
        long = {statement: count for statement, count in steps.items() if count > STEPS}
    assert len(steps) > 0
    assert long == {}


async def test_a_night_looks_at_some_thousand_rows_at_a_time(tmp_path: Path) -> None:
    """Some steps a row: with years of the outbox in one statement nobody would be served for seconds."""
    steps: Counter[str] = Counter()
    async with an_old_town(tmp_path, slept=False) as town:
        event.listen(town.bot.database._writer.sync_engine, "before_cursor_execute", _counting(steps))
        await town.passes(hours=20)
        assert max(steps.values()) < retention.WINDOW * STEPS_A_ROW


def _counting(steps: Counter[str]) -> Any:
    def watch(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 100
            steps[statement] = max(steps[statement], taken)

        connection.connection.driver_connection._open.set_progress_handler(step, 100)

    return watch


async def test_no_statement_of_postgresql_goes_through_what_grows(tmp_path: Path, postgresql_url: str) -> None:
    await bring_up(postgresql_url)
    said: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not isinstance(given, list):
            said.setdefault(statement, given)

    async with an_old_town(tmp_path, database_url=postgresql_url) as town:
        event.listen(town.bot.database._writer.sync_engine, "before_cursor_execute", note)
        await live_a_day(town)
        event.remove(town.bot.database._writer.sync_engine, "before_cursor_execute", note)
        walks = {
            statement for statement, given in said.items() if await _walks(town.bot.database, statement, given)
        }
    assert len(said) > 50
    assert walks == set()


async def _walks(database: Database, statement: str, given: Any) -> bool:
    async with database._writer.connect() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", given)
        return any(GROWS.search(line) for line in plan.scalars())
