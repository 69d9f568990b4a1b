"""The schema: models and migration agree, the database itself refuses nonsense, an old one is told apart."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage import calendar_addresses, duty_file_addresses, migrate
from storage.database import Database
from storage.migrate import SchemaBehind
from storage.models import Attachment, Base, Case, KfAccount, Message, OutboxRow
from storage.states import AttachmentState
from tests.support.rows import MORNING, arrival, keep, open_case, representative, say


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


async def test_models_and_migration_agree(database: Database) -> None:
    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(database_urls: str) -> None:
    database = Database(database_urls)
    newest = migrate.newest_revision()
    assert await migrate.find_revision(database) is None
    assert await migrate.upgrade(database) == (None, newest)
    async with database.begin() as session:
        session.add(KfAccount(open_kfid="wk1", name="站", cursor="c", watermark=MORNING))
    assert await migrate.upgrade(database) == (newest, newest)
    await migrate.ensure(database)
    async with database.read() as session:
        assert [one.open_kfid for one in await session.scalars(select(KfAccount))] == ["wk1"]
    await database.close()


async def test_addresses_that_were_given_before_go_on_opening_and_are_not_kept(database_urls: str) -> None:
    database = Database(database_urls)
    await migrate.upgrade(database, "0019")
    calendar, file = "c" * 32, "f" * 32
    async with database.begin() as session:
        session.add(representative("R1"))
        await session.flush()
        for statement in (
            "INSERT INTO calendar_addresses (token, representative_code, issued_at) VALUES ('{0}', 'R1', '{2}')",
            "INSERT INTO file_addresses (token, representative_code, userid, issued_at, expires_at)"
            " VALUES ('{1}', 'R1', 'zhang', '{2}', '{2}')",
        ):
            await session.execute(text(statement.format(calendar, file, "2026-11-20 01:30:00+00:00")))
    await migrate.upgrade(database)
    async with database.begin() as session:
        for found in (
            await calendar_addresses.find(session, calendar),
            await duty_file_addresses.find(session, file),
        ):
            assert found is not None
            assert (found.token_sealed, found.issued_at) == (None, MORNING)
            assert found.digest not in (calendar, file)
        assert await calendar_addresses.find_shown(session, "R1") is None
        await calendar_addresses.issue(session, "R1", "n" * 32, b"sealed", MORNING)
        await calendar_addresses.revoke(session, "R1", MORNING)
        gone = [await calendar_addresses.find(session, token) for token in (calendar, "n" * 32)]
        assert [one.revoked_at if one else None for one in gone] == [MORNING, MORNING]
    await database.close()


async def test_a_case_of_the_first_schema_is_there_after_the_upgrade(database_urls: str) -> None:
    database = Database(database_urls)
    assert await migrate.upgrade(database, "0001") == (None, "0001")
    at = "2026-11-20 01:30:00+00:00"
    async with database.begin() as session:
        for statement in (
            "INSERT INTO content_keys (id, wrapped) VALUES (1, NULL)",
            "INSERT INTO constituents (id, external_userid, key_id, first_seen_at)"  # noqa: S608
            f" VALUES (1, 'wmA', 1, '{at}')",
            "INSERT INTO conversations"
            " (id, constituent_id, open_kfid, scene, scene_param, scan_pending, starts_new, budget_left,"
            " has_parked)"
            " VALUES (1, 1, 'wk1', '', '', false, false, 5, false)",
            "INSERT INTO cases"  # noqa: S608
            " (version, id, number, conversation_id, constituent_id, key_id, state, round, cards, kind,"
            " urgency, reasons_sealed, opened_at, due_at)"
            f" VALUES (1, 1, 'JH-2026-000001', 1, 1, 1, 'assigned', 1, 1, 'case', 'normal', '', '{at}', '{at}')",
        ):
            await session.execute(text(statement))
    assert await migrate.upgrade(database) == ("0001", migrate.newest_revision())
    async with database.read() as session:
        case = await session.get_one(Case, 1)
        assert (case.number, case.restricted, case.accused, case.transfers) == ("JH-2026-000001", False, None, 0)
    await database.close()


async def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(database_urls: str) -> None:
    database = Database(database_urls)
    async with database.begin() as session:
        await session.execute(text("CREATE TABLE outbox (id INTEGER)"))
    with pytest.raises(DBAPIError):
        await migrate.upgrade(database)
    assert await migrate.find_revision(database) is None
    async with database.begin() as session:
        with pytest.raises(DBAPIError):
            await session.execute(text("SELECT * FROM cases"))
        await session.rollback()
    await database.close()


async def test_an_old_schema_on_postgresql_is_told_and_left_alone(on_postgresql: Database) -> None:
    async with on_postgresql.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        with pytest.raises(SchemaBehind, match="python -m bot migrate") as behind:
            await migrate.ensure(on_postgresql)
        assert (behind.value.found, behind.value.wanted) == ("0000", migrate.newest_revision())
    finally:
        async with on_postgresql.begin() as session:
            await session.execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": migrate.newest_revision()}
            )


async def test_processes_that_start_together_on_an_empty_database_all_come_up(postgresql_url: str) -> None:
    env = {**os.environ, "LIANXIN_DATABASE_URL": postgresql_url}
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "migrate",
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    told = [await one.communicate() for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], told[-1][1].decode()[-500:]


@pytest.mark.parametrize("table", ["cases", "inbox", "outbox", "attachments"])
async def test_the_database_itself_refuses_a_state_that_there_is_not(database: Database, table: str) -> None:
    async with database.begin() as session:
        await keep(session, arrival("m1"))
        say(session)
        message = Message(
            case_id=(await open_case(session)).id, author="constituent", kind="image", said_at=MORNING
        )
        session.add(message)
        await session.flush()
        session.add(
            Attachment(
                message_id=message.id,
                key_id=1,
                kind="image",
                media_id="m",
                state=AttachmentState.WANTED,
                due_at=MORNING,
            )
        )
    async with database.begin() as session:
        with pytest.raises(IntegrityError):
            await session.execute(text(f"UPDATE {table} SET state = 'lost in time'"))  # noqa: S608
        await session.rollback()


async def test_a_message_of_no_case_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            session.add(Message(case_id=99, author="constituent", kind="text", said_at=MORNING))


async def test_an_instant_comes_back_as_it_went_in_whatever_zone_it_was_said_in(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    local = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=shanghai)
    async with database.begin() as session:
        say(session, due_at=local)
    async with database.read() as session:
        (row,) = await session.scalars(select(OutboxRow))
        assert row.due_at == local
        assert row.due_at.tzinfo == UTC
        assert list(await session.scalars(select(OutboxRow.id).where(OutboxRow.due_at <= local))) == [row.id]
        assert list(await session.scalars(select(OutboxRow.id).where(OutboxRow.due_at < local))) == []


async def test_an_instant_without_a_zone_is_refused_rather_than_guessed(database: Database) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        async with database.begin() as session:
            say(session, due_at=datetime(2026, 11, 20, 9, 30))


async def test_what_is_read_stays_the_same_while_others_write(database: Database) -> None:
    """`read` promises a consistent view: an export must not mix the states of two moments."""
    async with database.begin() as session:
        await open_case(session, "wmA")
    async with database.read() as session:
        before = len(list(await session.scalars(select(Case.id))))
        async with database.begin() as other:
            await open_case(other, "wmB")
        assert len(list(await session.scalars(select(Case.id)))) == before


async def test_nothing_done_while_reading_is_kept(database: Database) -> None:
    async with database.read() as session:
        session.add(KfAccount(open_kfid="wk1", name="站", cursor="", watermark=MORNING))
        await session.flush()
    async with database.read() as session:
        assert list(await session.scalars(select(KfAccount))) == []
