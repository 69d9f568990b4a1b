"""Where a transaction begins and ends.

SQLite is written through one connection, whose queue is the process's write lock; readers have their own and see
the last commit (WAL). PostgreSQL uses one pool for both.
"""

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from storage import inline_sqlite

_SCRUB_WAIT = 200  # milliseconds
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
        if self.path is None:
            self._writer = create_async_engine(self._url, pool_size=10, pool_pre_ping=True, hide_parameters=True)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable(f"{self.path}: {error.strerror}") from error
        self._writer = _sqlite_engine(self._url, "BEGIN IMMEDIATE", pool_size=1)
        self._reader = _sqlite_engine(self._url, "BEGIN", pool_size=4)

    @property
    def writer(self) -> AsyncEngine:
        """For migrations."""
        return self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end, rolled back by an exception.

        Nothing is flushed by the way: whoever asks for rows that this unit of work has changed flushes first.
        """
        async with AsyncSession(self._writer, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield session

    async def knock(self) -> None:
        """Raise `DatabaseUnreachable` when nobody answers."""
        try:
            async with self._writer.connect():
                return
        except (OSError, SQLAlchemyError) as error:
            raise DatabaseUnreachable(type(error).__name__) from error

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
            cursor = driver.cursor()
            await cursor.execute(f"PRAGMA busy_timeout={_SCRUB_WAIT}")  # whoever reads long must not stop writers
            try:
                await cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, *_ = await cursor.fetchone()
            finally:
                await cursor.execute(f"PRAGMA busy_timeout={inline_sqlite.BUSY_WAIT}")
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


def _sqlite_engine(url: URL, begin: str, *, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,  # an error must not quote what people wrote
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"async_creator_fn": inline_sqlite.connect},
        execution_options=inline_sqlite.EXECUTION_OPTIONS,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
