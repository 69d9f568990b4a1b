"""The files under deploy/ speak of addresses, figures and commands that there are."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from configparser import RawConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.support.town import Town, open_town

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
INSIDE = {"/healthz", "/readyz", "/metrics"}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


def addresses_of(town: Town) -> set[str]:
    app = web.Application()
    town.bot.add_routes(app)
    return {resource.canonical for resource in app.router.resources()}


def patterns(name: str) -> list[str]:
    found = re.search(rf"@{name} path (.+)", (DEPLOY / "Caddyfile").read_text())
    assert found is not None
    return found.group(1).split()


def is_let_through(address: str, some: list[str]) -> bool:
    return any(fnmatch(re.sub(r"\{[^}]*\}", "x", address), pattern) for pattern in some)


def expressions() -> Iterator[str]:
    yield from re.findall(r"^ +expr: (.+)$", (DEPLOY / "alerts.yaml").read_text(), re.MULTILINE)
    for panel in json.loads((DEPLOY / "dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


async def test_the_proxy_lets_through_what_people_open_and_nothing_else(town: Town) -> None:
    open_, secret = patterns("open"), patterns("secret")
    addresses = addresses_of(town)
    reached = {one for one in addresses if is_let_through(one, [*open_, *secret])}
    assert addresses - reached == INSIDE
    for pattern in (*open_, *secret):
        assert any(is_let_through(one, [pattern]) for one in addresses), f"{pattern} leads nowhere"


async def test_no_address_with_a_token_stands_in_the_proxys_log(town: Town) -> None:
    tokens = {one for one in addresses_of(town) if "{token}" in one}
    assert tokens
    assert {one for one in tokens if not is_let_through(one, patterns("secret"))} == set()


async def test_alerts_and_dashboard_ask_for_figures_that_there_are(town: Town) -> None:
    town.bot.client.counts.note("message/send", 0)
    app = web.Application()
    town.bot.add_routes(app)
    async with TestClient(TestServer(app)) as client, client.get("/metrics") as answer:
        shown = set(re.findall(r"^# TYPE (\S+)", await answer.text(), re.MULTILINE))
    asked = {name for expression in expressions() for name in re.findall(r"\blianxin_\w+", expression)}
    assert asked
    assert asked - shown == set()


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    _, *alerts = (DEPLOY / "alerts.yaml").read_text().split("- alert: ")
    assert len(alerts) >= 8
    for alert in alerts:
        assert re.search(r"^ +summary: \S", alert, re.MULTILINE), alert
        do = re.search(r"^ +do: (\S.+)$", alert, re.MULTILINE)
        assert do is not None, alert
        for path in re.findall(r"docs/\S+\.md", do.group(1)):
            assert (ROOT / path).is_file()


def test_the_units_start_what_there_is() -> None:
    for unit in ("lianxin.service", "lianxin-backup.service"):
        read = RawConfigParser(strict=False, interpolation=None)
        read.optionxform = str  # type: ignore[assignment,method-assign]
        read.read(DEPLOY / unit)
        program, *words = read["Service"]["ExecStart"].split()
        if program.endswith(".sh"):
            script = ROOT / Path(program).relative_to("/srv/lianxin")
            assert os.access(script, os.X_OK)
        else:
            assert words == ["-m", "bot", "serve"]


def back_up(data: Path, to: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATA": str(data), "BACKUP": str(to), "PYTHON": sys.executable}
    return subprocess.run(
        [str(DEPLOY / "back-up.sh")], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_a_backup_that_does_not_hold_never_takes_the_place_of_one_that_does(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    data, to = tmp_path / "data", tmp_path / "backup"
    (data / "attachments").mkdir(parents=True)
    (data / "attachments" / "1").write_bytes(b"sealed")
    shutil.copyfile(migrated_sqlite, data / "lianxin.db")
    done = back_up(data, to)
    assert done.returncode == 0, done.stderr
    (day,) = to.iterdir()
    assert (day / "attachments" / "1").read_bytes() == b"sealed"
    with sqlite3.connect(day / "lianxin.db") as copy:
        assert copy.execute("SELECT count(*) FROM cases").fetchone() == (0,)
    copy.close()
    (data / "lianxin.db").write_bytes(b"not a database" * 1000)
    assert back_up(data, to).returncode != 0
    assert (day / "attachments" / "1").read_bytes() == b"sealed"
