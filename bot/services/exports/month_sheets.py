"""The month report as a workbook: what is printed and sent on."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.chart import BarChart

from bot.services.exports.cells import BOLD, HEAD, OVER, TITLE, cell, set_paper
from bot.services.exports.charts import MOST_BARS, add_chart
from bot.services.exports.month_report import Behind, Filed, MonthReport
from storage.receptions import Counts

HEADINGS = ("站点代码", "站点", "代表到会人次", "开展场次", "接待群众", "意见", "建议")
FILED_HEADINGS = ("上报接待", "上报意见", "上报建议", "已上报", "应上报")
CAME, CAME_HEADINGS = "到会明细", ("站点代码", "日期", "活动日编号", "代表", "代表编号", "到会", "履职记录编号")
RECEIVED = "接待明细"
RECEIVED_HEADINGS = (
    *("站点代码", "日期", "接待编号", "活动日编号", "人数", "意见", "建议", "代表", "代表编号", "履职记录编号"),
)
CHART, CHARTED = "图表", ("站点", "接待群众", "意见", "建议")
_WIDTHS = (16, 32, 14, 10, 10, 10, 10, 10, 10, 10, 10, 10)


async def write_xlsx(report: MonthReport, file: IO[bytes], behind: Behind) -> None:
    """A line a station, the totals last; further sheets: a chart of who received most, the rows behind it."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(f"{report.month} 月报")
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.freeze_panes = "A3"
    set_paper(sheet, heads=2)
    title = cell(sheet, f"{report.name}代表联系服务群众日月报 {report.month}")
    title.font, title.alignment = TITLE, OVER
    sheet.append([title])
    sheet.append(_heads(sheet, (*HEADINGS, *FILED_HEADINGS)))
    for line in report.stations:
        sheet.append([cell(sheet, value) for value in _values(line.station, line.name, line.counts, line.filed)])
    totals = [cell(sheet, value) for value in _values("合计", report.name, report.totals, report.filed)]
    for one in totals:
        one.font = BOLD
    sheet.append(totals)
    if report.stations:
        _chart_of(book.create_sheet(CHART), report)
    came = [(*astuple(one)[:5], "迟到" if one.late else "到会", one.entry) for one in behind.came]
    received = [astuple(one) for one in behind.received]
    _list(book, CAME, CAME_HEADINGS, came)
    _list(book, RECEIVED, RECEIVED_HEADINGS, received)
    await asyncio.to_thread(book.save, file)


def _list(book: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[str | int | date | None]]) -> None:
    if not rows:
        return
    sheet = book.create_sheet(title)
    for index in range(len(heads)):
        sheet.column_dimensions[chr(ord("A") + index)].width = 13
    sheet.freeze_panes = "A2"
    set_paper(sheet, heads=1)
    sheet.append(_heads(sheet, heads))
    for row in rows:
        sheet.append([cell(sheet, f"{value}" if isinstance(value, date) else value) for value in row])


def _heads(sheet: Any, names: Iterable[str]) -> list[Any]:
    cells = [cell(sheet, name) for name in names]
    for one in cells:
        one.font, one.fill = BOLD, HEAD
    return cells


def _chart_of(sheet: Any, report: MonthReport) -> None:
    """The figures that the bars stand for are beside them."""
    lines = sorted(report.stations, key=lambda line: (-line.counts.received, line.station))[:MOST_BARS]
    sheet.column_dimensions["A"].width = 32
    set_paper(sheet, heads=0)
    sheet.append(_heads(sheet, CHARTED))
    for line in lines:
        figures = (line.counts.received, line.counts.opinions, line.counts.proposals)
        sheet.append([cell(sheet, value) for value in (line.name, *figures)])
    chart = BarChart()
    chart.type = "bar"
    chart.x_axis.scaling.orientation = "maxMin"  # the first of the table on top
    last, height = len(lines) + 1, max(7.5, 0.9 * len(lines) + 3)
    title = f"{report.month} 接待群众、意见和建议"
    add_chart(sheet, chart, title, columns=(2, 4), rows=(2, last), at="F1", height=height)


def _values(code: str, name: str, counts: Counts, filed: Filed) -> tuple[str | int, ...]:
    return (code, name, *asdict(counts).values(), *asdict(filed).values())
