"""The inbox keeps everything once and gives it out in order, also to several workers at a time."""

import asyncio
import re
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inbox
from storage.database import Database
from storage.inbox import Arrival
from storage.models import InboxRow
from storage.states import InboxState, StateRefused
from tests.support.rows import MORNING, arrival, keep


async def heads(session: AsyncSession, limit: int = 50, **later: float) -> list[str]:
    rows = await inbox.claim_heads(session, MORNING + timedelta(**later), limit, of_members=False)
    return [row.key for row in rows]


async def all_rows(database: Database) -> list[InboxRow]:
    async with database.read() as session:
        return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))


async def test_behind_the_heads_of_lanes_is_what_waits_there_in_order(database: Database) -> None:
    async with database.begin() as session:
        lanes = ("A", "B", "A", "A", "B", "C", "A")
        await keep(session, *(arrival(f"m{number}", lane) for number, lane in enumerate(lanes)))
        a, b, c = await inbox.claim_heads(session, MORNING, 9, of_members=False)
        behind = await inbox.find_behind(session, [a, b, c], 2)
        assert {lane: [row.key for row in rows] for lane, rows in behind.items()} == {
            "A": ["m2", "m3"],
            "B": ["m4"],
        }
        await inbox.mark_done(session, [a.id, behind["A"][0].id])
        assert [row.key for row in (await inbox.find_behind(session, [b], 2))["B"]] == ["m4"]
        assert await inbox.find_behind(session, [c], 7) == {}


async def test_of_a_lane_with_thousands_waiting_only_the_first_are_looked_at(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, *(arrival(f"m{number}", "A") for number in range(3_000)))
        (head,) = await inbox.claim_heads(session, MORNING, 1, of_members=False)
        assert [row.key for row in (await inbox.find_behind(session, [head], 2))["A"]] == ["m1", "m2"]


async def test_what_came_before_is_not_kept_twice(database: Database) -> None:
    async with database.begin() as session:
        assert await keep(session, arrival("m1"), arrival("m2")) == 2
    async with database.begin() as session:
        assert await keep(session, arrival("m2"), arrival("m3")) == 1
    assert [row.key for row in await all_rows(database)] == ["m1", "m2", "m3"]


async def test_a_key_twice_in_one_page_is_kept_once(database: Database) -> None:
    async with database.begin() as session:
        assert await keep(session, arrival("m1"), arrival("m1")) == 1


async def test_two_accounts_may_use_the_same_key(database: Database) -> None:
    async with database.begin() as session:
        assert await keep(session, arrival("m1", source="wk1"), arrival("m1", source="wk2")) == 2


async def test_what_was_handled_is_still_known_when_it_comes_again(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("m1"))
    async with database.begin() as session:
        (row,) = await inbox.claim_heads(session, MORNING, 1, of_members=False)
        await inbox.mark_done(session, [row.id])
    async with database.begin() as session:
        assert await keep(session, arrival("m1")) == 0
        assert await heads(session) == []
    (row,) = await all_rows(database)
    assert (row.state, row.body_sealed) == (InboxState.DONE, None)


async def test_a_page_of_a_thousand_is_kept_whole_and_in_order(database: Database) -> None:
    async with database.begin() as session:
        assert await keep(session, *(arrival(f"m{number:04}") for number in range(1000))) == 1000
    assert [row.key for row in await all_rows(database)] == [f"m{number:04}" for number in range(1000)]


async def test_nothing_to_keep_is_no_work(database: Database) -> None:
    async with database.begin() as session:
        assert await keep(session) == 0


