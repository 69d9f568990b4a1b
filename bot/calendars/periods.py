"""Periods in months and days, as statutes count them.

Month periods end on the same day number of the target month, or on its last day; day periods do not count their
first day. A due day moves off a holiday only where a rule says so.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.local_time import MIDNIGHT, instant_of
from bot.calendars.working_days import WorkingDays


def after_months(start: date, months: int) -> date:
    """The same day number so many months later (earlier where negative), or the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def after_days(start: date, days: int) -> date:
    """The day on which a period of so many days ends; its first day is the one after `start`."""
    return start + timedelta(days=days)


def due_on(day: date, working: WorkingDays, *, moves: bool) -> date:
    """The day on which it is due: where the rule lets it move, the next working day."""
    return working.next_working(day) if moves else day


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which that day is over: what is due on it is late from then on."""
    return instant_of(day + timedelta(days=1), MIDNIGHT, zone)
