"""The office's calendar: its days, its hours and its quiet hours, read from the rules that staff tune."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from bot.calendars.faults import BadCalendar
from bot.calendars.ladders import Due, Ladder, parse_ladder
from bot.calendars.local_time import parse_day_hours
from bot.calendars.quiet_hours import QuietHours, parse_quiet_hours
from bot.calendars.working_days import WorkingDays
from bot.calendars.working_time import WorkingTime, parse_working_hours
from config.rules import Rules

LadderName = Literal["activity_ladder", "live_ladder", "report_ladder"]
_Written = TypeVar("_Written")
_Read = TypeVar("_Read")
_DEFAULTS = Rules()
_READINGS: Mapping[str, Callable[[Any], object]] = {
    "quiet_hours": parse_quiet_hours,
    "working_hours": parse_working_hours,
    "activity_ladder": parse_ladder,
    "live_ladder": parse_ladder,
    "report_ladder": parse_ladder,
    "activity_hours": parse_day_hours,
}


@dataclass(frozen=True, slots=True)
class OfficeCalendar:
    """What every reminder and every deadline asks."""

    zone: ZoneInfo
    days: WorkingDays
    time: WorkingTime
    quiet: QuietHours

    def today(self, now: datetime) -> date:
        """The local date."""
        return now.astimezone(self.zone).date()

    def awake(self, instant: datetime) -> datetime:
        """The first instant from then on that is neither in quiet hours nor on a day off: when one may escalate."""
        return self.time.awake(instant, self.quiet)

    def is_quiet(self, instant: datetime) -> bool:
        """Whether reminders wait now; days off do not matter here."""
        return self.quiet.covers_instant(instant, self.zone)

    def due(self, ladder: Ladder, starts_at: datetime) -> list[Due]:
        """The steps of a ladder for what starts then."""
        return ladder.due(starts_at, self.zone, self.days, self.quiet)


def build_office_calendar(rules: Rules, holidays: Mapping[date, str], zone: ZoneInfo) -> OfficeCalendar:
    """The calendar by the rules as they stand and the office's own table, day to `off` or `work`.

    A rule that cannot be read counts as its default: a slip in the settings must not stop the bot. `check_rules`
    tells of it.
    """
    days = WorkingDays(holidays)
    return OfficeCalendar(
        zone=zone,
        days=days,
        time=WorkingTime(days, zone, _read(parse_working_hours, rules.working_hours, _DEFAULTS.working_hours)),
        quiet=_read(parse_quiet_hours, rules.quiet_hours, _DEFAULTS.quiet_hours),
    )


def ladder_of(rules: Rules, name: LadderName) -> Ladder:
    """The ladder of that name as staff tuned it, or its default where that cannot be read."""
    return _read(parse_ladder, getattr(rules, name), getattr(_DEFAULTS, name))


def check_rules(rules: Rules) -> dict[str, BadCalendar]:
    """What this room cannot read among the rules, by the rule's name: asked before staff's change is taken."""
    found: dict[str, BadCalendar] = {}
    for name, read in _READINGS.items():
        try:
            read(getattr(rules, name))
        except BadCalendar as fault:
            found[name] = fault
    return found


def _read(read: Callable[[_Written], _Read], tuned: _Written, default: _Written) -> _Read:
    try:
        return read(tuned)
    except BadCalendar:
        return read(default)
