"""Replacing the data key while people write: stopped anywhere, begun again, and nothing is under the old one."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import data_keys, keys, migrate, resealing
from storage.crypto import Unreadable, Vault
from storage.data_keys import WrongDataKey
from storage.database import Database
from storage.models import Base, ContentKeyRow, InboxRow, MemberDesk

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 16  # from AES to SM4, as an office does that must
COUNT = 23
ROOT = Path(__file__).resolve().parents[2]


async def fill(database: Database) -> list[bytes]:
    """Content keys and things sealed with the data key itself; returns what the content keys sealed."""
    async with database.begin() as session:
        vault = await data_keys.open_vault(session, [OLD], NOW)
        made = await keys.add_keys(session, vault, COUNT)
        for number in range(COUNT):
            body = vault.seal(b"came in")
            session.add(
                InboxRow(source="app", key=f"k{number}", lane="l", body_sealed=body, received_at=NOW, due_at=NOW)
            )
        session.add(MemberDesk(userid="zhang", held_sealed=vault.seal(b"held")))
    return [key.seal(b"words") for _, key in made]


async def one_pass(database: Database, vault: Vault, *, stop_after: int | None = None) -> int:
    """As the command does it, in batches of three; `stop_after` batches it is killed."""
    resealed = batches = 0
    for place in resealing.PLACES:
        after: Any = None
        while True:
            if stop_after is not None and batches >= stop_after:
                return resealed
            async with database.begin() as session:
                step = await resealing.step(session, vault, place, after, batch=3)
            if step is None:
                break
            batches, after, resealed = batches + 1, step.up_to, resealed + step.resealed
            assert step.unreadable == 0
    return resealed


async def test_stopped_after_any_batch_it_goes_on_and_ends_with_all_under_the_new_key(database: Database) -> None:
    sealed = await fill(database)
    async with database.begin() as session:
        vault = await data_keys.open_vault(session, [NEW, OLD], NOW)
    for stop_after in (1, 2, 5, 9):
        await one_pass(database, vault, stop_after=stop_after)
        async with database.read() as session:  # what serves meanwhile reads everything
            assert [(await keys.get_key(session, vault, at + 1)).open(one) for at, one in enumerate(sealed)]
    await one_pass(database, vault)
    assert await one_pass(database, vault) == 0
    async with database.read() as session:
        alone = await data_keys.read_vault(session, [NEW])
        for at, one in enumerate(sealed):
            assert (await keys.get_key(session, alone, at + 1)).open(one) == b"words"
        assert {alone.open(body or b"") for body in await session.scalars(select(InboxRow.body_sealed))} == {
            b"came in"
        }
        assert alone.open((await session.get_one(MemberDesk, "zhang")).held_sealed or b"") == b"held"
        assert alone.mark("person wm1") == Vault(OLD).mark("person wm1")


KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import event
from storage import data_keys, resealing
from storage.database import Database

async def rotate(url, new, old, updates):
    database = Database(url)
    async with database.read() as session:
        vault = await data_keys.read_vault(session, [new, old])
    left = updates
    @event.listens_for(database.writer.sync_engine, "after_cursor_execute")
    def kill(connection, cursor, statement, parameters, context, executemany):
        nonlocal left
        left -= statement.startswith("UPDATE")
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    for place in resealing.PLACES:
        after = None
        while True:
            async with database.begin() as session:
                step = await resealing.step(session, vault, place, after, batch=7)
            if step is None:
                break
            after = step.up_to

asyncio.run(rotate(sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]), int(sys.argv[4])))
"""


