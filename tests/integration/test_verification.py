"""What `verify` says of a record: nothing while it is whole, and what was done to it otherwise."""

import os
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.verification import find_violations
from storage import duty, inbox, migrate, outbox
from storage.case_numbers import next_number
from storage.crypto import Vault
from storage.database import Database, sqlite_path
from storage.keys import add_key, get_key
from storage.ledger import Violation
from storage.models import (
    Attachment,
    Case,
    Constituent,
    ContentKeyRow,
    Conversation,
    InboxRow,
    Message,
    OutboxRow,
    TunedRule,
)
from storage.outbox import Channel, Purpose, Utterance
from storage.states import AttachmentState, CaseState, OutboxState
from tests.support.town import RESIDENT, ZHANG, open_town, settle_in

MORNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
NOW = MORNING + timedelta(days=1)


@dataclass(slots=True)
class Record:
    """A small district with two answered cases; people with a database client can be let at it."""

    database: Database
    vault: Vault
    url: str

    async def fill(self) -> None:
        await settle_in(self.database)
        async with self.database.begin() as session:
            await self.add_answered_case(session, "wmResident", "R1", ZHANG)
            case = await self.add_answered_case(session, "wmNeighbour", "R2", "li.na")
            case.move(CaseState.REOPENED, MORNING)
            case.round = 2
            await self.add_answer(session, case, "R2", "li.na")
            case.move(CaseState.CLOSED, MORNING)
            await duty.stamp_closed(session, case, MORNING + timedelta(hours=1))

    async def add_answered_case(self, session: AsyncSession, who: str, code: str, userid: str) -> Case:
        key_id, _ = await add_key(session, self.vault)
        constituent = Constituent(external_userid=who, key_id=key_id, first_seen_at=MORNING)
        session.add(constituent)
        await session.flush()
        conversation = Conversation(constituent_id=constituent.id, open_kfid="wk1")
        session.add(conversation)
        await session.flush()
        case = await self.add_case(session, conversation, code)
        await self.add_answer(session, case, code, userid)
        return case

    async def add_case(self, session: AsyncSession, conversation: Conversation, code: str | None) -> Case:
        key_id, key = await add_key(session, self.vault)
        case = Case(
            number=await next_number(session, "JH", 2026),
            conversation_id=conversation.id,
            constituent_id=conversation.constituent_id,
            key_id=key_id,
            state=CaseState.ASSIGNED,
            round=1,
            kind="case",
            urgency="normal",
            station_code="QQ1" if code else None,
            representative_code=code,
            reasons_sealed=key.seal(b"[]"),
            opened_at=MORNING,
            due_at=NOW,
            clock_step="representative",
            clock_due_at=NOW,
        )
        session.add(case)
        await session.flush()
        said = Message(case_id=case.id, author="constituent", kind="text", said_at=MORNING)
        session.add(said)
        await session.flush()
        session.add(
            Attachment(
                message_id=said.id,
                key_id=key_id,
                kind="image",
                media_id="m1",
                size=512,
                state=AttachmentState.STORED,
                due_at=MORNING,
            )
        )
        return case

    async def add_answer(self, session: AsyncSession, case: Case, code: str, userid: str) -> None:
        key = await get_key(session, self.vault, case.key_id)
        session.add(
            Message(
                case_id=case.id,
                author="representative",
                author_userid=userid,
                representative_code=code,
                kind="text",
                said_at=MORNING,
            )
        )
        entry = await duty.add_entry(
            session, case=case, representative_code=code, kind="reception", summary="答复", key=key, at=MORNING
        )
        self.say_answer(session, case, entry.id, MORNING, OutboxState.SENT)
        case.move(CaseState.ANSWERED, MORNING)
        await duty.stamp_delivered(session, entry, case, MORNING + timedelta(seconds=2))

    def say_answer(
        self, session: AsyncSession, case: Case, entry_id: int, at: datetime, state: OutboxState
    ) -> OutboxRow:
        utterance = Utterance(
            channel=Channel.KF,
            purpose=Purpose.ANSWER,
            lane="kf:wk1:wmResident",
            content_sealed=b"sealed",
            conversation_id=case.conversation_id,
            case_id=case.id,
            entry_id=entry_id,
            key_id=case.key_id,
        )
        row = outbox.add(session, utterance, at)
        row.state = state
        return row

    async def tamper(self, *statements: str) -> None:
        """As someone would who has the database and no respect for its constraints."""
        if (path := sqlite_path(self.url)) is not None:
            connection = sqlite3.connect(path, isolation_level=None)
            for statement in statements:
                connection.execute(statement.replace(" CASCADE", ""))
            connection.close()
            return
        client = await asyncpg.connect(self.url)
        await client.execute("SET session_replication_role = replica")
        for statement in statements:
            await client.execute(statement)
        await client.close()

    async def verify(self) -> list[Violation]:
        async with self.database.read() as session:
            return [violation async for violation in find_violations(session, now=NOW)]


