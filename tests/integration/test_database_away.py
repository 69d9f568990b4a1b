"""A server that goes away while a process starts is told as what it is, and nothing else is taken for that."""

import asyncio
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseUnreachable, will_pass


async def test_a_server_that_goes_away_in_the_middle_is_unreachable(on_postgresql: Database) -> None:
    with pytest.raises(DatabaseUnreachable, match="LIANXIN_DATABASE_URL"), on_postgresql.needed():
        async with on_postgresql.begin() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_refused_connection_is_unreachable(database: Database) -> None:
    with pytest.raises(DatabaseUnreachable, match="ConnectionRefusedError"), database.needed():
        raise ConnectionRefusedError


async def test_a_statement_that_is_wrong_stays_what_it_is(database: Database) -> None:
    with pytest.raises(DBAPIError), database.needed():
        async with database.begin() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))


async def test_of_two_in_each_others_way_one_may_try_again(on_postgresql: Database) -> None:
    met = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with on_postgresql.begin() as session:
            await session.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
            await met.wait()
            await session.execute(text(f"SELECT pg_advisory_xact_lock({second})"))

    ended = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert [will_pass(error) for error in ended if error is not None] == [True]


async def test_a_file_that_another_program_writes_may_be_free_later(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'lianxin.db'}")
    holder = sqlite3.connect(tmp_path / "lianxin.db", isolation_level=None)
    holder.execute("CREATE TABLE things (name TEXT)")
    try:
        async with database.read() as session:
            await session.execute(text("PRAGMA busy_timeout=1"))
            holder.execute("BEGIN IMMEDIATE")
            with pytest.raises(DBAPIError) as raised:
                await session.execute(text("INSERT INTO things VALUES ('a')"))
    finally:
        holder.close()
        await database.close()
    assert will_pass(raised.value)


@pytest.mark.parametrize(
    "statement", ["SELECT nothing FROM nowhere", "INSERT INTO installation VALUES (NULL, NULL)"]
)
async def test_what_is_wrong_today_is_wrong_tomorrow(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with database.begin() as session:
            await session.execute(text(statement))
    assert not will_pass(raised.value)
    assert not will_pass(ValueError())


@pytest.mark.parametrize("where", ["127.0.0.1:9", "?host=/nowhere"])
async def test_where_no_server_listens_it_may_later(where: str) -> None:
    path = where if where.startswith("?") else ""
    database = Database(f"postgresql://lianxin@{'' if path else where}/lianxin{path}")
    with pytest.raises(DatabaseUnreachable, match=r"FileNotFoundError|ConnectionRefusedError"):
        await database.knock()
    with pytest.raises(ConnectionError) as raised:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
    assert will_pass(raised.value)


@pytest.mark.parametrize("refusal", [asyncpg.InvalidPasswordError, asyncpg.CannotConnectNowError])
async def test_why_a_server_refuses_is_said(monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise refusal("lianxin")

    monkeypatch.setattr(asyncpg, "connect", refuse)
    database = Database("postgresql://lianxin@127.0.0.1/lianxin")
    with pytest.raises(DatabaseUnreachable, match=refusal.__name__):
        await database.knock()
    with pytest.raises(DBAPIError) as raised:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
    assert will_pass(raised.value) is (refusal is asyncpg.CannotConnectNowError)
