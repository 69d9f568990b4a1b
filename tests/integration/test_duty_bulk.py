"""Many entries at once are as provable as one by one, and the proof finds the first bad line in any window."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage import duty_bulk, ledger_proof
from storage.crypto import Vault
from storage.database import Database
from storage.duty_bulk import Stamp
from storage.keys import get_key
from storage.models import DutyEntry
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.integration.test_verification import MORNING
from tests.support.town import settle_in

VAULT = Vault(os.urandom(32))
COUNT = 25
WINDOWS = (1, 7, 1000)  # lines in memory at once


@pytest.fixture
async def loaded(database: Database) -> Database:
    """Entries 1 to 25, lines 1 to 25; 26 to 28 stamp two of them as delivered, and one of these as not."""
    await settle_in(database)
    async with database.begin() as session:
        many = (
            visit(people=number, opinions=number > 3, on=TODAY - timedelta(days=number)) for number in range(COUNT)
        )
        assert await duty_bulk.load(session, VAULT, "JH", many) == list(range(1, COUNT + 1))
        later = MORNING + timedelta(hours=1)
        stamps = [Stamp(3, "delivered", MORNING), Stamp(4, "delivered", MORNING), Stamp(3, "undelivered", later)]
        await duty_bulk.stamp(session, "JH", stamps)
    return database


async def violations(database: Database, window: int) -> list[str]:
    async with database.read() as session:
        found = ledger_proof.find_violations(session, window=window)
        return [f"{one.where}: {one.what}" async for one in found]


async def test_what_was_loaded_verifies(loaded: Database) -> None:
    for window in WINDOWS:
        assert await violations(loaded, window) == []


async def test_each_entry_has_its_own_words_under_its_own_key(loaded: Database) -> None:
    async with loaded.read() as session:
        third, fourth = [await session.get_one(DutyEntry, number) for number in (3, 4)]
        assert third.key_id != fourth.key_id
        assert (third.delivered_at, fourth.delivered_at) == (None, MORNING)
        key = await get_key(session, VAULT, fourth.key_id)
        assert key.open_text(fourth.summary_sealed) == "走访3户"


@pytest.mark.parametrize(
    ("statement", "where", "what"),
    [
        ("UPDATE duty_entries SET people = 99 WHERE id = 9", "line 9", "duty entry 9 was changed"),
        ("UPDATE duty_entries SET occurred_on = '2026-01-01' WHERE id = 9", "line 9", "duty entry 9 was changed"),
        ("UPDATE duty_entries SET evidence = NULL WHERE id = 9", "line 9", "duty entry 9 was changed"),
        ("UPDATE duty_entries SET own = NOT own WHERE id = 9", "line 9", "duty entry 9 was changed"),
        ("UPDATE ledger_lines SET seq = 109 WHERE seq = 9", "line 10", "a line is missing before it"),
        ("DELETE FROM ledger_lines WHERE seq = 9", "line 10", "a line is missing before it"),
        ("UPDATE ledger_lines SET event = 'closed' WHERE seq = 27", "line 27", "was changed after it was written"),
        ("UPDATE duty_entries SET summary_sealed = NULL WHERE id = 9", "line 9", "and it was not erased"),
    ],
)
async def test_the_first_bad_line_is_named_in_any_window(
    loaded: Database, statement: str, where: str, what: str
) -> None:
    async with loaded.begin() as session:
        await session.execute(text(statement))
    for window in WINDOWS:
        first, *_ = await violations(loaded, window)
        assert first.startswith(f"ledger JH {where}: ")
        assert what in first


async def test_an_erased_entry_verifies_in_the_quick_way_too(loaded: Database) -> None:
    async with loaded.begin() as session:
        await session.execute(text("UPDATE content_keys SET wrapped = NULL WHERE id = 9"))
        await session.execute(text("UPDATE duty_entries SET summary_sealed = NULL WHERE key_id = 9"))
    assert await violations(loaded, 1000) == []


async def test_what_people_say_is_not_said_by_the_thousand(loaded: Database) -> None:
    async with loaded.begin() as session:
        with pytest.raises(ValueError, match="confirmed"):
            await duty_bulk.stamp(session, "JH", [Stamp(1, "confirmed", MORNING)])
