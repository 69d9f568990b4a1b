"""Whatever is changed behind the ledger's back is named, on both databases, and by what outsiders saved.

`tests/tampering` goes through every column and row, on SQLite; here are the ways, one of each.
"""

import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from bot.services.duty import publishing
from bot.services.verification import find_violations
from storage import duty, ledger, ledger_days
from storage.duty import NewEntry
from storage.keys import add_key, add_keys, get_key
from storage.ledger import Violation
from storage.models import DutyEntry, LedgerHead, LedgerLine
from tests.integration.test_verification import MORNING, NOW, Record, empty
from tests.integration.test_verification import record as exchanges

__all__ = ["empty", "exchanges"]
TODAY = date(2026, 11, 20)


def visit(**facts: object) -> NewEntry:
    usual: dict[str, object] = {
        "representative_code": "R1",
        "station_code": "QQ1",
        "kind": "visit",
        "source": "rep",
        "at": MORNING,
        "on": TODAY,
        "recorded_at": MORNING,
        "summary": "走访3户",
        "people": 3,
        "details": {"place": "牡丹园"},
        "evidence": ("attachment:1",),
    }
    return NewEntry(**{**usual, **facts})  # type: ignore[arg-type]


@pytest.fixture
async def record(exchanges: Record) -> Record:
    """Three exchanges (entries 1 to 3, lines 1 to 7), then a visit that was disputed and corrected.

    Lines: 8 the visit (entry 4), 9 disputed, 10 its correction (entry 5), 11 corrected, 12 confirmed, 13 returned.
    """
    async with exchanges.database.begin() as session:
        first = await duty.write(session, "JH", visit(own=False), *await add_key(session, exchanges.vault))
        key = await get_key(session, exchanges.vault, first.key_id)
        at = MORNING + timedelta(minutes=1)
        note = key.seal_text("那天只有2人")
        await duty.say_of(session, first, ledger.DISPUTED, by="zhang.wei", at=at, note=note)
        new = visit(people=2, own=False, root_id=first.id, corrects_id=first.id, recorded_at=at)
        second = await duty.correct(session, first, new, *await add_key(session, exchanges.vault))
        await duty.say_of(session, second, ledger.CONFIRMED, by="zhang.wei", at=at + timedelta(minutes=1))
        late = at + timedelta(minutes=2)
        await duty.say_of(session, second, ledger.RETURNED, by="officer", at=late, note=key.seal_text("缺照片"))
    return exchanges


