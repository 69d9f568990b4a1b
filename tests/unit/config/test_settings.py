"""Settings: read from the environment and `.env`, every fault told at once, no secret ever shown."""

import base64
import os
import re
from pathlib import Path

import pytest

from config.settings import DEFAULT_DATABASE_URL, Need, Settings, SettingsRefused

KEY = base64.b64encode(b"k" * 32).decode()
AES_KEY = "A1b2" * 10 + "xyz"
GOOD = {
    "LIANXIN_CORP_ID": "wwcorp",
    "LIANXIN_AGENT_ID": "1000002",
    "LIANXIN_SECRET": "app-secret-word",
    "LIANXIN_CALLBACK_TOKEN": "token-secret-word",
    "LIANXIN_AES_KEY": AES_KEY,
    "LIANXIN_DATA_KEY": KEY,
}
EVERY_NEED = tuple(Need)


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine, and an empty working directory."""
    for name in [name for name in os.environ if name.upper().startswith("LIANXIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, *needs: Need, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return Settings.load(*needs)


def faults(monkeypatch: pytest.MonkeyPatch, *needs: Need, **values: str) -> tuple[str, ...]:
    with pytest.raises(SettingsRefused) as refused:
        load(monkeypatch, *needs, **values)
    return refused.value.faults


def names(found: tuple[str, ...]) -> list[str]:
    return sorted(fault.split(":")[0] for fault in found)


def test_nothing_set_gives_the_defaults_of_the_contract() -> None:
    settings = Settings.load()
    assert settings.database_url == DEFAULT_DATABASE_URL == "sqlite+aiosqlite:///data/lianxin.db"
    assert settings.redis_url == ""
    assert settings.wecom_api == "https://qyapi.weixin.qq.com"
    assert settings.poll_seconds == 60
    assert settings.kf_account == ""
    assert settings.public_url == "http://127.0.0.1:8080"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.timezone == "Asia/Shanghai"
    assert settings.model == ""


def test_a_full_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, *EVERY_NEED, **GOOD)
    assert (settings.corp_id, settings.agent_id) == ("wwcorp", 1000002)
    assert settings.secret.get_secret_value() == "app-secret-word"
    assert settings.data_key_bytes == b"k" * 32


def test_everything_missing_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(faults(monkeypatch, *EVERY_NEED)) == sorted(GOOD)


@pytest.mark.parametrize("need", EVERY_NEED)
def test_only_what_the_command_needs_is_asked_for(monkeypatch: pytest.MonkeyPatch, need: Need) -> None:
    found = faults(monkeypatch, need)
    assert set(names(found)) < set(GOOD)
    assert all(fault.endswith("is not set") for fault in found)


def test_malformed_and_missing_ones_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(
        monkeypatch,
        *EVERY_NEED,
        LIANXIN_AGENT_ID="not a number",
        LIANXIN_PORT="70000",
        LIANXIN_TIMEZONE="Mars/Olympus",
        LIANXIN_DATABASE_URL="mysql://localhost/x",
        LIANXIN_CORP_ID="wwcorp",
    )
    assert names(found) == [
        "LIANXIN_AES_KEY",
        "LIANXIN_AGENT_ID",
        "LIANXIN_CALLBACK_TOKEN",
        "LIANXIN_DATABASE_URL",
        "LIANXIN_DATA_KEY",
        "LIANXIN_PORT",
        "LIANXIN_SECRET",
        "LIANXIN_TIMEZONE",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIANXIN_DATABASE_URL", "mysql+pymysql://localhost/x"),
        ("LIANXIN_DATABASE_URL", "not a url"),
        ("LIANXIN_WECOM_API", "qyapi.weixin.qq.com"),
        ("LIANXIN_PUBLIC_URL", "ftp://lianxin.example"),
        ("LIANXIN_AES_KEY", "x" * 42),
        ("LIANXIN_AES_KEY", "x" * 42 + "="),
        ("LIANXIN_DATA_KEY", "not base64!"),
        ("LIANXIN_DATA_KEY", base64.b64encode(b"k" * 31).decode()),
        ("LIANXIN_PORT", "0"),
        ("LIANXIN_PORT", "65536"),
        ("LIANXIN_PORT", "eighty"),
        ("LIANXIN_POLL_SECONDS", "0"),
        ("LIANXIN_POLL_SECONDS", "-1"),
        ("LIANXIN_POLL_SECONDS", "nan"),
        ("LIANXIN_TIMEZONE", "../../etc/passwd"),
        ("LIANXIN_TIMEZONE", "Asia"),
        ("LIANXIN_TIMEZONE", ""),
        ("LIANXIN_AGENT_ID", "1.5"),
    ],
)
def test_each_malformed_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    (fault,) = faults(monkeypatch, **{name: value})
    assert re.fullmatch(rf"{name}: \S.*", fault)


SECRETS = {
    "LIANXIN_SECRET": "topsecretword",
    "LIANXIN_CALLBACK_TOKEN": "topsecretword",
    "LIANXIN_AES_KEY": "topsecret" + "A" * 34,
    "LIANXIN_DATA_KEY": base64.b64encode(b"topsecretword" + b"k" * 19).decode(),
    "LIANXIN_DATABASE_URL": "postgresql://lianxin:topsecretword@db/lianxin",
    "LIANXIN_REDIS_URL": "redis://:topsecretword@redis/0",
}
SHOWS = re.compile("topsecret|" + SECRETS["LIANXIN_DATA_KEY"][:12])


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_in_what_settings_look_like(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings = load(monkeypatch, **{name: SECRETS[name]})
    assert not SHOWS.search(f"{settings!s}{settings!r}")


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_in_any_fault(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    malformed = {"LIANXIN_PORT": "eighty", name: f"{SECRETS[name]}!"}
    with pytest.raises(SettingsRefused) as refused:
        load(monkeypatch, *EVERY_NEED, **malformed)
    assert not SHOWS.search(f"{refused.value!s}{refused.value!r}{refused.value.__cause__!r}")


def test_a_malformed_database_address_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults(monkeypatch, LIANXIN_DATABASE_URL="mysql://lianxin:topsecretword@db/lianxin")
    assert "topsecretword" not in fault


def test_the_file_in_the_working_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# 联络站\nLIANXIN_PORT=9000\nLIANXIN_CORP_ID='wwfile'\nUNRELATED=1\n", "utf-8")
    settings = Settings.load()
    assert (settings.port, settings.corp_id) == (9000, "wwfile")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LIANXIN_PORT=9000\nLIANXIN_CORP_ID=wwfile\n", "utf-8")
    settings = load(monkeypatch, LIANXIN_PORT="9100")
    assert (settings.port, settings.corp_id) == (9100, "wwfile")


def test_a_file_saved_by_a_windows_editor_is_read_from_its_first_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIANXIN_PORT=9000\r\nLIANXIN_CORP_ID=wwfile\r\n", "utf-8-sig")
    settings = Settings.load()
    assert (settings.port, settings.corp_id) == (9000, "wwfile")


def test_a_file_that_is_not_utf8_is_one_clear_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# 联络站\nLIANXIN_PORT=9000\n", "gbk")
    with pytest.raises(SettingsRefused, match=r"\.env"):
        Settings.load()


def test_faults_in_the_file_are_told_like_faults_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIANXIN_PORT=eighty\n", "utf-8")
    with pytest.raises(SettingsRefused, match="LIANXIN_PORT"):
        Settings.load(Need.DATA_KEY)


def test_attachments_are_kept_beside_the_database_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, LIANXIN_DATABASE_URL="sqlite:////srv/lianxin/a.db").data_folder == Path("/srv/lianxin")
    assert load(monkeypatch, LIANXIN_DATABASE_URL="postgresql://db/x").data_folder == tmp_path / "data"


def test_a_slash_at_the_end_of_an_address_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, LIANXIN_PUBLIC_URL="https://lianxin.example/").public_url == "https://lianxin.example"
