"""`live`: what it prints, what it changes, and one clear line for what it refuses."""

import asyncio
import base64
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import Result
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from bot.__main__ import app
from storage.database import Database
from storage.models import AuditLine, LiveSession, Reminder, Representative, StaffMember, Station

T = TypeVar("T")
KEY = base64.b64encode(b"k" * 32).decode()


class Shell:
    """Runs `live …` on a small district."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str, **env: str) -> Result:
        settings = {
            "LIANXIN_DATABASE_URL": self.url,
            "LIANXIN_PUBLIC_URL": "https://example.gov",
            "LIANXIN_DATA_KEY": KEY,
        }
        return CliRunner().invoke(app, ["live", *words], env=settings | env)

    def add(self, **changed: str) -> Result:
        usual = {
            "station": "QQ1",
            "title": "老旧小区改造",
            "at": "2036-12-01 19:30",
            "link": "https://stream.example/1",
            "host": "R1",
            "author": "officer.qq",
        }
        given = {name: value for name, value in (usual | changed).items() if value}
        return self("add", *(part for name, value in given.items() for part in (f"--{name}", value)))

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def apart() -> T:
            database = Database(self.url)
            try:
                async with database.begin() as session:
                    return await work(session)
            finally:
                await database.close()

        return asyncio.run(apart())

    def all(self, kind: type[T]) -> list[T]:
        async def read(session: AsyncSession) -> list[T]:
            return list(await session.scalars(select(kind)))

        return self.do(read)


@pytest.fixture
def shell(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    made = Shell(f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}")

    async def settle_in(session: AsyncSession) -> None:
        session.add(Station(code="QQ1", name="钱桥联络站"))
        await session.flush()
        session.add_all(
            [
                Representative(code="R1", name="张伟", station_code="QQ1", userid="zhang.wei"),
                StaffMember(userid="officer.qq", name="钱联络", role="officer", station_code="QQ1"),
                StaffMember(userid="lead.qq", name="钱站长", role="lead", station_code="QQ1"),
                StaffMember(userid="centre.one", name="中心", role="centre", station_code="QQ1"),
            ]
        )

    made.do(settle_in)
    return made


def test_a_draft_is_added_approved_moved_cancelled_and_listed(shell: Shell) -> None:
    added = shell.add()
    assert added.exit_code == 0, added.output
    number = added.stdout.splitlines()[-1]
    assert number == "1"
    assert "https://example.gov/code/L1.svg" in added.stdout
    assert shell("approve", number, "--reviewer", "lead.qq").exit_code == 0
    moved = shell("move", number, "--to", "2036-12-08 19:30", "--reason", "设备检修")
    assert moved.stdout == "L1: approved, 2036-12-08 19:30\n"
    (row,) = json.loads(shell("list", "--format", "json").stdout)
    assert (row["id"], row["state"], row["start"], row["questions"]) == (1, "approved", "2036-12-08 19:30", 0)
    assert (row["author"], row["reviewer"], row["url"]) == ("officer.qq", "lead.qq", "https://example.gov/live/L1")
    assert shell("cancel", number, "--reason", "场地停电").exit_code == 0
    assert shell("list").stdout.split("\t")[6] == "cancelled"
    acts = [line.act for line in shell.all(AuditLine)]
    assert acts == [f"live session {act}" for act in ("drafted", "approved", "moved", "cancelled")]
    waiting = {row.step for row in shell.all(Reminder) if row.state == "waiting"}
    assert waiting == {"cancelled"}


def test_both_people_may_be_named_at_once(shell: Shell) -> None:
    assert shell.add(reviewer="centre.one").exit_code == 0
    (live,) = shell.all(LiveSession)
    assert (live.state.value, live.author, live.reviewer) == ("approved", "officer.qq", "centre.one")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"station": "XX"}, "--station XX: no such station"),
        ({"host": "R9"}, "--host R9: no such representative"),
        ({"author": "nobody"}, "--author nobody: neither a representative nor staff"),
        ({"at": "2020-12-01 19:30"}, "the time is past"),
        ({"link": ""}, "give either --link or --anchor"),
        ({"anchor": "zhang.wei"}, "give either --link or --anchor"),
        ({"link": "http://stream.example/1"}, "--link http://stream.example/1: an https address is wanted"),
        ({"reviewer": "officer.qq"}, "--reviewer officer.qq: a lead of the station"),
        ({"author": "lead.qq", "reviewer": "Lead.QQ"}, "--reviewer Lead.QQ: is its author"),
    ],
)
def test_what_is_refused_changes_nothing(shell: Shell, changed: dict[str, str], told: str) -> None:
    refused = shell.add(**changed)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(told)
    assert len(refused.stderr.splitlines()) == 1
    assert shell.all(LiveSession) == []


def test_a_number_that_nobody_has_and_a_session_that_is_over_are_refused(shell: Shell) -> None:
    assert shell("cancel", "7", "--reason", "停电").stderr == "7: no live session has this number\n"
    shell.add(reviewer="lead.qq")
    assert shell("move", "1", "--to", "2020-01-01 10:00", "--reason", "停电").stderr == "the time is past\n"
    assert shell("cancel", "1", "--reason", "停电").exit_code == 0
    again = shell("cancel", "1", "--reason", "停电")
    assert (again.exit_code, again.stderr) == (2, "the session cannot be changed so any more\n")
    assert shell("list", "--station", "XX").exit_code == 2


def test_without_a_data_key_it_says_so(shell: Shell) -> None:
    refused = shell("list", LIANXIN_DATA_KEY="")
    assert refused.exit_code == 2
    assert "LIANXIN_DATA_KEY" in refused.stderr
