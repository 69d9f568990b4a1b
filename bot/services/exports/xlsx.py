"""Rows as a workbook that runs nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook

from bot.services.exports.cells import Value, cell
from bot.services.exports.duty import DutyRow
from bot.services.exports.words import TITLE, delivered_name, kind_name, place_name

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
