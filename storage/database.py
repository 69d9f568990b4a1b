"""Where a transaction begins and ends.

SQLite is written through one connection, whose queue is the process's write lock; readers have their own and see
the last commit (WAL). PostgreSQL uses one pool for both.
"""

import fcntl
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from storage import inline_sqlite, ledger
from storage.unit_of_work import UnitOfWork

_PATIENCE = {
    "timeout": 10,  # seconds for a connection: a server that fails over says nothing at all
    # What a process held whose machine or line died is free again in a minute, and not after hours: nobody
    # of us waits for anything but the database within a transaction.
    "server_settings": {
        "idle_in_transaction_session_timeout": "60s",
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "4",
    },
}
_SCRUB_WAIT = 200  # milliseconds
# As the drivers say it. An I/O error is what a quota or a file's limit looks like; it is taken back the same way.
_FULL = ("disk is full", "disk i/o error", "no space left", "could not extend file", "diskfullerror")
_NO_CONNECTION = ("08", "53300", "57P")  # SQLSTATE: cut off, too many of them, shut down or starting
_LOST_TO_ANOTHER = frozenset({"40001", "40P01", "55P03"})  # not in a row with others, deadlock, lock not to be had
_PROBES = {
    "sqlite": ("PRAGMA user_version", "PRAGMA user_version = {}"),  # the header's page, written as it is
    "postgresql": ("SELECT 0", "SELECT pg_logical_emit_message(true, 'lianxin', 'probe {}')"),  # a line of its log
}
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={inline_sqlite.BUSY_WAIT}",
    "PRAGMA secure_delete=ON",  # what is overwritten or deleted leaves no bytes behind in its page
)


class DatabaseOwned(Exception):
    """Another process serves from this SQLite file; two would halve the rate and stall each other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path}: another process is serving from this database file. "
            "Stop it first, or use a PostgreSQL database."
        )


class DatabaseUnreachable(Exception):
    """The database cannot be opened: the folder, the server or the rights to it are missing."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the database cannot be opened: {why} (LIANXIN_DATABASE_URL)")


def async_url(text: str) -> URL:
    """The URL with the driver this program uses."""
    url = make_url(text)
    name = inline_sqlite.DRIVER if url.drivername.startswith("sqlite") else "postgresql+asyncpg"
    return url.set(drivername=name)


def sqlite_path(text: str) -> Path | None:
    """The file of a SQLite URL, or None for PostgreSQL."""
    url = make_url(text)
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


