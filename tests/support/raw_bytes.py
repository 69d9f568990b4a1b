"""What is really on the disk: every byte of a town's database, its write-ahead log and its attachments."""

import base64
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from storage.crypto import ContentKey, Unreadable, Vault
from tests.support import pair
from tests.support.town import DATA_KEY, Town

on_a_file = pytest.mark.skipif(pair.is_wanted(), reason="puts back a copy of a SQLite file")
VAULT = Vault(base64.b64decode(DATA_KEY))


def raw_bytes(town: Town) -> bytes:
    """All files of a town's data folder but the list of erasures, one after the other."""
    return raw_bytes_in(_folder_of(town))


def _folder_of(town: Town) -> Path:
    """On the pair a server has the rows, and its files are its own affair."""
    if pair.is_wanted():
        pytest.skip("reads a SQLite file")
    return town.bot.settings.data_folder


def raw_bytes_in(folder: Path) -> bytes:
    """The same of a folder."""
    files = [one for one in sorted(folder.rglob("*")) if one.is_file() and one.name != "erased.jsonl"]
    return b"\0".join(one.read_bytes() for one in files)


def readable(town: Town) -> str:
    """What is plain in a town's database, and what the data key opens with the content keys that are left."""
    return readable_in(_folder_of(town) / "town.db", town.bot.office.vault)


def readable_in(path: Path, vault: Vault) -> str:
    """The same of a file."""
    with sqlite3.connect(path) as database:
        wrapped = database.execute("SELECT wrapped FROM content_keys WHERE wrapped IS NOT NULL").fetchall()
        keys: list[ContentKey] = [vault, *(vault.unwrap(one) for (one,) in wrapped)]
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [row for (name,) in tables for row in database.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
    database.close()
    return "\n".join(_open(keys, value) for row in rows for value in row)


def _open(keys: Sequence[ContentKey], value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for key in keys:
        try:
            return key.open(value).decode(errors="replace")
        except Unreadable:
            continue
    return ""


def wrapped_keys(town: Town) -> list[bytes]:
    """The content keys as they lie in the database now."""
    with sqlite3.connect(_folder_of(town) / "town.db") as database:
        found = [one for (one,) in database.execute("SELECT wrapped FROM content_keys WHERE wrapped IS NOT NULL")]
    database.close()
    return found
