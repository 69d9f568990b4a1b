"""The public page of a station, as anyone may read it."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.calendars.ics import CalendarEvent
from bot.notices import posters
from bot.notices.station_hours import duty_times
from bot.notices.station_page import Door, EventShown, PersonShown, StationPage, facts_of
from bot.notices.words import due_moment
from bot.services import entry_codes, public_people
from bot.services.calendar_addresses import station_url
from bot.services.calendar_feeds import View, find_station_feed
from bot.services.public_people import PublicPerson
from storage.entry_codes import REP, STATION

_MOST_EVENTS = 4


async def find(view: View, code: str) -> StationPage | None:
    """The page as it is now; None where there is no station of this code."""
    station = await public_people.find_station(view.session, code)
    if station is None:
        return None
    own = await entry_codes.valid_codes(view.session, STATION, [code], view.today)
    codes = await entry_codes.valid_codes(view.session, REP, [one.code for one in station.people], view.today)
    return StationPage(
        name=station.name,
        kind=posters.KINDS.get(station.kind, posters.KINDS["station"]),
        facts=facts_of(station.address, station.hours, station.themes),
        phone=station.phone,
        door=_door(own.get(code, "")),
        people=tuple(_person(one, codes) for one in station.people),
        events=await _events(view, code),
        calendar=station_url(view.public_url, code),
    )


def page_url(public_url: str, code: str) -> str:
    """Where the page of a station is."""
    return f"{public_url}/station/{quote(code, safe='')}"


def _door(code: str, scene: str = STATION) -> Door:
    return Door(scene, code, f"/code/{quote(code, safe='')}.svg") if code else Door()


def _person(one: PublicPerson, codes: Mapping[str, str]) -> PersonShown:
    return PersonShown(
        name=one.name or posters.UNNAMED,
        level=posters.LEVELS.get(one.level, ""),
        work=one.unit + one.post,
        specialities="、".join(one.specialities),
        duty=duty_times(one.duty),
        phone=one.phone,
        door=_door(codes.get(one.code, ""), REP),
    )


async def _events(view: View, code: str) -> tuple[EventShown, ...]:
    feed = await find_station_feed(view, code)
    ahead = [one for one in feed.events if one.ends_at > view.now and not one.cancelled] if feed else []
    return tuple(_event(one, view.zone) for one in ahead[:_MOST_EVENTS])


def _event(one: CalendarEvent, zone: ZoneInfo) -> EventShown:
    lines = tuple(line for line in one.description.split("\n") if line and (not one.url or one.url not in line))
    return EventShown(one.summary, _span(one.starts_at, one.ends_at, zone), one.location, lines, one.url)


def _span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return f"{due_moment(starts_at, zone)}-{ends_at.astimezone(zone):%H:%M}"
