"""Named points on the way of a message, and a process that dies when it comes to the one that it was told.

The commits are told apart by what they change, read from the database itself: no part of the bot knows of this.
"""

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace

import aiohttp
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from storage.database import Database

Unit = AsyncSession | AsyncConnection

RECEIVED = ("received, before the commit", "received, after the commit")
WRITTEN = ("written, before the commit", "written, after the commit")
CLAIMED = ("claimed, before the commit", "claimed, after the commit")
REQUEST = ("request leaves", "request on its way", "request answered")
RECORDED = ("recorded, before the commit", "recorded, during the commit", "recorded, after the commit")
POINTS = (*RECEIVED, *WRITTEN, *CLAIMED, *REQUEST, *RECORDED)
SENDING = ("kf/send_msg", "message/send")
ON_ITS_WAY_SECONDS = 0.03  # the stage's WeCom takes longer than this to answer


@dataclass(frozen=True, slots=True)
class Order:
    """Where to die: at a point, when it is the turn of something for this purpose that bears this mark."""

    point: str
    purpose: str
    mark: str
    microseconds: int = 0  # into the commit, for a death during it

    def give(self, path: Path) -> None:
        """Whoever comes there next dies."""
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(asdict(self)))
        scratch.replace(path)


class Executioner:
    """Ends this process at the point that the file names, once: the file goes first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find_order(self) -> Order | None:
        """What was told, if anything."""
        try:
            return Order(**json.loads(self._path.read_text()))
        except FileNotFoundError:
            return None

    def die(self) -> None:
        """At once, with nothing tidied up."""
        self._path.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)

    def die_in(self, microseconds: int) -> None:
        """While others go on."""

        def wait() -> None:
            until = time.perf_counter() + microseconds / 1_000_000
            while time.perf_counter() < until:
                time.sleep(0)
            self.die()

        threading.Thread(target=wait, daemon=True).start()


class MortalDatabase(Database):
    """A database at whose commits the process may die."""

    def __init__(self, url: str, executioner: Executioner) -> None:
        super().__init__(url)
        self._executioner = executioner

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """As ever; before and after the commit it is seen what the commit is of."""
        found: tuple[Order, str] | None = None
        async with super().begin() as session:
            yield session
            if order := self._executioner.find_order():
                await session.flush()
                found = order, await self._come_to_commit(session, order)
        if found is not None:
            self._reach(*found, "after")

    @asynccontextmanager
    async def begin_plain(self) -> AsyncIterator[AsyncConnection]:
        """The same: what is pushed to the bot is kept so."""
        found: tuple[Order, str] | None = None
        async with super().begin_plain() as connection:
            yield connection
            if order := self._executioner.find_order():
                found = order, await self._come_to_commit(connection, order)
        if found is not None:
            self._reach(*found, "after")

    async def _come_to_commit(self, unit: Unit, order: Order) -> str:
        reached = await self._acts(unit, order)
        self._reach(order, reached, "before")
        self._reach(order, reached, "during")
        return reached

    def _reach(self, order: Order, reached: str, where: str) -> None:
        if not reached or order.point != f"{reached}, {where} the commit":
            return
        if where == "during":
            self._executioner.die_in(order.microseconds)
        else:
            self._executioner.die()

    async def _acts(self, session: Unit, order: Order) -> str:
        """The act that the order is about, where this commit is one."""
        act = order.point.partition(",")[0]
        async with self.read() as committed:
            before = await _states(committed, order.purpose)
            known = await _inbox(committed)
        after = await _states(session, order.purpose)
        happened = {
            "received": await _inbox(session) != known,
            "written": after.keys() != before.keys(),
            "claimed": any(after.get(row) == "leased" != state for row, state in before.items()),
            "recorded": any(state == "leased" != after.get(row) for row, state in before.items()),
        }
        return act if happened.get(act) else ""


async def _states(session: Unit, purpose: str) -> Mapping[int, str]:
    rows = await session.execute(
        text("SELECT id, state FROM outbox WHERE purpose = :purpose ORDER BY id DESC LIMIT 2000"),
        {"purpose": purpose},
    )
    return {number: state for number, state in rows}  # noqa: C416  a Row is no pair for mypy


async def _inbox(session: Unit) -> int:
    return await session.scalar(text("SELECT count(*) FROM inbox")) or 0


def mortal_requests(executioner: Executioner) -> aiohttp.TraceConfig:
    """Watches requests that say something: leaving, on their way, done by WeCom and not read."""
    trace = aiohttp.TraceConfig()

    def reach(fate: SimpleNamespace, point: str) -> bool:
        order = executioner.find_order()
        return order is not None and order.point == point and getattr(fate, "mark", None) == order.mark

    async def leaving(
        _: aiohttp.ClientSession, fate: SimpleNamespace, sent: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        order = executioner.find_order()
        if order is None or not sent.url.path.endswith(SENDING) or order.mark.encode() not in bytes(sent.chunk):
            return
        fate.mark = order.mark
        if reach(fate, "request leaves"):
            executioner.die()
        if reach(fate, "request on its way"):
            asyncio.get_running_loop().call_later(ON_ITS_WAY_SECONDS, executioner.die)

    async def answered(_: aiohttp.ClientSession, fate: SimpleNamespace, __: aiohttp.TraceRequestEndParams) -> None:
        if reach(fate, "request answered"):
            executioner.die()

    trace.on_request_chunk_sent.append(leaving)
    trace.on_request_end.append(answered)
    return trace
