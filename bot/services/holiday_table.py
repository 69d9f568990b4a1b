"""Whether the State Council's arrangement of a year is known, and who is told while it is not."""

import logging
from datetime import date

from bot.calendars import WorkingDays
from bot.notices.holiday_table import HolidaysUnknown
from bot.services import speaking
from bot.services.context import Context
from storage import job_marks
from storage.outbox import Purpose

log = logging.getLogger(__name__)
WATCH = "watch holiday table"
_DECEMBER = 12  # it is published in November (State Council Decree 795, Art. 7 and each year's notice)


def find_unknown_year(days: WorkingDays, today: date) -> int | None:
    """The year whose arrangement should be known by now and is not: this one, from December on the next one too."""
    wanted = [today.year, *([today.year + 1] if today.month == _DECEMBER else [])]
    return next((year for year in wanted if not days.knows(year)), None)


async def watch(context: Context) -> int:
    """Once a week, on its first working morning, the centre and the administrators are asked to import it."""
    if context.calendar.awake(context.now) != context.now:
        return 0
    today = context.calendar.today(context.now)
    year = find_unknown_year(context.calendar.days, today)
    if year is None:
        return 0
    week = today.isocalendar()
    if not await job_marks.begin(context.session, WATCH, f"{year} {week.year}-W{week.week:02}", context.now):
        return 0
    told = HolidaysUnknown(year, ahead=year > today.year).render()
    await speaking.notify_members(context, _readers(context), Purpose.NOTICE, told)
    log.warning("the holidays of a year are not known", extra={"year": year})
    return 1


def _readers(context: Context) -> list[str]:
    directory = context.directory
    admins = [one.userid for one in directory.staff() if one.role == "admin"]
    return list({userid.lower(): userid for userid in (*directory.centre_staff(), *admins)}.values())
