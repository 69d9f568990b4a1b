"""Numbers, cursors, duty entries and the ledger, on both databases and under many hands at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from storage import accounts, case_numbers, cases, duty, ledger_proof
from storage.database import Database
from storage.keys import KeyDestroyed, get_key
from storage.models import Case, ContentKeyRow, Conversation, DutyEntry, LedgerLine
from storage.states import CaseState
from tests.support.rows import MORNING, VAULT, open_case, representative

AT_ONCE = 20


class HandlerFailed(Exception):
    """Something went wrong half-way."""


async def all_at_once(work: Callable[[int], Awaitable[object]]) -> list[object]:
    return await asyncio.gather(*(work(number) for number in range(AT_ONCE)))


async def answer(database: Database, case_id: int, code: str = "R1") -> int:
    async with database.begin() as session:
        case = await session.get_one(Case, case_id)
        entry = await duty.add_entry(
            session,
            case=case,
            representative_code=code,
            kind="reception",
            summary="答复群众反映的事",
            key=await get_key(session, VAULT, case.key_id),
            at=MORNING,
        )
        return entry.id


async def violations(database: Database) -> list[str]:
    async with database.read() as session:
        return [str(found) async for found in ledger_proof.find_violations(session)]


async def test_numbers_follow_on_in_each_district_and_year(database: Database) -> None:
    async with database.begin() as session:
        given = [
            await case_numbers.next_number(session, district, year)
            for district, year in (("JH", 2026), ("JH", 2026), ("XH", 2026), ("JH", 2027), ("JH", 2026))
        ]
    assert given == ["JH-2026-000001", "JH-2026-000002", "XH-2026-000001", "JH-2027-000001", "JH-2026-000003"]


async def test_a_number_whose_case_was_given_up_is_given_again(database: Database) -> None:
    with suppress(HandlerFailed):
        async with database.begin() as session:
            await case_numbers.next_number(session, "JH", 2026)
            raise HandlerFailed
    async with database.begin() as session:
        assert await case_numbers.next_number(session, "JH", 2026) == "JH-2026-000001"


async def test_a_number_given_up_in_a_savepoint_is_given_to_the_next_of_the_batch(database: Database) -> None:
    async with database.begin() as session:
        with suppress(HandlerFailed):
            async with session.begin_nested():
                await case_numbers.next_number(session, "JH", 2026)
                raise HandlerFailed
        assert await case_numbers.next_number(session, "JH", 2026) == "JH-2026-000001"


async def test_twenty_who_open_cases_at_once_get_twenty_numbers_in_a_row(database: Database) -> None:
    async def open_one(number: int) -> str:
        async with database.begin() as session:
            return (await open_case(session, f"wm{number}")).number

    given = await all_at_once(open_one)
    assert sorted(map(str, given)) == [f"JH-2026-{serial:06d}" for serial in range(1, AT_ONCE + 1)]


async def test_openers_that_fail_leave_no_gap(database: Database) -> None:
    async def open_one(number: int) -> None:
        async with database.begin() as session:
            await open_case(session, f"wm{number}")
            await asyncio.sleep(0.001 * (number % 3))
            if number % 4 == 0:
                raise HandlerFailed

    async def try_one(number: int) -> None:
        with suppress(HandlerFailed):
            await open_one(number)

    await all_at_once(try_one)
    async with database.read() as session:
        numbers = sorted(await session.scalars(select(Case.number)))
    assert numbers == [f"JH-2026-{serial:06d}" for serial in range(1, 16)]


@pytest.mark.parametrize("written", ["JH-2026-000002", "jh-2026-000002", "000002", "2"])
async def test_a_case_is_found_by_its_number_in_full_or_short(database: Database, written: str) -> None:
    async with database.begin() as session:
        for who in ("wmA", "wmB"):
            await open_case(session, who)
        assert [case.number for case in await cases.find_numbered(session, written)] == ["JH-2026-000002"]


async def test_a_short_number_is_not_the_end_of_a_longer_one(database: Database) -> None:
    async with database.begin() as session:
        await open_case(session, "wmA", number="JH-2026-1000001")
        assert list(await cases.find_numbered(session, "000001")) == []


async def test_a_cursor_moves_only_from_where_it_was_read(database: Database) -> None:
    async with database.begin() as session:
        await accounts.add_account(session, "wk1", "联络站", MORNING)
    async with database.begin() as session:
        assert await accounts.move_cursor(session, "wk1", read_from="", to="c1")
        assert not await accounts.move_cursor(session, "wk1", read_from="", to="c2")
        assert await accounts.move_cursor(session, "wk1", read_from="c1", to="c2")
        assert not await accounts.move_cursor(session, "unknown", read_from="", to="c1")
    async with database.read() as session:
        account = await accounts.find_account(session, "wk1")
        assert account is not None
        assert account.cursor == "c2"


async def test_of_many_readers_one_moves_the_cursor(database: Database) -> None:
    async with database.begin() as session:
        await accounts.add_account(session, "wk1", "联络站", MORNING)

    async def move(number: int) -> bool:
        async with database.begin() as session:
            return await accounts.move_cursor(session, "wk1", read_from="", to=f"c{number}")

    assert (await all_at_once(move)).count(True) == 1


async def test_a_representative_has_one_entry_an_exchange(database: Database) -> None:
    async with database.begin() as session:
        session.add_all([representative("R1"), representative("R2")])
        await session.flush()
        case_id = (await open_case(session)).id
    first = await answer(database, case_id)
    assert await answer(database, case_id) == first
    other = await answer(database, case_id, "R2")
    assert other != first
    async with database.begin() as session:
        (await session.get_one(Case, case_id)).round = 2
    assert await answer(database, case_id) not in {first, other}
    assert await violations(database) == []


async def test_entries_written_at_once_make_one_unbroken_chain(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        numbers = [(await open_case(session, f"wm{number}")).id for number in range(AT_ONCE)]
    await all_at_once(lambda number: answer(database, numbers[number]))
    async with database.read() as session:
        lines = list(await session.scalars(select(LedgerLine).order_by(LedgerLine.seq)))
    assert [line.seq for line in lines] == list(range(1, AT_ONCE + 1))
    assert all(later.previous == before.digest for before, later in pairwise(lines))
    assert await violations(database) == []


async def test_an_entry_that_is_rolled_back_leaves_the_chain_whole(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        numbers = [(await open_case(session, f"wm{number}")).id for number in range(2)]
    async with database.begin() as session:
        with suppress(HandlerFailed):
            async with session.begin_nested():
                case = await session.get_one(Case, numbers[0])
                key = await get_key(session, VAULT, case.key_id)
                await duty.add_entry(
                    session, case=case, representative_code="R1", kind="reception", summary="x", key=key, at=MORNING
                )
                raise HandlerFailed
        case = await session.get_one(Case, numbers[1])
        key = await get_key(session, VAULT, case.key_id)
        await duty.add_entry(
            session, case=case, representative_code="R1", kind="reception", summary="x", key=key, at=MORNING
        )
    async with database.read() as session:
        assert [line.seq for line in await session.scalars(select(LedgerLine))] == [1]
    assert await violations(database) == []


async def test_who_writes_entries_waits_for_nobody_and_never_for_each_other(on_postgresql: Database) -> None:
    """Two processes with entries in two districts each, the other way round."""
    async with on_postgresql.begin() as session:
        session.add(representative())
        await session.flush()
        numbers = {who: (await open_case(session, f"wm{who}", who[0] * 2)).id for who in ("J1", "X1", "X2", "J2")}
    written = asyncio.Barrier(2)

    async def one(*whose: str) -> None:
        async with on_postgresql.begin() as session:
            for who in whose:
                case = await session.get_one(Case, numbers[who])
                key = await get_key(session, VAULT, case.key_id)
                await duty.add_entry(
                    session, case=case, representative_code="R1", kind="reception", summary="x", key=key, at=MORNING
                )
                await written.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(one("J1", "X1"), one("X2", "J2"))
    async with on_postgresql.read() as session:
        lines = [(line.chain, line.seq) for line in await session.scalars(select(LedgerLine))]
    assert sorted(lines) == [("JJ", 1), ("JJ", 2), ("XX", 1), ("XX", 2)]
    assert await violations(on_postgresql) == []


async def test_delivery_and_its_later_failure_are_lines_and_the_last_one_counts(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        case_id = (await open_case(session)).id
    entry_id = await answer(database, case_id)
    for minute, stamp in enumerate((duty.stamp_delivered, duty.stamp_undelivered, duty.stamp_delivered), 1):
        async with database.begin() as session:
            entry, case = await session.get_one(DutyEntry, entry_id), await session.get_one(Case, case_id)
            for _ in range(2):  # the second time changes nothing
                await stamp(session, entry, case, MORNING + timedelta(minutes=minute))
    async with database.read() as session:
        events = [line.event for line in await session.scalars(select(LedgerLine).order_by(LedgerLine.seq))]
        entry = await session.get_one(DutyEntry, entry_id)
    assert events == ["entry", "delivered", "undelivered", "delivered"]
    assert entry.delivered_at == MORNING + timedelta(minutes=3)
    assert await violations(database) == []


async def test_districts_have_chains_of_their_own(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        numbers = [(await open_case(session, f"wm{code}", code)).id for code in ("JH", "XH")]
    for case_id in numbers:
        await answer(database, case_id)
    async with database.read() as session:
        lines = [(line.chain, line.seq) for line in await session.scalars(select(LedgerLine))]
    assert sorted(lines) == [("JH", 1), ("XH", 1)]


async def test_the_ledger_verifies_when_a_key_was_destroyed(database: Database) -> None:
    async with database.begin() as session:
        session.add(representative())
        await session.flush()
        case = await open_case(session)
    await answer(database, case.id)
    async with database.begin() as session:
        (await session.get_one(ContentKeyRow, case.key_id)).wrapped = None
    assert await violations(database) == []
    async with database.read() as session:
        with pytest.raises(KeyDestroyed) as destroyed:
            await get_key(session, VAULT, case.key_id)
    assert destroyed.value.key_id == case.key_id


async def test_a_state_that_another_has_changed_meanwhile_is_not_overwritten(on_postgresql: Database) -> None:
    """The constituent reopens while their second tap closes: what was decided on the old state must not stand."""
    async with on_postgresql.begin() as session:
        case_id = (await open_case(session, state=CaseState.ANSWERED)).id

    async def close_slowly() -> None:
        async with on_postgresql.begin() as session:
            case = await session.get_one(Case, case_id)
            await asyncio.sleep(0.05)
            case.move(CaseState.CLOSED, MORNING)

    async def reopen() -> None:
        await asyncio.sleep(0.02)
        async with on_postgresql.begin() as session:
            case = await session.get_one(Case, case_id)
            case.move(CaseState.REOPENED, MORNING)
            case.round += 1

    await asyncio.gather(close_slowly(), reopen(), return_exceptions=True)
    async with on_postgresql.read() as session:
        case = await session.get_one(Case, case_id)
    assert (case.state, case.round) in {(CaseState.REOPENED, 2), (CaseState.CLOSED, 1)}


async def test_a_message_that_comes_during_a_sending_renews_the_whole_budget(
    on_postgresql: Database,
) -> None:
    """The pump counts one down from what it read; the worker has set five meanwhile."""
    async with on_postgresql.begin() as session:
        case = await open_case(session)
        conversation = await session.get_one(Conversation, case.conversation_id)
        conversation.budget_left = 2

    async def send_slowly() -> None:
        async with on_postgresql.begin() as session:
            conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
            await asyncio.sleep(0.05)
            conversation.budget_left -= 1

    async def comes_in() -> None:
        await asyncio.sleep(0.02)
        async with on_postgresql.begin() as session:
            conversation = await session.get_one(Conversation, case.conversation_id)
            conversation.budget_left = 5

    await asyncio.gather(send_slowly(), comes_in(), return_exceptions=True)
    async with on_postgresql.read() as session:
        assert (await session.get_one(Conversation, case.conversation_id)).budget_left in {4, 5}
