"""A batch of messages takes its case numbers when all else is written, and keeps nobody waiting until then."""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch.together import Together
from storage import case_numbers
from storage.database import Database
from storage.keys import add_key
from storage.models import Case, CaseSerial
from tests.support.rows import VAULT, open_case


class HandlerFailed(Exception):
    """Something went wrong half-way."""


async def open_late(session: AsyncSession, who: str, said: list[str], *, fails: bool = False) -> bool:
    """Open a case as a message does, say its number."""
    key_id, _ = await add_key(session, VAULT)
    stand_in = case_numbers.promise(session, "JH", 2026, key_id)
    case = await open_case(session, who, **({"number": stand_in} if stand_in else {}))
    await case_numbers.settle(session, case)
    if fails:
        raise HandlerFailed
    said.append(f"{who} {case.number}")
    return True


async def handle(database: Database, people: Sequence[str], said: list[str], *, failing: str = "") -> None:
    async with database.begin() as session:
        with closing(Together(session, late=True)) as batch:
            for who in people:
                await batch.begin(open_late(session, who, said, fails=who == failing))
            await batch.finish()


async def numbers(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(Case.number).order_by(Case.id)))


async def test_all_of_a_batch_are_numbered_in_order_and_say_their_own(database: Database) -> None:
    said: list[str] = []
    await handle(database, ["wmA", "wmB", "wmC"], said)
    assert said == ["wmA JH-2026-000001", "wmB JH-2026-000002", "wmC JH-2026-000003"]
    assert await numbers(database) == ["JH-2026-000001", "JH-2026-000002", "JH-2026-000003"]


async def test_nothing_is_taken_before_all_have_come_as_far(database: Database) -> None:
    said: list[str] = []
    async with database.begin() as session:
        with closing(Together(session, late=True)) as batch:
            await batch.begin(open_late(session, "wmA", said))
            await batch.begin(open_late(session, "wmB", said))
            assert not said
            assert not (await session.scalars(select(CaseSerial.last))).all()
            await batch.finish()
            await batch.begin(open_late(session, "wmC", said))  # as after a message that is no plain words
            assert said[-1] == "wmC JH-2026-000003"


async def test_a_batch_at_work_keeps_no_other_process_from_opening_a_case(on_postgresql: Database) -> None:
    said: list[str] = []
    async with on_postgresql.begin() as session:
        with closing(Together(session, late=True)) as batch:
            await batch.begin(open_late(session, "wmA", said))
            async with asyncio.timeout(5):
                await handle(on_postgresql, ["wmB"], said)
            await batch.finish()
    assert said == ["wmB JH-2026-000001", "wmA JH-2026-000002"]


async def test_batches_at_once_of_which_one_fails_leave_no_gap(database: Database) -> None:
    async def one(first: int) -> None:
        people = [f"wm{number}" for number in range(first, first + 4)]
        with suppress(HandlerFailed):
            await handle(database, people, [], failing="wm9")

    await asyncio.gather(*(one(first) for first in range(0, 20, 4)))
    assert sorted(await numbers(database)) == [f"JH-2026-{serial:06d}" for serial in range(1, 17)]


async def test_a_stand_in_is_never_kept(database: Database) -> None:
    async def forgets_to_settle(session: AsyncSession) -> bool:
        key_id, _ = await add_key(session, VAULT)
        await open_case(session, number=case_numbers.promise(session, "JH", 2026, key_id))
        return True

    async def batch_of_one() -> None:
        async with database.begin() as session:
            batch = Together(session, late=True)
            await batch.begin(forgets_to_settle(session))
            await batch.finish()

    with pytest.raises(RuntimeError, match="nobody waits for"):
        await batch_of_one()
    assert await numbers(database) == []


async def test_within_a_savepoint_a_number_is_taken_at_once(database: Database) -> None:
    said: list[str] = []
    async with database.begin() as session:
        with closing(Together(session, late=True)) as batch:
            async with session.begin_nested():
                await batch.begin(open_late(session, "wmA", said))
            assert said == ["wmA JH-2026-000001"]
