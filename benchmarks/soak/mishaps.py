"""What a mishap of the plan does to whom."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from benchmarks.crash_points import RECEIVED, Order
from benchmarks.soak import plan
from benchmarks.soak.crowd import Crowd
from benchmarks.soak.plan import Mishap
from benchmarks.soak.stand import Stand
from benchmarks.stage import Stage, until

DEATH_SECONDS = 20.0
FOREVER = float("inf")


@dataclass(slots=True)
class Trouble:
    """Plays a plan, one mishap after the other, while people write."""

    stand: Stand
    crowd: Crowd
    befell: Counter[str] = field(default_factory=Counter)
    _turns: Iterator[int] = field(default_factory=count)
    _orders: dict[str, tuple[str, float]] = field(default_factory=dict)  # by purpose

    def __post_init__(self) -> None:
        self.crowd.before_writing = lambda mark: self._give_order("card", mark)
        self.crowd.before_answering = lambda mark: self._give_order("answer", mark)

    async def play(self, mishaps: list[Mishap], written: Callable[[], int]) -> None:
        """Each when so many messages were written."""
        for one in mishaps:
            await until(lambda at=one.at: written() >= at, FOREVER)  # type: ignore[misc]
            await self._befall(one)

    async def _befall(self, one: Mishap) -> None:
        bot = self.stand.bots[next(self._turns) % len(self.stand.bots)]
        acts: dict[str, Callable[[Stage, Mishap], Awaitable[str]]] = {
            plan.KILL: self._kill,
            plan.COLD: self._cold,
            plan.TERM: self._term,
            plan.DIE: self._die,
            plan.SERVER: self._restart_server,
            plan.CUT: self._cut,
            plan.DELAY: self._delay,
            plan.FULL: self._fill,
            plan.JUMP: self._jump,
            plan.WEATHER: self._change_weather,
        }
        self.befell[await acts[one.kind](bot, one)] += 1

    async def _kill(self, bot: Stage, _one: Mishap) -> str:
        before = self.stand.deaths()
        if pid := self.stand.child(bot):
            os.kill(pid, signal.SIGKILL)
        await until(lambda: self.stand.deaths() > before, DEATH_SECONDS)
        return "killed"

    async def _cold(self, bot: Stage, _one: Mishap) -> str:
        await self.stand.end(bot, signal.SIGKILL)
        await self.stand.start(bot)
        return "killed with its parent"

    async def _term(self, bot: Stage, _one: Mishap) -> str:
        await self.stand.end(bot, signal.SIGTERM)
        await self.stand.start(bot)
        return "ended and started"

    async def _die(self, _bot: Stage, one: Mishap) -> str:
        """The next message or answer that is written is the one at whose turn a process dies."""
        before = self.stand.deaths()
        purpose = ("card", "answer")[next(self._turns) % 2]
        if one.where in RECEIVED:
            purpose = "answer"
        self._orders[purpose] = (one.where, one.size)
        died = await until(lambda: self.stand.deaths() > before, DEATH_SECONDS)
        self._orders.clear()
        self.stand.order_file.unlink(missing_ok=True)
        return f"killed: {one.where}" if died else f"not reached: {one.where}"

    def _give_order(self, purpose: str, mark: str) -> None:
        if found := self._orders.pop(purpose, None):
            Order(found[0], purpose, mark, int(found[1])).give(self.stand.order_file)

    async def _restart_server(self, _bot: Stage, one: Mishap) -> str:
        if next(self._turns) % 4 == 3:
            return await self._restart_cache()
        await asyncio.to_thread(self.stand.server.restart, one.where, one.size)
        return f"PostgreSQL restarted, {one.where}"

    async def _restart_cache(self) -> str:
        await asyncio.to_thread(self.stand.cache.stop)
        await asyncio.to_thread(self.stand.cache.start)
        return "Redis restarted"

    async def _cut(self, _bot: Stage, one: Mishap) -> str:
        line = self.stand.lines[one.where]
        line.is_dead = True
        line.cut()
        await asyncio.sleep(one.size)
        line.is_dead = False
        return f"cut: {one.where}"

    async def _delay(self, _bot: Stage, one: Mishap) -> str:
        line = self.stand.lines[one.where]
        line.delay_seconds = 0.02 if one.where == "database" else 0.3
        await asyncio.sleep(one.size)
        line.delay_seconds = 0.0
        return f"delayed: {one.where}"

    async def _fill(self, bot: Stage, one: Mishap) -> str:
        self.stand.fill_disk(bot, full=True)
        await asyncio.sleep(one.size)
        self.stand.fill_disk(bot, full=False)
        return "disk full"

    async def _jump(self, _bot: Stage, one: Mishap) -> str:
        self.stand.jump(one.size)
        return "clock ahead" if one.size > 0 else "clock back"

    async def _change_weather(self, _bot: Stage, one: Mishap) -> str:
        self.stand.sim.faults = plan.WEATHERS[int(one.size) % len(plan.WEATHERS)]
        return "weather"
