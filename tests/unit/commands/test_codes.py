"""`codes`: what it prints, what it changes, and one clear line for what it refuses."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import Result
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from bot.__main__ import app
from storage.database import Database
from storage.models import AuditLine, EntryCode, Representative, Station
from storage.rules import get_standing

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]


class Shell:
    """Runs `codes …` on a small district."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_PUBLIC_URL": "https://example.gov"}
        return CliRunner().invoke(app, ["codes", *words], env=env)

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def apart() -> T:
            database = Database(self.url)
            try:
                async with database.begin() as session:
                    return await work(session)
            finally:
                await database.close()

        return asyncio.run(apart())


@pytest.fixture
def shell(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    made = Shell(f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}")

    async def settle_in(session: AsyncSession) -> None:
        session.add_all([Station(code="HOME", name="区代表之家", kind="home")])
        await session.flush()
        session.add(Station(code="QQ1", name="钱桥联络站", parent_code="HOME"))
        await session.flush()
        session.add_all(
            [
                Representative(code="R0123", name="张伟", station_code="QQ1"),
                Representative(code="R0124", name="李娜", station_code="HOME"),
            ]
        )

    made.do(settle_in)
    return made


def lines(result: Result) -> list[list[str]]:
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_own_codes_are_listed_as_valid_though_nothing_is_on_record(shell: Shell) -> None:
    listed = shell("list")
    assert listed.exit_code == 0
    assert [(line[0], line[5]) for line in lines(listed)] == [
        ("R0123", "valid"),
        ("R0124", "valid"),
        ("HOME", "valid"),
        ("QQ1", "valid"),
    ]


def test_a_station_is_listed_alone(shell: Shell) -> None:
    assert [line[0] for line in lines(shell("list", "--station", "QQ1"))] == ["R0123", "QQ1"]
    refused = shell("list", "--station", "nowhere")
    assert (refused.exit_code, refused.stderr) == (2, "--station nowhere: no such station\n")


def test_each_renewal_prints_the_address_of_the_new_picture_last(shell: Shell) -> None:
    assert shell("renew", "R0123").stdout.splitlines()[-1] == "https://example.gov/code/R0123-2.svg"
    again = shell("renew", "R0123-2")
    assert again.exit_code == 0
    assert again.stdout.splitlines()[-1] == "https://example.gov/code/R0123-3.svg"
    assert lines(shell("list", "--station", "QQ1"))[:3] == [
        ["R0123", "rep", "R0123", "张伟", "QQ1", "revoked (replaced)", "-"],
        ["R0123-2", "rep", "R0123", "张伟", "QQ1", "revoked (replaced)", "-"],
        ["R0123-3", "rep", "R0123", "张伟", "QQ1", "valid", "-"],
    ]


def test_a_code_is_revoked_once_with_its_reason_and_every_process_hears_of_it(shell: Shell) -> None:
    _, before = shell.do(get_standing)
    assert shell("revoke", "R0123", "--reason", "left_office").exit_code == 0
    _, after = shell.do(get_standing)
    assert before != after
    again = shell("revoke", "R0123")
    assert again.exit_code == 2
    assert again.stderr == "R0123: it was revoked before; valid now: none, `renew` issues one\n"
    shell("renew", "R0123")
    assert shell("revoke", "R0123").stderr == "R0123: it was revoked before; valid now: R0123-2\n"

    async def kept(session: AsyncSession) -> tuple[EntryCode, list[AuditLine]]:
        return await session.get_one(EntryCode, "R0123"), list(await session.scalars(select(AuditLine)))

    row, audit = shell.do(kept)
    assert (row.station_code, row.reason, row.revoked_by) == ("QQ1", "left_office", "codes")
    assert [(line.actor, line.act, line.subject) for line in audit] == [
        ("codes", "code revoked", "R0123: left_office"),
        ("codes", "code renewed", "R0123-2 of rep R0123"),
    ]


def test_route_says_that_a_code_was_revoked_and_where_it_leads(shell: Shell) -> None:
    shell("revoke", "R0123", "--reason", "left_office")
    message = {"id": "1", "text": "路灯坏了三天", "scene": "rep", "scene_param": "R0123"}
    env = {**os.environ, "LIANXIN_DATABASE_URL": shell.url}
    routed = subprocess.run(
        [sys.executable, "-m", "bot", "route"],
        input=json.dumps(message).encode(),
        capture_output=True,
        check=True,
        env=env,
        cwd=ROOT,
    )
    decision = json.loads(routed.stdout)
    assert (decision["station"], decision["representative"]) == ("QQ1", None)
    assert decision["reasons"][:2] == [
        {"rule": "code_revoked", "evidence": "您扫的码已经停用（R0123）"},
        {"rule": "code_station", "evidence": "先转给钱桥联络站（QQ1）"},
    ]


def test_a_last_day_is_set_and_a_past_one_refused_without_a_trace(shell: Shell) -> None:
    tomorrow = str((datetime.now(UTC) + timedelta(days=2)).date())
    assert shell("expire", "R0123", "--on", tomorrow).exit_code == 0
    assert lines(shell("list", "--station", "QQ1"))[0][5:] == ["valid", tomorrow]
    past = shell("expire", "R0124", "--on", "2020-01-01")
    assert (past.exit_code, past.stderr.startswith("R0124: the last day is past")) == (2, True)

    async def on_record(session: AsyncSession) -> list[str]:
        return list(await session.scalars(select(EntryCode.code)))

    assert shell.do(on_record) == ["R0123"]


@pytest.mark.parametrize("words", [("revoke", "R9"), ("renew", "R9"), ("expire", "R9", "--on", "2199-01-01")])
def test_a_code_that_nobody_has_is_refused_in_one_line(shell: Shell, words: tuple[str, ...]) -> None:
    refused = shell(*words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "R9: no representative, station or issued code is called so\n"


@pytest.mark.parametrize(
    "words", [("expire", "R0123", "--on", "tomorrow"), ("expire", "R0123"), ("revoke", "R0123", "--reason", "why")]
)
def test_what_cannot_be_read_is_refused(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell(*words).exit_code == 2
