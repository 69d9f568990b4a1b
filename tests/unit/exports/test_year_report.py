"""The year as a workbook with charts, and what it does not say."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from bot.services.exports import year_report
from bot.services.statistics.figures import (
    Line,
    MonthCounts,
    ResponseFigures,
    ResponseReport,
    StationResponses,
    YearReport,
)
from storage.receptions import Counts
from storage.statistics import EntryFigures


def lines(*keys: str, **figures: int) -> tuple[Line, ...]:
    return tuple(Line((key,), (f"{key}名",), EntryFigures(**figures)) for key in keys)


def report(stations: int = 2) -> YearReport:
    counts = Counts(75, 12, 211, 38, 18)
    codes = [f"Q{number}" for number in range(stations)]
    answers = ResponseFigures(20, 18, 12, 6, 1, 1, 18, 10, 6, 3.5)
    return YearReport(
        year=2026,
        region="JH",
        name="=锦湖区",
        total=EntryFigures(96, 90, 300, 40, 20, 30, 0),
        months=lines("2026-01", "2026-03", entries=48, people=150, cases=15),
        groups=lines("contact", entries=96, people=300),
        kinds=lines("visit", entries=90, people=298) + lines("research", entries=6, people=2),
        levels=lines("district", entries=96, people=300),
        stations=lines(*codes, entries=4, people=3),
        activity=tuple(MonthCounts(f"2026-{month:02}", counts) for month in range(1, 13)),
        activity_total=Counts(900, 149, 2535, 459, 215),
        responses=ResponseReport(
            date(2026, 1, 1),
            date(2026, 12, 31),
            datetime(2027, 1, 1, tzinfo=UTC),
            tuple(StationResponses(code, f"{code}站", answers) for code in codes),
            answers,
        ),
    )


async def workbook(told: YearReport, least: int = 5) -> tuple[Any, bytes]:
    file = io.BytesIO()
    await year_report.write_xlsx(told, file, least)
    return load_workbook(io.BytesIO(file.getvalue())), file.getvalue()


async def test_the_five_totals_and_the_months_stand_where_they_are_looked_for() -> None:
    book, _ = await workbook(report())
    assert book.sheetnames == ["概况", "各月", "类别", "级别", "站点", "答复"]
    facts = {row[0].value: row[1].value for row in book["概况"].iter_rows(min_row=4)}
    assert [facts[name] for name in year_report.ACTIVITY[:3]] == [900, 149, 2535]
    months = list(book["各月"].iter_rows(min_row=2, values_only=True))
    assert months[0][:7] == ("2026-01", 75, 12, 211, 38, 18, 48)
    assert months[1][6] == 0
    assert months[12][:6] == ("合计", 900, 149, 2535, 459, 215)


async def test_charts_stand_beside_their_tables_and_show_what_can_be_read() -> None:
    book, _ = await workbook(report(stations=40))
    assert {sheet.title: len(sheet._charts) for sheet in book} == {
        "概况": 0,
        "各月": 2,
        "类别": 1,
        "级别": 1,
        "站点": 1,
        "答复": 0,
    }
    (chart,) = book["站点"]._charts
    assert chart.series[0].val.numRef.f == "'站点'!$B$2:$B$21"
    assert chart.y_axis.scaling.min == 0, "bars are as long as what they stand for"


async def test_small_counts_of_people_are_hidden_unless_they_are_asked_for() -> None:
    book, _ = await workbook(report())
    assert book["站点"]["D2"].value == "人少不显示"
    book, _ = await workbook(report(), least=0)
    assert book["站点"]["D2"].value == 3


async def test_names_that_would_run_are_text() -> None:
    book, _ = await workbook(report())
    assert book["概况"]["A1"].data_type == "s"
    assert book["概况"]["A1"].quotePrefix


async def test_a_year_of_nothing_is_a_workbook_all_the_same() -> None:
    empty = ResponseReport(
        date(2026, 1, 1), date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC), (), ResponseFigures()
    )
    months = tuple(MonthCounts(f"2026-{month:02}", Counts()) for month in range(1, 13))
    told = YearReport(2026, "JH", "锦湖区", EntryFigures(), (), (), (), (), (), months, Counts(), empty)
    book, _ = await workbook(told)
    assert book["站点"].max_row == 2


def test_json_says_the_same() -> None:
    told = json.loads(year_report.render_json(report(), 5))
    assert told["totals"] == {
        "attendances": 900,
        "sessions": 149,
        "received": 2535,
        "opinions": 459,
        "proposals": 215,
    }
    assert [one["people"] for one in told["stations"]] == [None, None]
    assert told["responses_by_station"][0]["name"] == "Q0站"
