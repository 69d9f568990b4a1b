"""How fast the pump sends, against a client that just posts: the same messages, calls at once, simulator and run.

`python -m benchmarks.pump [--count 3000] [--rounds 3]`: each round a message to each of so many members, once
posted by aiohttp as fast as it can, once written into the outbox and sent by a bot that serves, with claim, limits,
record and `synchronous=FULL`. Simulator, client and bot are processes of their own; the rate is the simulator's:
from the first message on a phone to the last. On two processors the two that talk have one each.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvloop

from benchmarks import notices
from benchmarks.stage import DATA_KEY, ROOT, free_port
from bot.notices.content import Text
from bot.services import speaking
from bot.simulator.account import DEMO_ACCOUNT
from bot.wecom import payloads
from config.settings import Settings
from storage.outbox import Purpose

AT_ONCE = 48
MEMBERS_A_REQUEST = 1000
UP_SECONDS, DONE_SECONDS = 60.0, 240.0


def words(turn: str, number: int) -> str:
    """What a member is sent in a turn."""
    return f"{turn}：第 {number} 条，请您知悉。"


def member(number: int) -> str:
    """Their userid."""
    return f"member{number:05d}"


# --- the client that just posts -----------------------------------------------------------------------


async def post_all(api: str, turn: str, count: int) -> None:
    """Post every message, so many at once."""
    numbers = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        secrets = {"corpid": DEMO_ACCOUNT.corp_id, "corpsecret": DEMO_ACCOUNT.secret}
        async with session.get(f"{api}/cgi-bin/gettoken", params=secrets) as answer:
            token = (await answer.json())["access_token"]
        url = f"{api}/cgi-bin/message/send?access_token={token}"

        async def post() -> None:
            for number in numbers:
                to = {"recipients": [member(number)], "agent_id": DEMO_ACCOUNT.agent_id, "dedupe_seed": number}
                body = orjson.dumps(payloads.text_message(words(turn, number), **to))
                async with session.post(url, data=body) as answer:
                    if orjson.loads(await answer.read())["errcode"]:
                        raise RuntimeError("the simulator refused a message")

        async with asyncio.TaskGroup() as posting:
            for _ in range(AT_ONCE):
                posting.create_task(post())


async def play_client(environment: dict[str, str], turn: str, count: int) -> None:
    """The client as a process of its own, to its end."""
    words = [sys.executable, "-m", "benchmarks.pump", "--post", turn, "--count", str(count)]
    await asyncio.to_thread(subprocess.run, words, cwd=ROOT, env=environment, check=True)


# --- the bot ------------------------------------------------------------------------------------------


async def play_bot(environment: dict[str, str], turn: str, count: int) -> None:
    """Write the messages down, then let a bot send them."""
    async with notices.open_office(environment) as office:
        for start in range(0, count, MEMBERS_A_REQUEST):
            async with notices.working(office) as context:
                for number in range(start, min(count, start + MEMBERS_A_REQUEST)):
                    content = Text(words(turn, number))
                    await speaking.notify_members(context, [member(number)], Purpose.REPLY, content)
    folder = Path(environment["LIANXIN_BENCH_FOLDER"])
    with _started(environment, folder / "bot.log", "bot", "serve", "--port", str(free_port())) as process:
        await _until_heard(environment["LIANXIN_WECOM_API"], turn, count)
        process.send_signal(signal.SIGTERM)


def _started(environment: dict[str, str], log: Path, *module: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *module], cwd=ROOT, env=environment, stdout=output, stderr=output
        )


# --- the simulator ------------------------------------------------------------------------------------


@asynccontextmanager
async def simulating(folder: Path, count: int) -> AsyncIterator[dict[str, str]]:
    """A simulator with so many members; the settings of a bot that talks to it."""
    port = free_port()
    api = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "LIANXIN_BENCH_FOLDER": str(folder),
        "LIANXIN_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'lianxin.db'}",
        "LIANXIN_WECOM_API": api,
        "LIANXIN_CORP_ID": DEMO_ACCOUNT.corp_id,
        "LIANXIN_AGENT_ID": str(DEMO_ACCOUNT.agent_id),
        "LIANXIN_SECRET": DEMO_ACCOUNT.secret,
        "LIANXIN_CALLBACK_TOKEN": DEMO_ACCOUNT.token,
        "LIANXIN_AES_KEY": DEMO_ACCOUNT.aes_key,
        "LIANXIN_DATA_KEY": DATA_KEY,
    }
    with _started(environment, folder / "simulator.log", "bot", "simulate", "--port", str(port)) as process:
        try:
            await _settle(api, count)
            migrated = [sys.executable, "-m", "bot", "migrate"]
            await asyncio.to_thread(subprocess.run, migrated, cwd=ROOT, env=environment, check=True)
            yield environment
        finally:
            process.send_signal(signal.SIGTERM)


async def _settle(api: str, count: int) -> None:
    people = [{"userid": member(number), "name": member(number)} for number in range(count)]
    async with aiohttp.ClientSession() as session:
        for _ in range(round(UP_SECONDS / 0.1)):
            try:
                async with session.get(f"{api}/sim/faults"):
                    break
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
        for start in range(0, count, MEMBERS_A_REQUEST):
            async with session.post(f"{api}/sim/members", json=people[start : start + MEMBERS_A_REQUEST]) as answer:
                answer.raise_for_status()


async def _until_heard(api: str, turn: str, count: int) -> None:
    """Ask the last ones until they have it, then leave the rest a moment."""
    async with aiohttp.ClientSession() as session:
        for _ in range(round(DONE_SECONDS / 0.5)):
            await asyncio.sleep(0.5)
            query = {"member": member(count - 1)}
            async with session.get(f"{api}/sim/state", params=query) as answer:
                if words(turn, count - 1) in await answer.text():
                    await asyncio.sleep(1.0)
                    return
    raise RuntimeError("not all was sent in time")


async def _rate(api: str, turn: str, count: int) -> float:
    """Messages a second, from the first on a phone to the last; raises where one has none or two."""
    async with aiohttp.ClientSession() as session, session.get(f"{api}/sim/report") as answer:
        report: dict[str, Any] = await answer.json()
    heard = [line for person in report["members"].values() for line in person["heard"] if turn in line["text"]]
    if len(heard) != count or len({line["text"] for line in heard}) != count:
        raise RuntimeError(f"{turn}: {len(heard)} of {count} messages arrived")
    at = sorted(datetime.fromisoformat(line["at"]) for line in heard)
    return (count - 1) / (at[-1] - at[0]).total_seconds()


async def run(count: int, rounds: int) -> dict[str, object]:
    """Client and bot in turns; the medians."""
    posted, pumped = [], []
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        async with simulating(Path(scratch), count) as environment:
            api = environment["LIANXIN_WECOM_API"]
            for number in range(rounds):
                await play_client(environment, f"client{number}", count)
                posted.append(await _rate(api, f"client{number}", count))
                await play_bot(environment, f"pump{number}", count)
                pumped.append(await _rate(api, f"pump{number}", count))
        lines = [
            json.loads(line) for line in (Path(scratch) / "bot.log").read_text().splitlines() if line[:1] == "{"
        ]
    return {
        "messages": count,
        "at_once": AT_ONCE,
        "client_per_second": [round(rate) for rate in posted],
        "pump_per_second": [round(rate) for rate in pumped],
        "ratio": round(statistics.median(pumped) / statistics.median(posted), 2),
        "errors_logged": dict(Counter(line["event"] for line in lines if line["level"] == "error")),
    }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON; `--post` is the client itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--post", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.post:
        uvloop.run(post_all(Settings(_env_file=None).wecom_api, asked.post, asked.count))
        return
    print(json.dumps(asyncio.run(run(asked.count, asked.rounds)), indent=1))


if __name__ == "__main__":
    main()
