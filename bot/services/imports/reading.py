"""From a folder or a workbook to rows of text; what cannot be read becomes a fault."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.services.imports import geojson, paper, workbook
from bot.services.imports.faults import WHOLE_FILE, Fault
from bot.services.imports.tables import TABLES, Row, Sheet, Table, Tables

_DUTY = "duty"  # what paper forms become
Lines = Iterable[tuple[int, list[str]]]


def read(path: Path) -> Tables:
    """A folder or one `.xlsx` workbook."""
    return read_folder(path) if path.is_dir() else read_workbook(path)


def read_folder(path: Path) -> Tables:
    """The files of contract section 4 that are in a folder; others are ignored."""
    sheets: dict[str, Sheet] = {}
    faults: list[Fault] = []
    for table in TABLES:
        file = path / table.file
        if file.is_file():
            sheet, found = _read_file(table, file)
            sheets[table.name] = sheet
            faults += found
    if not sheets:
        listed = "、".join(table.file for table in TABLES)
        faults.append(Fault(str(path), 1, WHOLE_FILE, f"这里没有可以导入的文件；可以有：{listed}"))
    return Tables(sheets, tuple(faults))


def read_workbook(path: Path) -> Tables:
    """The sheets that are named like the files, in English or Chinese, and paper forms; others are ignored."""
    names = {name: table for table in TABLES for name in (table.name, table.chinese)}
    sheets: dict[str, Sheet] = {}
    faults: list[Fault] = []
    try:
        for name, lines in workbook.read(path, lambda title: title in names or paper.is_form(title)):
            file = f"{path.name}[{name}]"
            if name in names:
                sheet, found = _read_lines(names[name], file, lines)
                sheets[sheet.table.name] = sheet
            else:
                sheet, found = paper.read(names[_DUTY], file, name, lines)
                sheets[f"{_DUTY}:{name}"] = sheet
            faults += found
    except workbook.Unreadable as error:
        return Tables({}, (Fault(path.name, 1, WHOLE_FILE, str(error)),))
    if not sheets:
        listed = "、".join(table.chinese for table in TABLES)
        faults.append(Fault(path.name, 1, WHOLE_FILE, f"没有可以导入的工作表；可以有：{listed}"))
    return Tables(sheets, tuple(faults))


def _read_file(table: Table, file: Path) -> tuple[Sheet, list[Fault]]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "不是 UTF-8 编码；请在 Excel 里“另存为”选“CSV UTF-8（逗号分隔）”再导入"
        return _empty(table, file.name), [Fault(file.name, line, WHOLE_FILE, what)]
    if table.file_ending == "geojson":
        return _read_geojson(table, file.name, text)
    return _read_csv(table, file.name, text)


def _read_csv(table: Table, name: str, text: str) -> tuple[Sheet, list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    broken: list[Fault] = []

    def lines() -> Iterator[tuple[int, list[str]]]:
        line = 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            broken.append(Fault(name, line, WHOLE_FILE, "引号不成对，或者一格太长；请检查这一行的双引号"))

    sheet, faults = _read_lines(table, name, lines())
    return sheet, faults + broken


def _read_geojson(table: Table, name: str, text: str) -> tuple[Sheet, list[Fault]]:
    columns = {column.name: column.name for column in table.columns}
    try:
        rows = tuple(geojson.read(text))
    except geojson.Unreadable as error:
        return _empty(table, name), [Fault(name, error.line, WHOLE_FILE, str(error))]
    return Sheet(table, name, columns, rows), []


def _read_lines(table: Table, name: str, lines: Lines) -> tuple[Sheet, list[Fault]]:
    numbered = iter(lines)
    _, header = next(numbered, (1, []))
    columns, headers, faults = _read_header(table, name, header)
    rows: list[Row] = []
    for line, cells in numbered:
        stripped = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
        if not any(stripped):
            continue
        if any(stripped[len(header) :]):
            faults.append(Fault(name, line, WHOLE_FILE, "这一行的格子比表头多；内容里有逗号时要用双引号括起来"))
        cells_by_name = {column: cell for column, cell in zip(columns, stripped, strict=False) if column}
        rows.append(Row(line, cells_by_name))
    # a table without its needed columns has one fault, not one a row
    return Sheet(table, name, headers, () if _lacks_columns(table, headers) else tuple(rows)), faults


def _read_header(
    table: Table, name: str, header: list[str]
) -> tuple[list[str | None], dict[str, str], list[Fault]]:
    columns: list[str | None] = []
    headers: dict[str, str] = {}
    faults: list[Fault] = []
    for title in map(str.strip, header):
        column = table.find_column(title)
        columns.append(column.name if column else None)
        if column:
            headers[column.name] = title
        elif title:
            known = "、".join(known.name for known in table.columns)
            faults.append(Fault(name, 1, title, f"不认识这一列，请改名或删除；可以有：{known}"))
    for column_name, count in Counter(filter(None, columns)).items():
        if count > 1:
            faults.append(Fault(name, 1, headers[column_name], "这一列出现了两次，请删掉一列"))
    faults += [Fault(name, 1, missing, "缺少这一列") for missing in _lacks_columns(table, headers)]
    return columns, headers, faults


def _lacks_columns(table: Table, headers: dict[str, str]) -> list[str]:
    return [column.name for column in table.columns if column.needed and column.name not in headers]


def _empty(table: Table, name: str) -> Sheet:
    return Sheet(table, name, {}, ())
