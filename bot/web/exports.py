"""/export/TOKEN: a document for one reader, behind a private address that ends within a day.

Looking at the page makes nothing, a button does: the document is written to a file without a name, sent, and kept
nowhere. One is made at a time. The token is never logged; each document that is fetched is an audit line.
"""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO
from urllib.parse import quote

from aiohttp import web

from bot.notices.ordering import BUSY, FORMAT_NAMES, LINK_GONE, LINK_UNKNOWN, MADE_NOT, TOO_MANY
from bot.notices.words import moment
from bot.services.exports.duty import ExportRefused
from bot.services.office import Office
from bot.services.ordering import fetching
from bot.services.ordering.fetching import LinkGone, Opened, TooMany
from bot.services.ordering.orders import FORMATS, Order
from bot.services.people import Member
from bot.web.public import secret_page
from bot.web.templates import get_template
from storage.files import AttachmentFiles

log = logging.getLogger(__name__)
PAGE_HEADERS = secret_page()
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_CHUNK = 1 << 16
MOST_WAITING = 4
Send = Callable[[web.Request, Member, Order, str, str], Awaitable[web.StreamResponse]]


class Press:
    """Makes documents one after the other, so that the bot goes on answering."""

    def __init__(self, office: Office, files: AttachmentFiles) -> None:
        self._office = office
        self._files = files
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def send(
        self, request: web.Request, member: Member, order: Order, file_format: str, name: str
    ) -> web.StreamResponse:
        """The document as an attachment. Who asked has been checked; the audit line is written here."""
        if self._waiting >= MOST_WAITING:
            raise web.HTTPServiceUnavailable(text=BUSY, headers=PAGE_HEADERS)
        self._waiting += 1
        try:
            async with self._turn:
                with tempfile.TemporaryFile() as file:
                    await self._make(member, order, file_format, file)
                    return await _send(request, file, file_format, name)
        finally:
            self._waiting -= 1

    async def _make(self, member: Member, order: Order, file_format: str, file: IO[bytes]) -> None:
        from bot.services.exports.forms import templates

        async with self._office.database.begin() as session:
            fetching.note(await self._office.open(session), member, order, file_format)
        try:
            async with self._office.database.read() as session:
                context = await self._office.open(session)
                own = templates.find_own()
                written = await fetching.write(
                    context, member, order, file_format, file, files=self._files, templates=own
                )
            if written is not None:
                async with self._office.database.begin() as session:
                    await fetching.note_bound(await self._office.open(session), member, order, written)
        except LinkGone:
            raise web.HTTPGone(text=LINK_GONE, headers=PAGE_HEADERS) from None
        except TooMany:
            raise web.HTTPConflict(text=TOO_MANY, headers=PAGE_HEADERS) from None
        except ExportRefused as refused:
            log.warning("document not made", extra={"document": order.document, "why": type(refused).__name__})
            raise web.HTTPConflict(text=MADE_NOT, headers=PAGE_HEADERS) from None


async def _send(request: web.Request, file: IO[bytes], file_format: str, name: str) -> web.StreamResponse:
    size = file.tell()
    file.seek(0)
    attached = f"attachment; filename=\"export.{file_format}\"; filename*=UTF-8''{quote(name)}"
    response = web.StreamResponse(headers={**PAGE_HEADERS, "Content-Disposition": attached})
    response.content_type, response.content_length = _TYPES[file_format], size
    await response.prepare(request)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        await response.write(chunk)
    await response.write_eof()
    return response


def add_routes(app: web.Application, office: Office, press: Press) -> None:
    """Gone and unknown are told apart: whoever had an address learns how to get another."""
    page = get_template("export.html")

    async def opened(request: web.Request) -> Opened:
        token = request.match_info["token"]
        try:
            async with office.database.read() as session:
                found = await fetching.find(await office.open(session), token) if token.isprintable() else None
        except LinkGone:
            raise web.HTTPGone(text=LINK_GONE, headers=PAGE_HEADERS) from None
        if found is None:
            raise web.HTTPNotFound(text=LINK_UNKNOWN, headers=PAGE_HEADERS)
        return found

    async def look(request: web.Request) -> web.Response:
        found = await opened(request)
        until = moment(found.until, office.zone)
        text = page.render(named=found.named, formats=FORMAT_NAMES, until=until)
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

    async def fetch(request: web.Request) -> web.StreamResponse:
        found = await opened(request)
        file_format = str((await request.post()).get("as", ""))
        if file_format not in FORMATS[found.order.document]:
            raise web.HTTPBadRequest(text=LINK_UNKNOWN, headers=PAGE_HEADERS)
        name = found.named.file_name(file_format)
        return await press.send(request, found.member, found.order, file_format, name)

    app.router.add_get("/export/{token}", look)
    app.router.add_post("/export/{token}", fetch)
