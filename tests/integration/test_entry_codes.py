"""Codes on record, on both databases: issued, revoked once, renewed with a number of their own."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.services.rosters import load_roster
from storage import entry_codes
from storage.database import Database
from storage.models import EntryCode, Representative, Station
from tests.support.rows import MORNING


async def settle_in(database: Database) -> None:
    async with database.begin() as session:
        session.add(Station(code="S", name="甲站"))
        await session.flush()
        session.add(Representative(code="R", name="张伟", station_code="S"))
        await entry_codes.issue(session, code="R", kind="rep", target_code="R", station_code="S", at=MORNING)


async def renew(database: Database, minutes: int, target: str = "R", kind: str = "rep") -> str:
    at = MORNING + timedelta(minutes=minutes)
    async with database.begin() as session:
        row = await entry_codes.renew(session, kind=kind, target_code=target, station_code="S", at=at, by="officer")
        return row.code


async def test_each_renewal_has_the_next_number_and_stops_the_earlier_ones(database: Database) -> None:
    await settle_in(database)
    assert [await renew(database, minutes) for minutes in range(1, 11)] == [f"R-{n}" for n in range(2, 12)]
    async with database.read() as session:
        rows = await entry_codes.of_target(session, "rep", "R")
        assert [row.code for row in rows] == ["R", *(f"R-{n}" for n in range(2, 12))]
        assert [row.fault_on(date(2026, 11, 20)) for row in rows] == ["revoked"] * 10 + [""]
        assert {row.reason for row in rows[:-1]} == {"replaced"}


async def test_a_number_that_is_somebody_elses_code_is_left_out(database: Database) -> None:
    await settle_in(database)
    async with database.begin() as session:
        session.add(Representative(code="R-2", name="李娜", station_code="S"))
        session.add(Station(code="R-3", name="乙站"))
    assert await renew(database, 1) == "R-4"


async def test_a_revoked_code_keeps_who_revoked_it_first_and_why(database: Database) -> None:
    await settle_in(database)
    async with database.begin() as session:
        row = await session.get_one(EntryCode, "R")
        entry_codes.revoke(row, at=MORNING, by="first", reason="lost")
        entry_codes.revoke(row, at=MORNING + timedelta(days=1), by="second", reason="other")
    await renew(database, 1)
    async with database.read() as session:
        row = await session.get_one(EntryCode, "R")
        assert (row.revoked_by, row.reason, row.revoked_at) == ("first", "lost", MORNING)


async def test_one_code_is_issued_once(database: Database) -> None:
    await settle_in(database)
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            await entry_codes.issue(session, code="R", kind="rep", target_code="R", station_code="S", at=MORNING)


async def test_the_roster_reads_them_as_they_are(database: Database) -> None:
    await settle_in(database)
    async with database.begin() as session:
        (await session.get_one(EntryCode, "R")).expires_on = date(2026, 11, 20)
    await renew(database, 1)
    async with database.read() as session:
        codes = (await load_roster(session)).codes
    assert (codes["R"].revoked, codes["R"].expires_on, codes["R"].station) == (True, date(2026, 11, 20), "S")
    assert (codes["R-2"].revoked, codes["R-2"].expires_on, codes["R-2"].target) == (False, None, "R")
