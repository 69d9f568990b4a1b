"""`activity` and `export month-report`: what they print, what they change, and one clear line for a refusal."""

import asyncio
import base64
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import Result
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from bot.__main__ import app
from storage.database import Database
from storage.models import (
    ActivityDay,
    ActivitySite,
    Attendance,
    AuditLine,
    Reception,
    Region,
    Station,
)
from storage.states import ActivityState, AttendanceState
from tests.support.rows import representative

T = TypeVar("T")
REPORT = ("export", "month-report", "--region", "JH", "--month", "2026-10", "--format")
KEY = base64.b64encode(b"k" * 32).decode()


class Shell:
    """Runs commands on a small district with a month behind it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *words: str, key: str = KEY) -> Result:
        env = {"LIANXIN_DATABASE_URL": self.url, "LIANXIN_DATA_KEY": key}
        return CliRunner().invoke(app, list(words), env=env)

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def apart() -> T:
            database = Database(self.url)
            try:
                async with database.begin() as session:
                    return await work(session)
            finally:
                await database.close()

        return asyncio.run(apart())

    def days(self) -> list[ActivityDay]:
        async def read(session: AsyncSession) -> list[ActivityDay]:
            return list(await session.scalars(select(ActivityDay).order_by(ActivityDay.id)))

        return self.do(read)


async def settle_in(session: AsyncSession) -> None:
    for row in (
        Region(code="JH", name="锦河区", level="district"),
        Region(code="JH01", name="=钱桥街道", parent_code="JH", level="town"),
        Region(code="SN", name="山南区", level="district"),
        Station(code="QQ1", name="=钱桥联络站", region_code="JH01"),
        Station(code="XZ1", name="西庄联络站", region_code="JH01"),
        Station(code="SN1", name="山南联络站", region_code="SN"),
        *(representative(f"R{number}", name=f"代表{number}") for number in range(1, 7)),
        _day(1, "JH", date(2026, 10, 13)),
        _day(2, "JH", date(2026, 11, 10)),
        _day(3, "SN", date(2026, 10, 13)),
        _site(1, "QQ1", received=9, opinions=2, proposals=1),
        _site(1, "XZ1"),
        _site(2, "QQ1"),
        _site(3, "SN1"),
        _place(1, "QQ1", "R1", AttendanceState.PRESENT),
        _place(1, "QQ1", "R2", AttendanceState.LATE),
        _place(1, "QQ1", "R3", AttendanceState.ABSENT),
        _place(2, "QQ1", "R1", AttendanceState.PRESENT),
        _place(3, "SN1", "R4", AttendanceState.PRESENT),
        _reception(1, "QQ1", date(2026, 10, 13), day_id=1, people=3, opinions=2),
        _reception(2, "XZ1", date(2026, 10, 13), day_id=1, people=4, opinions=1, proposals=2),
        _reception(3, "XZ1", date(2026, 10, 31), people=1, opinions=1),
        _reception(4, "QQ1", date(2026, 11, 10), day_id=2, people=50),
    ):
        session.add(row)
        await session.flush()


def _day(number: int, region: str, on: date) -> ActivityDay:
    return ActivityDay(
        id=number,
        region_code=region,
        planned_on=on,
        on_date=on,
        start="09:00",
        end="11:30",
        state=ActivityState.CLOSED,
        closed_at=datetime(2026, 11, 11, tzinfo=UTC),
    )


def _site(day: int, station: str, **filed: int) -> ActivitySite:
    return ActivitySite(
        day_id=day,
        station_code=station,
        reported_at=datetime(2026, 10, 16, tzinfo=UTC) if filed else None,
        **filed,
    )


def _place(day: int, station: str, who: str, state: AttendanceState) -> Attendance:
    return Attendance(day_id=day, station_code=station, representative_code=who, state=state)


def _reception(number: int, station: str, on: date, **counts: int) -> Reception:
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    return Reception(
        station_code=station,
        occurred_on=on,
        occurred_at=at,
        source="desk",
        noted_by="officer",
        noted_at=at,
        source_key=f"m{number}",
        **counts,
    )


@pytest.fixture
def shell(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    made = Shell(f"sqlite+aiosqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'lianxin.db')}")
    made.do(settle_in)
    return made


# --- the month report ---------------------------------------------------------------------------------


def test_the_five_totals_are_counted_from_the_raw_rows_and_what_was_filed_stands_beside(shell: Shell) -> None:
    done = shell(
        "export", "month-report", "--region", "JH", "--month", "2026-10", "--format", "json", "-o", "r.json"
    )
    assert done.exit_code == 0, done.output
    report = json.loads(Path("r.json").read_bytes())
    assert report["totals"] == {"attendances": 2, "sessions": 2, "received": 8, "opinions": 4, "proposals": 2}
    assert report["filed"] == {"received": 9, "opinions": 2, "proposals": 1, "filed": 1, "sites": 2}
    by_station = {line["station"]: line for line in report["stations"]}
    assert set(by_station) == {"QQ1", "XZ1"}
    assert (by_station["QQ1"]["received"], by_station["QQ1"]["filed"]["received"]) == (3, 9)
    assert (by_station["XZ1"]["attendances"], by_station["XZ1"]["sessions"]) == (0, 1)
    received = report["records"]["receptions"]
    for figure, name in (("received", "people"), ("opinions", "opinions"), ("proposals", "proposals")):
        assert sum(one[name] for one in received) == report["totals"][figure]
    assert len(report["records"]["attendances"]) == report["totals"]["attendances"]


def test_the_report_goes_to_standard_output_and_an_empty_month_is_noughts(shell: Shell) -> None:
    done = shell("export", "month-report", "--region", "SN", "--month", "2025-02", "--format", "json")
    assert set(json.loads(done.stdout)["totals"].values()) == {0}
    assert json.loads(done.stdout)["stations"] == []


def test_the_workbook_has_the_same_figures_and_runs_nothing(shell: Shell) -> None:
    done = shell(
        "export", "month-report", "--region", "JH", "--month", "2026-10", "--format", "xlsx", "-o", "r.xlsx"
    )
    assert done.exit_code == 0, done.output
    book = load_workbook(BytesIO(Path("r.xlsx").read_bytes()))
    assert book.sheetnames[2:] == ["到会明细", "接待明细"]
    assert sum(row[4] for row in book["接待明细"].iter_rows(min_row=2, values_only=True)) == 8
    sheet = book.active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[-1] == ("合计", "锦河区", 2, 2, 8, 4, 2, 9, 2, 1, 1, 2)
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=钱桥联络站")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--region", "NO", "--month", "2026-10", "--format", "json", "-o", "r.json"],
            "--region NO: no such region",
        ),
        (["--region", "JH", "--month", "2026-10", "--format", "xlsx", "-o", "-"], "-o -: xlsx cannot go"),
        (["--region", "JH", "--month", "2026-10", "--format", "json", "-o", "no/r.json"], "no/r.json: "),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_with_one_line(
    shell: Shell, words: list[str], line: str
) -> None:
    done = shell("export", "month-report", *words)
    assert done.exit_code == 2
    assert done.stderr.startswith(line)
    assert not Path("r.json").exists()


# --- the calendar from a shell ------------------------------------------------------------------------


def test_days_are_listed_for_a_region_and_those_below_it(shell: Shell) -> None:
    told = shell("activity", "list", "--region", "JH", "--from", "2026-10-01", "--to", "2026-12-31")
    lines = [line.split("\t") for line in told.stdout.splitlines()]
    assert [line[:5] for line in lines] == [
        ["1", "JH", "2026-10-13", "09:00-11:30", "closed"],
        ["2", "JH", "2026-11-10", "09:00-11:30", "closed"],
    ]
    told = shell("activity", "list", "--from", "2026-10-01", "--to", "2026-10-31", "--format", "json")
    assert [(row["id"], row["sites"]) for row in json.loads(told.stdout)] == [(1, 2), (3, 1)]
    assert shell("activity", "list", "--from", "2030-01-01").stdout == "no activity days\n"


def test_a_day_is_set_moved_and_called_off_with_a_line_in_the_audit_for_each(shell: Shell) -> None:
    added = shell("activity", "add", "--region", "JH", "--on", "2099-07-21", "--topic", "加装电梯")
    assert added.exit_code == 0, added.output
    number = added.stdout.splitlines()[-1]
    day = shell.days()[-1]
    assert (str(day.id), day.state, day.start, day.end) == (number, ActivityState.CONFIRMED, "09:00", "11:30")
    assert shell("activity", "move", number, "--to", "2099-07-22", "--reason", "大会").exit_code == 0
    day = shell.days()[-1]
    assert (day.on_date, day.planned_on, day.note, day.edition) == (
        date(2099, 7, 22),
        date(2099, 7, 21),
        "大会",
        2,
    )
    assert shell("activity", "cancel", number, "--reason", "停办").exit_code == 0
    assert shell.days()[-1].state is ActivityState.CANCELLED

    async def acts(session: AsyncSession) -> list[tuple[str, str]]:
        rows = await session.execute(select(AuditLine.actor, AuditLine.act).order_by(AuditLine.id))
        return [(actor, act) for actor, act in rows]

    assert shell.do(acts) == [
        ("activity", "activity day added"),
        ("activity", "activity day moved"),
        ("activity", "activity day cancelled"),
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["add", "--region", "NO", "--on", "2099-07-21"], "no such region"),
        (["add", "--region", "JH", "--on", "2020-07-21"], "the date is past"),
        (
            ["add", "--region", "JH", "--on", "2099-07-21", "--start", "12:00", "--end", "09:00"],
            "times are written",
        ),
        (["add", "--region", "JH", "--on", "2099-07-21", "--start", "25:00"], "times are written"),
        (["move", "1", "--to", "2099-07-21"], "the day is closed"),
        (["move", "99", "--to", "2099-07-21"], "no activity day has this number"),
        (["cancel", "1"], "the day is closed"),
        (["list", "--region", "NO"], "--region NO: no such region"),
        (["list", "--from", "2026-12-01", "--to", "2026-01-01"], "--to 2026-01-01: before"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_line(shell: Shell, words: list[str], line: str) -> None:
    done = shell("activity", *words)
    assert done.exit_code == 2
    assert done.stderr.startswith(line), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(shell.days()) == 3


def test_a_second_day_on_the_same_date_is_refused(shell: Shell) -> None:
    assert shell("activity", "add", "--region", "JH", "--on", "2099-07-21").exit_code == 0
    again = shell("activity", "add", "--region", "JH", "--on", "2099-07-21")
    assert (again.exit_code, again.stderr) == (2, "the region has, or had, an activity day on that date\n")


def test_changes_need_the_data_key_and_lists_do_not(shell: Shell) -> None:
    assert shell("activity", "list", key="").exit_code == 0
    refused = shell("activity", "cancel", "1", key="")
    assert refused.exit_code == 2
    assert "LIANXIN_DATA_KEY" in refused.stderr
