"""Every column of the record in turn is changed in every row: `verify` names the row, or it is said why not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String

from storage.models import Base, DutyEntry, DutyStamp, LedgerDay, LedgerHead, LedgerLine
from storage.types import Instant
from tests.tampering.conftest import Tampered

WATCHED: dict[str, type[Base]] = {
    model.__tablename__: model for model in (DutyEntry, DutyStamp, LedgerLine, LedgerHead, LedgerDay)
}
# What may differ without anything being said that is not so.
FREE = {
    ("ledger_lines", "id"): "the number of the row; lines are told by chain and seq",
    ("duty_stamps", "id"): "the number of the row; stamps are told by entry, event and time",
    ("ledger_days", "published_at"): "when it was noted; what was noted is the line",
}
COLUMNS = [
    (table, column)
    for table, model in WATCHED.items()
    for column in model.__table__.columns
    if (table, column.name) not in FREE
]


def other(column: Column[object]) -> str:
    """Another value of the column's type, as SQL."""
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, Boolean):
        return f"NOT {name}"
    if isinstance(kind, Integer):
        return f"coalesce({name}, 0) + 7000"
    if isinstance(kind, Date):
        return f"CASE WHEN {name} = '2020-02-02' THEN '2020-02-03' ELSE '2020-02-02' END"
    if isinstance(kind, LargeBinary):
        return f"coalesce({name}, x'') || x'00'"
    if isinstance(kind, JSON):
        return """'["attachment:999"]'"""
    if isinstance(kind, String):
        return f"CASE WHEN length({name}) = 64 THEN substr({name}, 2) || 'g' ELSE coalesce({name}, '') || 'x' END"
    assert isinstance(kind, Instant), repr(kind)
    return "'2020-02-02 02:02:02.000000'"


def rows_of(table: str) -> str:
    return f"SELECT rowid FROM {table} ORDER BY rowid"


async def each_row(record: Tampered, table: str) -> list[int]:
    from sqlalchemy import text

    return [row for (row,) in await record.session.execute(text(rows_of(table)))]


async def test_the_record_is_whole_before_anything_is_done_to_it(record: Tampered) -> None:
    assert await record.found() == []
    for table in WATCHED:
        assert len(await each_row(record, table)) >= 2


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{column.name}" for table, column in COLUMNS])
async def test_a_column_that_is_changed_by_hand_is_named(
    record: Tampered, table: str, column: Column[object]
) -> None:
    rows = await each_row(record, table)
    for row in dict.fromkeys((rows[len(rows) // 2], rows[-1])):
        await record.session.execute(_sql("SAVEPOINT story"))
        names = set(await names_of(record, table, row))
        changed = await record.change(f'UPDATE {table} SET "{column.name}" = {other(column)} WHERE rowid = {row}')
        assert changed == 1
        found = await record.found()
        assert found, f"{table}.{column.name} of row {row} was changed and nothing is said"
        assert any(one.where in names for one in found), (found, names)
        await record.session.execute(_sql("ROLLBACK TO story"))


async def names_of(record: Tampered, table: str, row: int) -> Iterator[str]:
    """How `verify` may call a row: its line, the line that continues it, its entry or its chain."""
    where = f"rowid = {row}"
    by_table = {
        "duty_entries": f"SELECT chain, seq, entry_id FROM ledger_lines WHERE entry_id = {row}",
        "duty_stamps": "SELECT l.chain, l.seq, l.entry_id FROM ledger_lines l JOIN duty_stamps s"
        f" ON s.entry_id = l.entry_id AND s.event = l.event AND s.at = l.at WHERE s.{where}",
        "ledger_lines": f"SELECT chain, seq, entry_id FROM ledger_lines WHERE {where}",
        "ledger_heads": f"SELECT chain, seq, 0 FROM ledger_heads WHERE {where}",
        "ledger_days": f"SELECT chain, seq, 0 FROM ledger_days WHERE {where}",
    }
    names = []
    for chain, seq, entry in (await record.session.execute(_sql(by_table[table]))).all():
        names += [f"ledger {chain}", f"ledger {chain} line {seq}", f"ledger {chain} line {seq + 1}"]
        names += [f"duty entry {entry}", f"duty entry {entry + 7000}", f"ledger {chain} line {seq + 7000}"]
        names += [f"ledger {chain}x line {seq}", f"ledger {chain}x", f"duty entry {row}"]
    return iter(names)


def _sql(words: str):
    from sqlalchemy import text

    return text(words)


def test_columns_that_may_differ_are_still_there() -> None:
    for table, name in FREE:
        assert name in WATCHED[table].__table__.columns