@pytest.fixture
async def empty(database_urls: str) -> AsyncIterator[Record]:
    database = Database(database_urls)
    await migrate.ensure(database)
    yield Record(database, Vault(os.urandom(32)), database_urls)
    await database.close()


@pytest.fixture
async def record(empty: Record) -> Record:
    await empty.fill()
    return empty


async def test_a_day_of_the_bot_leaves_nothing_to_complain_about(database_urls: str, tmp_path: Path) -> None:
    async with open_town(tmp_path, database_url=database_urls) as town:
        await town.scans(RESIDENT, "rep", "R1")
        await town.says(RESIDENT, "牡丹园门口的路灯坏了三天")
        await town.writes(ZHANG, "已联系路灯所，今晚来修。")
        await town.says(RESIDENT, "还是没有亮")
        await town.passes(seconds=15)
        await town.writes(ZHANG, "明天上午再去看。")

        async with town.bot.database.read() as session:
            assert [found async for found in find_violations(session, now=town.clock.now())] == []
        assert len(await town.entries()) == 2


async def test_an_empty_database_verifies(empty: Record) -> None:
    assert await empty.verify() == []


async def test_a_record_as_it_was_written_verifies(record: Record) -> None:
    assert await record.verify() == []


async def test_the_time_is_the_present_where_none_is_given(record: Record) -> None:
    async with record.database.read() as session:
        assert [found async for found in find_violations(session)] == []


async def test_a_changed_duty_entry_is_found(record: Record) -> None:
    await record.tamper("UPDATE duty_entries SET kind = 'training' WHERE id = 1")

    assert await record.verify() == [Violation("ledger JH line 1", "duty entry 1 was changed")]


async def test_a_duty_entry_given_to_somebody_else_is_found(record: Record) -> None:
    await record.tamper("UPDATE duty_entries SET representative_code = 'R3' WHERE id = 1")

    found = await record.verify()

    assert Violation("ledger JH line 1", "duty entry 1 was changed") in found
    assert [one.where for one in found if "no duty entry" in one.what] == ["message 2 of case JH-2026-000001"]


async def test_a_deleted_ledger_line_is_found(record: Record) -> None:
    await record.tamper("DELETE FROM ledger_lines WHERE chain = 'JH' AND seq = 3")

    found = await record.verify()

    assert Violation("ledger JH line 4", "a line is missing before it") in found
    assert Violation("duty entry 2", "has no line in the ledger") in found


async def test_a_deleted_last_line_is_found(record: Record) -> None:
    await record.tamper("DELETE FROM ledger_lines WHERE seq = (SELECT max(seq) FROM ledger_lines)")

    found = Violation("ledger JH", "its last line is missing: line 7, or its head was changed")
    assert found in await record.verify()


async def test_a_ledger_line_written_anew_is_found(record: Record) -> None:
    await record.tamper("UPDATE ledger_lines SET entry_id = 1 WHERE seq = 4")

    assert Violation("ledger JH line 4", "was changed after it was written") in await record.verify()


async def test_a_changed_summary_is_found(record: Record) -> None:
    await record.tamper(
        "UPDATE duty_entries SET summary_sealed = other.summary_sealed FROM duty_entries AS other"
        " WHERE duty_entries.id = 1 AND other.id = 2"
    )

    assert await record.verify() == [Violation("ledger JH line 1", "the summary of duty entry 1 was changed")]


async def test_a_deleted_duty_entry_is_found(record: Record) -> None:
    await record.tamper("DELETE FROM duty_entries WHERE id = 1")

    assert await record.verify() == [
        Violation("ledger JH line 1", "duty entry 1 is gone"),
        Violation(
            "message 2 of case JH-2026-000001", "a representative said it and has no duty entry for the exchange"
        ),
    ]


async def test_a_record_whose_content_was_erased_by_law_still_verifies(record: Record) -> None:
    async with record.database.begin() as session:
        await session.execute(update(ContentKeyRow).values(wrapped=None, destroyed_at=NOW))

    assert await record.verify() == []


_NO_CONSTRAINTS = (
    "CREATE TABLE loose AS SELECT * FROM {0}",
    "DROP TABLE {0} CASCADE",
    "ALTER TABLE loose RENAME TO {0}",
)


