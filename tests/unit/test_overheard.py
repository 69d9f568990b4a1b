"""The watch over what a town's bot writes down finds what was planted, and takes nothing public for private."""

import logging
from pathlib import Path

import pytest

from storage.database import Database
from storage.models import AuditLine
from tests.support.overheard import listening_to_logs, secrets_of
from tests.support.town import RESIDENT, START, ZHANG, open_town

SAID = "我家住牡丹园三号楼，楼上李老汉天天打人，电话13812345678"
PUBLIC = "钱桥联络站 0510-88881234"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("case 12 was opened", []),
        ("李老汉打人", []),
        ("...楼上李老汉天...", ["楼上李老汉"]),
        ("call 13812345678 back", ["13812345678"]),
        ("王女士", ["王女士"]),
        ("钱桥联络站 0510-88881234", []),
    ],
)
def test_runs_numbers_and_names_are_found_public_words_are_not(written: str, found: list[str]) -> None:
    secrets = secrets_of([SAID, "请钱桥联络站打0510-88881234，我的编号2026-000123"], ["王女士"], PUBLIC)
    assert found == [] or set(found) <= set(secrets.found_in(written))
    assert found != [] or secrets.found_in(written) == []


@pytest.mark.parametrize(
    "form", ["楼上李老汉天天打人".encode(), "楼上李老汉天天打人".encode("unicode_escape"), b"13812345678"]
)
def test_bytes_are_read_in_utf_8_and_as_json_escapes_them(form: bytes) -> None:
    assert secrets_of([SAID]).found_in_bytes(b"\x00\xff" + form + b"\xe4\xb8") != []
    assert secrets_of([SAID]).found_in_bytes(b"\x00\xff\xe4\xb8\xe6\x9c") == []


async def test_a_planted_leak_in_the_log_or_on_the_disk_fails_a_town(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failed:  # noqa: PT012  the end of the block is what is tested
        async with open_town(tmp_path) as town:
            await town.says(RESIDENT, SAID)
            assert await town.overheard.leaks() == []
            logging.getLogger("bot.planted").debug("heard", extra={"text": SAID})
            await plant_on_disk(town.bot.database, SAID)
    assert "log: 楼上李老汉" in str(failed.value)
    assert "town.db" in str(failed.value)


async def plant_on_disk(database: Database, words: str) -> None:
    async with database.begin() as session:
        session.add(AuditLine(at=START, actor=ZHANG, act="planted", subject=words))


def test_what_breaks_in_a_handler_is_logged_without_the_words_it_broke_on() -> None:
    with listening_to_logs() as listener:
        try:
            int(SAID)
        except ValueError:
            logging.getLogger("bot.dispatch").exception("message could not be handled")
    (line,) = listener.lines
    assert '"error": "ValueError"' in line
    assert secrets_of([SAID]).found_in(line) == []
