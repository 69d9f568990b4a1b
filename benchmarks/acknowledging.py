"""How fast callbacks are acknowledged, each on disk before its 200, against a handler that only answers.

`python -m benchmarks.acknowledging [--count 6000] [--rounds 3]`: app messages of members, signed and sealed as
WeCom sends them, by 64 connections from a process of its own. In turns: a bare aiohttp handler that returns the
same bytes; `serve --roles web`, SQLite with `synchronous=FULL`; and `serve` with all its roles, which handles them
meanwhile. The time of an fsync of this disk stands beside it. On two processors the generator and the server have
one each.
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
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import uvloop
from aiohttp import web

from benchmarks.stage import ROOT, Stage, free_port, open_stage
from bot.simulator.account import DEMO_ACCOUNT
from bot.simulator.envelope import Envelope, render_xml

CONNECTIONS = 64
MEMBERS = 500
PATH = "/wecom/callback"
UP_SECONDS = 20.0


# --- what is sent -------------------------------------------------------------------------------------


def make_requests(path: Path, count: int, first: int) -> None:
    """Write so many requests, each with its length before it; the messages are numbered from `first`."""
    envelope = Envelope(token=DEMO_ACCOUNT.token, aes_key=DEMO_ACCOUNT.aes_key, receive_id=DEMO_ACCOUNT.corp_id)
    with path.open("wb") as file:
        for number in range(first, first + count):
            request = _request(envelope, number)
            file.write(len(request).to_bytes(4, "big") + request)


def _request(envelope: Envelope, number: int) -> bytes:
    inner = render_xml(
        {
            "ToUserName": DEMO_ACCOUNT.corp_id,
            "FromUserName": f"member{number % MEMBERS:04d}",
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": f"第 {number} 条：今天走访了 3 户，反映楼道灯不亮。",
            "MsgId": 10_000_000_000 + number,
            "AgentID": DEMO_ACCOUNT.agent_id,
        }
    )
    encrypted, query = envelope.seal(inner, timestamp=int(time.time()))
    body = render_xml(
        {"ToUserName": DEMO_ACCOUNT.corp_id, "AgentID": DEMO_ACCOUNT.agent_id, "Encrypt": encrypted}
    ).encode()
    head = (
        f"POST {PATH}?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _read_requests(path: Path) -> list[bytes]:
    data, requests, at = path.read_bytes(), [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        requests.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return requests


# --- the generator, a process of its own --------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """Sends the next request when the last is answered; as little work as can be, so that it is never slower."""

    def __init__(self, requests: list[bytes], answers: list[tuple[int, float]], done: asyncio.Event) -> None:
        self._requests, self._answers, self._done = requests, answers, done
        self._sent_at = 0.0
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._send()

    def _send(self) -> None:
        if self._requests:
            self._sent_at = time.perf_counter()
            self._transport.write(self._requests.pop())
        else:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._answers.append((int(head[9:12]), time.perf_counter() - self._sent_at))
        self._answer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._done.set()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def generate(port: int, path: Path) -> dict[str, object]:
    """Post all requests; how many a second, the statuses, and how long answers took."""
    requests, answers = _read_requests(path), list[tuple[int, float]]()
    loop, events = asyncio.get_running_loop(), [asyncio.Event() for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for event in events:
        await loop.create_connection(lambda event=event: _Connection(requests, answers, event), "127.0.0.1", port)
    for event in events:
        await event.wait()
    seconds = time.perf_counter() - began
    took = sorted(each for _, each in answers)
    return {
        "per_second": round(len(answers) / seconds),
        "statuses": dict(Counter(str(status) for status, _ in answers)),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
    }


async def _play(port: int, path: Path) -> dict[str, object]:
    words = [sys.executable, "-m", "benchmarks.acknowledging", "--generate", str(port), "--requests", str(path)]
    played = await asyncio.to_thread(subprocess.run, words, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, object] = json.loads(played.stdout)
    return found


# --- the servers --------------------------------------------------------------------------------------


async def serve_bare(port: int) -> None:
    """Read the body and answer 200 with nothing, as the bot does."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="", content_type="text/plain")

    app = web.Application()
    app.router.add_post(PATH, answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


@contextmanager
def _bare(port: int) -> Iterator[None]:
    words = [sys.executable, "-m", "benchmarks.acknowledging", "--bare", str(port)]
    process = subprocess.Popen(words, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


async def _until_open(port: int) -> None:
    for _ in range(round(UP_SECONDS / 0.05)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise RuntimeError("the bare handler did not open its port")


async def _measure_bare(path: Path) -> dict[str, object]:
    port = free_port()
    with _bare(port):
        await _until_open(port)
        return await _play(port, path)


async def _measure_bot(stage: Stage, path: Path, *words: str) -> dict[str, object]:
    stage.program = ("bot", "serve", *words)
    await stage.start()
    try:
        return await _play(stage.port, path)
    finally:
        stage.kill(signal.SIGTERM)


def fsync_milliseconds(folder: Path, times: int = 200) -> float:
    """The median of writing a page to the end of a file and waiting for the disk."""
    took = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(times):
            file.write(os.urandom(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


async def run(count: int, rounds: int) -> dict[str, object]:
    """Each in turns, fresh messages for the bot each time; medians of the rates and their ratios."""
    found: dict[str, list[dict[str, object]]] = {"bare": [], "web alone": [], "all roles": []}
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as scratch:
        folder = Path(scratch)
        async with open_stage(folder) as stage:
            for number in range(MEMBERS):
                stage.sim.add_member(f"member{number:04d}", f"member{number:04d}")
            measures: dict[str, Callable[[Path], Awaitable[dict[str, object]]]] = {
                "bare": _measure_bare,
                "web alone": lambda path: _measure_bot(stage, path, "--roles", "web"),
                "all roles": lambda path: _measure_bot(stage, path),
            }
            for turn in range(rounds):
                for place, (name, measure) in enumerate(measures.items()):
                    path = folder / "requests"
                    make_requests(path, count, (turn * len(measures) + place) * count)
                    found[name].append(await measure(path))
            errors = len(stage.log_lines("error"))
        rates = {
            name: statistics.median(float(str(one["per_second"])) for one in some) for name, some in found.items()
        }
        return {
            "fsync_ms": round(fsync_milliseconds(folder), 2),
            "connections": CONNECTIONS,
            "messages": count,
            **found,
            "ratio_web_alone": round(rates["web alone"] / rates["bare"], 2),
            "ratio_all_roles": round(rates["all roles"] / rates["bare"], 2),
            "errors_logged": errors,
        }


def main() -> None:
    """Read the arguments, measure, print the figures as JSON; `--bare` and `--generate` are the other processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bare", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--generate", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--requests", type=Path, default=Path(), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        uvloop.run(serve_bare(asked.bare))
    elif asked.generate:
        print(json.dumps(uvloop.run(generate(asked.generate, asked.requests))))
    else:
        print(json.dumps(asyncio.run(run(asked.count, asked.rounds)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
