"""/file/TOKEN: a duty file for one reader, behind a private address; /duty/CODE: what is published of it.

The first has buttons for the file's documents on paper. Both only read, are whole without a script and hold nothing
that others wrote of closed matters. The token is never logged; whoever opens somebody else's file leaves an audit
line.
"""

from collections.abc import Mapping

from aiohttp import web

from bot.notices.duty_file_page import NOT_PUBLISHED, PAGE_GONE, PAGE_UNKNOWN, FilePage, PublicDuty
from bot.services.duty_file import addresses, paging, reading
from bot.services.duty_file.addresses import AddressGone
from bot.services.office import Office
from bot.services.ordering import asking, naming
from bot.services.ordering.orders import FORMATS, PAPERS, Order
from bot.services.people import Member
from bot.web.exports import Press
from bot.web.public import PAGE, secret_page
from bot.web.templates import get_template

PRIVATE = secret_page()
PUBLIC = {**PAGE, "Cache-Control": "public, max-age=300"}


def add_routes(app: web.Application, office: Office, press: Press) -> None:
    """Gone and unknown are told apart: whoever had an address learns how to get another."""
    private, public = get_template("file.html"), get_template("duty.html")

    async def file(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            page = await _read(office, token, request.query.get("year", "")) if token.isprintable() else None
        except AddressGone:
            raise web.HTTPGone(text=PAGE_GONE, headers=PRIVATE) from None
        if page is None:
            raise web.HTTPNotFound(text=PAGE_UNKNOWN, headers=PRIVATE)
        return web.Response(text=private.render(page=page), content_type="text/html", headers=PRIVATE)

    async def paper(request: web.Request) -> web.StreamResponse:
        token, form = request.match_info["token"], await request.post()
        try:
            found = await _order(office, token, form) if token.isprintable() else None
        except AddressGone:
            raise web.HTTPGone(text=PAGE_GONE, headers=PRIVATE) from None
        if found is None:
            raise web.HTTPNotFound(text=PAGE_UNKNOWN, headers=PRIVATE)
        member, order, file_format, name = found
        return await press.send(request, member, order, file_format, name)

    async def duty(request: web.Request) -> web.Response:
        code = request.match_info["code"]
        found = await _read_public(office, code) if code.isprintable() else None
        if found is None:
            raise web.HTTPNotFound(text=NOT_PUBLISHED, headers=PRIVATE)
        return web.Response(text=public.render(duty=found), content_type="text/html", headers=PUBLIC)

    app.router.add_get("/file/{token}", file)
    app.router.add_post("/file/{token}", paper)
    app.router.add_get("/duty/{code}", duty)


async def _read(office: Office, token: str, year: str) -> FilePage | None:
    """The page of a token; opening somebody else's is noted in the same commit in which it is read."""
    wanted = _year(year)
    async with office.database.read() as session:
        context = await office.open(session)
        found = await addresses.find_reader(context, token)
        if found is None:
            return None
        member, row = found
        code, until = row.representative_code, row.expires_at
        if member.representative is not None and member.representative.code == code:
            return await paging.make(context, member, code, wanted, until)
    async with office.database.begin() as session:
        context = await office.open(session)
        if not reading.access_file(context, member, code):
            raise AddressGone
        return await paging.make(context, member, code, wanted, until)


async def _order(office: Office, token: str, form: Mapping[str, object]) -> tuple[Member, Order, str, str] | None:
    """Who wants which paper of the file, in which format and by what name; None where there is none such."""
    document, _, file_format = str(form.get("paper", "")).partition(".")
    if document not in PAPERS or file_format not in FORMATS[document]:
        return None
    async with office.database.read() as session:
        context = await office.open(session)
        found = await addresses.find_reader(context, token)
        if found is None:
            return None
        member, row = found
        order = await asking.paper_of(context, document, row.representative_code, _year(str(form.get("year", ""))))
        named = await naming.describe(context, order)
    return member, order, file_format, named.file_name(file_format)


def _year(said: str) -> int | None:
    is_year = said.isascii() and said.isdigit() and len(said) == 4 and 1950 <= int(said) <= 2200
    return int(said) if is_year else None


async def _read_public(office: Office, code: str) -> PublicDuty | None:
    async with office.database.read() as session:
        return await paging.find_public(await office.open(session), code)
