"""The simulator as a process of its own that a whole audience can act in at once, and that keeps count of calls.

`python -m benchmarks.theatre --port P --callback URL` beside the bot: each has a processor. What a benchmark asks
of it goes by `/bench/*`; what the bot asks goes where WeCom's addresses are, and its time here is written down.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvloop
from aiohttp import web
from aiohttp.typedefs import Handler

from benchmarks.stage import ROOT, free_port
from bot.simulator.kf_sync import FROM_CONSTITUENT, wake
from bot.simulator.run import simulator_from_args
from bot.simulator.state import ENDED, UNHANDLED
from bot.simulator.world import Simulator

PEOPLE_A_REQUEST = 2000
UP_SECONDS = 60.0
_MEBI = 1024 * 1024


@dataclass(slots=True)
class Audience:
    """What was asked of the simulator: api, seconds since the epoch when answered, seconds it took, the body."""

    sim: Simulator
    calls: list[tuple[str, float, float, bytes]]
    said: list[float]

    # --- what a benchmark asks ---------------------------------------------------------------------------

    async def cast(self, request: web.Request) -> web.Response:
        """Members and constituents, as pairs of id and name."""
        asked = orjson.loads(await request.read())
        for userid, name in asked.get("members", ()):
            self.sim.add_member(userid, name)
        for who, name in asked.get("constituents", ()):
            self.sim.add_constituent(who, name)
        return web.json_response({})

    async def say(self, request: web.Request) -> web.Response:
        """Pairs of who and what, at once with one wake-up, or so many a second (`rate`, in steps of `step` s)."""
        asked = orjson.loads(await request.read())
        lines, rate, step = asked["lines"], asked.get("rate", 0.0), asked.get("step", 0.01)
        self.said = []
        if not rate:
            self._say(lines)
        else:
            await self._say_at(lines, rate, step)
        return web.json_response({"said": self.said})

    async def _say_at(self, lines: Sequence[tuple[str, str]], rate: float, step: float) -> None:
        began, done = time.monotonic(), 0
        while done < len(lines):
            due = min(len(lines), int((time.monotonic() - began) * rate) + 1)
            if due > done:
                self._say(lines[done:due])
                done = due
            await asyncio.sleep(step)

    def _say(self, lines: Sequence[tuple[str, str]]) -> None:
        world, account = self.sim.world, self.sim.world.get_account(None)
        now, at = world.clock.now(), time.time()
        for who, text in lines:
            session = world.get_session(account, world.get_constituent(who))
            if session.state_at(now) == ENDED:
                session.state = UNHANDLED
            session.asked_at, session.sent_since_asked, session.ever_began = now, 0, True
            record = {
                "msgid": world.next_id("kf"),
                "send_time": world.now_seconds(),
                "open_kfid": account.open_kfid,
                "external_userid": who,
                "origin": FROM_CONSTITUENT,
                "msgtype": "text",
                "text": {"content": text},
            }
            account.log.append(record, now)
            self.said.append(at)
        wake(world, account)

    async def tell(self, _request: web.Request) -> web.Response:
        """How much was asked so far, by api."""
        counted: dict[str, int] = {}
        for api, *_ in self.calls:
            counted[api] = counted.get(api, 0) + 1
        return web.json_response(
            {"calls": counted, "violations": dict(self.sim.violations), "dropped": dict(self.sim.dropped)}
        )

    async def tell_calls(self, request: web.Request) -> web.Response:
        """Every call of an api; with its body where asked."""
        wanted, bodies = set(request.query["api"].split(",")), request.query.get("bodies")
        found = [
            (api, at, took, body.decode() if bodies else "") for api, at, took, body in self.calls if api in wanted
        ]
        return web.Response(body=orjson.dumps(found), content_type="application/json")

    async def forget(self, _request: web.Request) -> web.Response:
        """Count from now on."""
        self.calls.clear()
        return web.json_response({})

    def add_routes(self, app: web.Application) -> None:
        """Beside those of the simulator."""
        app.router.add_post("/bench/cast", self.cast)
        app.router.add_post("/bench/say", self.say)
        app.router.add_post("/bench/forget", self.forget)
        app.router.add_get("/bench/told", self.tell)
        app.router.add_get("/bench/calls", self.tell_calls)


def _watching(audience: Audience) -> Any:
    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/cgi-bin/"):
            return await handler(request)
        began = time.perf_counter()
        answer = await handler(request)
        took = time.perf_counter() - began
        body = await request.read() if request.content_type == "application/json" else b""
        audience.calls.append((request.path.removeprefix("/cgi-bin/"), time.time(), took, body))
        return answer

    return watch


async def play(port: int, callback: str) -> None:
    """Serve until ended."""
    sim = simulator_from_args(callback_url=callback)
    audience = Audience(sim, [], [])
    app = web.Application(client_max_size=64 * _MEBI, middlewares=[_watching(audience)])
    sim.add_routes(app)
    audience.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await sim.start()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


# --- the other side of the street ---------------------------------------------------------------------


@dataclass(slots=True)
class Theatre:
    """A simulator process as a benchmark holds it."""

    api: str
    session: aiohttp.ClientSession

    async def ask(self, path: str, body: object = None, **query: str) -> Any:
        """POST where there is a body, else GET; the JSON answer."""
        method, data = ("GET", None) if body is None else ("POST", orjson.dumps(body))
        async with self.session.request(method, f"{self.api}/bench/{path}", data=data, params=query) as answer:
            answer.raise_for_status()
            return orjson.loads(await answer.read())

    async def cast(self, members: Sequence[tuple[str, str]], people: Sequence[tuple[str, str]]) -> None:
        """Who is there."""
        await self.ask("cast", {"members": members})
        for start in range(0, len(people), PEOPLE_A_REQUEST):
            await self.ask("cast", {"constituents": people[start : start + PEOPLE_A_REQUEST]})


@asynccontextmanager
async def open_theatre(folder: Path, bot_port: int, port: int = 0) -> AsyncIterator[Theatre]:
    """A simulator process that calls the bot at a port of this machine."""
    port = port or free_port()
    callback = f"http://127.0.0.1:{bot_port}/wecom/callback"
    with (folder / "simulator.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.theatre", "--port", str(port), "--callback", callback],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={**os.environ},
        )
    no_limit = aiohttp.ClientTimeout(total=600)
    try:
        async with aiohttp.ClientSession(timeout=no_limit) as session:
            theatre = Theatre(f"http://127.0.0.1:{port}", session)
            await _until_open(theatre)
            yield theatre
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


async def _until_open(theatre: Theatre) -> None:
    for _ in range(round(UP_SECONDS / 0.1)):
        try:
            await theatre.ask("told")
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the simulator did not open its port")


def main() -> None:
    """Be the simulator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--callback", required=True)
    asked = parser.parse_args()
    uvloop.run(play(asked.port, asked.callback))


if __name__ == "__main__":
    main()
