"""Rows that wait for the next flush: in order, with what they refer to, and gone with a savepoint."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import numbering, outbox, unit_of_work
from storage.crypto import Vault
from storage.database import Database
from storage.keys import add_key, add_keys, get_key
from storage.models import Constituent, ContentKeyRow, OutboxRow
from storage.outbox import Channel, Purpose, Utterance
from tests.support.rows import MORNING

VAULT = Vault(b"k" * 32)


def said(words: str) -> Utterance:
    return Utterance(channel=Channel.APP, purpose=Purpose.REPLY, lane="app:zhang", content_sealed=words.encode())


async def all_said(session: AsyncSession) -> list[str]:
    found = await session.scalars(select(OutboxRow.content_sealed).order_by(OutboxRow.id))
    return [words.decode() for words in found]


async def test_what_waits_is_written_at_the_commit_where_nothing_else_is(database: Database) -> None:
    async with database.begin() as session:
        outbox.write(session, said("one"), MORNING)
        outbox.write(session, said("two"), MORNING)
        assert await all_said(session) == []
    async with database.read() as session:
        assert await all_said(session) == ["one", "two"]
        row = (await session.scalars(select(OutboxRow))).first()
        assert row is not None
        assert (row.attempt, row.in_doubt, row.recipients) == (0, False, [])


async def test_an_object_does_not_overtake_rows_of_its_table(database: Database) -> None:
    async with database.begin() as session:
        outbox.write(session, said("one"), MORNING)
        two = outbox.add(session, said("two"), MORNING)
        outbox.write(session, said("three"), MORNING)
        await session.flush()
        assert two.id is not None
        assert await all_said(session) == ["one", "two", "three"]


async def test_what_waits_goes_with_its_savepoint_and_nothing_else(database: Database) -> None:
    async with database.begin() as session:
        outbox.write(session, said("before"), MORNING)
        kept = await session.begin_nested()
        outbox.write(session, said("within"), MORNING)
        await kept.rollback()
        outbox.write(session, said("after"), MORNING + timedelta(seconds=1))
        async with session.begin_nested():
            outbox.write(session, said("kept"), MORNING)
        assert await all_said(session) == ["before", "after", "kept"]


async def test_a_key_is_there_before_whoever_is_sealed_with_it(database: Database) -> None:
    def person(key_id: int) -> dict[str, Any]:
        return {"external_userid": f"wm{key_id}", "key_id": key_id, "first_seen_at": MORNING}

    async with database.begin() as session:
        key_id, _ = await add_key(session, VAULT, at_once=False)
        session.add(Constituent(**person(key_id)))
        other_id, _ = await add_key(session, VAULT, at_once=False)
        unit_of_work.write(session, Constituent, person(other_id))
    async with database.read() as session:
        assert list(await session.scalars(select(Constituent.key_id).order_by(Constituent.id))) == [
            key_id,
            other_id,
        ]
        assert await get_key(session, VAULT, key_id)


async def test_numbers_are_given_once_however_they_are_taken(database: Database) -> None:
    async with database.begin() as session:
        ids = [(await add_key(session, VAULT, at_once=at_once))[0] for at_once in (False, True, False)]
        ids += [key_id for key_id, _ in await add_keys(session, VAULT, 3)]
        kept = await session.begin_nested()
        await add_key(session, VAULT)
        await kept.rollback()
        ids += [(await add_key(session, VAULT, at_once=False))[0] for _ in range(40)]
    assert len(set(ids)) == len(ids) == 46
    async with database.begin() as session:
        assert set(await session.scalars(select(ContentKeyRow.id))) == set(ids)
        assert await numbering.next_id(session, ContentKeyRow) not in ids
