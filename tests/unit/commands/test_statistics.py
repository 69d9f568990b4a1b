"""`export statistics` and `scores` from a shell."""

import asyncio
import base64
import json
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app
from storage import duty_bulk
from storage.crypto import Vault
from storage.database import Database
from storage.duty import NewEntry
from storage.models import AuditLine
from tests.support.schema import migrated_file
from tests.support.town import CENTRE, OFFICER, settle_in

KEY = os.urandom(32)
AT = datetime(2026, 11, 10, 2, tzinfo=UTC)
SPAN = ("--from", "2026-11-01", "--to", "2026-11-30")


def entry(kind: str, people: int, **more: object) -> NewEntry:
    usual = {"representative_code": "R1", "station_code": "QQ1", "source": "rep", "at": AT, "recorded_at": AT}
    facts = {"on": date(2026, 11, 10), "summary": "=1+1", **usual, **more}
    return NewEntry(kind=kind, people=people, **facts)  # type: ignore[arg-type]


class Shell:
    """Runs commands on a small district with three visits, a hidden check and an inspection."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_DATA_KEY": base64.b64encode(KEY).decode()}
        return CliRunner().invoke(app, list(words), env=env)

    def acts(self) -> list[str]:
        async def read() -> list[str]:
            database = Database(self.url)
            async with database.read() as session:
                acts = [one.act for one in await session.scalars(select(AuditLine).order_by(AuditLine.id))]
            await database.close()
            return acts

        return asyncio.run(read())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shutil.copyfile(migrated_file(), tmp_path / "numbers.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'numbers.db'}"

    async def fill() -> None:
        database = Database(url)
        await settle_in(database)
        entries = [entry("visit", 3), entry("visit", 30), entry("inspection", 0), entry("reception", 2)]
        entries.append(entry("covert_check", 1, lane="hidden"))
        async with database.begin() as session:
            await duty_bulk.load(session, Vault(KEY), "JH", entries)
        await database.close()

    asyncio.run(fill())
    return Shell(url)


def test_figures_as_json_with_small_counts_hidden_and_the_entries_behind(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    done = shell("export", "statistics", "--by", "kind", *SPAN, "--format", "json", "-o", str(file), "--entries")
    assert done.exit_code == 0, done.output
    told = json.loads(file.read_bytes())
    lines = {line["kind"]: line for line in told["lines"]}
    assert told["total"]["entries"] == 4
    assert (lines["visit"]["people"], lines["reception"]["people"]) == (None, None), "one alone could be worked out"
    assert lines["visit"]["entry_numbers"] == [1, 2]
    assert "covert_check" not in lines
    assert shell.acts() == []


def test_exact_and_closed_figures_are_on_record(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    words = ("--by", "kind", *SPAN, "--format", "json", "-o", str(file), "--exact", "--closed", "--region", "JH")
    assert shell("export", "statistics", *words).exit_code == 0
    lines = {line["kind"]: line["people"] for line in json.loads(file.read_bytes())["lines"]}
    assert lines == {"visit": 33, "inspection": 0, "reception": 2, "covert_check": 1}
    assert shell.acts() == ["statistics exported"]


def test_a_sheet_says_what_is_hidden_and_not_how_small_it_is(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    shell("export", "statistics", "--by", "kind", *SPAN, "--format", "xlsx", "-o", str(file))
    hidden = {row[0].value: row[3].value for row in load_workbook(file).active.rows}  # type: ignore[union-attr]
    assert (hidden["走访"], hidden["接待"], hidden["合计"]) == ("人少不显示", "人少不显示", 35)
    done = shell("export", "statistics", "--by", "station", *SPAN, "--format", "xlsx", "-o", str(file))
    assert done.exit_code == 0, done.output
    rows = [[cell.value for cell in row] for row in load_workbook(file).active.rows]  # type: ignore[union-attr]
    assert rows[0][0] == "2026年11月履职统计"
    assert rows[2] == ["钱桥联络站", 4, 1, 35, 0, 0, 0, 0]
    assert rows[3][0] == "合计"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2026-11-30", "--to", "2026-11-01", "--format", "json", "-o", "x"), "is before --from"),
        ((*SPAN, "--format", "json", "-o", "x", "--region", "NO"), "--region NO: no such region"),
        ((*SPAN, "--format", "xlsx", "-o", "-"), "cannot go to standard output"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_one_line(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = shell("export", "statistics", *words)
    assert done.exit_code == 2
    assert why in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "words",
    [("duty", "--format", "jsonl"), ("cases", "--format", "jsonl"), ("form", "record-book", "--format", "pdf")],
)
def test_a_span_that_ends_before_it_begins_is_refused(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell("export", *words, "--from", "2026-11-30", "--to", "2026-11-01", "-o", "x")
    assert (done.exit_code, "is before --from 2026-11-30" in done.stderr) == (2, True)


def test_a_rule_set_of_ones_own_from_a_copy_to_points_explained(shell: Shell, tmp_path: Path) -> None:
    assert "jiangbei@1" in shell("scores", "list").stdout
    shown = json.loads(shell("scores", "show", "jiangbei@1").stdout)
    shown["title"] = "锦河区"
    file = tmp_path / "own.json"
    file.write_text(json.dumps(shown), "utf-8")
    assert shell("scores", "add", "jinhe", str(file), "--by", CENTRE).stdout.strip() == "jinhe@1"
    assert shell("rules", "set", "score_rules", "jinhe@1", "--by", CENTRE).exit_code == 0
    done = shell("scores", "explain", "--representative", "R1", *SPAN)
    assert done.stdout.splitlines()[-1] == "base 0, total 4"
    assert "3\t2026-11-10\tinspection\t视察调研\t3\t" in done.stdout
    assert "points explained" in shell.acts()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("rules", "set", "score_rules", "nothing@1", "--by", CENTRE), "there is no rule set"),
        (("scores", "show", "nothing@1"), "no such rule set"),
        (("scores", "explain", "--representative", "R1", *SPAN), "no such rule set"),
        (("scores", "explain", "--representative", "R7", "--rules", "jiangbei@1", *SPAN), "no such representative"),
        (("scores", "add", "own", "missing.json", "--by", CENTRE), "missing.json"),
    ],
)
def test_points_that_cannot_be_counted_are_refused_in_one_line(
    shell: Shell, words: tuple[str, ...], why: str
) -> None:
    done = shell(*words)
    assert done.exit_code == 2
    assert why in done.stderr


def test_a_rule_set_with_faults_is_refused_with_each_and_only_by_those_who_may(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "own.json"
    file.write_text('{"items": [{"name": "x", "kinds": ["nothing"], "points": "many"}]}', "utf-8")
    done = shell("scores", "add", "own", str(file), "--by", CENTRE)
    assert done.exit_code == 2
    assert "there is no such kind" in done.stderr
    assert "is no number of points" in done.stderr
    assert "neither of the service centre" in shell("scores", "add", "own", str(file), "--by", OFFICER).stderr
