"""`/live/CODE`: the link of a live session, which leads in from shortly before the start until the end."""

from urllib.parse import quote

from aiohttp import web

from bot.notices.live_page import CODE_ALT, NOT_FOUND, LivePage
from bot.services.live import facts
from bot.services.office import Office
from bot.web.public import PAGE
from bot.web.templates import get_template
from storage import live
from storage.states import LiveState

_HEADERS = {**PAGE, "Cache-Control": "no-store"}  # what it does changes by the minute


def add_routes(app: web.Application, office: Office) -> None:
    """The page needs no log-in and no script."""
    template = get_template("live.html")

    async def join(request: web.Request) -> web.Response:
        page, link = await _look(office, request.match_info["code"])
        if page is None:
            raise web.HTTPNotFound(text=NOT_FOUND, headers=_HEADERS)
        if link:
            raise web.HTTPFound(link, headers=_HEADERS)
        picture = f"/code/{quote(request.match_info['code'], safe='')}.svg"
        text = template.render(page=page, picture=picture, alt=CODE_ALT)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    app.router.add_get("/live/{code}", join)


async def _look(office: Office, code: str) -> tuple[LivePage | None, str]:
    """What the page says now, and the address of the stream where it leads there instead."""
    async with office.database.read() as session:
        row = await live.find_by_code(session, code)
        if row is None or row.state is LiveState.DRAFT:
            return None, ""
        context = await office.open(session)
        stage = facts.stage(context, row)
        described = facts.describe(context, row)
        link = row.join_url if stage == "on" else ""
        early = int(context.rules.live_early_minutes)
    page = LivePage(
        stage, described.kind, described.title, described.station, described.starts_at, office.zone, early, row.note
    )
    return page, link
