"""The figures of delivery on both databases, and that no statement walks the whole outbox."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from storage import delivery_alarms, delivery_figures, delivery_findings, delivery_links, pacing
from storage.database import Database
from storage.models import ApiGate, Conversation, OutboxRow, Station
from storage.outbox import Channel, Purpose
from storage.states import OutboxState
from tests.support.rows import MORNING, arrival, keep, open_case, say

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def put(session: AsyncSession, purpose: Purpose, state: OutboxState, **changes: Any) -> OutboxRow:
    """A row as it is after some time."""
    names = ("sent_at", "attempt", "reason", "due_at")
    later = {name: changes.pop(name) for name in names if name in changes}
    row = say(session, purpose=purpose, **changes)
    row.state = state
    for name, value in later.items():
        setattr(row, name, value)
    return row


async def test_what_waits_is_told_by_age_and_by_what_was_tried(database: Database) -> None:
    async with database.begin() as session:
        put(
            session,
            Purpose.ANSWER,
            OutboxState.WAITING,
            now=MORNING - 30 * MINUTE,
            attempt=3,
            due_at=MORNING + HOUR,
        )
        put(session, Purpose.ANSWER, OutboxState.LEASED, now=MORNING - MINUTE / 2)
        put(session, Purpose.CARD, OutboxState.WAITING, now=MORNING - DAY, due_at=MORNING - 2 * MINUTE)
        put(session, Purpose.CARD, OutboxState.WAITING, now=MORNING - DAY, due_at=MORNING + HOUR)
        put(session, Purpose.CARD, OutboxState.SENT, sent_at=MORNING)
    async with database.read() as session:
        found = {one.purpose: one for one in await delivery_figures.waiting(session, MORNING)}
        assert set(found) == {"answer", "card"}
        assert (found["answer"].ages, found["answer"].later) == ((1, 0, 1, 0), 0)
        assert found["answer"].since == MORNING - 30 * MINUTE
        assert (found["card"].ages, found["card"].later) == ((0, 1, 0, 0), 1)
        assert await delivery_figures.oldest_unsent(session) == MORNING - 30 * MINUTE
        assert [one.created_at for one in await delivery_figures.unsent(session, 1)] == [MORNING - 30 * MINUTE]


async def test_counts_of_the_day_and_of_one_stations_open_cases(database: Database) -> None:
    async with database.begin() as session:
        session.add_all(
            [Station(code="S1", name="站", kind="station"), Station(code="S2", name="站", kind="station")]
        )
        await session.flush()
        cases = [
            await open_case(session, "wmA", station_code="S1"),
            await open_case(session, "wmB", station_code="S2"),
            await open_case(session, "wmC", station_code="S1", restricted=True),
        ]
        for case in cases:
            two = {"recipients": ("a", "b"), "case_id": case.id}
            put(session, Purpose.CARD, OutboxState.SENT, sent_at=MORNING, **two)
            put(session, Purpose.ANSWER, OutboxState.FAILED, reason="kf/send_msg: 95002", channel=Channel.KF, **two)
            chat = {"conversation_id": case.conversation_id, "case_id": case.id, "now": MORNING - 2 * DAY}
            put(session, Purpose.ANSWER, OutboxState.PARKED, channel=Channel.KF, **chat)
        put(session, Purpose.CARD, OutboxState.SENT, sent_at=MORNING - DAY)
        first = await session.get_one(Conversation, cases[0].conversation_id)
        first.human_userid = "officer"
        second = await session.get_one(Conversation, cases[1].conversation_id)
        second.window_until, second.budget_left = MORNING + HOUR, 1
    async with database.read() as session:
        midnight = MORNING - 2 * HOUR
        assert await delivery_figures.sent_since(session, midnight) == {"card": 3}
        assert await delivery_figures.sent_since(session, midnight, ["S1"]) == {"card": 1}
        failed = await delivery_figures.ended_since(session, OutboxState.FAILED, midnight)
        assert failed == {("answer", "kf/send_msg: 95002"): 3}
        parked = await delivery_figures.parked(session, MORNING)
        assert (parked.held, parked.closed, parked.spent, parked.old) == (1, 1, 1, 3)
        assert (await delivery_figures.parked(session, MORNING, ["S2"])).spent == 1
        assert await delivery_figures.budgets(session, MORNING) == {1: 1}
        assert await delivery_figures.budgets(session, MORNING, ["S1"]) == {}
        assert await delivery_findings.parked_cases(session, MORNING - DAY) == [case.id for case in cases]
        assert await delivery_findings.undelivered_cases(session, midnight) == []


async def test_what_is_tried_again_is_told_by_its_reason_and_a_blocked_api_by_its_end(database: Database) -> None:
    async with database.begin() as session:
        for attempt in (1, 4):
            put(session, Purpose.CARD, OutboxState.WAITING, reason="message/send: 45009", attempt=attempt)
        put(session, Purpose.CARD, OutboxState.SENT, reason="not reached: 1 of 2", sent_at=MORNING)
        session.add(ApiGate(api="message/send", blocked_until=MORNING + MINUTE, blocks=1, narrowed_at=MORNING))
        session.add(ApiGate(api="kf/send_msg", blocked_until=MORNING, blocks=1, narrowed_at=MORNING))
        await keep(session, arrival("1"), arrival("2", lane="kf:wk1:wmB"))
    async with database.read() as session:
        (stuck,) = await delivery_figures.stuck(session)
        assert (stuck.reason, stuck.count, stuck.attempts) == ("message/send: 45009", 2, 4)
        assert await delivery_figures.blocked_apis(session, MORNING) == {"message/send": MORNING + MINUTE}
        assert await delivery_figures.count_inbox(session) == (2, 0)


async def test_an_alarm_is_one_row_while_it_lasts_whoever_notes_it(database: Database) -> None:
    for minutes, is_new in ((0, True), (0, False), (1, False)):
        async with database.begin() as session:
            noted = await delivery_alarms.note(session, "refused", 60020, MORNING + minutes * MINUTE)
            assert noted[1] is is_new
    async with database.begin() as session:
        (alarm,) = await delivery_alarms.find_open(session)
        assert (alarm.started_at, alarm.seen_at, alarm.times) == (MORNING, MORNING + MINUTE, 2)
        alarm.cleared_at = MORNING + HOUR
    async with database.begin() as session:
        assert (await delivery_alarms.note(session, "refused", 60020, MORNING + 2 * HOUR))[1]


async def test_unreached_members_are_counted_by_days_and_findings_are_struck_off(database: Database) -> None:
    today = MORNING.date()
    async with database.begin() as session:
        for days, who in ((0, ["Zhang"]), (0, ["zhang", "li"]), (1, ["zhang"]), (9, ["old"]), (8, ["old"])):
            await delivery_findings.note_unreached(session, who, today - days * DAY)
        found = await delivery_findings.unreached_again(session, today - 7 * DAY, today - DAY, 2)
        assert found == {"zhang": 2}
        assert await delivery_findings.note(session, "unreached", found, today, MORNING) == 1
        assert await delivery_findings.note(session, "unreached", found, today, MORNING) == 0
        assert await delivery_findings.count_untold(session) == 1
    async with database.begin() as session:
        await delivery_findings.note(session, "unreached", {}, today + DAY, MORNING + DAY)
        assert await delivery_findings.find_open(session) == []
        assert await delivery_findings.note(session, "unreached", found, today + 2 * DAY, MORNING + 2 * DAY) == 1


async def test_an_address_is_replaced_by_the_next_one(database: Database) -> None:
    async with database.begin() as session:
        await delivery_links.issue(session, "Officer", "one", MORNING, MORNING + DAY)
        await delivery_links.issue(session, "officer", "two", MORNING + HOUR, MORNING + HOUR + DAY)
    async with database.read() as session:
        first, second = await delivery_links.find(session, "one"), await delivery_links.find(session, "two")
        assert first is not None
        assert second is not None
        assert (first.revoked_at, second.revoked_at) == (MORNING + HOUR, None)
        assert await delivery_links.find(session, "three") is None


async def test_no_figure_walks_the_whole_outbox(tmp_path: Path, migrated_sqlite: Path) -> None:
    """With a million rows that would stop the loop for a second (`python -m benchmarks.figures` measures it)."""
    statements: list[tuple[str, Any]] = []
    database = Database(f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'figures.db')}")
    async with database.begin() as session:
        case = await open_case(session)
        for number in range(300):
            put(session, Purpose.CARD, OutboxState.SENT, sent_at=MORNING - number * HOUR, case_id=case.id)
    engine = database._reader.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    async with database.read() as session:
        for stations in (None, ["S1"]):
            await delivery_figures.waiting(session, MORNING, stations)
            await delivery_figures.sent_since(session, MORNING, stations)
            await delivery_figures.ended_since(session, OutboxState.FAILED, MORNING, stations)
            await delivery_figures.parked(session, MORNING, stations)
            await delivery_figures.budgets(session, MORNING, stations)
            await delivery_figures.oldest_unsent(session, stations)
        await pacing.count_members_since(session, MORNING)
        await delivery_figures.unsent(session, 9)
        await delivery_figures.stuck(session)
        await delivery_figures.count_in_state(session, OutboxState.WAITING)
        await delivery_figures.count_inbox(session)
        asked = list(statements)
        plans = {
            step[3]
            for statement, parameters in asked
            for step in await (await session.connection()).exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        }
    await database.close()
    assert len(asked) >= 17
    walks = {one for one in plans if re.match(r"SCAN (outbox|inbox|conversations|cases)\b", one)}
    small = re.compile(r"USING (COVERING )?INDEX ix_(outbox_unsent|inbox_parked|inbox_pending|inbox_waiting)")
    assert {one for one in walks if not small.search(one)} == set()
