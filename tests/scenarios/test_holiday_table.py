"""The holidays of a year that nobody has imported: staff are asked for them, kindly and not too often."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.calendars import WorkingDays
from bot.services.holiday_table import find_unknown_year
from storage.models import Holiday, StaffMember
from storage.rules import note_roster_change
from tests.support.town import CENTRE, OFFICER, Town

LATECOMER = "admin.one"
ASKED = "2027 年的放假和调休安排还没有导入"
# The statutory holidays of 2027 and what an office has on top of them.
YEAR = ["01-01", "02-05", "02-06", "02-07", "02-08", "02-09", "04-05", "05-01", "05-02", "06-09", "09-15"]
YEAR += ["10-01", "10-02", "10-03"]


def asked(town: Town, member: str) -> int:
    return sum(ASKED in one for one in town.member_heard(member))


async def looks_until(town: Town, day: date) -> None:
    """Every morning at half past nine the jobs look."""
    until = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    while town.clock.now() < until:
        await town.passes(days=1)


async def test_from_december_on_the_centre_and_administrators_are_asked_once_a_week(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid=LATECOMER, name="管理员", role="admin"))
        await note_roster_change(session, town.clock.now(), "test")
    town.sim.add_member(LATECOMER, "管理员")
    await looks_until(town, date(2026, 11, 30))
    assert asked(town, CENTRE) == 0
    await looks_until(town, date(2026, 12, 2))
    assert (asked(town, CENTRE), asked(town, LATECOMER), asked(town, OFFICER)) == (1, 1, 0)
    assert "python -m bot import" in town.member_heard(CENTRE)[-1]
    await looks_until(town, date(2026, 12, 8))
    assert asked(town, CENTRE) == 2


@pytest.mark.long
async def test_once_they_are_imported_nobody_is_asked(town: Town) -> None:
    await looks_until(town, date(2026, 12, 2))
    async with town.bot.database.begin() as session:
        for day in YEAR:
            session.add(Holiday(day=date.fromisoformat(f"2027-{day}"), kind="off", name=""))
        await note_roster_change(session, town.clock.now(), "import")
    await looks_until(town, date(2026, 12, 16))
    assert asked(town, CENTRE) == 1


def test_the_year_that_is_wanted_is_this_one_and_in_december_the_next() -> None:
    shipped = WorkingDays()
    assert find_unknown_year(shipped, date(2026, 11, 30)) is None
    assert find_unknown_year(shipped, date(2026, 12, 1)) == 2027
    assert find_unknown_year(shipped, date(2027, 1, 1) + timedelta(days=40)) == 2027
