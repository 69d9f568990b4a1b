"""What points, reports and response figures are made of, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from storage import duty, duty_reports, ledger, response_statistics, scores
from storage.database import Database
from storage.keys import add_key
from storage.models import Case, DutyReport
from storage.states import CaseState, DutyReportState, StateRefused
from tests.integration.test_ledger_tampering import visit
from tests.integration.test_statistics import VAULT, correct, write
from tests.integration.test_verification import MORNING, NOW, Record

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
HOUR = timedelta(hours=1)


@pytest.fixture
async def record(database: Database) -> Database:
    """R1 answered one matter, R2 another in two rounds."""
    await Record(database, VAULT, "").fill()
    return database


async def test_points_are_made_of_what_stood_and_was_said_by_then(record: Database) -> None:
    async with record.begin() as session:
        own = await write(session, people=3)
        theirs = await write(session, own=False, people=5)
        await write(session, lane="restricted")
        await duty.say_of(session, theirs, ledger.CONFIRMED, by="zhang.wei", at=MORNING + HOUR)
        await duty.say_of(session, theirs, ledger.PASSED, by="officer", at=MORNING + 2 * HOUR)
        await duty.say_of(session, own, ledger.DISPUTED, by="zhang.wei", at=MORNING + 3 * HOUR)
        await correct(session, own, people=2, recorded_at=MORNING + 4 * HOUR)

    async def at(hours: int) -> list[tuple[int, int, bool, bool]]:
        async with record.read() as session:
            found = await scores.entries_of(session, "R1", *YEAR, MORNING + hours * HOUR)
            return [(one.number, one.people, one.confirmed, one.passed) for one in found if one.kind == "visit"]

    first, second = own.id, theirs.id
    assert await at(0) == [(first, 3, True, False), (second, 5, False, False)]
    assert await at(1) == [(first, 3, True, False), (second, 5, True, False)]
    assert await at(2) == [(first, 3, True, False), (second, 5, True, True)]
    assert await at(3) == [(first, 3, False, False), (second, 5, True, True)]
    assert [(people, confirmed) for _, people, confirmed, _ in await at(4)] == [(5, True), (2, True)]


async def test_a_restricted_matter_is_in_no_points_and_no_report_whoever_wrote_it(record: Database) -> None:
    async with record.begin() as session:
        await session.execute(update(Case).where(Case.id == 1).values(restricted=True, representative_code=None))
    async with record.read() as session:
        assert await scores.entries_of(session, "R1", *YEAR, NOW) == []
        assert await duty_reports.entries_for(session, "R1", *YEAR) == []
        assert len(await duty_reports.entries_for(session, "R2", *YEAR)) == 2


async def test_a_report_is_made_of_confirmed_entries_alone(record: Database) -> None:
    async with record.begin() as session:
        theirs = await write(session, own=False)
        wrong = await write(session)
        await duty.say_of(session, wrong, ledger.DISPUTED, by="zhang.wei", at=MORNING + HOUR)
        told = await write(session, people=4)
    async with record.read() as session:
        found = await duty_reports.entries_for(session, "R1", *YEAR)
    assert [(one.number, one.exchange, one.told) for one in found] == [(1, True, False), (told.id, False, True)]
    assert theirs.id not in {one.number for one in found}


async def test_who_reported_last_and_what_is_open(record: Database) -> None:
    async with record.begin() as session:
        key_id, _ = await add_key(session, VAULT)
        for year, state in (
            (2024, DutyReportState.HELD),
            (2025, DutyReportState.HELD),
            (2026, DutyReportState.DRAFTED),
        ):
            held = date(year, 12, 1) if state is DutyReportState.HELD else None
            span = {"first_on": date(year, 1, 1), "last_on": date(year, 12, 31)}
            row = DutyReport(representative_code="R1", state=state, key_id=key_id, held_on=held, **span)
            session.add(row)
    async with record.begin() as session:
        assert await duty_reports.last_held_on(session) == {"R1": date(2025, 12, 1)}
        last = await duty_reports.find_last_held(session, "R1")
        ahead = await duty_reports.find_open(session, "R1")
        assert last is not None
        assert ahead is not None
        assert (last.first_on.year, ahead.first_on.year) == (2025, 2026)
        with pytest.raises(StateRefused):
            last.move(DutyReportState.PLANNED)


async def test_matters_with_their_first_answer_and_none_that_are_restricted(record: Database) -> None:
    async with record.begin() as session:
        await session.execute(update(Case).where(Case.id == 1).values(restricted=True, representative_code=None))
        await duty.write(session, "JH", visit(), *await add_key(session, VAULT))
    async with record.read() as session:
        span = (MORNING - HOUR, MORNING + HOUR)
        (second,) = await response_statistics.opened_between(session, *span)
        assert (second.number, second.round, second.state) == ("JH-2026-000002", 2, CaseState.CLOSED)
        assert (second.first_answer_at, second.at_desk) == (MORNING, False)
        assert len(await response_statistics.opened_between(session, *span, closed=True)) == 2
        assert await response_statistics.opened_between(session, *span, stations=["XZ1"]) == []
        assert await response_statistics.opened_between(session, MORNING + HOUR, NOW) == []
