"""All that is up in a round: simulator, lines, servers, the bot's processes; each of them can be harmed."""

import asyncio
import json
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from sqlalchemy import text

from benchmarks import notices
from benchmarks.people import Member, read_members
from benchmarks.soak.clock import set_clock
from benchmarks.soak.crowd import read_places
from benchmarks.soak.proxy import Line, open_port, open_socket
from benchmarks.stage import Stage, free_port, open_stage
from bot.services.office import Office
from bot.simulator.world import Simulator
from storage.models import TunedRule

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PROGRAM = ("benchmarks.crashing_bot",)
STARTS = 5
RESEND_SECONDS = 6.0  # three more times: whoever is up again within eighteen seconds misses nothing
_WAITING = {
    "inbox waiting": "SELECT count(*) FROM inbox WHERE state = 'waiting'",
    "outbox waiting": "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'leased')",
    "updates due": "SELECT count(*) FROM cases WHERE update_due_at IS NOT NULL",
}
_STUCK = {
    "inbox parked": "SELECT count(*) FROM inbox WHERE state = 'parked'",
    "outbox parked": "SELECT count(*) FROM outbox WHERE state = 'parked'",
    "outbox failed": "SELECT count(*) FROM outbox WHERE state = 'failed' AND purpose <> 'welcome'",
}


@dataclass(slots=True)
class Stand:
    """The processes of the bot, the lines between everybody, the servers, and a way into the record."""

    stage: Stage
    bots: list[Stage]
    lines: dict[str, Line]
    office: Office
    owners: list[Member]
    members: list[str]
    places: list[str]
    server: Any = None  # tests.support.processes.Postgres
    cache: Any = None  # tests.support.processes.Valkey
    ahead_seconds: float = 0.0
    ended_by_themselves: int = 0
    _starting: set[int] = field(default_factory=set)

    @property
    def sim(self) -> Simulator:
        """WeCom."""
        return self.stage.sim

    @property
    def order_file(self) -> Path:
        """Where a bot reads at which point it is to die."""
        return self.stage.folder / "order"

    def deaths(self) -> int:
        """How often a process was killed and started again by its parent."""
        file = self.order_file.with_suffix(".deaths")
        return file.read_text().count("\n") if file.exists() else 0

    async def start(self, bot: Stage) -> None:
        """Up and ready; started again, as a service manager does, where a server was away just then."""
        self._starting.add(bot.port)
        try:
            for turn in range(STARTS):
                try:
                    await bot.start()
                except RuntimeError:
                    bot.kill()
                    if turn == STARTS - 1:
                        raise
                    await asyncio.sleep(1)
                else:
                    return
        finally:
            self._starting.discard(bot.port)

    async def end(self, bot: Stage, signum: signal.Signals) -> None:
        """Ended with its parent; it stays down until `start`."""
        self._starting.add(bot.port)
        await asyncio.to_thread(bot.kill, signum)

    async def revive(self) -> None:
        """Start what ended by itself."""
        for bot in self.bots:
            is_down = bot.process is not None and bot.process.poll() is not None
            if is_down and bot.port not in self._starting:
                self.ended_by_themselves += 1
                await self.start(bot)

    def child(self, bot: Stage) -> int | None:
        """The process that serves, whose parent starts it again."""
        if bot.process is None:
            return None
        try:
            children = Path(f"/proc/{bot.process.pid}/task/{bot.process.pid}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def fill_disk(self, bot: Stage, *, full: bool) -> None:
        """No file of this process takes a write any more, or all do again."""
        if pid := self.child(bot):
            most = resource.RLIM_INFINITY
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 if full else most, most))

    def jump(self, seconds: float) -> None:
        """The bot's clock goes so far ahead, or back."""
        self.ahead_seconds += seconds
        set_clock(self.order_file.with_suffix(".clock"), self.ahead_seconds)

    async def count(self, queries: dict[str, str]) -> dict[str, int]:
        """How many rows there are of each kind."""
        async with self.office.database.read() as session:
            return {name: await session.scalar(text(query)) or 0 for name, query in queries.items()}

    async def is_at_rest(self) -> bool:
        """Nothing waits to be handled or said."""
        return not any((await self.count(_WAITING)).values())

    async def left(self) -> dict[str, int]:
        """What is not at its end: it waits, or a person would have to look."""
        return await self.count({**_WAITING, **_STUCK})

    def errors(self) -> dict[str, int]:
        """What the processes logged as errors, by its words."""
        counted: dict[str, int] = {}
        for bot in self.bots:
            for line in bot.log_lines("error"):
                words = str(json.loads(line).get("event", ""))
                counted[words] = counted.get(words, 0) + 1
        return counted


