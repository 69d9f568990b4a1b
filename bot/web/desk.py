"""/desk/TOKEN: the form on which an officer notes people received at a desk. It needs no script.

A reception that is noted is shown by an address of its own, so that loading the page anew sends nothing again. The
token is never logged.
"""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.notices.desk_page import PAGE_GONE, PAGE_UNKNOWN, WRONG
from bot.notices.words import moment
from bot.services.context import Context
from bot.services.office import Office
from bot.services.people import Member
from bot.services.receptions import desk_page
from bot.services.receptions.desk_page import LinkGone
from bot.web.exports import PAGE_HEADERS
from bot.web.templates import get_template

_FIELDS = ("mark", "people", "matter", "opinions", "proposals", "representative")


def add_routes(app: web.Application, office: Office) -> None:
    """Gone and unknown are told apart: whoever had an address learns how to get another."""
    page = get_template("desk.html")

    def show(status: int, **facts: object) -> web.Response:
        text = page.render(**facts)
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS, status=status)

    async def look(request: web.Request) -> web.Response:
        async with office.database.read() as session:
            context = await office.open(session)
            member, until = await _reader(context, request)
            number = _number(request.query.get("done", ""))
            done = await desk_page.noted(context, member, number) if number else None
            form = await desk_page.form_of(context, member)
        return show(200, form=form, done=done, until=moment(until, office.zone))

    async def send(request: web.Request) -> web.Response:
        try:
            return await take(request)
        except IntegrityError:  # the same form twice at the same moment: by now the first of them is kept
            return await take(request)

    async def take(request: web.Request) -> web.Response:
        said = {name: str(value) for name, value in (await request.post()).items() if isinstance(value, str)}
        async with office.database.begin() as session:
            context = await office.open(session)
            member, until = await _reader(context, request)
            if "settle" in said:
                number = _number(said.get("id", ""))
                if not await desk_page.settle(context, member, number, said["settle"]):
                    raise web.HTTPNotFound(text=PAGE_UNKNOWN, headers=PAGE_HEADERS)
                raised: int | str = number
            else:
                raised = await desk_page.save(context, member, _token(request), said)
            if isinstance(raised, str):
                kept = _kept(said)
                form = await desk_page.form_of(context, member, kept, WRONG.get(raised, WRONG["nothing"]))
                return show(422, form=form, done=None, until=moment(until, office.zone))
        return web.Response(status=303, headers={**PAGE_HEADERS, "Location": f"{request.path}?done={raised}"})

    app.router.add_get("/desk/{token}", look)
    app.router.add_post("/desk/{token}", send)


def _kept(said: Mapping[str, str]) -> dict[str, str]:
    return {name: said.get(name, "") for name in _FIELDS}


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else 0


async def _reader(context: Context, request: web.Request) -> tuple[Member, datetime]:
    token = _token(request)
    try:
        found = await desk_page.find(context, token) if token.isprintable() else None
    except LinkGone:
        raise web.HTTPGone(text=PAGE_GONE, headers=PAGE_HEADERS) from None
    if found is None:
        raise web.HTTPNotFound(text=PAGE_UNKNOWN, headers=PAGE_HEADERS)
    return found
