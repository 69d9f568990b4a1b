"""A record on a SQLite file, whole: what each story does to it is rolled back."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import duty, ledger, ledger_days, ledger_proof
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key, get_key
from storage.ledger import Violation
from storage.models import DutyEntry
from tests.integration.test_ledger_tampering import TODAY, visit
from tests.integration.test_verification import MORNING, NOW, Record
from tests.support.schema import migrated_file, run_apart

LATER = MORNING + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tampered:
    """A session in which somebody with a database client is at work."""

    session: AsyncSession

    async def change(self, *statements: str) -> int:
        """Run them; how many rows the last one changed."""
        changed = 0
        for statement in statements:
            changed = (await self.session.execute(text(statement))).rowcount  # type: ignore[attr-defined]
        return changed

    async def found(self) -> list[Violation]:
        """What the part of `verify` that proves the ledger says."""
        return [one async for one in ledger_proof.find_violations(self.session)]

    async def where(self) -> list[str]:
        """The rows that `verify` names."""
        return [one.where for one in await self.found()]


async def _fill(path: Path) -> None:
    """Entries 1 to 3 with lines 1 to 7 of JH, then 4 to 6 with every kind of stamp; a second chain; two days."""
    record = Record(Database(f"sqlite+aiosqlite:///{path}"), Vault(os.urandom(32)), "")
    await record.fill()
    async with record.database.begin() as session:
        first = await duty.write(session, "JH", visit(own=False), *await add_key(session, record.vault))
        await _say(session, record.vault, first, ledger.DISPUTED, 1, "那天只有2人")
        new = visit(people=2, own=False, root_id=first.id, corrects_id=first.id, recorded_at=MORNING)
        second = await duty.correct(session, first, new, *await add_key(session, record.vault))
        await _say(session, record.vault, second, ledger.CONFIRMED, 2)
        await _say(session, record.vault, second, ledger.RETURNED, 3, "缺照片")
        await _say(session, record.vault, second, ledger.PASSED, 4)
        hidden = visit(
            lane="hidden", kind="covert_check", recorded_at=LATER, subject="live:9", recorded_by="officer"
        )
        third = await duty.write(session, "JH", hidden, *await add_key(session, record.vault))
        await _say(session, record.vault, third, ledger.RELEASED, 24 * 60 + 5)
        await duty.write(session, "XZ", visit(representative_code="R2"), *await add_key(session, record.vault))
        await ledger_days.publish(session, TODAY, MORNING + timedelta(hours=12), NOW)
        await ledger_days.publish(session, date(2026, 11, 21), LATER + timedelta(hours=12), NOW)
    await record.database.close()


async def _say(
    session: AsyncSession, vault: Vault, entry: DutyEntry, event: str, minutes: int, why: str = ""
) -> None:
    key = await get_key(session, vault, entry.key_id)
    note = key.seal_text(why) if why else None
    await duty.say_of(session, entry, event, by="zhang.wei", at=MORNING + timedelta(minutes=minutes), note=note)


@pytest.fixture(scope="session")
def record_file() -> Iterator[Path]:
    """Made once; stories leave it as it is."""
    with tempfile.TemporaryDirectory(prefix="lianxin-record-") as folder:
        path = Path(folder) / "record.db"
        shutil.copy(migrated_file(), path)
        run_apart(_fill(path))
        yield path


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Tampered]:
    """A session on the record whose changes are never kept; its rows may point nowhere meanwhile."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        async with AsyncSession(database.writer, expire_on_commit=False, autoflush=False) as session:
            await session.execute(text("PRAGMA defer_foreign_keys=ON"))
            yield Tampered(session)
            await session.rollback()
    finally:
        await database.close()


@pytest.fixture
async def record(record_file: Path) -> AsyncIterator[Tampered]:
    """The record for one story."""
    async with opened(record_file) as tampered:
        yield tampered