@asynccontextmanager
async def open_stand(folder: Path, kind: str, *, bots: int = 1, quick: bool = False) -> AsyncIterator[Stand]:
    """Everything up. `quick`: further words are passed on after two seconds instead of ten."""
    async with AsyncExitStack() as stack:
        more = {"LIANXIN_POLL_SECONDS": "1"}
        lines: dict[str, Line] = {}
        server = cache = None
        own_url = ""
        if kind == POSTGRESQL:
            from tests.support.processes import empty_database, open_postgres, open_valkey

            server, cache = stack.enter_context(open_postgres()), stack.enter_context(open_valkey())
            own_url = await stack.enter_async_context(empty_database(server))
            sockets = folder / "sockets"
            sockets.mkdir()
            target = Path(parse_qs(urlsplit(own_url).query)["host"][0]) / ".s.PGSQL.5432"
            lines["database"] = await stack.enter_async_context(open_socket(sockets, target))
            through = f"{own_url.partition('?')[0]}?host={quote(str(sockets))}"
            more |= {"LIANXIN_DATABASE_URL": through, "LIANXIN_REDIS_URL": cache.url}
        order = folder / "order"
        set_clock(order.with_suffix(".clock"), 0.0)
        more["LIANXIN_CRASH_ORDER"] = str(order)
        stage = await stack.enter_async_context(open_stage(folder, resend_pause_seconds=RESEND_SECONDS, **more))
        processes = [_process(stage, number) for number in range(bots)]
        platform = urlsplit(stage.environment["LIANXIN_WECOM_API"]).port or 0
        for name, ports in (("wecom", [platform]), ("callbacks", [one.port for one in processes])):
            lines[name], port = await stack.enter_async_context(open_port(lambda ports=ports: ports))  # type: ignore[misc]
            if name == "wecom":
                stage.environment["LIANXIN_WECOM_API"] = f"http://127.0.0.1:{port}"
            else:
                stage.sim.callback_url = f"http://127.0.0.1:{port}/wecom/callback"
        representatives, staff = read_members(folder / "district")
        for member in [*representatives, *staff]:
            stage.sim.add_member(member.userid, member.name)
        own = {**stage.environment, **({"LIANXIN_DATABASE_URL": own_url} if own_url else {})}
        office = await stack.enter_async_context(notices.open_office(own))
        await notices.never_night(office)
        if quick:
            await _tune(office, "update_quiet_seconds", 2)
        stand = Stand(
            stage,
            processes,
            lines,
            office,
            representatives,
            [one.userid for one in [*representatives, *staff]],
            read_places(folder / "district"),
            server,
            cache,
        )
        for one in processes:
            # in a thread: what it ends with goes over lines that this loop carries
            stack.push_async_callback(asyncio.to_thread, one.kill, signal.SIGTERM)
        await asyncio.gather(*(stand.start(one) for one in processes))
        yield stand


def _process(stage: Stage, number: int) -> Stage:
    folder = stage.folder / f"bot{number}"
    folder.mkdir()
    return replace(stage, folder=folder, port=free_port(), program=PROGRAM, process=None)


async def _tune(office: Office, name: str, value: Any) -> None:
    async with notices.working(office) as context:
        await context.session.merge(TunedRule(name=name, value=value, changed_at=context.now, changed_by="soak"))