TAMPERINGS = {
    "a delivery is erased": ("UPDATE duty_entries SET delivered_at = NULL WHERE id = 1", "duty entry 1"),
    "a closing is erased": ("UPDATE duty_entries SET closed_at = NULL WHERE id = 3", "duty entry 3"),
    "a confirmation is erased": ("UPDATE duty_entries SET confirmed_at = NULL WHERE id = 5", "duty entry 5"),
    "a dispute is erased": ("UPDATE duty_entries SET disputed_at = NULL WHERE id = 4", "duty entry 4"),
    "a correction is hidden": ("UPDATE duty_entries SET corrected_at = NULL WHERE id = 4", "duty entry 4"),
    "a stamp is moved": ("UPDATE duty_entries SET returned_at = confirmed_at WHERE id = 5", "duty entry 5"),
    "the head is gone": ("DELETE FROM ledger_heads", "ledger JH"),
    "the head is set back": (
        "UPDATE ledger_heads SET seq = 12, digest = (SELECT digest FROM ledger_lines WHERE seq = 12)",
        "ledger JH",
    ),
    "a summary is emptied": ("UPDATE duty_entries SET summary_sealed = NULL WHERE id = 4", "ledger JH line 8"),
    "a place is emptied": ("UPDATE duty_entries SET details_sealed = NULL WHERE id = 5", "ledger JH line 10"),
    "a place is another's": (
        "UPDATE duty_entries SET details_sealed = other.details_sealed FROM duty_entries AS other"
        " WHERE duty_entries.id = 5 AND other.id = 4",
        "ledger JH line 10",
    ),
    "a summary is given another key": ("UPDATE duty_entries SET key_id = 1 WHERE id = 3", "ledger JH line 5"),
    "what was said is deleted": ("DELETE FROM duty_stamps WHERE event = 'disputed'", "ledger JH line 9"),
    "who said it is changed": ("UPDATE duty_stamps SET by = 'x' WHERE event = 'confirmed'", "ledger JH line 12"),
    "why it was said is emptied": (
        "UPDATE duty_stamps SET note_sealed = NULL WHERE event = 'returned'",
        "duty entry 5",
    ),
    "why it was said is another's": (
        "UPDATE duty_stamps SET note_sealed = other.note_sealed FROM duty_stamps AS other"
        " WHERE duty_stamps.event = 'returned' AND other.event = 'disputed'",
        "ledger JH line 13",
    ),
    "something is said without a line": (
        "INSERT INTO duty_stamps (entry_id, event, at, by, note_digest)"
        " VALUES (4, 'passed', '2026-11-20 02:00:00', 'x', '')",
        "duty entry 4",
    ),
    "an entry is slipped in": (
        "INSERT INTO duty_entries (form, representative_code, round, kind, source, own, lane, occurred_at,"
        " occurred_on, recorded_by, withdrawn, people, opinions, proposals, key_id, summary_digest, details_digest)"
        " VALUES (2, 'R1', 1, 'visit', 'rep', true, '', '2026-11-20 01:30:00', '2026-11-20', '', false, 9, 0, 0,"
        " 1, '', '')",
        "duty entry",
    ),
    "an entry is made to look like one of the first form": (
        "UPDATE duty_entries SET form = 1 WHERE id = 4",
        "ledger JH line 8",
    ),
    "figures are changed": ("UPDATE duty_entries SET people = 9 WHERE id = 4", "ledger JH line 8"),
    "an entry is deleted": ("DELETE FROM duty_entries WHERE id = 4", "ledger JH line 8"),
    "a line is taken out": ("DELETE FROM ledger_lines WHERE seq = 8", "ledger JH line 9"),
    "a line's digest is changed": (
        "UPDATE ledger_lines SET digest = substr(digest, 1, 63) WHERE seq = 8",
        "ledger JH line 8",
    ),
    "lines change places": (
        "UPDATE ledger_lines SET seq = 99 WHERE seq = 8; UPDATE ledger_lines SET seq = 8 WHERE seq = 10;"
        "UPDATE ledger_lines SET seq = 10 WHERE seq = 99",
        "ledger JH line 8",
    ),
    "a line is slipped in between": (
        "UPDATE ledger_lines SET seq = -seq WHERE seq > 8; UPDATE ledger_lines SET seq = 1 - seq WHERE seq < 0;"
        "INSERT INTO ledger_lines (chain, seq, event, entry_id, at, fact_digest, previous, digest)"
        " SELECT chain, 9, event, entry_id, at, fact_digest, previous, digest FROM ledger_lines WHERE seq = 8",
        "ledger JH line 9",
    ),
    "the ledger is cut off with its head": (
        "DELETE FROM ledger_lines WHERE seq = 13;"
        "UPDATE ledger_heads SET seq = 12, digest = (SELECT digest FROM ledger_lines WHERE seq = 12)",
        "duty entry 5",
    ),
    "every line is gone": ("DELETE FROM ledger_lines", "ledger JH"),
}
_LOOSE = "SET LOCAL session_replication_role = replica"  # PostgreSQL asks for no foreign keys


async def done_to(record: Record, *statements: str) -> list[Violation]:
    """What `verify` says after them; none of it is kept."""
    async with record.database.read() as session:
        loose = "PRAGMA defer_foreign_keys=ON" if record.database.is_sqlite else _LOOSE
        for statement in (loose, *statements):
            await session.execute(text(statement))
        return [one async for one in find_violations(session, now=NOW)]


async def test_tampering_is_found_and_named_on_both_databases(record: Record) -> None:
    assert await record.verify() == [], "before anything is done to it"
    for what, (statement, where) in TAMPERINGS.items():
        found = await done_to(record, *statement.split(";"))
        assert any(one.where.startswith(where) for one in found), (what, found)
    assert await record.verify() == []


# --- what only an outsider can find -------------------------------------------------------------------


async def publish(record: Record) -> list[str]:
    async with record.database.begin() as session:
        days = await ledger_days.publish(session, TODAY, MORNING + timedelta(hours=12), NOW)
        return [f"{day.on_date} {day.chain} {day.seq} {day.digest}" for day in days]


