"""The year of `make year` in short: what people did by word, code, desk and paper is what the reports say."""

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.duty_year import SHORT, add_up, differences, live, reports
from bot.services.verification import find_violations
from storage.models import Reception
from tests.support.town import open_town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together


async def test_the_five_totals_are_those_of_what_people_did_and_one_change_moves_one_of_them(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path) as town:
        done = await live(town, SHORT)
        found = await reports(town, SHORT)
        assert differences(done, found, SHORT.totals) == []
        assert await reports(town, SHORT) == found, "counted twice, the same"
        async with town.bot.database.begin() as session:
            (last, *_) = [one for one in await town.all(Reception) if one.noted_by == "officer.0"][::-1]
            row = await session.get_one(Reception, last.id)
            row.people += 3
        again = await reports(town, SHORT)
        async with town.bot.database.read() as session:
            assert [one async for one in find_violations(session, now=town.clock.now())] == []
    before, after = (asdict(add_up(report.totals for report in some)) for some in (found, again))
    assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {"received": 3}
    changed = [
        (report.month, line.station)
        for report, was in zip(again, found, strict=True)
        for line, old in zip(report.stations, was.stations, strict=True)
        if line != old
    ]
    assert changed == [(f"{last.occurred_on:%Y-%m}", "T0")]