class Database:
    """The engines of one process. Build it once, in the composition root."""

    def __init__(self, url: str) -> None:
        self._url = async_url(url)
        self.path = sqlite_path(url)
        self.is_sqlite = self.path is not None
        self._lock: IO[str] | None = None
        self._is_full = False
        if self.path is None:
            self._writer = create_async_engine(
                self._url,
                pool_size=10,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={**_PATIENCE, "async_creator_fn": _connect_to_server},
            )
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable(f"{self.path}: {error.strerror}") from error
        self._writer = _sqlite_engine(self._url, writes=True, pool_size=1)
        self._reader = _sqlite_engine(self._url, writes=False, pool_size=4)

    @property
    def writer(self) -> AsyncEngine:
        """For migrations."""
        return self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end, rolled back by an exception.

        Nothing is flushed by the way: whoever asks for rows that this unit of work has changed flushes first.
        The lines of the ledger are written last.
        """
        with self._noting_a_full_disk():
            async with (
                AsyncSession(
                    self._writer, sync_session_class=UnitOfWork, expire_on_commit=False, autoflush=False
                ) as session,
                session.begin(),
            ):
                yield session
                await ledger.write_lines(session)

    @contextmanager
    def _noting_a_full_disk(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            self._is_full = self._is_full or is_out_of_space(error)
            raise

    async def takes_writes(self) -> bool:
        """False from the first write for which the disk had no room until one has been seen to go through again.

        Only where one was refused something is written to find out; so whoever asks often costs nothing.
        """
        if self._is_full:
            self._is_full = not await self._probe()
        return not self._is_full

    async def _probe(self) -> bool:
        asks, writes = _PROBES["sqlite" if self.is_sqlite else "postgresql"]
        try:
            async with self._writer.begin() as connection:
                found = (await connection.exec_driver_sql(asks)).scalar_one()
                await connection.exec_driver_sql(writes.format(found))
        except DBAPIError:
            return False
        return True

    @asynccontextmanager
    async def begin_plain(self) -> AsyncIterator[AsyncConnection]:
        """The same for rows that need no objects: half the time of a small unit of work."""
        with self._noting_a_full_disk():
            async with self._writer.begin() as connection:
                yield connection

    async def knock(self) -> None:
        """Raise `DatabaseUnreachable` when nobody answers."""
        try:
            async with self._writer.connect():
                return
        except (OSError, SQLAlchemyError) as error:
            raise DatabaseUnreachable(_root_of(error)) from error

    @contextmanager
    def needed(self) -> Iterator[None]:
        """For what cannot go on without it: raises `DatabaseUnreachable` where the server goes away meanwhile."""
        try:
            yield
        except OSError as error:
            raise DatabaseUnreachable(_root_of(error)) from error
        except DBAPIError as error:
            if not is_away(error):
                raise
            raise DatabaseUnreachable(_root_of(error)) from error

    async def scrub(self) -> bool:
        """What was overwritten leaves the disk as well; False where somebody still reads: try again.

        SQLite: the write-ahead log, whose older pages still have it, is carried over and emptied. PostgreSQL: the
        dead rows of the keys are vacuumed; its own log is kept as long as the server is set up to.
        """
        async with self._writer.connect() as connection:
            if not self.is_sqlite:
                plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await plain.exec_driver_sql("VACUUM content_keys")
                return True
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.wait_at_most(_SCRUB_WAIT)  # whoever reads long must not stop writers
            busy, *_ = await driver.ask("PRAGMA wal_checkpoint(TRUNCATE)")
            return not busy

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view; nothing done in it is kept."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    def own(self) -> None:
        """Become the one process that serves from a SQLite file; raise `DatabaseOwned` if another does."""
        if self.path is None or self._lock is not None:
            return
        try:
            lock = self.path.with_name(self.path.name + ".lock").open("w")
        except OSError as error:
            raise DatabaseUnreachable(f"{self.path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise DatabaseOwned(self.path) from None
        self._lock = lock

    async def close(self) -> None:
        """Close every connection and let go of the file."""
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


async def _connect_to_server(*arguments: Any, **named: Any) -> Any:
    """A connection to PostgreSQL; ConnectionError where nobody listens, whatever is in the way."""
    import asyncpg  # brought in by whoever has a server

    try:
        return await asyncpg.connect(*arguments, **named)
    except OSError as error:  # no such socket, too, which else looks like a file of ours that is missing
        raise ConnectionError(type(error).__name__) from error


def _root_of(error: BaseException) -> str:
    """What an error is at its root: SQLAlchemy's own say nothing of it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__


def is_away(error: DBAPIError) -> bool:
    """Whether the server is not there: shut down, starting, or cut off."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or state.startswith(_NO_CONNECTION)


def will_pass(error: BaseException) -> bool:
    """Whether the same may go through a little later: nobody answers, no room is left, or others were first."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (ConnectionError, TimeoutError, PoolTimeout))  # a server's, or of its pool
    state = str(getattr(error.orig, "sqlstate", None) or "")
    code = getattr(error.orig, "sqlite_errorcode", 0) & inline_sqlite.PRIMARY_CODE
    return is_away(error) or is_out_of_space(error) or state in _LOST_TO_ANOTHER or code == sqlite3.SQLITE_BUSY


def is_out_of_space(error: DBAPIError) -> bool:
    """Whether the database could not write because its disk has no room."""
    said = f"{type(error.orig).__name__} {error.orig}".lower()
    return any(words in said for words in _FULL)


def _sqlite_engine(url: URL, *, writes: bool, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,  # an error must not quote what people wrote
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"async_creator_fn": partial(inline_sqlite.connect, writes=writes)},
        execution_options=inline_sqlite.EXECUTION_OPTIONS,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    return engine
