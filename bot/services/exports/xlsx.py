"""Rows as a workbook that runs nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment

from bot.services.exports.duty import DutyRow
from bot.services.exports.words import TITLE, delivered_name, kind_name, place_name, printable

# heading and width in characters
COLUMNS = (
    ("登记号", 10),
    ("代表编码", 14),
    ("代表姓名", 14),
    ("日期", 18),
    ("类别", 12),
    ("地点（联络站）", 28),
    ("内容", 60),
    ("事项编号", 20),
    ("送达", 10),
    ("送达时间", 18),
    ("办结时间", 18),
    ("人数", 8),
    ("意见", 8),
    ("建议", 8),
    ("佐证", 8),
    ("本人确认", 10),
    ("更正自", 10),
)
SHEET_ROWS = 1_048_576  # what a spreadsheet program opens, the heading included
_RUN = ("=", "+", "-", "@", "\t", "\r")
_WRAP = Alignment(vertical="top", wrap_text=True)
Value = str | int | datetime | None


async def write(rows: AsyncIterator[DutyRow], file: IO[bytes], *, sheet_rows: int = SHEET_ROWS) -> None:
    """A sheet with headings, and a further one for what does not fit."""
    book = Workbook(write_only=True)
    try:
        sheet, used = _add_sheet(book), 1
        async for row in rows:
            if used == sheet_rows:
                sheet, used = _add_sheet(book), 1
            sheet.append([cell(sheet, value) for value in _values(row)])
            used += 1
        await asyncio.to_thread(book.save, file)
    except BaseException:
        discard(book)
        raise


def discard(book: Any) -> None:
    """openpyxl keeps the sheets in files until they are saved; what people wrote must not stay in them."""
    for sheet in book.worksheets:
        if not sheet.closed:
            sheet.close()
        Path(sheet._writer.out).unlink(missing_ok=True)


def _add_sheet(book: Any) -> Any:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet(TITLE if number == 1 else f"{TITLE}{number}")
    sheet.freeze_panes = "A2"
    for index, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.append([cell(sheet, heading) for heading, _ in COLUMNS])
    return sheet


def _values(row: DutyRow) -> tuple[Value, ...]:
    return (
        row.entry,
        row.representative,
        row.representative_name,
        row.occurred_at,
        row.kind_name or kind_name(row.kind),
        place_name(row.station_name, row.place),
        row.summary,
        row.case,
        delivered_name(delivered=row.delivered, has_case=row.case is not None),
        row.delivered_at,
        row.closed_at,
        row.people,
        row.opinions,
        row.proposals,
        len(row.evidence),
        "已确认" if row.confirmed else "未确认",
        row.corrects,
    )


def cell(sheet: Any, value: Value) -> Any:
    """A cell that a spreadsheet program shows and never runs; a time is shown as it is on the clock."""
    if isinstance(value, str):
        return _text(sheet, printable(value))
    if isinstance(value, datetime):
        cell: Any = WriteOnlyCell(sheet, value.replace(tzinfo=None, microsecond=0))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    return WriteOnlyCell(sheet, value)


def _text(sheet: Any, text: str) -> Any:
    """A cell that is text whatever it begins with, also after someone has edited it."""
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.alignment = _WRAP
    if text.startswith(_RUN):
        cell.quotePrefix = True  # what a spreadsheet program sets for a typed leading apostrophe
    return cell
