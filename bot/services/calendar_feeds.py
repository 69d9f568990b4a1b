"""Calendars to subscribe to: a station's for everyone, a representative's own; never a case or a constituent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.calendars.ics import CalendarEvent
from bot.calendars.local_time import instant_of, instants_of, parse_clock
from bot.notices import calendars as words
from bot.notices.calendars import Person
from bot.services import duty_times
from bot.services.duty_times import DutyTime, Span
from storage import calendar_addresses, calendar_feeds
from storage.calendar_feeds import DayRow, LiveRow, PersonRow, PlaceRow
from storage.states import ActivityState, LiveState

KEPT = timedelta(days=365)  # of what is past
DUTY_DAYS = 60
_DAY = timedelta(days=1)
_USUAL_FIELDS = ("name", "unit", "post")  # shown where nothing else was chosen
# Before its roster is fixed nobody is told who comes.
_ROSTER_OPEN = frozenset({ActivityState.CONFIRMED, ActivityState.ROSTER_OPEN})


class AddressGone(Exception):
    """A private address that was replaced by a newer one."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One calendar as it stands."""

    name: str
    events: tuple[CalendarEvent, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What a calendar is read with: an open session, the instant, the district's zone, the address of our pages."""

    session: AsyncSession
    now: datetime
    zone: ZoneInfo
    public_url: str

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    @property
    def since(self) -> datetime:
        """From when on what is past is kept: a local midnight, so that a calendar is the same all day."""
        return datetime.combine(self.today, datetime.min.time(), self.zone) - KEPT


async def find_station_feed(view: View, station_code: str) -> Feed | None:
    """Activity days and live sessions of a station, a year back and all that is ahead; None for no such station."""
    session = view.session
    place = await calendar_feeds.find_place(session, station_code)
    if place is None:
        return None
    regions = await calendar_feeds.regions_above(session, place.region_code)
    days = await calendar_feeds.days_of_station(session, station_code, regions, view.since.date())
    lives = await calendar_feeds.lives_of_station(session, station_code, view.since)
    rosters = await calendar_feeds.rosters(session, [day.id for day in days], station_code)
    codes = {code for roster in rosters.values() for code in roster} | {code for one in lives for code in one.hosts}
    people = await calendar_feeds.people(session, codes)
    events = [_day(view, day, place, _public(people, _roster(day, rosters))) for day in days]
    events += [_live(view, one, place, _public(people, one.hosts)) for one in lives]
    return Feed(words.station_calendar(place.name), _in_order(events))


async def find_own_feed(view: View, token: str) -> Feed | None:
    """A representative's duty times, activity days and live sessions; None where no address has this token.

    Raises `AddressGone` for an address that was replaced.
    """
    session = view.session
    address = await calendar_addresses.find(session, token)
    if address is None:
        return None
    if address.revoked_at is not None:
        raise AddressGone
    code = address.representative_code
    span = Span(view.today - _DAY, view.today + timedelta(days=DUTY_DAYS), view.zone)
    times = [
        one
        for one in await duty_times.of_representative(session, code, span)
        if not one.away and one.ends_at > view.now
    ]
    days = await calendar_feeds.days_of_representative(session, code, view.since.date())
    lives = await calendar_feeds.lives_of_host(session, code, view.since)
    stations = {one.slot.station_code for one in times} | {one.station_code for one in lives}
    places = await calendar_feeds.places(session, stations | {day.station_code for day in days if day.station_code})
    names = await calendar_feeds.names(session, [code, *{one.slot.representative_code for one in times}])
    events = [_duty(one, places, names, address.issued_at) for one in times]
    events += [_day(view, day, places.get(day.station_code or ""), ()) for day in days]
    events += [_live(view, one, places.get(one.station_code), ()) for one in lives]
    return Feed(words.own_calendar(names.get(code, "")), _in_order(events))


def _in_order(events: Iterable[CalendarEvent]) -> tuple[CalendarEvent, ...]:
    """Always the same for the same entries."""
    return tuple(sorted(events, key=lambda one: (one.starts_at, one.uid)))


def _day(view: View, day: DayRow, place: PlaceRow | None, people: tuple[Person, ...]) -> CalendarEvent:
    postponed, cancelled = day.state is ActivityState.POSTPONED, day.state is ActivityState.CANCELLED
    here = place if place is not None and day.station_code is not None else None
    starts_at = instant_of(day.on_date, parse_clock(day.start), view.zone)
    ends_on = day.on_date if day.end > day.start and day.end != "24:00" else day.on_date + _DAY
    return CalendarEvent(
        uid=f"day-{day.id}-{day.region_code}@lianxin",
        summary=words.activity_title(day.topic, cancelled=cancelled, postponed=postponed),
        starts_at=starts_at,
        ends_at=instants_of(ends_on, parse_clock(day.end), view.zone)[-1],
        changed_at=_last(day.confirmed_at, day.announced_at, day.closed_at),
        sequence=day.edition,
        location=_where(here) if here else f"{day.region_name}{words.EVERYWHERE}",
        description=words.activity_text(day.note, people),
        cancelled=cancelled or postponed,
    )


def _live(view: View, one: LiveRow, place: PlaceRow | None, people: tuple[Person, ...]) -> CalendarEvent:
    cancelled = one.state is LiveState.CANCELLED
    url = "" if cancelled else f"{view.public_url}/live/{one.code}"
    return CalendarEvent(
        uid=f"live-{one.code}@lianxin",
        summary=words.live_title(one.kind, one.title, cancelled=cancelled),
        starts_at=one.starts_at,
        ends_at=max(one.ends_at, one.starts_at),
        changed_at=_last(one.approved_at, one.announced_at, one.started_at, one.ended_at),
        sequence=one.edition,
        location=place.name if place else "",
        description=words.live_text(one.description, one.note, people, url),
        url=url,
        cancelled=cancelled,
    )


def _duty(
    one: DutyTime, places: Mapping[str, PlaceRow], names: Mapping[str, str], changed_at: datetime
) -> CalendarEvent:
    slot, place = one.slot, places[one.slot.station_code]
    instead_of = names.get(slot.representative_code, "") if one.is_swapped else ""
    return CalendarEvent(
        uid=f"duty-{slot.station_code}-{slot.on:%Y%m%d}-{slot.start}-{slot.representative_code}@lianxin",
        summary=words.duty_title(place.name, instead_of),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        changed_at=changed_at,
        location=_where(place),
    )


def _where(place: PlaceRow) -> str:
    return f"{place.name}（{place.address}）" if place.address else place.name


def _last(*instants: datetime | None) -> datetime:
    return max(one for one in instants if one is not None)


def _roster(day: DayRow, rosters: Mapping[int, Sequence[str]]) -> Sequence[str]:
    return () if day.state in _ROSTER_OPEN else rosters.get(day.id, ())


def _public(people: Mapping[str, PersonRow], codes: Collection[str]) -> tuple[Person, ...]:
    """Whom the public may read of, with what each lets be shown; one who has left the roster is not."""
    return tuple(_shown(people[code]) for code in codes if code in people)


def _shown(one: PersonRow) -> Person:
    fields = one.public_fields or _USUAL_FIELDS
    return Person(**{name: getattr(one, name) for name in _USUAL_FIELDS if name in fields})
