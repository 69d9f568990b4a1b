"""The whole path on PostgreSQL and Redis: two `serve` processes against one.

`python -m benchmarks.two_processes [--messages 20000] [--people 5000]`: everyone has scanned a representative's
code before; all messages wait in WeCom when one wake-up comes, to the first process. Counted is the time until all
is handled and nothing waits to be sent (but what the platform's limits put off). Both runs are on the same servers,
on databases of a quiet day; commits are flushed to the disk. The processor time of each party is told beside it, of
whatever else ran and of nobody: `idle` is what was left because processes waited. `at_most` is the ratio had
nothing been left and nobody else at work: two processes bring no more than the machine has processors to spare.
"""

import argparse
import asyncio
import json
import os
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import asyncpg

from benchmarks import crowd
from benchmarks.acknowledging import fsync_milliseconds
from benchmarks.stage import BotProcess, bot_environment, free_port
from benchmarks.theatre import open_theatre
from bot.simulator.account import DEMO_ACCOUNT
from tests.support.processes import Postgres, empty_database, open_postgres, open_valkey

ASKED = 1.6
GIVE_UP_SECONDS, LOOK_SECONDS = 900.0, 0.2
_CAME = "SELECT count(*), count(*) FILTER (WHERE state = 'waiting') FROM inbox WHERE id > $1"
_LEAVING = """
SELECT count(*) FROM outbox o WHERE state IN ('waiting', 'leased') AND due_at <= now() AND purpose <> 'reminder'
 AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.id < o.id AND e.state IN ('waiting', 'leased')
  AND e.due_at > now())
"""
_SCANNED = """
INSERT INTO inbox (source, key, lane, received_at, state, attempt, due_at)
SELECT $1::text, 'scan' || n, 'scan' || n, now(), 'done', 0, now() FROM generate_series(1, $2) n
"""
_NEXT_IDS = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"


async def _be_of_a_quiet_day(url: str, people: int) -> None:
    """Each scan of a code has left its row, and the server has counted what there is, as it does every minute."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_SCANNED, DEMO_ACCOUNT.open_kfid, people)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _until_done(url: str, people: int, messages: int) -> float:
    """Seconds until all came, all was handled and nothing waits to be sent."""
    began = time.monotonic()
    connection = await asyncpg.connect(url)
    try:
        while (now := time.monotonic() - began) < GIVE_UP_SECONDS:
            came, waiting = await connection.fetchrow(_CAME, people)
            if came >= messages and not waiting and not await connection.fetchval(_LEAVING):
                return now
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await connection.close()
    raise RuntimeError("not done in time")


def _server_cpu_seconds(postmaster: int) -> float:
    """Processor time of PostgreSQL with all that serve its connections, ended ones among them."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if folder.name == str(postmaster):
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _machine_seconds() -> tuple[float, float]:
    """Processor time of everybody since the machine started, and of nobody."""
    first, *_ = Path("/proc/stat").read_text().splitlines()
    user, nice, system, idle, waits, *interrupts = map(int, first.split()[1:8])
    ticks = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + sum(interrupts)) / ticks, (idle + waits) / ticks


async def _play(
    folder: Path, server: Postgres, redis_url: str, processes: int, lines: list[tuple[str, str]], people: int
) -> dict[str, object]:
    """So many processes on a database of their own."""
    folder.mkdir()
    async with empty_database(server) as url:
        port = free_port()
        async with open_theatre(folder, port) as theatre:
            shared = {"LIANXIN_DATABASE_URL": url, "LIANXIN_REDIS_URL": redis_url}
            first = BotProcess(folder, port, {**bot_environment(folder, theatre.api), **shared})
            cast = await crowd.prepare(first, people)
            for table in ("constituents", "conversations"):
                await _execute(url, _NEXT_IDS.format(table=table))
            await _be_of_a_quiet_day(url, people)
            await cast.enter(theatre)
            bots = [first]
            for number in range(1, processes):
                (other := folder / f"process{number}").mkdir()
                bots.append(replace(first, folder=other, port=free_port(), process=None))
            try:
                await asyncio.gather(*(bot.start() for bot in bots))
                await asyncio.sleep(crowd.SETTLE_SECONDS)
                before = [bot.cpu_seconds() for bot in bots], _server_cpu_seconds(server.pid)
                busy_before, idle_before = _machine_seconds()
                said = await theatre.ask("say", {"lines": lines})
                seconds = await _until_done(url, people, len(said["said"]))
                busy, idle = _machine_seconds()
                bots_cpu = [bot.cpu_seconds() - then for bot, then in zip(bots, before[0], strict=True)]
                server_cpu = _server_cpu_seconds(server.pid) - before[1]
                told = await theatre.ask("told")
            finally:
                for bot in bots:
                    bot.kill(signal.SIGTERM)
            return {
                "seconds": round(seconds, 2),
                "work_seconds": round(sum(bots_cpu) + server_cpu, 1),
                "messages_per_second": round(len(lines) / seconds),
                "cpu_seconds": {
                    "bots": [round(one, 1) for one in bots_cpu],
                    "postgresql": round(server_cpu, 1),
                    "all_else": round(busy - busy_before - sum(bots_cpu) - server_cpu, 1),
                    "idle": round(idle - idle_before, 1),
                },
                "calls": told["calls"],
                "violations": told["violations"],
                "errors_logged": sum(len(bot.log_lines("error")) for bot in bots),
            }


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def run(messages: int, people: int) -> dict[str, object]:
    """One process, then two."""
    lines, source = crowd.lines(messages, people)
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch, open_valkey() as redis:
        folder = Path(scratch)
        with open_postgres() as server:
            server.psql("ALTER SYSTEM SET fsync = on")
            server.psql("SELECT pg_reload_conf()")
            played = {}
            for processes in (1, 2):
                redis.flush()
                played[processes] = await _play(
                    folder / str(processes), server, redis.url, processes, lines, people
                )
        processors = os.cpu_count() or 1
        at_best = float(str(played[2]["work_seconds"])) / processors
        per_second = [float(str(played[processes]["messages_per_second"])) for processes in (1, 2)]
        return {
            "source": source,
            "messages": messages,
            "people": people,
            "processors": processors,
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "load": [round(one, 1) for one in os.getloadavg()],
            "one": played[1],
            "two": played[2],
            "ratio": round(per_second[1] / per_second[0], 2),
            "at_most": round(float(str(played[1]["seconds"])) / at_best, 2),
            "asked": ASKED,
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=5_000)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(run(asked.messages, asked.people)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
