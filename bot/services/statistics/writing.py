"""A report of entries as a file: JSON, or a plain sheet. Small counts of people are hidden where they must be."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import IO, Any

import orjson
from openpyxl import Workbook

from bot.notices.statistics import ENTRY_NAMES, HIDDEN, said_span
from bot.services.exports.cells import cell
from bot.services.statistics.figures import Report
from bot.services.statistics.suppressing import Shown, entry_rows
from storage.statistics import DIMENSIONS

HEADINGS = dict(zip(DIMENSIONS, ("代表", "级别", "大类", "站点", "区域", "类别", "月份"), strict=True))
Numbers = Mapping[tuple[str, ...], Sequence[int]]


def render_json(report: Report, least: int, entries: Numbers | None = None) -> bytes:
    """`total` first, then the lines by their keys; with `entries` the numbers behind each line."""
    rows, total = entry_rows(report, least)
    query = report.query
    lines = []
    for line, row in zip(report.lines, rows, strict=True):
        told: dict[str, Any] = dict(zip(query.by, line.key, strict=True))
        told["name"] = "、".join(line.names)
        told |= row
        if entries is not None:
            told["entry_numbers"] = list(entries.get(line.key, ()))
        lines.append(told)
    head = {"from": query.first, "to": query.last, "by": list(query.by), "least": least}
    told_all = {**head, "total": total, "lines": lines}
    return orjson.dumps(told_all, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def write_xlsx(report: Report, file: IO[bytes], least: int, entries: Numbers | None = None) -> None:
    """One sheet: a line a key, the total last."""
    rows, total = entry_rows(report, least)
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("履职统计")
    query = report.query
    names = [HEADINGS[name] for name in query.by]
    sheet.freeze_panes = "A3"
    sheet.append([cell(sheet, f"{said_span(query.first, query.last)}履职统计")])
    further = ["记录编号"] if entries is not None else []
    sheet.append([cell(sheet, one) for one in (*names, *ENTRY_NAMES.values(), *further)])
    for line, row in zip(report.lines, rows, strict=True):
        numbers = ["、".join(map(str, entries.get(line.key, ())))] if entries is not None else []
        sheet.append([cell(sheet, one) for one in (*line.names, *_values(row), *numbers)])
    blanks = [""] * (len(names) - 1)
    label = ["合计", *blanks] if names else []
    sheet.append([cell(sheet, one) for one in (*label, *_values(total))])
    await asyncio.to_thread(book.save, file)


def _values(row: Shown) -> list[str | float]:
    found = [row[name] for name in ENTRY_NAMES]
    return [HIDDEN if one is None else one for one in found]
