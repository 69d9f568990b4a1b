"""/station/CODE: a station for everyone: where, when, who, what comes next, and the codes. It needs no script."""

from urllib.parse import quote

from aiohttp import web

from bot.notices import station_page as words
from bot.notices.station_page import Door, StationPage
from bot.services import station_pages
from bot.services.calendar_feeds import View
from bot.services.office import Office
from bot.web.public import PAGE, LinkMaker
from bot.web.templates import get_template

_AGE = 60  # seconds that a browser or a proxy may keep the page
HEADERS = {
    **PAGE,
    "Content-Security-Policy": PAGE["Content-Security-Policy"]
    .replace(" script-src 'self';", "")
    .replace(" connect-src 'self';", ""),
}


def add_routes(app: web.Application, office: Office, make_link: LinkMaker) -> None:
    """`make_link(scene, code)` gives the address behind a code, or None while there is none to give."""
    page = get_template("station.html")

    async def look(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            view = View(session, office.clock.now(), office.zone, office.public_url)
            found = await station_pages.find(view, request.match_info["station"])
        if found is None:
            raise web.HTTPNotFound(text=words.NOT_FOUND, headers=HEADERS)
        links = await _links(found, make_link)
        text = page.render(
            page=found, words=words, link_of=lambda door: links.get(door.scene, "") and _to(links, door)
        )
        headers = {**HEADERS, "Cache-Control": f"public, max-age={_AGE}"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    app.router.add_get("/station/{station}", look)


async def _links(page: StationPage, make_link: LinkMaker) -> dict[str, str]:
    """The address of each scene, asked once: codes differ in their last part only (WeCom document 94665)."""
    scenes = dict.fromkeys(door.scene for door in (page.door, *(one.door for one in page.people)) if door.code)
    return {scene: await make_link(scene, "") or "" for scene in scenes}


def _to(links: dict[str, str], door: Door) -> str:
    return links[door.scene] + quote(door.code, safe="")
