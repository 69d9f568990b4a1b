"""Pure calendars: working days and time, quiet hours, activity-day rules, ladders, periods, iCalendar."""

from bot.calendars.activity_rules import ActivityRule, BadActivityRule
from bot.calendars.faults import BadCalendar
from bot.calendars.ladders import Due, Ladder, Step, parse_ladder
from bot.calendars.office import OfficeCalendar, build_office_calendar, check_rules, ladder_of
from bot.calendars.quiet_hours import QuietHours, parse_quiet_hours
from bot.calendars.working_days import WorkingDays
from bot.calendars.working_time import WorkingTime, parse_working_hours

__all__ = [
    "ActivityRule",
    "BadActivityRule",
    "BadCalendar",
    "Due",
    "Ladder",
    "OfficeCalendar",
    "QuietHours",
    "Step",
    "WorkingDays",
    "WorkingTime",
    "build_office_calendar",
    "check_rules",
    "ladder_of",
    "parse_ladder",
    "parse_quiet_hours",
    "parse_working_hours",
]
