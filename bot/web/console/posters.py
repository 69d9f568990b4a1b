"""/console/places/{station}/posters: posters, table cards and the directory sheet of a station as PDF."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import IO

from aiohttp import web

from bot.notices import console_desk
from bot.services import posters
from bot.services.console import places
from bot.services.office import Office
from bot.services.posters import gathering
from bot.services.posters.gathering import StationPosters
from bot.services.public_people import PublicStation
from bot.web.console.frame import Frame, missing
from bot.web.gate import PERSONAL, VISITOR
from bot.web.public import LinkMaker

CARDS, DIRECTORY = "cards", "directory"
Write = Callable[[IO[bytes]], None]


class _NoLink(Exception):
    """WeCom gives no address behind a code."""


def add_routes(app: web.Application, office: Office, frame: Frame, make_link: LinkMaker) -> None:
    """What can be printed with small previews, and each as a file."""

    async def find(request: web.Request) -> PublicStation:
        async with office.database.read() as session:
            context = await office.open(session)
            found = await places.find_station(context, request[VISITOR].member, request.match_info["station"])
        if found is None:
            raise missing()
        return found.public

    async def show(request: web.Request) -> web.Response:
        station = await find(request)
        who = next((one for one in station.people if one.code == request.query.get("who")), None)
        return frame.page(
            request, "posters.html", station=station, who=who, sheets=console_desk.SHEETS, layouts=posters.LAYOUTS
        )

    async def link(scene: str, code: str) -> str:
        found = await make_link(scene, code)
        if found is None:
            raise _NoLink
        return found

    async def send(request: web.Request) -> web.Response:
        station, what, who = await find(request), request.match_info["sheet"], request.query.get("who", "")
        if who:
            station = replace(station, people=tuple(one for one in station.people if one.code == who))
        async with office.database.read() as session:
            context = await office.open(session)
            codes = await gathering.find_codes(session, station, context.local_now.date())
        try:
            told = gathering.describe(station, await gathering.add_links(codes, link))
        except _NoLink:
            raise web.HTTPConflict(text=console_desk.NO_POSTER, headers=PERSONAL) from None
        write = _writer(told, what, alone=bool(who))
        if write is None:
            raise missing()
        file = io.BytesIO()
        await asyncio.to_thread(write, file)
        headers = {**PERSONAL, "Content-Disposition": f'attachment; filename="{what}.pdf"'}
        return web.Response(body=file.getvalue(), content_type="application/pdf", headers=headers)

    app.router.add_get("/console/places/{station}/posters", show)
    app.router.add_get("/console/places/{station}/posters/{sheet}.pdf", send)


def _writer(told: StationPosters, what: str, *, alone: bool) -> Write | None:
    """What makes a sheet, of one person where somebody stands `alone`; None where there is nothing to print."""
    people = [one for _, one in told.people]
    of_all = [one for one in (None if alone else told.station, *people) if one is not None]
    if what in posters.LAYOUTS:
        wanted = (people[0] if people else None) if alone else told.station
        return partial(posters.print_poster, wanted, what) if wanted is not None else None
    if what == CARDS and of_all:
        return partial(posters.print_table_cards, of_all)
    if what == DIRECTORY and not alone and told.directory.entries:
        return partial(posters.print_directory, told.directory)
    return None
