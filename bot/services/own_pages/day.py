"""A representative's day: what waits for them by its clock, where they are expected, what wants their word.

It holds nothing that people wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.calendars.local_time import instant_of, parse_clock
from bot.notices import calendars as words
from bot.services import desks, duty_times, people
from bot.services.console.inbox import Row, row_of
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty_times import Span
from bot.services.people import Member
from storage import calendar_feeds, duty_reading
from storage.calendar_feeds import DayRow, LiveRow
from storage.states import ActivityState, LiveState

_AHEAD = timedelta(days=14)
_MOST = 30
_CALLED_OFF = frozenset({ActivityState.CANCELLED, ActivityState.POSTPONED})


@dataclass(frozen=True, slots=True)
class Appointment:
    """Where they are expected; `url` is the page of a live session."""

    what: str
    where: str
    starts_at: datetime
    ends_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the page shows."""

    at: datetime
    name: str
    waiting: tuple[Row, ...]
    late: int
    to_confirm: int
    appointments: tuple[Appointment, ...]


async def look(context: Context, member: Member, own: RepresentativeEntry) -> Day:
    """As of now."""
    waiting = [case for case in await desks.waiting_cases(context, member) if case.representative_code == own.code]
    rows = tuple(row_of(context, case) for case in waiting)
    return Day(
        at=context.now,
        name=own.name,
        waiting=tuple(sorted(rows, key=lambda row: row.due_at))[:_MOST],
        late=sum(row.late for row in rows),
        to_confirm=await duty_reading.count_to_confirm(context.session, own.code),
        appointments=await _appointments(context, own.code),
    )


async def _appointments(context: Context, code: str) -> tuple[Appointment, ...]:
    today = context.local_now.date()
    span = Span(today, today + _AHEAD, context.zone)
    times = [one for one in await duty_times.of_representative(context.session, code, span) if not one.away]
    found = [
        Appointment(words.duty_title(_station(context, one.slot.station_code)), "", one.starts_at, one.ends_at)
        for one in times
    ]
    found += _days(context, await calendar_feeds.days_of_representative(context.session, code, today), span.last)
    found += _lives(context, await calendar_feeds.lives_of_host(context.session, code, context.now))
    ahead = [one for one in found if one.ends_at > context.now and one.starts_at <= context.now + _AHEAD]
    return tuple(sorted(ahead, key=lambda one: (one.starts_at, one.what))[:_MOST])


def _station(context: Context, code: str | None) -> str:
    station = context.directory.stations.get(code or "")
    return station.name if station else ""


def _days(context: Context, rows: Sequence[DayRow], last: date) -> list[Appointment]:
    return [
        Appointment(
            words.activity_title(one.topic),
            _station(context, one.station_code) or one.region_name,
            instant_of(one.on_date, parse_clock(one.start), context.zone),
            instant_of(one.on_date, parse_clock(one.end if one.end != "24:00" else "23:59"), context.zone),
        )
        for one in rows
        if one.state not in _CALLED_OFF and one.on_date <= last
    ]


def _lives(context: Context, rows: Sequence[LiveRow]) -> list[Appointment]:
    return [
        Appointment(
            words.live_title(one.kind, one.title),
            _station(context, one.station_code),
            one.starts_at,
            one.ends_at,
            f"/live/{one.code}",
        )
        for one in rows
        if one.state is not LiveState.CANCELLED
    ]


def own_of(context: Context, member: Member) -> RepresentativeEntry:
    """The representative that a member is; whoever comes to these pages is one."""
    found = people.identify_member(context, member.userid).representative
    if found is None:
        raise LookupError(member.userid)
    return found
