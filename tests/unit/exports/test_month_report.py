"""The month as a workbook: a line a station, and a chart of those that received most."""

import io

from openpyxl import load_workbook

from bot.services.exports import month_sheets
from bot.services.exports.month_report import Behind, Filed, MonthReport, StationLine
from storage.receptions import Counts


def report(stations: int) -> MonthReport:
    lines = tuple(
        StationLine(f"Q{number}", f"第{number}站", Counts(3, 1, number, 2, 1), Filed())
        for number in range(stations)
    )
    return MonthReport("JH", "=锦湖区", "2026-10", Counts(9, 3, 12, 6, 3), Filed(), lines)


async def test_the_chart_shows_whoever_received_most_with_the_figures_beside_it() -> None:
    file = io.BytesIO()
    await month_sheets.write_xlsx(report(30), file, Behind())
    book = load_workbook(io.BytesIO(file.getvalue()))
    assert book.sheetnames == ["2026-10 月报", "图表"]
    assert [row[0] for row in book["图表"].iter_rows(min_row=2, max_row=3, values_only=True)] == [
        "第29站",
        "第28站",
    ]
    (chart,) = book["图表"]._charts
    assert [one.val.numRef.f for one in chart.series] == [f"'图表'!${column}$2:${column}$21" for column in "BCD"]
    assert book.worksheets[0]["A1"].quotePrefix, "a name that would run is text"


async def test_a_month_of_nothing_has_no_chart() -> None:
    file = io.BytesIO()
    await month_sheets.write_xlsx(report(0), file, Behind())
    assert load_workbook(io.BytesIO(file.getvalue())).sheetnames == ["2026-10 月报"]