async def differences(record: Record, saved: list[str]) -> list[Violation]:
    async with record.database.read() as session:
        heads = publishing.parse_heads(saved)
        return [one async for one in publishing.find_differences(session, heads)]


async def rewrite_everything(record: Record) -> None:
    """Whoever has the database and the program changes an entry and makes every digest right again."""
    async with record.database.begin() as session:
        entry = await session.get_one(DutyEntry, 4)
        entry.people = 300
        lines = await session.scalars(select(LedgerLine).order_by(LedgerLine.seq))
        previous = ledger.GENESIS
        for line in lines.all():
            if line.event == ledger.ENTRY and line.entry_id == 4:
                line.fact_digest = ledger.entry_digest(entry)
            line.previous = previous
            line.digest = previous = ledger.line_digest(
                line.chain, line.seq, line.event, line.entry_id, line.at, line.fact_digest, previous
            )
        head = await session.get_one(LedgerHead, "JH")
        head.digest = previous


async def test_who_rewrites_everything_is_betrayed_by_what_was_published(record: Record) -> None:
    saved = await publish(record)
    await rewrite_everything(record)
    assert [one.where for one in await record.verify()] == ["ledger JH line 13"]
    await record.tamper("DELETE FROM ledger_days")
    assert await record.verify() == [], "nothing in the database can tell any more"
    assert [one.where for one in await differences(record, saved)] == ["ledger JH line 13"]


async def test_what_was_saved_stays_true_while_the_ledger_grows(record: Record) -> None:
    saved = await publish(record)
    async with record.database.begin() as session:
        await duty.write(session, "JH", visit(recorded_at=NOW), *await add_key(session, record.vault))
    assert await differences(record, saved) == []
    assert await record.verify() == []


async def test_a_cut_off_ledger_is_told_by_what_was_saved(record: Record) -> None:
    saved = await publish(record)
    await record.tamper("DELETE FROM ledger_lines WHERE seq > 7", "DELETE FROM ledger_days")
    assert [one.where for one in await differences(record, saved)] == ["ledger JH line 13"]


def test_what_outsiders_save_is_read_in_each_of_its_forms() -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    for line in (
        f"2026-11-20 JH 13 {digest}",
        f"JH 13 {digest.upper()}",
        f"<tr><td>2026-11-20</td><td>JH</td><td>13</td><td>{digest}</td></tr>",
        f"JH,13,{digest}",
    ):
        assert publishing.parse_heads(["第一行没有摘要", line]) == [("JH", 13, digest)]


@pytest.mark.parametrize("line", ["", "hello", f"JH 13 {'a' * 63}", f"JH {'a' * 64}"])
def test_a_file_that_cannot_be_compared_is_refused(line: str) -> None:
    with pytest.raises(publishing.NothingToCompare):
        publishing.parse_heads([line])


async def test_stamps_of_the_same_event_are_told_apart_by_their_time(record: Record) -> None:
    async with record.database.begin() as session:
        entry = await session.get_one(DutyEntry, 5)
        for minute in (10, 11):
            at = MORNING + timedelta(minutes=minute)
            await duty.say_of(session, entry, ledger.DISPUTED, by="zhang.wei", at=at)
    assert await record.verify() == []
    await record.tamper("DELETE FROM duty_stamps WHERE id = (SELECT max(id) FROM duty_stamps)")
    assert (await record.verify())[0].where == "ledger JH line 15"


async def test_many_entries_written_at_once_are_lines_like_any_other(record: Record) -> None:
    async with record.database.begin() as session:
        keys = await add_keys(session, record.vault, 30)
        numbers = await duty.write_all(session, "JH", [(visit(people=at), *key) for at, key in enumerate(keys)])
        single = await duty.write(session, "JH", visit(), *await add_key(session, record.vault))
    assert await record.verify() == []
    assert single.id not in numbers
    async with record.database.read() as session:
        entry = await session.get_one(DutyEntry, numbers[7])
        key = await get_key(session, record.vault, entry.key_id)
        assert (entry.people, key.open_text(entry.summary_sealed)) == (7, "走访3户")
    await record.tamper(f"UPDATE duty_entries SET people = 8 WHERE id = {numbers[7]}")  # noqa: S608
    assert (await record.verify())[0].what == f"duty entry {numbers[7]} was changed"
