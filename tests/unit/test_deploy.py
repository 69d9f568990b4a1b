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
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Role
from bot.commands.serving import parse_roles
from config.settings import PREFIX, Need, Settings
from tests.support.town import Town, open_town

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
INSIDE = {"/healthz", "/readyz", "/metrics"}
NOT_WATCHED = {"lianxin_budget_conversations"}  # worth a look now and then


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
    open_, secret = [*patterns("open"), *patterns("desk")], patterns("secret")
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
    assert shown - asked <= NOT_WATCHED
    told = set(re.findall(r"`(lianxin_\w+)`", (ROOT / "docs/how-to/see-what-is-delivered.md").read_text()))
    assert told == shown


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


COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = ("front", "back", "migrate")
# A name without a host, and a version with at least two numbers: never `latest`.
PINNED = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+:\d+\.\d+[\w.-]*")


def dockerfile() -> str:
    return re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text())


def test_every_image_has_a_fixed_version_and_comes_from_no_host_of_ours() -> None:
    images = [one["image"] for one in SERVICES.values()] + re.findall(r"^FROM (\S+)", dockerfile(), re.MULTILINE)
    assert len(images) >= 7
    assert [one for one in images if not PINNED.fullmatch(one)] == []
    built = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert built is not None
    assert {SERVICES[name]["image"] for name in BOTS} == {f"lianxin:{built[1]}"}


def test_the_image_runs_as_nobody_with_the_locked_versions_and_asks_for_its_health() -> None:
    text = dockerfile()
    assert "-c constraints.txt" in text
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    assert users == ["10001:10001"]
    assert text.index("USER ") < text.index("ENTRYPOINT ")
    assert re.search(r"HEALTHCHECK .*127\.0\.0\.1:8080/healthz", text)
    copied = {
        name for line in re.findall(r"^COPY (?!--from)(.+)", text, re.MULTILINE) for name in line.split()[:-1]
    }
    kept = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("name", BOTS)
def test_a_bot_in_a_container_can_write_to_its_data_and_nothing_else(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["data:/app/data"]


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["database"]["networks"] == ["inside"]


def test_the_roles_are_split_so_that_each_has_what_it_needs() -> None:
    """Either may go down: the other has every role; the proxy knows both."""
    commands = [SERVICES[name]["command"] for name in ("front", "back")]
    roles = [parse_roles(command[command.index("--roles") + 1]) for command in commands]
    assert [set(one) for one in roles] == [set(Role), set(Role)]
    assert SERVICES["proxy"]["environment"]["LIANXIN_BOT"].split() == ["front:8080", "back:8080"]
    assert SERVICES["migrate"]["command"] == ["migrate"]


def test_no_secret_stands_in_the_files_and_each_is_a_setting_read_from_one() -> None:
    """Every value that looks like a secret is the name of a file, and that file's name a setting."""
    for name, one in SERVICES.items():
        for variable, value in one.get("environment", {}).items():
            secret = re.search(r"PASSWORD|SECRET|TOKEN|KEY", variable)
            assert not secret or str(value).startswith("/run/secrets/"), (name, variable)
    settings = {f"{PREFIX}{field}".lower() for field in Settings.model_fields}
    given = set(SERVICES["front"]["secrets"]) | {one.lower() for one in SERVICES["front"]["environment"]}
    assert given <= settings
    made = (DEPLOY / "make-secrets.sh").read_text()
    for name, one in COMPOSE["secrets"].items():
        assert one == {"file": f"./secrets/{name}"}
        assert name in made
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text()


def test_redis_is_used_and_nobody_waits_for_it() -> None:
    """It may be gone at any moment (decision 42), so a bot starts without it; and it is nobody's disk."""
    assert "profiles" not in SERVICES["redis"]
    assert not any("redis" in str(SERVICES[name].get("depends_on", "")) for name in BOTS)
    for name in BOTS:
        assert SERVICES[name]["environment"]["LIANXIN_REDIS_URL"] == "redis://redis:6379/0"
    assert SERVICES["redis"]["networks"] == ["inside"]
    assert "volumes" not in SERVICES["redis"]


def test_secrets_made_by_the_script_are_settings_that_the_bot_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    for _ in range(2):
        made = subprocess.run([script], capture_output=True, text=True, check=True)
        assert "admin console" in made.stdout
    secrets = tmp_path / "secrets"
    key = (secrets / "lianxin_data_key").read_text().strip()
    assert (secrets / "lianxin_data_key").stat().st_mode & 0o077 == 0
    for name, text in (("secret", "s3"), ("callback_token", "t0"), ("aes_key", "A" * 43)):
        (secrets / f"lianxin_{name}").write_text(f"{text}\n")
    for variable in [one for one in os.environ if one.startswith(PREFIX)]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"{PREFIX}SECRETS_DIR", str(secrets))
    monkeypatch.setenv(f"{PREFIX}CORP_ID", "ww1")
    monkeypatch.setenv(f"{PREFIX}AGENT_ID", "1000002")
    settings = Settings.load(*Need)
    assert settings.data_key.get_secret_value() == key
    assert settings.secret.get_secret_value() == "s3"
    password = (secrets / "database_password").read_text().strip()
    assert settings.database_url == f"postgresql://lianxin:{password}@database/lianxin"
    monkeypatch.setenv(f"{PREFIX}SECRET", "of the environment")
    assert Settings.load(*Need).secret.get_secret_value() == "of the environment"
