"""/s/TOKEN: how far one matter is, for whoever holds the address. No script; nothing that was written.

Opening it changes nothing, for chats look at addresses by themselves; ending it takes a button. The token is never
logged.
"""

from aiohttp import web

from bot.notices.status_page import ENDED, PAGE_GONE, PAGE_UNKNOWN
from bot.services import status_pages
from bot.services.office import Office
from bot.services.status_pages import LinkGone
from bot.web.public import secret_page
from bot.web.templates import get_template

HEADERS = secret_page()


def add_routes(app: web.Application, office: Office) -> None:
    """Gone and unknown are told apart by their status; both say how to look it up in the chat."""
    page = get_template("status.html")

    def show(status: int, **facts: object) -> web.Response:
        text = page.render(**{"page": None, "said": "", **facts})
        return web.Response(text=text, content_type="text/html", headers=HEADERS, status=status)

    async def look(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        async with office.database.read() as session:
            context = await office.open(session)
            try:
                found = await status_pages.find(context, token) if token.isprintable() else None
            except LinkGone:
                return show(410, said=PAGE_GONE)
        if found is None:
            raise _unknown(show(404, said=PAGE_UNKNOWN))
        return show(200, page=found)

    async def end(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        async with office.database.begin() as session:
            if token.isprintable() and await status_pages.end(await office.open(session), token):
                return show(200, said=ENDED)
        return await look(request)

    app.router.add_get("/s/{token}", look)
    app.router.add_post("/s/{token}", end)


def _unknown(page: web.Response) -> web.HTTPNotFound:
    """Raised, so that the door counts who tries addresses."""
    return web.HTTPNotFound(text=page.text, content_type="text/html", headers=HEADERS)