@pytest.mark.parametrize(
    ("done", "where", "what"),
    [
        (
            ["UPDATE cases SET station_code = NULL, representative_code = NULL WHERE id = 1"],
            "case JH-2026-000001",
            "has neither a station nor a representative",
        ),
        (
            ["DELETE FROM conversations WHERE id = 1"],
            "case JH-2026-000001",
            "is open and its conversation is gone",
        ),
        (
            ["DELETE FROM messages WHERE id = 1", "DELETE FROM attachments WHERE message_id = 1"],
            "case JH-2026-000001",
            "has no message from the constituent",
        ),
        (
            ["UPDATE messages SET case_id = 99 WHERE id = 1"],
            "message 1",
            "its case is gone",
        ),
        (
            ["UPDATE attachments SET size = NULL WHERE id = 1"],
            "attachment 1",
            "is stored and its size is not known",
        ),
        (
            ["UPDATE cases SET number = 'JH-2026-000007' WHERE id = 2"],
            "case JH-2026-000007",
            "its serial was never given out in its district and year",
        ),
        (
            ["UPDATE cases SET number = 'JH-2025-000001' WHERE id = 2"],
            "case JH-2025-000001",
            "its serial was never given out in its district and year",
        ),
        (
            ["UPDATE cases SET number = '000002' WHERE id = 2"],
            "case 000002",
            "its number is not of the form DISTRICT-YEAR-SERIAL",
        ),
        (
            [
                *(step.format("cases") for step in _NO_CONSTRAINTS),
                "UPDATE cases SET number = 'JH-2026-000001' WHERE id = 2",
            ],
            "case JH-2026-000001",
            "more than one case has this number",
        ),
        (
            [
                *(step.format("duty_entries") for step in _NO_CONSTRAINTS),
                "UPDATE duty_entries SET round = 1 WHERE id = 3",
            ],
            "case JH-2026-000002, round 1, representative R2",
            "more than one duty entry is for the same exchange",
        ),
        (
            ["UPDATE cases SET round = 1 WHERE id = 2"],
            "duty entry 3",
            "is for a round that its case has not reached",
        ),
        (
            ["UPDATE outbox SET state = 'parked' WHERE id = 1"],
            "duty entry 1",
            "is stamped as delivered and a part of its answer was not sent",
        ),
        (
            ["UPDATE outbox SET state = 'leased' WHERE id = 1"],
            "outbox row 1",
            "is leased, and its lease ended more than 10 minutes ago or has no end",
        ),
    ],
)
async def test_what_breaks_an_invariant_is_named(record: Record, done: list[str], where: str, what: str) -> None:
    await record.tamper(*done)

    assert Violation(where, what) in await record.verify()


async def test_a_matter_without_an_owner_is_none_where_there_are_no_stations(empty: Record) -> None:
    async with empty.database.begin() as session:
        key_id, _ = await add_key(session, empty.vault)
        session.add(Constituent(id=1, external_userid="wmResident", key_id=key_id, first_seen_at=MORNING))
        await session.flush()
        conversation = Conversation(id=1, constituent_id=1, open_kfid="wk1")
        session.add(conversation)
        await session.flush()
        await empty.add_case(session, conversation, None)

    assert await empty.verify() == []


async def test_a_backlog_that_only_waits_breaks_nothing(record: Record) -> None:
    case = SimpleNamespace(id=1, conversation_id=1, key_id=2)
    async with record.database.begin() as session:
        later = MORNING + timedelta(hours=2)  # the representative added something after the delivery
        record.say_answer(session, case, 1, later, OutboxState.PARKED)
        record.say_answer(session, case, 1, later, OutboxState.WAITING)
        leased = record.say_answer(session, case, 1, later, OutboxState.LEASED)
        leased.lease_until = NOW - timedelta(minutes=9)
        await inbox.add_all(session, [inbox.Arrival("wk1", "m9", "kf:wk1:wmResident", b"sealed", MORNING)])

    assert await record.verify() == []


async def test_a_lease_that_nobody_gives_back_is_found(record: Record) -> None:
    async with record.database.begin() as session:
        row = record.say_answer(
            session, SimpleNamespace(id=1, conversation_id=1, key_id=2), 1, NOW, OutboxState.LEASED
        )
        row.lease_until = NOW - timedelta(minutes=11)

    (found,) = await record.verify()

    assert "is leased" in found.what


async def test_an_inbox_row_that_nobody_will_try_again_is_found(record: Record) -> None:
    async with record.database.begin() as session:
        await inbox.add_all(session, [inbox.Arrival("wk1", "m9", "kf:wk1:wmResident", b"sealed", MORNING)])
        await session.execute(update(InboxRow).values(attempt=3))
    assert await record.verify() == []

    async with record.database.begin() as session:
        session.add(TunedRule(name="handling_attempts", value=3, changed_at=NOW, changed_by="admin"))

    assert await record.verify() == [Violation("inbox row 1", "waits though it was tried as often as is allowed")]


async def test_a_userid_that_a_representative_no_longer_has_is_no_fault(record: Record) -> None:
    await record.tamper("UPDATE representatives SET userid = 'zhang.wei.2' WHERE code = 'R1'")

    assert await record.verify() == []


async def test_writers_at_work_do_not_look_like_faults(record: Record) -> None:
    await record.tamper("UPDATE ledger_lines SET digest = 'x' WHERE seq = 1")
    async with record.database.read() as session:
        violations = find_violations(session, now=NOW)
        found = [await anext(violations)]
        async with record.database.begin() as other:
            await record.add_answered_case(other, "wmThird", "R1", ZHANG)

        found += [violation async for violation in violations]

    assert {violation.where for violation in found} <= {"ledger JH line 1", "ledger JH line 2"}
