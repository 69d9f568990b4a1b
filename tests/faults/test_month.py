"""The month of `make month` in short: a week, one activity day, one live session, and the report that adds up."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.month.__main__ import Month, run

pytestmark = pytest.mark.long

WEEK = Month(
    matters=12,
    sessions=1,
    asked=4,
    share=0.05,
    first=date(2026, 12, 13),
    end=date(2026, 12, 20),
    tick=timedelta(hours=1),
)


@pytest.mark.slow
async def test_the_report_of_a_short_month_adds_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 means: five totals equal the facts, nothing broken, dropped or against the platform's rules."""
    assert await run(tmp_path, WEEK) == 0
    told = capsys.readouterr().out
    for total in ("attendances", "sessions", "received", "opinions", "proposals"):
        line = next(line for line in told.splitlines() if line.strip().startswith(total))
        assert int(line.split()[2]) > 0, line
