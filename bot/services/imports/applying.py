"""Writing an import into the database: all of it or, with any fault, none of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.imports import admins
from bot.services.imports.checking import check
from bot.services.imports.entries import Entry, defaults, read_entries
from bot.services.imports.existing import load_existing
from bot.services.imports.faults import ImportRefused
from bot.services.imports.tables import TABLES, Table, Tables
from bot.services.two_person.kinds import AdminChange

Stored = Mapping[str, Any]
Rows = Mapping[tuple[Any, ...], Stored]


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a table's rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, by table, for the tables that it had."""

    tables: Mapping[str, Count]
    administrators: tuple[AdminChange, ...] = ()  # who became one or is none any more, once there was one
    held: tuple[AdminChange, ...] = ()  # the same, not written: a second person has to agree

    def with_count(self, table: str, count: Count) -> "Summary":
        """This and what was done with one more table."""
        return replace(self, tables={**self.tables, table: count})

    @property
    def changed(self) -> int:
        """Rows created or updated."""
        return sum(count.created + count.updated for count in self.tables.values())


async def apply(session: AsyncSession, tables: Tables, *, two_agreed: bool = False) -> Summary:
    """Write what was read; never commits, so a caller may roll back for a dry run.

    A row that is known is updated where it differs: columns that the file has are replaced as given, empty ones
    too; columns that it lacks stay. Rows that the file lacks stay. Duty entries are written by `duty_rows`.
    Who is an administrator is changed with `two_agreed` only, or where nobody could be asked.
    Raises `ImportRefused` with every fault.
    """
    faults = check(tables, await load_existing(session))
    if faults:
        raise ImportRefused(faults)
    entries, _ = read_entries(tables)
    summary = Summary({})
    for table in TABLES:
        if table.name in entries and not table.recorded:
            summary = await _apply_table(session, table, entries[table.name], summary, two_agreed=two_agreed)
    return summary


async def _apply_table(
    session: AsyncSession, table: Table, entries: Sequence[Entry], summary: Summary, *, two_agreed: bool
) -> Summary:
    stored = await _load(session, table)
    rows = {entry.key: entry.values for entry in entries}
    if table.name == "staff":
        changes = admins.find_changes(stored, rows)
        held = [] if two_agreed else admins.held_back(stored, changes)
        waiting = {one.userid for one in held}
        rows = {key: values for key, values in rows.items() if key[0] not in waiting}
        done = tuple(one for one in changes if one.userid not in waiting)
        summary = replace(summary, administrators=done, held=tuple(held))
    return summary.with_count(table.name, await _write(session, table, stored, rows))


async def _write(
    session: AsyncSession,
    table: Table,
    stored: Mapping[tuple[Any, ...], Stored],
    rows: Mapping[tuple[Any, ...], Stored],
) -> Count:
    new = [defaults(table) | dict(values) for key, values in rows.items() if key not in stored]
    changed = [
        (stored[key], values) for key, values in rows.items() if key in stored and _differs(stored[key], values)
    ]
    await _release_userids(session, table, changed)
    # before the updates: a station that stays may come under one that is new
    await _insert(session, table, new)
    await _update(session, table, changed)
    return Count(len(new), len(changed), len(rows) - len(new) - len(changed))


async def _load(session: AsyncSession, table: Table) -> dict[tuple[Any, ...], Stored]:
    found = await session.execute(select(_sql(table)))
    return {table.key(row): row for row in (dict(row) for row in found.mappings())}


async def _insert(session: AsyncSession, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(_sql(table)), rows)


async def _update(session: AsyncSession, table: Table, changed: list[tuple[Stored, Stored]]) -> None:
    """One statement for all rows; a file has the same columns in every row, GeoJSON perhaps not."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    key = _primary_key(table)
    for before, after in changed:
        parameters = {f"new_{name}": value for name, value in after.items()}
        groups.setdefault(tuple(after), []).append({"old_key": before[key], **parameters})
    sql = _sql(table)
    for columns, rows in groups.items():
        values = {name: bindparam(f"new_{name}", type_=sql.c[name].type) for name in columns}
        await session.execute(update(sql).where(sql.c[key] == bindparam("old_key")).values(values), rows)


async def _release_userids(session: AsyncSession, table: Table, changed: list[tuple[Stored, Stored]]) -> None:
    """Two representatives may change places in one import; the account is free before it is taken."""
    sql = _sql(table)
    if table.name != "representatives":
        return
    codes = [
        {"old_key": before["code"]}
        for before, after in changed
        if before["userid"] and after.get("userid", before["userid"]) != before["userid"]
    ]
    if codes:
        await session.execute(update(sql).where(sql.c.code == bindparam("old_key")).values(userid=None), codes)


def _differs(before: Stored, after: Stored) -> bool:
    return any(before[name] != value for name, value in after.items())


def _sql(table: Table) -> SqlTable:
    return cast(SqlTable, table.model.__table__)


def _primary_key(table: Table) -> str:
    return next(column.name for column in _sql(table).primary_key)
