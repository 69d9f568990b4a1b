"""/delivery/TOKEN: the page of numbers for staff, behind a personal address that ends within a day.

It only reads, holds nothing that people wrote, and works without a script. The token is never logged.
"""

from datetime import datetime, timedelta

from aiohttp import web

from bot.notices.delivery_desk import PAGE_GONE, PAGE_UNKNOWN, Figures
from bot.notices.words import moment
from bot.services.office import Office
from bot.services.watching import links
from bot.services.watching.figures import Scope
from bot.services.watching.links import LinkGone, Viewer
from bot.web.public import secret_page
from bot.web.templates import Page, get_template

_FRESH = timedelta(seconds=5)  # figures are counted no more often than that for a scope, whoever asks
PAGE_HEADERS = secret_page(scripts=True)  # ours, which asks for new figures; without it a link does


class Counted:
    """The figures that each scope had last."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._last: dict[Scope, Figures] = {}

    async def look(self, token: str) -> tuple[Viewer, Figures] | None:
        """Whose address it is and what they may see; None where it is nobody's. Raises `LinkGone`."""
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            viewer = await links.find_viewer(context, token)
            if viewer is None:
                return None
            known = self._last.get(viewer.scope)
            if known is None or not timedelta(0) <= context.now - known.at < _FRESH:
                self._forget(context.now)
                known = self._last[viewer.scope] = await links.collect(context, viewer)
            return viewer, known

    def _forget(self, now: datetime) -> None:
        for scope in [one for one, figures in self._last.items() if now - figures.at >= _FRESH]:
            del self._last[scope]


def add_routes(app: web.Application, office: Office) -> None:
    """Gone and unknown are told apart: whoever had an address learns how to get another."""
    template = get_template("delivery.html")
    counted = Counted(office)

    async def page(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            found = await counted.look(token) if token.isprintable() else None
        except LinkGone:
            raise web.HTTPGone(text=PAGE_GONE, headers=PAGE_HEADERS) from None
        if found is None:
            raise web.HTTPNotFound(text=PAGE_UNKNOWN, headers=PAGE_HEADERS)
        text = render_page(template, *found)
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

    app.router.add_get("/delivery/{token}", page)


def render_page(template: Page, viewer: Viewer, figures: Figures) -> str:
    """The whole page."""
    return template.render(figures=figures, name=viewer.name, until=moment(viewer.until, figures.zone))
