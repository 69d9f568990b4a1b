"""The outbox gives out what is due in order, remembers who is sending, and lets nothing lie."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import duty, outbox, pacing, sending
from storage.database import Database
from storage.keys import get_key
from storage.models import OutboxRow
from storage.outbox import PRIORITIES, PRIORITY, Channel, Purpose
from storage.sending import Head, Pending, Receipt, Span
from storage.states import OutboxState, StateRefused
from tests.support.rows import MORNING, VAULT, open_case, representative, say

MINUTE = timedelta(minutes=1)


async def find_heads(session: AsyncSession, limit: int = 9, **later: float) -> list[Head]:
    spans = [Span(priority, limit) for priority in PRIORITIES]
    return await sending.find_heads(session, MORNING + timedelta(**later), spans)


async def lease(session: AsyncSession, row: OutboxRow | Pending, seconds: float) -> None:
    await session.flush()
    await sending.lease(session, [row.id], MORNING, MORNING, seconds)


async def head_lanes(database: Database, limit: int = 50, **later: float) -> list[str]:
    async with database.begin() as session:
        return [head.lane for head in await find_heads(session, limit, **later)][:limit]


async def row_of(database: Database, number: int) -> OutboxRow:
    async with database.read() as session:
        return await session.get_one(OutboxRow, number)


async def test_what_matters_more_leaves_first_and_then_what_is_older(database: Database) -> None:
    async with database.begin() as session:
        for lane, purpose in (
            ("notice", Purpose.NOTICE),
            ("update", Purpose.UPDATE),
            ("card", Purpose.CARD),
            ("receipt", Purpose.RECEIPT),
            ("answer", Purpose.ANSWER),
            ("welcome", Purpose.WELCOME),
        ):
            say(session, lane, purpose=purpose)
            await session.flush()
    order = ["welcome", "answer", "receipt", "card", "update", "notice"]
    assert await head_lanes(database) == order
    assert await head_lanes(database, limit=2) == order[:2]


async def test_within_a_lane_the_order_holds_whatever_matters_more(database: Database) -> None:
    async with database.begin() as session:
        say(session, "A", purpose=Purpose.NOTICE)
        await session.flush()
        say(session, "A", purpose=Purpose.ANSWER)
    async with database.begin() as session:
        (head,) = await find_heads(session)
        (first,) = await sending.claim(session, [head.id])
        assert first.purpose == Purpose.NOTICE
        await lease(session, first, 60)
    assert await head_lanes(database) == []
    async with database.begin() as session:
        outbox.move(await session.get_one(OutboxRow, first.id), OutboxState.SENT)
    assert await head_lanes(database) == ["A"]


@pytest.mark.parametrize("state", [OutboxState.PARKED, OutboxState.DROPPED, OutboxState.FAILED])
async def test_what_was_put_aside_lets_the_next_one_through(database: Database, state: OutboxState) -> None:
    async with database.begin() as session:
        outbox.move(say(session, "A"), state, "why")
        await session.flush()
        say(session, "A", purpose=Purpose.CARD)
    async with database.begin() as session:
        (head,) = await find_heads(session)
        assert head.priority == PRIORITY[Purpose.CARD]


async def test_nothing_leaves_before_it_is_due(database: Database) -> None:
    async with database.begin() as session:
        say(session, "A", due_at=MORNING + MINUTE)
    assert await head_lanes(database, seconds=59) == []
    assert await head_lanes(database, seconds=60) == ["A"]


async def test_a_lease_counts_the_attempt_and_keeps_others_away(database: Database) -> None:
    async with database.begin() as session:
        say(session)
    async with database.begin() as session:
        (head,) = await find_heads(session)
        (row,) = await sending.claim(session, [head.id])
        await lease(session, row, 60)
    kept = await row_of(database, row.id)
    assert (kept.state, kept.attempt, kept.lease_until) == (OutboxState.LEASED, 1, MORNING + MINUTE)
    assert await head_lanes(database, days=1) == []


async def test_a_leased_row_is_not_leased_again(database: Database) -> None:
    async with database.begin() as session:
        row = say(session)
        await lease(session, row, 60)
        with pytest.raises(StateRefused):
            await lease(session, row, 60)


async def test_rows_of_a_dead_pump_come_back_in_doubt_when_their_lease_is_over(database: Database) -> None:
    async with database.begin() as session:
        for row in (say(session, "dead"), say(session, "busy")):
            await lease(session, row, 60 if row.lane == "dead" else 600)
    async with database.begin() as session:
        assert await outbox.free_stuck(session, MORNING + MINUTE / 2) == 0
        assert await outbox.free_stuck(session, MORNING + 2 * MINUTE) == 1
    assert await head_lanes(database) == ["dead"]
    async with database.read() as session:
        (freed,) = await session.scalars(select(OutboxRow).where(OutboxRow.lane == "dead"))
    assert (freed.in_doubt, freed.lease_until, freed.attempt) == (True, None, 1)


async def test_the_owner_of_the_database_frees_every_lease_at_its_start(database: Database) -> None:
    async with database.begin() as session:
        row = say(session)
        await lease(session, row, 600)
        say(session, "other")
    async with database.begin() as session:
        assert await outbox.free_all_leases(session) == 1
    assert sorted(await head_lanes(database)) == ["app:zhang", "other"]


async def test_parked_answers_go_out_first_when_the_constituent_writes_again(database: Database) -> None:
    async with database.begin() as session:
        case = await open_case(session)
        elsewhere = await open_case(session, "wmNeighbour")
        for one in (case, elsewhere):
            row = say(
                session,
                f"kf:{one.id}",
                purpose=Purpose.ANSWER,
                channel=Channel.KF,
                conversation_id=one.conversation_id,
            )
            outbox.move(row, OutboxState.PARKED, "the window is shut")
    assert await head_lanes(database) == []
    async with database.begin() as session:
        assert await outbox.release_parked(session, case.conversation_id, MORNING + MINUTE) == 1
        assert await outbox.release_parked(session, case.conversation_id, MORNING + MINUTE) == 0
    assert await head_lanes(database, seconds=60) == [f"kf:{case.id}"]


async def test_an_answer_is_pending_until_every_part_is_sent(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        case = await open_case(session, representative_code="R1")
        key = await get_key(session, VAULT, case.key_id)
        entry = await duty.add_entry(
            session, case=case, representative_code="R1", kind="reception", summary="答复", key=key, at=MORNING
        )
        parts = [say(session, "A", purpose=Purpose.ANSWER, entry_id=entry.id) for _ in range(2)]
        say(session, "A", purpose=Purpose.NOTICE, entry_id=entry.id)
        await session.flush()
        assert await outbox.pending_answers(session, entry.id) == 2
        assert await outbox.pending_answers(session, entry.id, besides=[parts[0].id]) == 1
        for part in parts:
            part.state = OutboxState.SENT
        await session.flush()
        assert await outbox.pending_answers(session, entry.id) == 0


async def test_a_task_id_is_given_once(database: Database) -> None:
    async with database.begin() as session:
        say(session, task_id="case-1-1")
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            say(session, task_id="case-1-1")


async def test_what_members_were_sent_in_the_last_hour_is_remembered_by_when_it_left(database: Database) -> None:
    """A row that waited long before it left still counts against the minute in which it left."""
    hour = timedelta(hours=1)
    async with database.begin() as session:
        for created, sent, who in (
            (-2 * hour, -MINUTE, "late"),
            (-MINUTE, -MINUTE, "now"),
            (-3 * hour, -2 * hour, "old"),
        ):
            row = say(session, recipients=(who,), now=MORNING + created)
            row.state, row.paced_at = OutboxState.SENT, MORNING + sent
    async with database.read() as session:
        left = await pacing.departures_after(session, MORNING - hour)
        assert await pacing.count_members_since(session, MORNING - hour) == 2
    assert sorted((*one.recipients, one.at) for one in left) == [
        ("late", MORNING - MINUTE),
        ("now", MORNING - MINUTE),
    ]


async def test_two_pumps_never_take_the_same_row(on_postgresql: Database) -> None:
    async with on_postgresql.begin() as session:
        for lane in "ABC":
            say(session, lane)
            say(session, lane)
    async with on_postgresql.begin() as one, on_postgresql.begin() as other:
        first = await sending.claim(one, [head.id for head in await find_heads(one, 2)])
        second = await sending.claim(other, [head.id for head in await find_heads(other)])
        assert len(first) == 2
        assert len(second) == 1
        assert {row.lane for row in first} | {row.lane for row in second} == set("ABC")


async def test_what_leaves_with_another_row_holds_its_lane_and_ends_as_that_one(database: Database) -> None:
    async with database.begin() as session:
        said, merged, behind = say(session, "A"), say(session, "B"), say(session, "B")
        await session.flush()
        await sending.leave_with(session, [merged.id], said.id, ["zhang", "li"])
        await lease(session, said, 60)
    assert await head_lanes(database) == []
    async with database.begin() as session:
        assert await outbox.free_stuck(session, MORNING + 2 * MINUTE) == 1
        assert await sending.end_with_another(session) == 0
    assert await head_lanes(database) == ["A"]
    async with database.begin() as session:
        row = await session.get_one(OutboxRow, said.id)
        await lease(session, row, 60)
        receipt = Receipt(row.id, row.attempt + 1, "msg1", None, None, keeps_words=False)
        await sending.note_sent(session, [receipt], MORNING, MORNING)
        assert await sending.end_with_another(session) == 1
    kept = await row_of(database, merged.id)
    assert (kept.state, kept.recipients, kept.reason) == (OutboxState.SENT, [], "said with another row")
    assert [head.id for head in await _heads(database)] == [behind.id]


async def _heads(database: Database) -> list[Head]:
    async with database.begin() as session:
        return await find_heads(session)


async def test_a_priority_that_the_pump_does_not_look_for_is_refused(database: Database) -> None:
    async with database.begin() as session:
        with pytest.raises(ValueError, match="no priority"):
            say(session, priority=33)
