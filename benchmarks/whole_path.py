"""Messages in, receipts and cards out, one process; against the same rows and posts without any thought.

`python -m benchmarks.whole_path [--messages 20000] [--people 5000]`: everyone has scanned a representative's code
before; all messages wait in WeCom when one wake-up comes. Counted is the time until nothing waits in the inbox or
outbox any more (but what the platform's limits put off), and the processor time of what comes after it: cards with
further messages leave after ten quiet seconds, on purpose. The floor, in the same run, is plain: the rows that the
bot added, table by table by `executemany` in one commit with `synchronous=FULL`, then the same posts by a bare
client with as many calls at once.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks import crowd
from benchmarks.acknowledging import fsync_milliseconds
from benchmarks.stage import BotProcess, bot_environment, free_port
from benchmarks.theatre import Theatre, open_theatre
from bot.outbox.ranks import CALLS
from bot.simulator.account import DEMO_ACCOUNT

POSTED = ("kf/send_msg", "kf/send_msg_on_event", "message/send", "kf/service_state/trans")
LOOK_SECONDS, GIVE_UP_SECONDS = 0.2, 1500.0
_WAITING = """
SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting'),
 (SELECT count(*) FROM outbox o WHERE state IN ('waiting', 'leased') AND due_at <= :now AND purpose <> 'reminder'
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.id < o.id AND e.state IN ('waiting', 'leased')
   AND e.due_at > :now)),
 (SELECT count(*) FROM cases WHERE update_due_at IS NOT NULL),
 (SELECT max(id) FROM inbox)
"""
_PUT_OFF = "SELECT count(*) FROM outbox WHERE state = 'waiting'"


def look(database: Path) -> tuple[int, int, int, int]:
    """Rows that wait in the inbox and, due, in the outbox, cases with an update to tell, messages that came."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        inbox, outbox, due, came = connection.execute(_WAITING, {"now": now}).fetchone()
    return inbox, outbox, due, came or 0


def _put_off(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return int(connection.execute(_PUT_OFF).fetchone()[0])


async def _until_done(bot: BotProcess, database: Path, messages: int, began: float) -> dict[str, float]:
    """Seconds until all was handled, until nothing waited, and what the processor did after that."""
    handled = quiet = cpu_then = 0.0
    while (now := time.time() - began) < GIVE_UP_SECONDS:
        inbox, outbox, due, came = look(database)
        if came >= messages and not inbox:
            handled = handled or now
            if not outbox and not quiet:
                quiet, cpu_then = now, bot.cpu_seconds()
            if not outbox and not due:
                break
        await asyncio.sleep(LOOK_SECONDS)
    else:
        raise RuntimeError(f"not done in time: {look(database)}")
    return {
        "handled": round(handled, 2),
        "receipts_and_cards": round(quiet, 2),
        "later_cards_cpu": round(bot.cpu_seconds() - cpu_then, 2),
        "wall_to_the_last": round(now, 2),
    }


def _memory(bot: BotProcess) -> dict[str, float]:
    """Of the bot's process, MiB: now and at its highest."""
    if bot.process is None:
        return {}
    lines = Path(f"/proc/{bot.process.pid}/status").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith("Vm")}
    return {"peak": round(found["VmHWM"] / 1024), "at_the_end": round(found["VmRSS"] / 1024)}


# --- the floor ----------------------------------------------------------------------------------------


def _tables(connection: sqlite3.Connection) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [name for (name,) in connection.execute(asked)]


def added_rows(before: Path, after: Path) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table that are in `after` and not in `before`, by their row number."""
    found = {}
    with sqlite3.connect(before) as old, sqlite3.connect(f"file:{after}?mode=ro", uri=True) as new:
        for table in _tables(new):
            last = old.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0  # noqa: S608  our own tables
            rows = new.execute(f"SELECT * FROM {table} WHERE rowid > ?", (last,)).fetchall()  # noqa: S608
            if rows:
                found[table] = rows
    return found


def write_plainly(database: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    """Insert them all in one commit; the seconds it took."""
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, some in rows.items():
            marks = ",".join("?" * len(some[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608  our own tables
        connection.execute("COMMIT")
        return time.perf_counter() - began


async def post_plainly(theatre: Theatre, posts: Sequence[tuple[str, str]]) -> float:
    """Post them all as fast as it goes; the seconds it took."""
    waiting = iter(posts)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CALLS)) as session:
        secrets = {"corpid": DEMO_ACCOUNT.corp_id, "corpsecret": DEMO_ACCOUNT.secret}
        async with session.get(f"{theatre.api}/cgi-bin/gettoken", params=secrets) as answer:
            token = (await answer.json())["access_token"]

        async def post() -> None:
            for api, body in waiting:
                url = f"{theatre.api}/cgi-bin/{api}?access_token={token}"
                headers = {"Content-Type": "application/json"}
                async with session.post(url, data=body.encode(), headers=headers) as answer:
                    await answer.read()

        began = time.perf_counter()
        async with asyncio.TaskGroup() as posting:
            for _ in range(CALLS):
                posting.create_task(post())
        return time.perf_counter() - began


# --- the whole ----------------------------------------------------------------------------------------


async def run(messages: int, people: int, keep: Path | None = None) -> dict[str, object]:
    """Play it, then the floor."""
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(exist_ok=True)
        database, before = folder / "lianxin.db", folder / "before.db"
        port = free_port()
        lines, source = crowd.lines(messages, people)
        async with open_theatre(folder, port) as theatre:
            bot = BotProcess(folder, port, bot_environment(folder, theatre.api))
            cast = await crowd.prepare(bot, people)
            shutil.copy(database, before)
            await cast.enter(theatre)
            try:
                ready = await bot.start()
                await asyncio.sleep(1.0)
                memory_before = _memory(bot)
                cpu_before = bot.cpu_seconds()
                said = await theatre.ask("say", {"lines": lines})
                times = await _until_done(bot, database, messages, said["said"][0])
                cpu = bot.cpu_seconds() - cpu_before
                memory = _memory(bot)
                told = await theatre.ask("told")
                calls = await theatre.ask("calls", api=",".join(POSTED), bodies="1")
            finally:
                bot.kill(signal.SIGTERM)
            errors = bot.log_lines("error")
        put_off = _put_off(database)
        rows = added_rows(before, database)
        async with open_theatre(folder, free_port()) as theatre:
            await cast.enter(theatre)
            await theatre.ask("say", {"lines": [[who, "。"] for who, _ in cast.people]})
            posting = await post_plainly(theatre, [(api, body) for api, _, _, body in calls])
        writing = write_plainly(before, rows)
        seconds = times["receipts_and_cards"] + times["later_cards_cpu"]
        return {
            "source": source,
            "messages": messages,
            "people": people,
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "ready_seconds": round(ready, 2),
            "seconds": {**times, "counted": round(seconds, 2), "cpu": round(cpu, 2)},
            "messages_per_second": round(messages / seconds),
            "floor_seconds": {"rows": round(writing, 2), "posts": round(posting, 2)},
            "ratio": round((writing + posting) / seconds, 3),
            "memory_mb": {"ready": memory_before.get("at_the_end"), **memory},
            "rows": {table: len(some) for table, some in sorted(rows.items())},
            "put_off_by_the_platforms_limits": put_off,
            "calls": told["calls"],
            "violations": told["violations"],
            "dropped": told["dropped"],
            "errors_logged": len(errors),
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--keep", type=Path, default=None, help="a folder to leave the database and logs in")
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.messages, asked.people, asked.keep)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
