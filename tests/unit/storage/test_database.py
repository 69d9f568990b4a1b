"""A SQLite file belongs to one process, and what is committed to it is on disk."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage import migrate
from storage.database import Database, DatabaseOwned
from storage.models import KfAccount
from tests.support.rows import MORNING

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'lianxin.db'}")
    await migrate.ensure(opened)
    yield opened
    await opened.close()


def path_of(database: Database) -> Path:
    assert database.path is not None
    return database.path


def account(open_kfid: str) -> KfAccount:
    return KfAccount(open_kfid=open_kfid, name="站", cursor="", watermark=MORNING)


async def kept(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(KfAccount.open_kfid).order_by(KfAccount.open_kfid)))


def own_in_another_process(path: Path) -> subprocess.CompletedProcess[str]:
    program = textwrap.dedent(
        f"""
        from storage.database import Database, DatabaseOwned
        try:
            Database("sqlite+aiosqlite:///{path}").own()
        except DatabaseOwned as owned:
            raise SystemExit(str(owned))
        print("mine")
        """
    )
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


async def test_a_second_process_is_refused_with_a_clear_word(database: Database) -> None:
    database.own()
    other = own_in_another_process(path_of(database))
    assert other.returncode == 1
    assert str(path_of(database)) in other.stderr
    assert "another process is serving" in other.stderr
    assert "PostgreSQL" in other.stderr


async def test_a_second_owner_in_the_same_process_is_refused_too(database: Database) -> None:
    database.own()
    database.own()
    other = Database(f"sqlite:///{path_of(database)}")
    with pytest.raises(DatabaseOwned):
        other.own()
    await other.close()


async def test_the_file_is_free_when_its_owner_has_closed_it(database: Database) -> None:
    database.own()
    await database.close()
    other = own_in_another_process(path_of(database))
    assert (other.returncode, other.stdout) == (0, "mine\n")


async def test_the_file_is_free_when_its_owner_was_killed(database: Database) -> None:
    held = textwrap.dedent(
        f"""
        import os
        from storage.database import Database
        owner = Database("sqlite+aiosqlite:///{path_of(database)}")
        owner.own()
        os.kill(os.getpid(), 9)
        """
    )
    ended = subprocess.run([sys.executable, "-c", held], cwd=ROOT, check=False)
    assert ended.returncode == -9
    database.own()


@pytest.mark.parametrize("which", ["begin", "read"])
async def test_every_connection_waits_for_the_disk_and_keeps_references(database: Database, which: str) -> None:
    async with getattr(database, which)() as session:
        found = {
            name: await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    waits = 0 if which == "begin" else 10000  # whoever has begun to write has the lock already
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": waits}


async def test_what_is_committed_can_be_read_by_anyone_at_once(database: Database) -> None:
    async with database.begin() as session:
        session.add(account("wk1"))
    with sqlite3.connect(path_of(database)) as other:
        assert other.execute("SELECT open_kfid FROM kf_accounts").fetchall() == [("wk1",)]
    other.close()


async def test_an_exception_gives_everything_up(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.begin() as session:
            session.add(account("wk1"))
            await session.flush()
            raise RuntimeError("the handler failed")
    assert await kept(database) == []


async def test_readers_see_the_last_commit_while_someone_writes(database: Database) -> None:
    async with database.begin() as session:
        session.add(account("wk1"))
        await session.flush()
        assert await kept(database) == []
    assert await kept(database) == ["wk1"]


async def test_a_view_stays_as_it_was_while_others_write(database: Database) -> None:
    async with database.read() as session:
        assert list(await session.scalars(select(KfAccount))) == []
        async with database.begin() as other:
            other.add(account("wk1"))
        assert list(await session.scalars(select(KfAccount))) == []


async def test_writers_wait_for_each_other_and_none_is_lost(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.begin() as session:
            await asyncio.sleep(0.001)
            session.add(account(f"wk{number:02}"))

    await asyncio.gather(*(write(number) for number in range(30)))
    assert len(await kept(database)) == 30


async def test_a_long_unit_of_work_lets_others_have_their_turn(database: Database) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with database.begin() as session:
        beside = asyncio.create_task(others())
        began, turns = time.monotonic(), 0
        while time.monotonic() - began < 0.2:
            await session.execute(text("SELECT 1"))
        beside.cancel()
    assert turns > 5


async def test_a_writer_waits_for_another_process(database: Database) -> None:
    other = sqlite3.connect(path_of(database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.2, other.execute, "COMMIT")
    async with database.begin() as session:
        session.add(account("wk1"))
    other.close()
    assert await kept(database) == ["wk1"]


def test_whoever_is_cancelled_while_writing_leaves_the_database_in_order(tmp_path: Path) -> None:
    """At every point: while it waits for its turn, begins, writes or commits."""
    program = [sys.executable, "-X", "faulthandler", "-m", "tests.unit.storage.cancelled_writers"]
    ended = subprocess.run(
        [*program, str(tmp_path / "x.db")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr[-1500:]
    names = set(ended.stdout.split())
    assert {"999a", "999b"} <= names
    halves = {name[:-1] for name in names if ({f"{name[:-1]}a", f"{name[:-1]}b"} - names)}
    assert halves == set()


async def test_a_newer_schema_than_this_programs_is_one_clear_word(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.SchemaBehind, match="9999"):
        await migrate.ensure(database)
