"""/calendar/STATION.ics for everyone, /calendar/my/TOKEN.ics for one representative.

Programs that subscribe ask again and again: what has not changed is answered with 304 and not made anew. The token
of a private address is never logged.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.calendars.ics import render_calendar
from bot.notices.calendars import ADDRESS_GONE, NO_CALENDAR
from bot.services.calendar_feeds import AddressGone, Feed, View, find_own_feed, find_station_feed
from bot.services.office import Office
from bot.web.public import HEADERS

_MAX_AGE = 900  # seconds until a program asks again
_KEPT = 200  # calendars that are kept as made
_NOT_KEPT = {**HEADERS, "Cache-Control": "no-store"}
_MANY = 15  # entries from which on a calendar is made beside the loop: some 0.7 ms each
_FRESH = timedelta(seconds=30)  # the tables are read no more often than that for a station, whoever asks


@dataclass(frozen=True, slots=True)
class Made:
    """A calendar as a file; `since` when it is known to be so, to the second, `seen` when the tables were read."""

    tag: str
    body: bytes
    since: datetime
    seen: datetime


class Shelf:
    """The file that each address had last; those not asked for longest go first."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Made] = OrderedDict()

    def find_fresh(self, address: str, now: datetime) -> Made | None:
        """The file of an address, if it was looked at just now."""
        made = self._made.get(address)
        return made if made is not None and timedelta(0) <= now - made.seen < _FRESH else None

    async def get(self, address: str, feed: Feed, zone_name: str, now: datetime) -> Made:
        """The file of an address, made anew only when something in it has changed."""
        tag = hashlib.blake2b(repr((feed, zone_name)).encode(), digest_size=16).hexdigest()
        made = self._made.get(address)
        if made is None or made.tag != tag:
            since = now.replace(microsecond=0)
            if made is not None:  # two changes in one second are two changes
                since = max(since, made.since + timedelta(seconds=1))
            made = Made(tag, await _render(feed, zone_name), since, now)
        self._made[address] = made = replace(made, seen=now)
        self._made.move_to_end(address)
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made


async def _render(feed: Feed, zone_name: str) -> bytes:
    if len(feed.events) < _MANY:
        return render_calendar(feed.name, feed.events, zone_name=zone_name)
    return await asyncio.to_thread(render_calendar, feed.name, feed.events, zone_name=zone_name)


def add_routes(app: web.Application, office: Office) -> None:
    """Both addresses; they only read."""
    shelf = Shelf()

    async def make(request: web.Request, feed: Feed | None) -> Made:
        if feed is None:
            raise web.HTTPNotFound(text=NO_CALENDAR, headers=_NOT_KEPT)
        return await shelf.get(request.path, feed, office.zone.key, office.clock.now())

    async def station(request: web.Request) -> web.StreamResponse:
        made = shelf.find_fresh(request.path, office.clock.now())
        if made is None:
            made = await make(request, await _read(office, request.match_info["station"], find_station_feed))
        return _answer(request, made, "public")

    async def own(request: web.Request) -> web.StreamResponse:
        try:
            feed = await _read(office, request.match_info["token"], find_own_feed)
        except AddressGone:
            raise web.HTTPGone(text=ADDRESS_GONE, headers=_NOT_KEPT) from None
        return _answer(request, await make(request, feed), "private")

    app.router.add_get("/calendar/{station}.ics", station)
    app.router.add_get("/calendar/my/{token}.ics", own)


async def _read(office: Office, key: str, find: Callable[[View, str], Awaitable[Feed | None]]) -> Feed | None:
    """What an address shows now; a key that is no text is nobody's, and PostgreSQL would refuse it."""
    if not key.isprintable():
        return None
    async with office.database.read() as session:
        return await find(View(session, office.clock.now(), office.zone, office.public_url), key)


def _answer(request: web.Request, made: Made, whose: str) -> web.Response:
    """The file, or 304 where whoever asks has it already; `whose` tells caches between us who may keep it."""
    headers = {**HEADERS, "Cache-Control": f"{whose}, max-age={_MAX_AGE}"}
    if whose == "private":
        headers["X-Robots-Tag"] = "noindex"
    known = _is_known(request, made)
    answer = web.Response(status=304, headers=headers) if known else web.Response(body=made.body, headers=headers)
    if not known:
        answer.content_type, answer.charset = "text/calendar", "utf-8"
    answer.etag, answer.last_modified = made.tag, made.since
    return answer


def _is_known(request: web.Request, made: Made) -> bool:
    """Whether the file is the one that the request names, by its tag or else by its date (RFC 9110, 13.2.2)."""
    if (tags := request.if_none_match) is not None:
        return any(tag.value in (made.tag, "*") for tag in tags)
    asked = request.if_modified_since
    return asked is not None and made.since <= asked
