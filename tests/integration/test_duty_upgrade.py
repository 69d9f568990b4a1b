"""Entries from before the duty record had kinds and evidence keep the digest they were written with."""

from sqlalchemy import text

from storage import ledger, ledger_proof, migrate
from storage.database import Database
from storage.models import DutyEntry

AT = "2026-11-20 17:30:00.000000"  # half past one in the night of the 21st in Shanghai
DIGEST = "d" * 64


async def old_record(url: str) -> Database:
    """One entry with its line and its stamp, as the program before wrote them."""
    database = Database(url)
    await migrate.upgrade(database, "0008")
    at = ledger.datetime.fromisoformat(f"{AT}+00:00")
    fact = ledger.digest_of(1, "R1", "QQ1", None, 1, "reception", "auto", at, 1, DIGEST)
    line = ledger.line_digest("JH", 1, "entry", 1, at, fact, ledger.GENESIS)
    zone = "" if database.is_sqlite else "+00:00"
    async with database.begin() as session:
        for statement in (
            "INSERT INTO content_keys (id, wrapped) VALUES (1, NULL)",
            "INSERT INTO representatives (code, name, level, unit, post, specialities, phone, grid_codes,"
            " public_fields) VALUES ('R1', '张伟', '', '', '', '[]', '', '[]', '[]')",
            "INSERT INTO duty_entries (id, representative_code, station_code, round, kind, source, occurred_at,"  # noqa: S608
            " key_id, summary_digest)"
            f" VALUES (1, 'R1', 'QQ1', 1, 'reception', 'auto', '{AT}{zone}', 1, '{DIGEST}')",
            "INSERT INTO ledger_lines (chain, seq, event, entry_id, at, fact_digest, previous, digest)"  # noqa: S608
            f" VALUES ('JH', 1, 'entry', 1, '{AT}{zone}', '{fact}', '{ledger.GENESIS}', '{line}')",
            f"INSERT INTO ledger_heads (chain, seq, digest) VALUES ('JH', 1, '{line}')",  # noqa: S608
        ):
            await session.execute(text(statement))
    await migrate.upgrade(database)
    return database


async def violations(database: Database) -> list[str]:
    async with database.read() as session:
        return [one.where async for one in ledger_proof.find_violations(session)]


async def test_an_old_entry_verifies_after_the_upgrade_and_knows_its_local_day(database_urls: str) -> None:
    database = await old_record(database_urls)
    assert await violations(database) == []
    async with database.read() as session:
        entry = await session.get_one(DutyEntry, 1)
        assert (entry.form, str(entry.occurred_on), entry.own, entry.is_confirmed) == (1, "2026-11-21", True, True)
    await database.close()


async def test_nothing_can_be_added_to_an_old_entry(database_urls: str) -> None:
    database = await old_record(database_urls)
    for column, value in (
        ("people", "3"),
        ("lane", "'hidden'"),
        ("occurred_on", "'2026-11-20'"),
        ("evidence", "'[]'"),
        ("withdrawn", "true"),
        ("form", "2"),
    ):
        async with database.begin() as session:
            await session.execute(text(f"UPDATE duty_entries SET {column} = {value}"))  # noqa: S608
            found = [one.where async for one in ledger_proof.find_violations(session)]
            await session.rollback()
        assert found == ["ledger JH line 1"], column
    await database.close()
