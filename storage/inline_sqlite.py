"""SQLite without a thread behind every statement.

A statement takes some ten microseconds, the two hops to a thread and back some hundred, and each hop waits for
the interpreter's lock when the loop is busy. So statements run in the loop; what waits for the disk (COMMIT of
something written) or for another process's lock (BEGIN IMMEDIATE that finds it taken) runs in a thread. The shape
is aiosqlite's, whose SQLAlchemy dialect it serves through `async_creator_fn`. Measured in docs/decisions/0002.

All engines of a process compile a statement once: their dialects are alike, so what one made serves the others.

A unit of work of many statements gives the loop a turn every few milliseconds, between two of them.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache
from sqlalchemy.util.concurrency import await_

DRIVER = "sqlite+inline"
BREATH_SECONDS = 0.008
BUSY_WAIT = 10_000  # milliseconds that a lock of another process is waited for
PRIMARY_CODE = 0xFF  # of an extended result code of SQLite
_READ, _WRITE, _PRAGMA = "BEGIN", "BEGIN IMMEDIATE", "PRAGMA"

Creator: TypeAlias = Callable[..., Awaitable["InlineConnection"]]
_COMPILED: LRUCache[Any, Any] = LRUCache(1_000)
# For `create_async_engine`, beside DRIVER in its URL.
EXECUTION_OPTIONS = {"compiled_cache": _COMPILED}


class InlineDialect(SQLiteDialect_aiosqlite):
    """aiosqlite's dialect, of which one is like another."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    def connect(self, *arguments: Any, async_creator_fn: Creator, **more: Any) -> Any:
        """A connection whose statements do not leave the loop."""
        connection: Any = await_(async_creator_fn(*arguments, **more))
        return Adapted(self.loaded_dbapi, connection)

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin without SQLAlchemy's machinery for statements, which costs more than all that is done here."""
        dbapi_connection.run_async(InlineConnection.begin)


class Adapted(AsyncAdapt_aiosqlite_connection):
    """aiosqlite's connection for SQLAlchemy, with cursors that do not await each step of a statement."""

    __slots__ = ()

    def cursor(self, server_side: bool = False) -> Any:
        """A cursor; from the `server_side` rows are read as they are asked for."""
        return InlineCursor(self.driver_connection, streams=server_side)


registry.register("sqlite.inline", __name__, InlineDialect.__name__)


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> None:
    """Wait for the thread even when cancelled: a connection is never used by two at once."""
    running = asyncio.get_running_loop().run_in_executor(None, work, *arguments)
    cancelled = False
    while not running.done():
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        running.exception()  # seen; whoever was cancelled does not ask
        raise asyncio.CancelledError
    running.result()


class Breath:
    """When whoever works on a connection let others have their turn; awaited, it lets the loop go on if need be."""

    def __init__(self) -> None:
        self._drawn_at = time.monotonic()

    def __await__(self) -> Generator[Any, None, None]:
        """Wait for a turn of the loop where it stood still for long, else for nothing."""
        if time.monotonic() - self._drawn_at > BREATH_SECONDS:
            yield from asyncio.sleep(0).__await__()
            self.note()

    def note(self) -> None:
        """The loop went on just now."""
        self._drawn_at = time.monotonic()


class InlineCursor:
    """A cursor as SQLAlchemy drives it: it waits for nothing but, now and then, a turn of the loop.

    Its rows are read at once, unless it is to `stream` them.
    """

    def __init__(self, connection: "InlineConnection", *, streams: bool) -> None:
        self._cursor = connection.plain_cursor()
        self._breath = connection.breath
        self._streams = streams
        self._rows: deque[Any] = deque()

    @property
    def description(self) -> Any:
        """Columns of the result."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """Rows changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the row inserted last."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """Rows of a `fetchmany` without a size."""
        return self._cursor.arraysize

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement; in a thread where it has to wait."""
        if statement.startswith(_PRAGMA):
            await_(_in_thread(self._cursor.execute, statement, parameters))
            self._breath.note()
        else:
            await_(self._breath)
            self._cursor.execute(statement, parameters)
        if self._cursor.description and not self._streams:
            self._rows = deque(self._cursor.fetchall())

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each set of parameters."""
        await_(self._breath)
        self._cursor.executemany(statement, parameters)

    def fetchone(self) -> Any:
        """The next row."""
        if self._streams:
            return self._cursor.fetchone()
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        size = self.arraysize if size is None else size
        if self._streams:
            return self._cursor.fetchmany(size)
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        """All remaining rows."""
        if self._streams:
            return self._cursor.fetchall()
        rows, self._rows = list(self._rows), deque()
        return rows

    def close(self) -> None:
        """Let go of the result."""
        self._cursor.close()
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """SQLAlchemy's word for "nothing more is executed": the rows are here already."""


class InlineConnection:
    """A connection whose transactions begin by our word (`isolation_level` None).

    Whoever `writes` takes the write lock when they begin, and then waits for nobody any more.
    """

    def __init__(self, path: str, *, writes: bool) -> None:
        self._connection: sqlite3.Connection | None = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self._writes = writes
        self._waits: int | None = None  # milliseconds, as far as it is known
        self.breath = Breath()
        self._kept = 0  # rows ever changed when a transaction was last kept or given up

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    def plain_cursor(self) -> sqlite3.Cursor:
        """A cursor as the driver has it."""
        return self._open.cursor()

    async def ask(self, pragma: str) -> Any:
        """The first row of what a pragma answers, which may wait for the disk."""
        cursor = self._open.cursor()
        await _in_thread(cursor.execute, pragma)
        return cursor.fetchone()

    async def create_function(
        self, name: str, arguments: int, function: Callable[..., Any], deterministic: bool = False
    ) -> None:
        """Make a function known to SQL."""
        self._open.create_function(name, arguments, function, deterministic=deterministic)

    async def begin(self) -> None:
        """Begin; in a thread where somebody else is writing."""
        if not self._writes:
            self._open.execute(_READ)
            return
        self.wait_at_most(0)
        try:
            self._open.execute(_WRITE)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            self.wait_at_most(BUSY_WAIT)
            await _in_thread(self._open.execute, _WRITE)
            self.breath.note()

    def wait_at_most(self, milliseconds: int) -> None:
        """So long a lock of another connection is waited for."""
        if self._waits != milliseconds:
            self._open.execute(f"PRAGMA busy_timeout={milliseconds}")
            self._waits = milliseconds

    async def commit(self) -> None:
        """Keep the transaction: waits for the disk, in a thread, where a row was changed."""
        connection = self._open
        if connection.total_changes == self._kept:
            connection.commit()
            return
        await _in_thread(connection.commit)
        self._kept = connection.total_changes

    async def rollback(self) -> None:
        """Give the transaction up."""
        self._open.rollback()
        self._kept = self._open.total_changes

    async def close(self) -> None:
        """Close; a second time does nothing."""
        self.stop()

    def stop(self) -> None:
        """Close at once."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def connect(path: str, *, writes: bool, **_: Any) -> InlineConnection:
    """For `async_creator_fn`, with `writes` given; a file is opened at once."""
    return InlineConnection(path, writes=writes)