async def test_only_the_first_of_each_lane_is_given_out_oldest_first(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1", "A"), arrival("b1", "B"), arrival("a2", "A"), arrival("c1", "C"))
        assert await heads(session) == ["a1", "b1", "c1"]
        assert await heads(session, limit=2) == ["a1", "b1"]


async def test_the_next_of_a_lane_comes_when_the_first_is_done(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1", "A"), arrival("a2", "A"))
    async with database.begin() as session:
        (row,) = await inbox.claim_heads(session, MORNING, 9, of_members=False)
        await inbox.mark_done(session, [row.id])
        assert await heads(session) == ["a2"]


async def test_a_row_that_waits_for_its_next_attempt_holds_up_its_lane_only(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1", "A"), arrival("a2", "A"), arrival("b1", "B"))
    async with database.begin() as session:
        first, _ = await inbox.claim_heads(session, MORNING, 9, of_members=False)
        await inbox.mark_failed(session, first.id, "Broken", retry_at=MORNING + timedelta(seconds=4))
    async with database.begin() as session:
        assert await heads(session, seconds=3) == ["b1"]
        assert await heads(session, seconds=4) == ["a1", "b1"]
    failed, *_ = await all_rows(database)
    assert (failed.attempt, failed.reason) == (1, "Broken")


async def test_a_parked_row_lets_the_next_one_through(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1", "A"), arrival("a2", "A"))
    async with database.begin() as session:
        (first,) = await inbox.claim_heads(session, MORNING, 9, of_members=False)
        await inbox.mark_failed(session, first.id, "Broken", retry_at=None)
    async with database.begin() as session:
        assert await heads(session) == ["a2"]
        assert await inbox.count_waiting(session) == 1
    assert (await all_rows(database))[0].body_sealed == b"sealed"


async def test_what_is_done_is_never_handled_again(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1"))
    async with database.begin() as session:
        (row,) = await inbox.claim_heads(session, MORNING, 9, of_members=False)
        await inbox.mark_done(session, [row.id])
        with pytest.raises(StateRefused):
            await inbox.mark_failed(session, row.id, "too late", retry_at=None)


async def test_a_worker_that_fails_leaves_its_rows_to_the_next(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, arrival("a1"))
    with suppress(RuntimeError):
        async with database.begin() as session:
            (row,) = await inbox.claim_heads(session, MORNING, 9, of_members=False)
            await inbox.mark_done(session, [row.id])
            raise RuntimeError("killed")
    async with database.begin() as session:
        assert await heads(session) == ["a1"]


async def test_two_workers_never_take_the_same_row_nor_a_later_one_of_its_lane(
    on_postgresql: Database,
) -> None:
    async with on_postgresql.begin() as session:
        await keep(session, arrival("a1", "A"), arrival("a2", "A"), arrival("b1", "B"), arrival("c1", "C"))
    async with on_postgresql.begin() as one, on_postgresql.begin() as other:
        assert await heads(one, limit=2) == ["a1", "b1"]
        assert await heads(other) == ["c1"]


async def test_many_workers_handle_each_row_once_and_each_lane_in_order(on_postgresql: Database) -> None:
    async with on_postgresql.begin() as session:
        await keep(session, *(arrival(f"{number:03}", f"lane {number % 7}") for number in range(70)))
    handled: list[tuple[str, str]] = []

    async def work() -> None:
        for _ in range(200):
            async with on_postgresql.begin() as session:
                rows = await inbox.claim_heads(session, MORNING, 3, of_members=False)
                await asyncio.sleep(0.001)
                for row in rows:
                    await inbox.mark_done(session, [row.id])
                    handled.append((row.lane, row.key))
                if not rows and not await inbox.count_waiting(session):
                    return

    await asyncio.gather(*(work() for _ in range(6)))
    assert len(handled) == len(set(handled)) == 70
    for lane in {lane for lane, _ in handled}:
        keys = [key for at, key in handled if at == lane]
        assert keys == sorted(keys)


async def test_two_readers_keep_the_same_page_once(on_postgresql: Database) -> None:
    async def read(page: list[str]) -> int:
        async with on_postgresql.begin() as session:
            return await keep(session, *(arrival(key) for key in page))

    pages = [[f"m{number}" for number in range(100)] for _ in range(4)]
    assert sum(await asyncio.gather(*map(read, pages))) == 100
    assert len(await all_rows(on_postgresql)) == 100


def said(number: int) -> Arrival:
    return arrival(f"said {number}", f"app:m{number % 40}", source=inbox.MEMBERS)


async def test_what_members_say_is_claimed_apart_in_order(database: Database) -> None:
    async with database.begin() as session:
        await keep(session, *(arrival(f"{number:03}", f"kf:wk1:wm{number}") for number in range(3)))
        await keep(session, said(1), said(41), said(2))
        rows = await inbox.claim_heads(session, MORNING, 9, of_members=True)
        assert [row.key for row in rows] == ["said 1", "said 2"]
        assert await heads(session) == ["000", "001", "002"]


async def test_what_members_say_is_found_however_much_they_said_before(sqlite: Database) -> None:
    """Without statistics SQLite likes the index of the platform's keys, in which all their years are."""
    walks: list[str] = []
    async with sqlite.begin() as session:
        connection = await session.connection()

        def explain(_connection: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            walks.extend(step[3] for step in cursor.fetchall() if re.match(r"(SEARCH|SCAN) inbox\b", step[3]))

        event.listen(connection.sync_connection, "before_cursor_execute", explain)
        assert not await inbox.claim_heads(session, MORNING, 9, of_members=True)
        assert await heads(session) == []
    indexes = [found[1] for step in walks if (found := re.search(r"INDEX (\w+)", step))]
    assert indexes == ["ix_inbox_members", "ix_inbox_others"]
