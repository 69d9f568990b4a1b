"""Ladders of reminders as data: which step is due when, for whom, and how long it is worth saying.

A step is written `[name] WHEN [audience+audience]`, and WHEN is counted from the start T of what is reminded of:

* `T-3d@09:00`: three local days before, at nine; without `@` at the local time of T; `T-0d@08:00` the same day;
* `T+3w@09:00`: the third working day after;
* `T-1h`, `T-10m`: hours and minutes before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import as_text, instant_of, parse_clock
from bot.calendars.quiet_hours import QuietHours
from bot.calendars.working_days import WorkingDays

USEFUL_AFTER_DAYS = 30  # how long a step after the start is worth saying
AUDIENCES = ("centre", "leads", "officers", "representatives", "subscribers")
_STEP = re.compile(
    r"(?:(?P<name>[a-z][a-z0-9_]{0,31})\s+)?"
    r"(?P<when>T(?P<sign>[+-])(?P<amount>\d{1,3})(?P<unit>[dwhm])(?:@(?P<at>\d{1,2}:\d{2}))?)"
    r"(?:\s+(?P<audiences>[a-z+]+))?"
)
_Timed = tuple[datetime, "Step"]
_UNITS = {"h": timedelta(hours=1), "m": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: so many units (`d` days, `w` working days, `h` hours, `m` minutes) before or after the start.

    `at` is a local time of day, for days only; an empty `audiences` is everyone whom the ladder concerns.
    """

    name: str
    after: bool
    amount: int
    unit: str
    at: time | None = None
    audiences: tuple[str, ...] = ()

    def concerns(self, audience: str) -> bool:
        """Whether it is said to that audience."""
        return not self.audiences or audience in self.audiences

    def due(self, starts_at: datetime, zone: ZoneInfo, days: WorkingDays) -> datetime:
        """When it is due, in UTC, whatever hours are quiet."""
        count = self.amount if self.after else -self.amount
        if self.unit in _UNITS:
            return starts_at.astimezone(UTC) + count * _UNITS[self.unit]
        local = starts_at.astimezone(zone)
        day = days.add(local.date(), count) if self.unit == "w" else local.date() + timedelta(days=count)
        return instant_of(day, self.at or local.time(), zone)


@dataclass(frozen=True, slots=True)
class Due:
    """A step and when it is said: from `due_at`, and not any more from `useful_until` on; both in UTC."""

    step: Step
    due_at: datetime
    useful_until: datetime


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps with names of their own."""

    steps: tuple[Step, ...]

    def due(self, starts_at: datetime, zone: ZoneInfo, days: WorkingDays, quiet: QuietHours) -> list[Due]:
        """The steps in the order in which they are said, none in quiet hours.

        A step is useful until the next one to the same audience is due, the last before the start until the start,
        one after it for 30 days. A step that quiet hours move onto an earlier one of the same audience is left out,
        and so is one that would say "before" when it has begun (`T-0d@18:00` of something at 14:00) or "after" when
        it has not.
        """
        starts_at = starts_at.astimezone(UTC)
        raw = sorted(((step.due(starts_at, zone, days), step) for step in self.steps), key=_at)
        before = _fitted([timed for timed in raw if not timed[1].after], starts_at, zone, quiet)
        after = [(quiet.end_after(at, zone), step) for at, step in raw if step.after and at >= starts_at]
        return [*_with_limits(before, starts_at), *_with_limits(after, None)]


def parse_ladder(steps: Sequence[str]) -> Ladder:
    """The ladder that is written so. Raises `BadCalendar` on a step that cannot be read or a name given twice."""
    if not isinstance(steps, tuple | list):
        raise BadCalendar("a ladder is a list of steps", steps)
    parsed = tuple(_parse_step(as_text(step)) for step in steps)
    names = [step.name for step in parsed]
    for name in names:
        if names.count(name) > 1:
            raise BadCalendar("each step of a ladder has a name of its own", name)
    return Ladder(parsed)


def _parse_step(text: str) -> Step:
    match = _STEP.fullmatch(text.strip())
    if not match:
        raise BadCalendar("a step is written such as T-3d@09:00, T-1h or report T+3w@09:00 officers+leads", text)
    if match["at"] and match["unit"] in _UNITS:
        raise BadCalendar("a time of day goes with days (d) and working days (w) only", text)
    return Step(
        name=match["name"] or match["when"],
        after=match["sign"] == "+",
        amount=int(match["amount"]),
        unit=match["unit"],
        at=parse_clock(match["at"]) if match["at"] else None,
        audiences=_audiences(match["audiences"]),
    )


def _audiences(text: str | None) -> tuple[str, ...]:
    audiences = tuple(dict.fromkeys(text.split("+"))) if text else ()
    for audience in audiences:
        if audience not in AUDIENCES:
            raise BadCalendar(f"an audience is one of {', '.join(AUDIENCES)}", audience)
    return audiences


def _fitted(raw: list[_Timed], starts_at: datetime, zone: ZoneInfo, quiet: QuietHours) -> list[_Timed]:
    """Steps before the start, moved out of quiet hours where they would still come before the next one."""
    moved = [
        (quiet.fit(at, _next_to(step, raw[place + 1 :], starts_at), zone), step)
        for place, (at, step) in enumerate(raw)
    ]
    return [(at, step) for at, step in moved if at is not None]


def _with_limits(timed: list[_Timed], starts_at: datetime | None) -> list[Due]:
    """Each step, in order, with the instant from which it is not useful any more."""
    kept: list[_Timed] = []
    for at, step in timed:
        if not any(at <= earlier and _share_audience(step, other) for earlier, other in kept):
            kept.append((at, step))
    kept.sort(key=_at)
    return [
        Due(step, at, _next_to(step, kept[place + 1 :], starts_at or at + timedelta(days=USEFUL_AFTER_DAYS)))
        for place, (at, step) in enumerate(kept)
    ]


def _next_to(step: Step, later: list[_Timed], limit: datetime) -> datetime:
    """When the next step to an audience of `step` is due, or `limit`."""
    return min([limit, *(at for at, other in later if _share_audience(step, other))])


def _share_audience(one: Step, other: Step) -> bool:
    return not one.audiences or not other.audiences or not set(one.audiences).isdisjoint(other.audiences)


def _at(timed: _Timed) -> datetime:
    return timed[0]
