"""How SQLite goes about the lists of a whole town: along an index of what is asked for, never through all rows.

The bot's SQLite keeps no statistics, so the plan for an empty database is the plan after ten years.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit, batch_reading, case_lists, contact_tasks, duty_reading, inbox, response_statistics
from storage.case_lists import CLOSED, EVERY, Reach, Wanted
from storage.database import Database
from storage.duty_reading import Viewer
from storage.inbox import Waiting
from storage.statistics import Span, count
from tests.support.rows import MORNING, open_case

TOWN = tuple(f"S{number:03}" for number in range(150))
REACH, VIEWER = Reach(TOWN), Viewer("town", stations=TOWN)
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
DUE = Wanted(due=(MORNING, MORNING))


@dataclass(slots=True)
class Plans:
    """What SQLite said of each statement about one of the large tables."""

    session: AsyncSession
    asked: list[tuple[str, Any]]

    async def told(self) -> str:
        """How it goes about everything that was asked since the last time."""
        connection, lines = await self.session.connection(), []
        for statement, values in list(self.asked):
            found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            lines += [row[3] for row in found]
        self.asked.clear()
        return "\n".join(lines)


@asynccontextmanager
async def planning(database: Database) -> AsyncIterator[Plans]:
    async with database.read() as session:
        plans = Plans(session, [])

        def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
            if statement.startswith("SELECT"):
                plans.asked.append((statement, values))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield plans
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def on_sqlite(database: Database) -> Database:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL plans by what it knows of the rows")
    return database


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "INDEX ix_cases_(state|newest) "),
        (Wanted(late=True), "INDEX ix_cases_(state|newest) "),
        (DUE, "INDEX ix_cases_(state|newest) "),
        (Wanted(show=EVERY, overdue=True), "INDEX ix_cases_handed "),
        (Wanted(show=EVERY, replied=True), "INTEGER PRIMARY KEY"),
    ],
)
async def test_a_towns_numbers_of_matters_are_counted_where_they_wait(
    on_sqlite: Database, wanted: Wanted, index: str
) -> None:
    async with planning(on_sqlite) as plans:
        await case_lists.count(plans.session, REACH, wanted, MORNING)
        assert re.search(f"^SEARCH cases USING {index}", await plans.told(), re.M)


@pytest.mark.parametrize("reach", [REACH, Reach(None, restricted=True)])
@pytest.mark.parametrize("show", [EVERY, CLOSED])
async def test_the_newest_matters_come_in_their_order_and_nothing_is_sorted(
    on_sqlite: Database, reach: Reach, show: str
) -> None:
    async with planning(on_sqlite) as plans:
        await case_lists.newest(plans.session, reach, Wanted(show=show), MORNING, 50_000, 30)
        assert "TEMP B-TREE" not in await plans.told()


async def test_a_batch_asks_for_the_chats_it_has_and_not_for_all_that_is_open(on_sqlite: Database) -> None:
    async with on_sqlite.begin() as session:
        for who in ("wmA", "wmB"):
            await open_case(session, who)
    async with planning(on_sqlite) as plans:
        await batch_reading.read(plans.session, [("wk1", "wmA"), ("wk1", "wmB")], MORNING)
        told = await plans.told()
        assert "SEARCH cases USING INDEX ix_cases_conversation (conversation_id=?)" in told
        assert "SEARCH outbox USING INDEX ix_outbox_conversation (conversation_id=?)" in told
        assert "SCAN" not in told
        heads = [Waiting(number, f"m{number}", "A", b"", 0) for number in (1, 2)]
        await inbox.find_behind(plans.session, heads, 7)
        told = await plans.told()
        assert "SEARCH inbox USING INDEX ix_inbox_pending (lane=? AND id>? AND id<?)" in told
        assert "SCAN" not in told


async def test_what_waits_for_review_is_read_along_its_own_index(on_sqlite: Database) -> None:
    async with planning(on_sqlite) as plans:
        await duty_reading.to_review(plans.session, VIEWER, 30)
        told = await plans.told()
        assert "USING INDEX ix_duty_entries_unreviewed (passed_at=? AND returned_at=?)" in told
        assert "ix_duty_entries_disputed" in told
        assert "TEMP B-TREE" not in told
        await duty_reading.count_to_review(plans.session, VIEWER, 1000)
        assert "ix_duty_entries_at" not in await plans.told()


async def test_a_towns_figures_are_read_by_their_days_and_not_by_station(on_sqlite: Database) -> None:
    async with planning(on_sqlite) as plans:
        await count(plans.session, VIEWER, YEAR, {})
        assert "USING INDEX ix_duty_entries_on (" in await plans.told()
        await response_statistics.opened_between(plans.session, MORNING, MORNING, stations=TOWN)
        assert "USING INDEX ix_cases_opened_at (" in await plans.told()


async def test_calls_and_changes_of_rules_are_found_among_their_own(on_sqlite: Database) -> None:
    async with planning(on_sqlite) as plans:
        await contact_tasks.open_at(plans.session, TOWN, centre=False, limit=50)
        assert "SEARCH contact_tasks USING INDEX ix_contact_tasks_open (done_at=?)" in await plans.told()
        await audit.rule_changes(plans.session, "first_answer_hours: ", 20)
        assert "USING INDEX ix_audit_lines_rules" in await plans.told()
