"""Rows with their values read: what the checks look at and the database takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String

from bot.services.imports.faults import BadValue, Fault
from bot.services.imports.tables import BadCell, Column, Row, Sheet, Table, Tables, Values


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: its key and its values by database column."""

    sheet: Sheet
    row: Row
    key: tuple[Any, ...]
    values: Mapping[str, Any]

    def fault(self, column: str, what: str) -> Fault:
        """A fault in this row."""
        return self.sheet.fault(self.row, column, what)


Entries = Mapping[str, tuple[Entry, ...]]


def read_entries(tables: Tables) -> tuple[Entries, list[Fault]]:
    """Every row that could be read, by table, and a fault for every cell that could not."""
    entries: dict[str, tuple[Entry, ...]] = {}
    faults: list[Fault] = []
    for name, sheet in tables.sheets.items():
        limits = _limits(sheet.table)
        read: list[Entry] = []
        for row in sheet.rows:
            entry, found = _read_row(sheet, row, limits)
            faults += found
            read += [entry] if entry else []
        entries[name] = tuple(read)
    return entries, faults


def defaults(table: Table) -> Values:
    """What a new row has where the file has no such column."""
    return {
        column.target: column.parse("")
        for column in table.columns
        if not column.needed and column.target in table.model.__table__.columns
    }


def _limits(table: Table) -> Mapping[str, int]:
    """How long the database lets a text be."""
    columns = table.model.__table__.columns
    return {
        column.name: column.type.length
        for column in columns
        if isinstance(column.type, String) and column.type.length is not None
    }


def _read_row(sheet: Sheet, row: Row, limits: Mapping[str, int]) -> tuple[Entry | None, list[Fault]]:
    values: Values = {}
    faults: list[Fault] = []
    for column in sheet.table.columns:
        cell = row.cells.get(column.name)
        if cell is None and not column.needed:
            continue
        try:
            values[column.target] = _read_cell(column, cell or "", limits)
        except BadValue as error:
            faults.append(sheet.fault(row, column.name, str(error)))
    if faults:
        return None, faults
    try:
        values = sheet.table.complete(values)
    except BadCell as error:
        return None, [sheet.fault(row, error.column, error.what)]
    return Entry(sheet, row, sheet.table.key(values), values), []


def _read_cell(column: Column, cell: str, limits: Mapping[str, int]) -> Any:
    if column.needed and not cell:
        raise BadValue("不能为空")
    value = column.parse(cell)
    limit = limits.get(column.target)
    if limit is not None and isinstance(value, str) and len(value) > limit:
        raise BadValue(f"太长，最多 {limit} 个字符")
    return value
