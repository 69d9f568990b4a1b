"""Acts that need two people, from a shell: the names are checked, and what was done is there to be told."""

import base64
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from tests.support.schema import migrated_file
from tests.unit.imports.files import FILES, write

KEY = base64.b64encode(b"k" * 32).decode()
STAFF = FILES["staff.csv"] + "a.one,安一,admin,\nau.one,申一,auditor,\nc.one,中一,centre,JH-H\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(migrated_file(), tmp_path / "town.db")
    assert run(tmp_path, "import", str(write(tmp_path / "in", staff=STAFF))).exit_code == 0
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    env = {"LIANXIN_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'town.db'}", "LIANXIN_DATA_KEY": KEY}
    return CliRunner().invoke(app, list(words), env=env)


def rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "town.db") as connection:
        return connection.execute(query).fetchall()


def acts(folder: Path) -> list[tuple]:
    return rows(folder, "SELECT kind, state, asked_by, decided_by FROM two_person_acts ORDER BY id")


def test_an_import_that_makes_an_administrator_says_that_it_waits(folder: Path) -> None:
    path = str(write(folder / "in", staff=STAFF + "new.one,新一,admin,\n"))
    dry = run(folder, "import", path, "--dry-run")
    assert "把新一（账号 new.one）设为管理员，要另一个人在企业微信里同意后才生效" in dry.output
    assert acts(folder) == []
    assert run(folder, "import", path).exit_code == 0
    assert acts(folder) == [("admin", "asked", "import", None)]
    assert rows(folder, "SELECT role FROM staff WHERE userid = 'new.one'") == []


def test_with_two_named_it_is_done_and_both_are_in_the_audit(folder: Path) -> None:
    path = str(write(folder / "in", staff=STAFF + "new.one,新一,admin,\n"))
    for names, said in (
        (("--author", "a.one"), "name both"),
        (("--author", "a.one", "--reviewer", "a.one"), "is the author"),
        (("--author", "c.one", "--reviewer", "wang.fang"), "is neither of the centre nor"),
    ):
        refused = run(folder, "import", path, *names)
        assert (refused.exit_code, said in refused.output) == (2, True), refused.output
    assert acts(folder) == []
    assert run(folder, "import", path, "--author", "c.one", "--reviewer", "a.one").exit_code == 0
    assert acts(folder) == [("admin", "agreed", "c.one", "a.one")]
    assert rows(folder, "SELECT role FROM staff WHERE userid = 'new.one'") == [("admin",)]
    assert rows(folder, "SELECT actor, subject FROM audit_lines WHERE act = 'administrator changed'") == [
        ("c.one", "new.one new -> admin, agreed by a.one")
    ]


def test_an_export_with_texts_is_there_to_be_told_and_names_whom_it_may(folder: Path) -> None:
    words = ("export", "cases", "--format", "jsonl", "-o", str(folder / "out.jsonl"))
    assert run(folder, *words).exit_code == 0
    assert acts(folder) == [], "without texts nobody needs to hear"
    assert run(folder, *words, "--with-texts").exit_code == 0
    assert acts(folder) == [("texts", "agreed", "export", None)]
    for names, said in (
        (("--author", "nobody", "--reviewer", "a.one"), "--author nobody: is not"),
        (("--author", "wang.fang", "--reviewer", "au.one"), "--reviewer au.one: may not stand"),
    ):
        refused = run(folder, *words, "--with-texts", *names)
        assert (refused.exit_code, said in refused.output) == (2, True), refused.output
    done = run(folder, *words, "--with-texts", "--author", "wang.fang", "--reviewer", "c.one")
    assert done.exit_code == 0, done.output
    assert acts(folder)[1:] == [("texts", "agreed", "wang.fang", "c.one")]
    assert "wang.fang and c.one stand for it" in str(rows(folder, "SELECT subject FROM audit_lines"))