async def test_killed_within_a_batch_it_goes_on_and_ends_with_all_under_the_new_key(database_urls: str) -> None:
    database = Database(database_urls)
    await migrate.upgrade(database)
    sealed = await fill(database)
    async with database.begin() as session:
        vault = await data_keys.open_vault(session, [NEW, OLD], NOW)
    for updates in (4, 25):  # within the first batch of the keys, then within what is under the data key itself
        words = (database_urls, NEW.hex(), OLD.hex(), str(updates))
        killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, *words, cwd=ROOT)
        assert await killed.wait() == -signal.SIGKILL
        async with database.read() as session:
            assert [(await keys.get_key(session, vault, at + 1)).open(one) for at, one in enumerate(sealed)]
            bodies = [vault.open(body or b"") for body in await session.scalars(select(InboxRow.body_sealed))]
        assert bodies == [b"came in"] * COUNT, "whatever was read is one or the other, never half"
    await one_pass(database, vault)
    assert await one_pass(database, vault) == 0
    async with database.read() as session:
        alone = await data_keys.read_vault(session, [NEW])
        for at, one in enumerate(sealed):
            assert (await keys.get_key(session, alone, at + 1)).open(one) == b"words"
    await database.close()


async def test_a_key_destroyed_between_reading_and_writing_stays_destroyed(database: Database) -> None:
    await fill(database)
    async with database.begin() as session:
        vault = await data_keys.open_vault(session, [NEW, OLD], NOW)
        place = resealing.PLACES[0]
        ((key, read),) = await resealing._next(session, place, None, 1)
        await session.execute(update(ContentKeyRow).where(ContentKeyRow.id == key).values(wrapped=None))
        assert await resealing._replace(session, place, key, read, vault.reseal(read) or b"") == 0
        assert (await session.scalar(select(ContentKeyRow.wrapped).where(ContentKeyRow.id == key))) is None


async def test_a_database_refuses_another_key_and_says_which_it_wants(database: Database) -> None:
    await fill(database)
    async with database.begin() as session:
        with pytest.raises(WrongDataKey, match=Vault(OLD).fingerprint):
            await data_keys.open_vault(session, [b"x" * 32], NOW)


async def test_a_database_from_before_keys_were_noted_is_known_by_what_it_sealed(database: Database) -> None:
    async with database.begin() as session:
        await keys.add_key(session, Vault(OLD))
    async with database.read() as session:
        assert (await data_keys.read_vault(session, [NEW, OLD])).mark("a") == Vault(OLD).mark("a")
        with pytest.raises(WrongDataKey):
            await data_keys.read_vault(session, [NEW])


async def test_two_processes_note_the_same_key_once(database: Database) -> None:
    for _ in range(2):
        async with database.begin() as session:
            await data_keys.open_vault(session, [OLD], NOW)
    async with database.read() as session:
        assert len(await data_keys.all_known(session)) == 1


async def test_a_key_that_was_left_opens_nothing_alone_and_can_be_gone_back_to(database: Database) -> None:
    for given in ([OLD], [NEW, OLD]):
        async with database.begin() as session:
            await data_keys.open_vault(session, given, NOW)
    async with database.begin() as session:
        await data_keys.note_left(session, Vault(NEW).fingerprint, NOW)
        with pytest.raises(WrongDataKey, match=Vault(NEW).fingerprint):
            await data_keys.read_vault(session, [OLD])
    async with database.begin() as session:
        await data_keys.open_vault(session, [OLD, NEW], NOW)
    async with database.read() as session:
        assert [row.left_at for row in await data_keys.all_known(session)] == [None, None]


def test_every_sealed_column_is_under_a_content_key_or_is_walked() -> None:
    """A new column that is sealed with the data key itself must be put into `PLACES`."""
    columns = {
        f"{table.name}.{column.name}": "key_id" in table.columns
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    walked = {place.name for place in resealing.PLACES}
    bare = {name for name, has_key in columns.items() if not has_key} - walked
    assert bare == {"data_keys.marking_sealed"} | UNDER_A_KEY_OF_ANOTHER_ROW


# The message's and the status link's key is the case's, the gap's its file's, the stamp's its entry's.
UNDER_A_KEY_OF_ANOTHER_ROW = {
    "messages.text_sealed",
    "status_links.token_sealed",
    "file_gaps.reason_sealed",
    "duty_stamps.note_sealed",
}


def test_no_key_opens_what_is_damaged() -> None:
    with pytest.raises(Unreadable):
        Vault(NEW, OLD).reseal(b"damaged")
