"""`/live/CODE`: the link of a live session, which leads in from shortly before the start until the end."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from aiohttp import web

from bot.notices.live_page import CODE_ALT, NOT_FOUND, LivePage
from bot.services.live import facts
from bot.services.office import Office
from bot.web.public import HEADERS
from storage import live
from storage.states import LiveState

_PAGE = Path(__file__).parent / "pages" / "live.html"
NO_STORE = {"Cache-Control": "no-store"}  # what it does changes by the minute


def add_routes(app: web.Application, office: Office) -> None:
    """The page needs no log-in and no script."""
    template = Template(_PAGE.read_text(encoding="utf-8"))

    async def join(request: web.Request) -> web.Response:
        page, link = await _look(office, request.match_info["code"])
        if page is None:
            raise web.HTTPNotFound(text=NOT_FOUND, headers=HEADERS)
        if link:
            raise web.HTTPFound(link, headers={**HEADERS, **NO_STORE})
        lines = "\n".join(f"<p>{escape(line)}</p>" for line in page.lines)
        code = _code_of(request.match_info["code"]) if page.takes_questions else ""
        text = template.substitute(heading=escape(page.heading), lines=lines, code=code)
        return web.Response(text=text, content_type="text/html", headers={**HEADERS, **NO_STORE})

    app.router.add_get("/live/{code}", join)


def _code_of(code: str) -> str:
    """The picture by which one asks."""
    source = escape(f"/code/{quote(code, safe='')}.svg")
    return f'<p><img src="{source}" alt="{CODE_ALT}" width="200" height="200"></p>'


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
