"""`retention` and `erase --again` from a shell: counted first, then done; a list that cannot be read is refused."""

import base64
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.__main__ import app
from config.retention import KINDS
from tests.support.schema import migrated_file

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(migrated_file(), tmp_path / "town.db")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    env = {"LIANXIN_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'town.db'}", "LIANXIN_DATA_KEY": KEY}
    return CliRunner().invoke(app, list(words), env=env)


def test_a_dry_run_has_a_line_for_every_kind_with_its_days_and_the_least(folder: Path) -> None:
    done = run(folder, "retention", "--dry-run")
    assert done.exit_code == 0
    *lines, last = done.stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [kind.name for kind in KINDS]
    assert "words\t730 days\tleast 90\t0\t" in done.stdout
    assert "logs\t180 days\tleast 180\tnot by the program\t" in done.stdout
    assert last == "dry run: nothing was touched"
    assert run(folder, "retention").stdout.splitlines()[-1] == "gone: 0"


def test_a_list_that_is_missing_or_broken_is_refused_in_one_line(folder: Path) -> None:
    gone = run(folder, "erase", "--again", str(folder / "none.jsonl"))
    assert (gone.exit_code, gone.stderr) == (2, f"{folder / 'none.jsonl'}: no such file\n")
    (folder / "bad.jsonl").write_text('{"at": 7}\n')
    bad = run(folder, "erase", "--again", str(folder / "bad.jsonl"))
    assert (bad.exit_code, bad.stderr) == (2, f"{folder / 'bad.jsonl'}: line 1: is no line of a list of erasures\n")
    (folder / "empty.jsonl").write_text("")
    assert run(folder, "erase", "--again", str(folder / "empty.jsonl")).stdout == "0 listed, 0 erased again\n"
