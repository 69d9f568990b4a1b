"""`key`: whether the data key is backed up, and its replacement from a shell."""

import asyncio
import base64
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app
from bot.commands.checking import KEY_CONFIRMED, check_data_key
from bot.commands.findings import Finding
from config.settings import Settings
from storage import data_keys, keys
from storage.crypto import Vault
from storage.data_keys import WrongDataKey
from storage.database import Database
from storage.models import AuditLine, StaffMember
from tests.support.schema import migrated_file
from tests.support.town import START

OLD, NEW = b"o" * 32, b"n" * 32


def text_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Shell:
    """Runs commands on a database with an administrator, an officer and a content key under the old data key."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str, key: bytes = OLD, also: bytes | None = None) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_DATA_KEY": text_of(key)}
        env["LIANXIN_DATA_KEYS_ALSO"] = text_of(also) if also else ""
        return CliRunner().invoke(app, ["key", *words], env=env)

    def check(self, *, key: bytes = OLD, also: bytes | None = None, days: int = 0) -> Finding:
        settings = Settings(
            _env_file=None,
            database_url=self.url,
            data_key=text_of(key),
            data_keys_also=text_of(also) if also else "",
        )
        return asyncio.run(check_data_key(settings, START + timedelta(days=days)))

    def audit(self) -> list[tuple[str, str]]:
        async def read() -> list[tuple[str, str]]:
            database = Database(self.url)
            async with database.read() as session:
                lines = [(one.actor, one.act) for one in await session.scalars(select(AuditLine))]
            await database.close()
            return lines

        return asyncio.run(read())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    url = f"sqlite+aiosqlite:///{shutil.copyfile(migrated_file(), tmp_path / 'keys.db')}"

    async def fill() -> None:
        database = Database(url)
        async with database.begin() as session:
            session.add(StaffMember(userid="admin.one", name="管理", role="admin", station_code=None))
            session.add(StaffMember(userid="officer", name="联络", role="officer", station_code=None))
            await keys.add_keys(session, await data_keys.open_vault(session, [OLD], START), 5)
        await database.close()

    asyncio.run(fill())
    return Shell(url)


def test_a_key_that_nobody_saved_is_said_to_be_so_until_somebody_stands_for_it(shell: Shell) -> None:
    assert "再也读不出来" in shell.check().to_do
    assert shell("backed-up", "--by", "officer").exit_code == 2
    assert shell("backed-up", "--by", "admin.one").exit_code == 0
    assert shell.check().to_do == ""
    assert shell.audit() == [("admin.one", "data key backed up")]
    assert "一年以前" in shell.check(days=KEY_CONFIRMED.days * 20).to_do


def test_the_wrong_key_is_refused_before_anything_is_written(shell: Shell) -> None:
    assert "打不开" in shell.check(key=NEW).to_do
    refused = shell("state", key=NEW)
    assert refused.exit_code == 2
    assert Vault(OLD).fingerprint in refused.output


def test_a_key_is_replaced_step_by_step_and_check_says_which_comes_next(shell: Shell) -> None:
    assert shell("rotate").exit_code == 2  # there is no other key
    assert "没有换完" in shell.check(key=NEW, also=OLD).to_do
    done = shell("rotate", key=NEW, also=OLD)
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "put under the new key: 5")
    assert shell("rotate", key=NEW, also=OLD).output.splitlines()[0] == "put under the new key: 0"
    assert "已经换完" in shell.check(key=NEW, also=OLD).to_do
    assert "另外存好" in shell.check(key=NEW).what
    assert shell("state", key=NEW).exit_code == 0
    with pytest.raises(WrongDataKey):
        asyncio.run(open_with(shell.url, OLD))


async def open_with(url: str, raw: bytes) -> None:
    database = Database(url)
    try:
        async with database.read() as session:
            await data_keys.read_vault(session, [raw])
    finally:
        await database.close()


def test_what_no_key_opens_is_counted_and_the_old_key_stays(shell: Shell) -> None:
    async def damage() -> None:
        database = Database(shell.url)
        async with database.begin() as session:
            await keys.add_key(session, Vault(b"x" * 32))
        await database.close()

    asyncio.run(damage())
    left = shell("rotate", key=NEW, also=OLD)
    assert left.exit_code == 1
    assert "no key opens: 1" in left.output
    assert "没有换完" in shell.check(key=NEW, also=OLD).to_do


@pytest.mark.parametrize(("cipher", "length"), [("aes-256", 32), ("sm4", 16)])
def test_a_fresh_key_fits_the_cipher_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, cipher: str, length: int
) -> None:
    monkeypatch.setenv("LIANXIN_CIPHER", cipher)
    made = [CliRunner().invoke(app, ["key", "new"]).output.strip() for _ in range(2)]
    assert [len(base64.b64decode(one)) for one in made] == [length, length]
    assert made[0] != made[1]
