"""The month report (domain A1, row 8): figures counted from the raw rows, with what officers filed beside them."""

import asyncio
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date
from typing import IO, Any

import orjson
from openpyxl import Workbook
from openpyxl.chart import BarChart
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.cells import BOLD, HEAD, OVER, TITLE, cell, set_paper
from bot.services.exports.charts import MOST_BARS, add_chart
from bot.services.exports.duty import ExportRefused
from storage import month_rows, receptions, region_reading
from storage.models import ActivitySite
from storage.month_rows import CameRow, ReceivedRow
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


class NoSuchRegion(ExportRefused):
    """No region has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"--region {code}: no such region")


@dataclass(frozen=True, slots=True)
class Filed:
    """What officers filed for closed site-days: `sites` of them, `filed` of which have."""

    received: int = 0
    opinions: int = 0
    proposals: int = 0
    filed: int = 0
    sites: int = 0


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station's month."""

    station: str
    name: str
    counts: Counts
    filed: Filed


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A region's month: its totals and a line for each station with anything to count."""

    region: str
    name: str
    month: str
    totals: Counts
    filed: Filed
    stations: tuple[StationLine, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows that the figures are added up from."""

    came: Sequence[CameRow] = ()
    received: Sequence[ReceivedRow] = ()


async def rows_behind(session: AsyncSession, region: str, month: date) -> Behind:
    """What `count_month` added up for the same month; of closed matters the numbers alone."""
    below = await region_reading.regions_below(session, region)
    stations = [one.code for one in await region_reading.stations_in(session, below)]
    span = _days(month)
    return Behind(
        await month_rows.came(session, stations, *span), await month_rows.received(session, stations, *span)
    )


def _days(month: date) -> tuple[date, date]:
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


async def count_month(session: AsyncSession, region: str, month: date) -> MonthReport:
    """Count a month of local dates for the stations of a region and those below it. Raises `NoSuchRegion`.

    Receptions on other days than activity days count for people, opinions and proposals, not for sessions.
    """
    names = await region_reading.region_names(session, [region])
    if region not in names:
        raise NoSuchRegion(region)
    below = await region_reading.regions_below(session, region)
    stations = {one.code: one.name for one in await region_reading.stations_in(session, below)}
    first, last = _days(month)
    counted = await receptions.count_by_station(session, list(stations), first, last)
    sites: dict[str, list[ActivitySite]] = {}
    for site in await receptions.sites_between(session, list(stations), first, last):
        sites.setdefault(site.station_code, []).append(site)
    lines = tuple(
        StationLine(code, name, counted.get(code, Counts()), _filed(sites.get(code, [])))
        for code, name in stations.items()
        if code in counted or code in sites
    )
    totals = Counts(*_sums(asdict(line.counts) for line in lines))
    filed = Filed(*_sums(asdict(line.filed) for line in lines))
    return MonthReport(region, names[region], f"{first:%Y-%m}", totals, filed, lines)


def _sums(rows: Iterable[dict[str, int]]) -> list[int]:
    """Column by column; none where there are no rows."""
    return [sum(column) for column in zip(*(row.values() for row in rows), strict=True)]


def _filed(sites: list[ActivitySite]) -> Filed:
    done = [site for site in sites if site.reported_at is not None]
    return Filed(
        sum(site.received or 0 for site in done),
        sum(site.opinions or 0 for site in done),
        sum(site.proposals or 0 for site in done),
        len(done),
        len(sites),
    )


def render_json(report: MonthReport, behind: Behind = Behind()) -> bytes:
    """`totals` first of all; `filed` stands beside the figures, never in their place; `records` are behind them."""
    told = {
        "region": report.region,
        "name": report.name,
        "month": report.month,
        "totals": asdict(report.totals),
        "filed": asdict(report.filed),
        "stations": [
            {"station": line.station, "name": line.name, **asdict(line.counts), "filed": asdict(line.filed)}
            for line in report.stations
        ],
        "records": {"attendances": behind.came, "receptions": behind.received},
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


async def write_xlsx(report: MonthReport, file: IO[bytes], behind: Behind = Behind()) -> None:
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
