"""The prefecture of `benchmarks.duty_numbers` in small: loaded in bulk, proved, counted as it is."""

from datetime import date

from sqlalchemy import func, select

from benchmarks.duty_numbers import Size, fill, measure, opened
from bot.services.statistics import counting
from bot.services.statistics.figures import Query
from storage.duty_reading import Viewer
from storage.models import DutyEntry

EVERY = Viewer("centre.one", None, None, sees_closed=True)


async def test_what_was_loaded_in_bulk_verifies_and_is_counted_as_it_is(database_urls: str) -> None:
    size = Size.of(0.001)
    async with opened(database_urls) as office:
        await fill(office, size)
        spent = await measure(office, times=2)  # raises where `verify` finds anything
        assert set(spent) == {
            "page of a representative",
            "file of a representative",
            "month report",
            "year report",
            "who is behind, of all",
            "verify",
        }
        async with office.database.read() as session:
            context = await office.open(session)
            year = await counting.count_year(context, EVERY, "P", 2026)
            whole = Query(date(2020, 1, 1), date(2026, 12, 31))
            report = await counting.count(context, EVERY, whole)
            rows, people = (await session.execute(select(func.count(), func.sum(DutyEntry.people)))).one()
    assert (report.total.entries, report.total.people) == (rows, people)
    assert rows == size.visits + size.matters
    assert report.total.cases == size.matters
    for lines in (year.months, year.groups, year.kinds, year.levels, year.stations):
        assert sum(line.figures.entries for line in lines) == year.total.entries
    assert year.responses.total.received == year.responses.total.answered > 0
