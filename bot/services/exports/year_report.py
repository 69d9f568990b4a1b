"""A region's year as a workbook with charts; small counts of people are hidden as in every figure that leaves."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import IO, Any

import orjson
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart

from bot.notices.statistics import ENTRY_NAMES, HIDDEN, RESPONSE_NAMES
from bot.services.exports.cells import BOLD, HEAD, OVER, TITLE, Value, put, set_paper
from bot.services.exports.charts import MOST_BARS, add_chart
from bot.services.statistics import suppressing
from bot.services.statistics.figures import Line, Query, Report, YearReport

ACTIVITY = ("代表到会人次", "开展场次", "接待群众", "意见", "建议")
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same year makes the same file
_Row = Sequence[Value]


def render_json(report: YearReport, least: int) -> bytes:
    """`totals` are the activity figures of the year; figures that are hidden are null."""
    entry_lines = {
        name: _entry_lines(report, lines, least)
        for name, lines in (
            ("months", report.months),
            ("groups", report.groups),
            ("kinds", report.kinds),
            ("levels", report.levels),
            ("stations", report.stations),
        )
    }
    responses, response_total = suppressing.response_rows(report.responses, least)
    told = {
        "region": report.region,
        "name": report.name,
        "year": report.year,
        "least": least,
        "totals": asdict(report.activity_total),
        "activity": [{"month": one.month, **asdict(one.counts)} for one in report.activity],
        "entries": suppressing.suppressed(report.total, least),
        **{
            name: [{"key": line.key[0], "name": line.names[0], **row} for line, row in lines]
            for name, lines in entry_lines.items()
        },
        "responses": response_total,
        "responses_by_station": [
            {"station": line.station, "name": line.name, **row}
            for line, row in zip(report.responses.lines, responses, strict=True)
        ],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def write_xlsx(report: YearReport, file: IO[bytes], least: int) -> None:
    """Sheets 概况, 各月, 类别, 级别, 站点, 答复; charts stand beside their tables."""
    book = Workbook()
    book.properties.created = book.properties.modified = _MADE
    book.properties.creator = ""
    book.properties.title = f"{report.name}{report.year}年代表履职年报"
    _overview(book.active, report, least)
    _months(book.create_sheet("各月"), report, least)
    _lines(book.create_sheet("类别"), report, "类别", report.kinds, least)
    _lines(book.create_sheet("级别"), report, "级别", report.levels, least)
    _lines(book.create_sheet("站点"), report, "站点", report.stations, least)
    _responses(book.create_sheet("答复"), report, least)
    for sheet in book:
        set_paper(sheet, heads=1 if sheet.freeze_panes else 0)
    await asyncio.to_thread(book.save, file)


def _entry_lines(report: YearReport, lines: Sequence[Line], least: int) -> list[tuple[Line, suppressing.Shown]]:
    span = Query(date(report.year, 1, 1), date(report.year, 12, 31), ("",))
    rows, _ = suppressing.entry_rows(Report(span, tuple(lines), report.total), least)
    return list(zip(lines, rows, strict=True))


def _overview(sheet: Any, report: YearReport, least: int) -> None:
    sheet.title = "概况"
    _widths(sheet, (24, 14))
    title = put(sheet, 1, 1, f"{report.name}　{report.year} 年代表履职年报")
    title.font, title.alignment = TITLE, OVER
    activity = zip(ACTIVITY, asdict(report.activity_total).values(), strict=True)
    entries = suppressing.suppressed(report.total, least)
    _, responses = suppressing.response_rows(report.responses, least)
    at = 3
    for title, rows in (
        ("联系服务群众活动", list(activity)),
        ("履职记录", [(word, _shown(entries[name])) for name, word in ENTRY_NAMES.items()]),
        ("群众来信", [(word, _shown(responses[name])) for name, word in RESPONSE_NAMES.items()]),
    ):
        _head(sheet, at, (title, "全年"))
        for number, row in enumerate(rows, start=at + 1):
            _put_row(sheet, number, row)
        at += len(rows) + 2


def _months(sheet: Any, report: YearReport, least: int) -> None:
    entries = {line.key[0]: row for line, row in _entry_lines(report, report.months, least)}
    _widths(sheet, (10, *[12] * 7))
    _head(sheet, 1, ("月份", *ACTIVITY, "履职记录", "见面人数"))
    for number, one in enumerate(report.activity, start=2):
        row = entries.get(one.month, {"entries": 0, "people": 0})
        _put_row(sheet, number, (one.month, *asdict(one.counts).values(), row["entries"], _shown(row["people"])))
    total = suppressing.suppressed(report.total, least)
    counts = asdict(report.activity_total).values()
    _put_row(sheet, 14, ("合计", *counts, total["entries"], _shown(total["people"])), bold=True)
    add_chart(sheet, BarChart(), "每月接待群众、意见和建议", columns=(4, 6), rows=(2, 13), at="J1")
    add_chart(sheet, LineChart(), "每月履职记录", columns=(7, 7), rows=(2, 13), at="J18")


def _lines(sheet: Any, report: YearReport, title: str, lines: Sequence[Line], least: int) -> None:
    _widths(sheet, (30, *[11] * len(ENTRY_NAMES)))
    _head(sheet, 1, (title, *ENTRY_NAMES.values()))
    rows = sorted(_entry_lines(report, lines, least), key=lambda one: (-_number(one[1]["entries"]), one[0].key))
    for number, (line, row) in enumerate(rows, start=2):
        _put_row(sheet, number, (line.names[0], *(_shown(row[name]) for name in ENTRY_NAMES)))
    total = suppressing.suppressed(report.total, least)
    last = len(rows) + 2
    _put_row(sheet, last, ("合计", *(_shown(total[name]) for name in ENTRY_NAMES)), bold=True)
    if rows:
        shown = min(len(rows), MOST_BARS)
        words = f"履职记录最多的 {shown} 个{title}" if len(rows) > shown else f"各{title}履职记录"
        chart = BarChart()
        chart.type = "bar"
        chart.x_axis.scaling.orientation = "maxMin"  # the first of the table on top
        add_chart(
            sheet, chart, words, columns=(2, 2), rows=(2, shown + 1), at="J1", height=max(7.5, 0.6 * shown + 3)
        )


def _responses(sheet: Any, report: YearReport, least: int) -> None:
    _widths(sheet, (30, *[11] * (len(RESPONSE_NAMES) + 2)))
    _head(sheet, 1, ("站点", *RESPONSE_NAMES.values(), "按时率", "首答小时"))
    rows, total = suppressing.response_rows(report.responses, least)
    for number, (line, row) in enumerate(zip(report.responses.lines, rows, strict=True), start=2):
        _put_response(sheet, number, line.name, row)
    _put_response(sheet, len(rows) + 2, "合计", total, bold=True)


def _put_response(sheet: Any, number: int, name: str, row: Mapping[str, Any], *, bold: bool = False) -> None:
    values = [_shown(row[one]) for one in RESPONSE_NAMES]
    rate, hours = row["in_time_rate"], row["median_hours"]
    cells = _put_row(sheet, number, (name, *values, rate if rate is not None else "—", hours or "—"), bold=bold)
    cells[-2].number_format = "0.0%"


def _put_row(sheet: Any, number: int, values: _Row, *, bold: bool = False) -> list[Any]:
    cells = [put(sheet, number, column, value) for column, value in enumerate(values, start=1)]
    for cell in cells if bold else ():
        cell.font = BOLD
    return cells


def _head(sheet: Any, number: int, names: Sequence[str]) -> None:
    for cell in _put_row(sheet, number, names, bold=True):
        cell.fill = HEAD
    if number == 1:
        sheet.freeze_panes = "B2"


def _widths(sheet: Any, widths: Sequence[int]) -> None:
    for index, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + index)].width = width


def _shown(value: float | None) -> Value:
    return HIDDEN if value is None else value


def _number(value: float | None) -> float:
    return value or 0
