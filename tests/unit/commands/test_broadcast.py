"""`broadcast` and `export broadcast`: what they print, what they write down, and one clear line for a refusal."""

import asyncio
import base64
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import Result
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from bot.__main__ import app
from storage import recipients
from storage.database import Database
from storage.models import Attachment, AuditLine, Broadcast, BroadcastRecipient, OutboxRow
from storage.states import BroadcastState, RecipientState
from tests.unit.broadcasts.conftest import district

T = TypeVar("T")
KEY = base64.b64encode(b"k" * 32).decode()
WORDS = "明天上午九点开会。"


class Shell:
    """Runs commands on the small district."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder, self.url = folder, f"sqlite+aiosqlite:///{database}"
        self.text = self.write("notice.txt", WORDS)

    def write(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def __call__(self, *words: str) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_DATA_KEY": KEY}
        return CliRunner().invoke(app, list(words), env=env)

    def send(self, *more: str, to: str = "representatives", text: str = "", **people: str) -> Result:
        author, reviewer = people.get("author", "off.one"), people.get("reviewer", "centre.one")
        words = ["broadcast", "--to", to, "--text-file", text or self.text, "--author", author]
        return self(*words, "--reviewer", reviewer, *more)

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

    def recipients(self) -> list[str]:
        return [one.name for one in self.all(BroadcastRecipient)]


@pytest.fixture
def shell(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    made = Shell(tmp_path, shutil.copyfile(migrated_sqlite, tmp_path / "lianxin.db"))
    for rows in district():

        async def add(session: AsyncSession, rows: list[object] = rows) -> None:
            session.add_all(rows)

        made.do(add)
    return made


def test_the_facts_come_first_and_the_number_last(shell: Shell) -> None:
    told = shell.send()
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[-1] == "1"
    assert "to: representatives: 4 recipients" in lines
    assert "without a userid, not told: 1: 代表R5" in lines
    assert any("a card with 知道了, 9 of 160 characters" in line for line in lines)
    (broadcast,) = shell.all(Broadcast)
    assert broadcast.state is BroadcastState.SCHEDULED
    assert (broadcast.author_userid, broadcast.reviewer_userid) == ("off.one", "centre.one")
    assert shell.recipients() == ["Rep.One", "rep.two", "rep.three", "rep.four"]
    assert {(line.actor, line.act) for line in shell.all(AuditLine)} == {
        ("off.one", "notice drafted"),
        ("off.one", "notice submitted"),
        ("centre.one", "notice approved"),
    }
    assert [row.recipients for row in shell.all(OutboxRow)] == [["off.one"], ["centre.one"]]  # both are told


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"reviewer": "off.one"}, "--reviewer off.one: is its author; somebody else has to stand for it"),
        ({"reviewer": "OFF.ONE"}, "--reviewer OFF.ONE: is its author; somebody else has to stand for it"),
        ({"reviewer": "off.two"}, "--reviewer off.two: may not stand for a notice of off.one"),
        ({"reviewer": "rep.two"}, "--reviewer rep.two: is not on the staff"),
        ({"author": "ghost"}, "--author ghost: is not on the staff"),
        ({"author": "audit.one"}, "--author audit.one: is not an officer, lead, of the centre or administrator"),
        ({"to": "level:national"}, "--to level:national: nobody in it can be told"),
        ({"to": "group:一组"}, "--to group:一组: group:一组: representatives' groups are not part of"),
        ({"to": "station:S9"}, "--to station:S9: station:S9: no such station"),
        ({"to": "nobody.txt"}, "--to nobody.txt: nobody.txt: neither an audience nor a file of userids"),
        ({"to": ""}, "--to : nobody is named"),
        ({"text": "missing.txt"}, "--text-file missing.txt: No such file or directory"),
    ],
)
def test_a_refusal_is_one_line_and_nothing_is_written(shell: Shell, how: dict[str, str], said: str) -> None:
    told = shell.send(**how)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(said)
    assert len(told.stderr.splitlines()) == 1
    assert shell.all(Broadcast) == []


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("", (), "there is no text in it"),
        (" \n", (), "there is no text in it"),
        ("字" * 161, ("--buttons", "ok"), "161 characters, at most 160 are possible on a card; --buttons none"),
        ("字" * 800, (), "bytes, at most 2048 are possible"),
        (WORDS, ("--title", "题" * 37), "--title: 37 characters, at most 36"),
        (WORDS, ("--link", "ftp://x"), "--link ftp://x: an http or https address is wanted"),
        (WORDS, ("--buttons", "vote:甲"), "--buttons: none, ok, join, or vote:甲/乙"),
        (WORDS, ("--buttons", "maybe"), "--buttons: none, ok, join, or vote:甲/乙"),
        (WORDS, ("--at", "soon"), "--at soon: a time is written"),
        (WORDS, ("--at", "2020-01-01T09:00"), "--at 2020-01-01T09:00: is past"),
    ],
)
def test_words_that_cannot_be_sent_are_refused(shell: Shell, text: str, more: tuple[str, ...], said: str) -> None:
    told = shell.send(*more, text=shell.write("bad.txt", text))
    assert told.exit_code == 2
    assert said in told.stderr


def test_a_file_that_is_no_text_is_refused(shell: Shell) -> None:
    told = shell.send(text=shell.write("bad.txt", b"\xff\xfe\x00"))
    assert (told.exit_code, "is not UTF-8" in told.stderr) == (2, True)


def test_a_file_of_userids(shell: Shell) -> None:
    listed = shell.write("people.txt", "rep.one\nREP.TWO\nrep.two\nghost\n")
    told = shell.send(to=listed)
    assert told.exit_code == 0, told.stderr
    assert "not on the roster, tried all the same: 1: ghost" in told.stdout
    assert shell.recipients() == ["Rep.One", "rep.two", "ghost"]
    told = shell.send("--again", to=f"{listed},officers")
    assert told.exit_code == 0, told.stderr
    assert len(shell.recipients()) == 3 + 5


def test_a_file_with_something_else_in_it_is_refused_with_its_line(shell: Shell) -> None:
    told = shell.send(to=shell.write("people.txt", "rep.one\nrep two!\n"))
    assert told.exit_code == 2
    assert "line 2: two!: not a userid" in told.stderr


def test_the_same_words_again_are_refused_unless_meant(shell: Shell) -> None:
    assert shell.send().exit_code == 0
    told = shell.send(to="station:S1")
    assert told.exit_code == 2
    assert "to 2 of these 2 as notice 1 within a day; --again sends them all the same" in told.stderr
    assert shell.send(to="officers").exit_code == 0
    assert shell.send("--again", to="station:S1").exit_code == 0


def test_a_time_is_local_and_quiet_hours_put_it_off(shell: Shell) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    told = shell.send("--at", f"{tomorrow}T22:30")
    assert f"goes out: {tomorrow + timedelta(days=1)} 08:00" in told.stdout
    told = shell.send("--at", f"{tomorrow}T22:30", "--urgent", "--again")
    assert f"goes out: {tomorrow} 22:30" in told.stdout
    assert [one.urgent for one in shell.all(Broadcast)] == [False, True]


def test_buttons_title_link_and_a_picture(shell: Shell) -> None:
    picture = shell.write("plan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    more = ("--title", "选址", "--buttons", "vote:公园/停车场", "--link", "https://x.example/a", "--receipt")
    told = shell.send(*more, "--file", picture)
    assert told.exit_code == 0, told.stderr
    assert "a card with 公园/停车场" in told.stdout
    assert "confirmed by each" in told.stdout
    (attachment,) = shell.all(Attachment)
    assert (attachment.kind, attachment.message_id) == ("image", None)
    assert list(shell.folder.rglob("*.sealed"))


def test_a_picture_that_the_platform_would_not_take_is_refused(shell: Shell) -> None:
    told = shell.send("--file", shell.write("tiny.png", b"12345"))
    assert (told.exit_code, "5 bytes" in told.stderr) == (2, True)


def test_subscribers_are_told_honestly(shell: Shell) -> None:
    told = shell.send(to="subscribers:S1")
    assert (told.exit_code, told.stderr.strip()) == (2, "--to subscribers:S1: nobody in it can be told")
    told = shell.send(to="subscribers:S1,representatives")
    assert "are told apart: send two notices" in told.stderr


# --- export -------------------------------------------------------------------------------------------


def settle(shell: Shell) -> None:
    """One confirmed, one failed, one skipped, one still waiting."""

    async def work(session: AsyncSession) -> None:
        now = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
        await recipients.move_these(session, 1, ["m:rep.one"], RecipientState.CONFIRMED, now)
        await recipients.move_these(session, 1, ["m:rep.two"], RecipientState.FAILED, now, reason="unreachable")
        await recipients.move_these(session, 1, ["m:rep.three"], RecipientState.SKIPPED, now, reason="recalled")

    shell.do(work)


def test_each_recipient_is_a_line(shell: Shell) -> None:
    shell.send()
    settle(shell)
    told = shell("export", "broadcast", "1", "--format", "jsonl", "-o", "out.jsonl")
    assert told.exit_code == 0, told.stderr
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(row["userid"], row["state"], row["reason"]) for row in rows] == [
        ("Rep.One", "confirmed", ""),
        ("rep.two", "failed", "unreachable"),
        ("rep.three", "failed", "recalled"),
        ("rep.four", "waiting", ""),
    ]
    assert rows[0]["at"] == "2026-11-20T09:30:00+08:00"
    printed = shell("export", "broadcast", "1", "--format", "jsonl", "-o", "-")
    assert len(printed.stdout_bytes.splitlines()) == 4


def test_a_workbook_runs_nothing(shell: Shell) -> None:
    shell.send()

    async def work(session: AsyncSession) -> None:
        for one in await session.scalars(select(BroadcastRecipient)):
            one.name = "=1+1"

    shell.do(work)
    told = shell("export", "broadcast", "1", "--format", "xlsx", "-o", "out.xlsx")
    assert told.exit_code == 0, told.stderr
    sheet = load_workbook(BytesIO(Path("out.xlsx").read_bytes())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:4] == ["userid", "state", "reason", "at"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].quotePrefix) == ("=1+1", "s", True)
    assert sheet.max_row == 5


def test_an_export_that_cannot_be_made_leaves_the_old_file(shell: Shell) -> None:
    Path("out.jsonl").write_text("old")
    told = shell("export", "broadcast", "7", "--format", "jsonl", "-o", "out.jsonl")
    assert (told.exit_code, told.stderr.strip()) == (2, "no notice has the number 7")
    assert Path("out.jsonl").read_text() == "old"
    shell.send()
    told = shell("export", "broadcast", "1", "--format", "xlsx", "-o", "-")
    assert (told.exit_code, "cannot go to standard output" in told.stderr) == (2, True)
    told = shell("export", "broadcast", "1", "--format", "jsonl", "-o", "no/such/folder/out.jsonl")
    assert told.exit_code == 2
