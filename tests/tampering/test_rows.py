"""Rows deleted, repeated, slipped in, put in another order, cut off: `verify` names the first bad one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage.models import ContentKeyRow
from tests.integration.test_verification import NOW
from tests.tampering.conftest import Path, Tampered, opened

LINES = 16  # of the chain JH


async def count(record: Tampered, table: str) -> int:
    return int((await record.session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_the_chain_is_as_long_as_the_stories_take_it_for(record: Tampered) -> None:
    found = await record.session.execute(text("SELECT max(seq) FROM ledger_lines WHERE chain = 'JH'"))
    assert found.scalar_one() == LINES


@pytest.mark.parametrize("seq", range(1, LINES + 1))
async def test_a_line_taken_out_is_missed(record: Tampered, seq: int) -> None:
    await record.change(f"DELETE FROM ledger_lines WHERE chain = 'JH' AND seq = {seq}")
    first = (await record.where())[0]
    assert first == (f"ledger JH line {seq + 1}" if seq < LINES else "ledger JH")


@pytest.mark.parametrize("entry", range(1, 8))
async def test_an_entry_taken_out_is_missed_by_its_line(record: Tampered, entry: int) -> None:
    seq = (
        await record.session.execute(
            text("SELECT chain, seq FROM ledger_lines WHERE event = 'entry' AND entry_id = :entry"),
            {"entry": entry},
        )
    ).one()
    await record.change(f"DELETE FROM duty_entries WHERE id = {entry}")
    assert (await record.where())[0] == f"ledger {seq[0]} line {seq[1]}"


@pytest.mark.parametrize("event", ["disputed", "confirmed", "returned", "passed", "released"])
async def test_what_was_said_and_taken_out_is_missed_by_its_line(record: Tampered, event: str) -> None:
    seq = (
        await record.session.execute(text("SELECT seq FROM ledger_lines WHERE event = :e"), {"e": event})
    ).scalar_one()
    assert await record.change(f"DELETE FROM duty_stamps WHERE event = '{event}'") == 1
    assert (await record.where())[0] == f"ledger JH line {seq}"


@pytest.mark.parametrize("keep", [0, 1, 6, LINES - 1])
async def test_a_chain_cut_off_together_with_its_head_is_told(record: Tampered, keep: int) -> None:
    head = (
        f"UPDATE ledger_heads SET seq = {keep}, digest = (SELECT digest FROM ledger_lines WHERE chain = 'JH'"
        f" AND seq = {keep}) WHERE chain = 'JH'"
        if keep
        else "DELETE FROM ledger_heads WHERE chain = 'JH'"
    )
    await record.change(f"DELETE FROM ledger_lines WHERE chain = 'JH' AND seq > {keep}", head)
    assert await record.where() != []


async def test_a_chain_that_is_gone_with_all_that_belongs_to_it_is_told_by_its_entries(record: Tampered) -> None:
    await record.change(
        *(f"DELETE FROM {table} WHERE chain = 'XZ'" for table in ("ledger_lines", "ledger_heads", "ledger_days"))
    )
    assert "duty entry 7" in await record.where()


@given(st.permutations(range(1, LINES + 1)).filter(lambda order: list(order) != list(range(1, LINES + 1))))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_in_any_other_order_are_told_from_the_first_that_moved(record_file: Path, order: list[int]) -> None:
    import asyncio

    async def story() -> list[str]:
        async with opened(record_file) as record:
            await record.change("UPDATE ledger_lines SET seq = -seq WHERE chain = 'JH'")
            for old, new in enumerate(order, start=1):
                await record.change(f"UPDATE ledger_lines SET seq = {new} WHERE chain = 'JH' AND seq = -{old}")
            return await record.where()

    first = min(new for old, new in enumerate(order, start=1) if old != new)
    assert asyncio.run(story())[0] == f"ledger JH line {first}"


async def test_a_line_said_twice_is_told(record: Tampered) -> None:
    await record.change(
        "INSERT INTO ledger_lines (chain, seq, event, entry_id, at, fact_digest, previous, digest)"
        f" SELECT chain, {LINES + 1}, event, entry_id, at, fact_digest, previous, digest FROM ledger_lines"
        " WHERE chain = 'JH' AND seq = 1"
    )
    assert (await record.where())[0] == f"ledger JH line {LINES + 1}"


async def test_entries_that_change_places_are_told(record: Tampered) -> None:
    await record.change(
        "UPDATE duty_entries SET id = 9000, corrects_id = NULL WHERE id = 6",
        "UPDATE duty_entries SET id = 6 WHERE id = 7",
        "UPDATE duty_entries SET id = 7 WHERE id = 9000",
    )
    found = await record.where()
    assert found[0].startswith("ledger JH line")
    assert "ledger XZ line 1" in found


async def test_an_entry_copied_under_another_name_is_told(record: Tampered) -> None:
    columns = (
        "form, station_code, round, kind, source, own, lane, occurred_at, occurred_on, recorded_at, recorded_by"
    )
    columns += ", withdrawn, people, opinions, proposals, evidence, key_id, summary_sealed, summary_digest"
    columns += ", details_sealed, details_digest"
    await record.change(
        f"INSERT INTO duty_entries (representative_code, {columns})"
        f" SELECT 'R3', {columns} FROM duty_entries WHERE id = 5"
    )
    assert "duty entry 8" in await record.where()


@pytest.mark.parametrize("table", ["ledger_lines", "ledger_heads", "duty_entries", "duty_stamps"])
async def test_a_table_that_was_emptied_is_missed(record: Tampered, table: str) -> None:
    assert await record.change(f"DELETE FROM {table}") > 1
    assert await record.where() != []


async def test_a_summary_of_one_entry_under_another_is_told(record: Tampered) -> None:
    await record.change(
        "UPDATE duty_entries SET summary_sealed = (SELECT summary_sealed FROM duty_entries WHERE id = 4)"
        " WHERE id = 6"
    )
    assert (await record.found())[0].what == "the summary of duty entry 6 was changed"


async def test_words_emptied_without_their_key_being_destroyed_are_told(record: Tampered) -> None:
    await record.change("UPDATE duty_entries SET summary_sealed = NULL, details_sealed = NULL WHERE id = 6")
    assert "was not erased" in (await record.found())[0].what


@pytest.mark.parametrize("emptied", [False, True], ids=["ciphertext stays", "ciphertext is emptied too"])
async def test_an_erased_matter_leaves_the_ledger_whole(record: Tampered, *, emptied: bool) -> None:
    await record.session.execute(
        ContentKeyRow.__table__.update().values(wrapped=None, destroyed_at=NOW)  # type: ignore[attr-defined]
    )
    if emptied:
        await record.change(
            "UPDATE duty_entries SET summary_sealed = NULL, details_sealed = NULL",
            "UPDATE duty_stamps SET note_sealed = NULL",
        )
    assert [one for one in await record.where() if one.startswith(("ledger", "duty entry"))] == []
    await record.change("UPDATE duty_entries SET people = 9 WHERE id = 6")
    assert (await record.found())[0].what == "duty entry 6 was changed", "and still nothing of it can be changed"
