"""The callback's address on the web."""

import logging
import math
from collections.abc import Awaitable, Callable
from email.utils import format_datetime

from aiohttp import HttpVersion11, web
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.intake.callbacks import CallbackDoor
from bot.throttle import Throttle, address_of
from bot.wecom.crypto import Refused

log = logging.getLogger(__name__)
PATH = "/wecom/callback"
MOST_BYTES = 256 * 1024
TOO_LARGE = "the body is too large"
RETRY_SECONDS = "5"
Receive = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, door: CallbackDoor, clock: Clock) -> Receive:
    """GET verifies the address, POST takes a callback; anything else gets a 4xx. Returns what answers a POST.

    What is signed is never counted: WeCom must always be let in, and behind a proxy it may share an address with
    somebody who is not. What is refused too often is answered 429 and logged no more.
    Where the database is away or its disk full, 503: WeCom sends a callback three more times (document 90930).
    """
    forged = Throttle(120, 60)

    def refuse(request: web.Request, refused: Refused) -> web.Response:
        address = address_of(request.remote, request.headers.getall("X-Forwarded-For", ()))
        if wait := forged.knock(address, clock.now()):
            return web.Response(status=429, headers={"Retry-After": str(math.ceil(wait))})
        log.warning("callback was refused", extra={"status": refused.status, "reason": refused.reason})
        return web.Response(status=refused.status, text=refused.reason)

    async def verify(request: web.Request) -> web.Response:
        try:
            return web.Response(text=door.verify(request.query))
        except Refused as refused:
            return refuse(request, refused)

    async def receive(request: web.Request) -> web.StreamResponse:
        try:
            body = await _read(request)
            reply = await door.receive(request.query, body)
        except Refused as refused:
            return refuse(request, refused)
        except (SQLAlchemyError, OSError) as error:
            log.warning("callback was not kept and will come again", extra={"error": type(error).__name__})
            return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS}, text="not kept")
        if reply:
            return web.Response(text=reply, content_type="application/xml")
        if request.version == HttpVersion11 and request.keep_alive:
            return taken
        return web.Response(content_type="text/plain")

    taken = _Taken(clock)
    app.router.add_get(PATH, verify, allow_head=False)
    app.router.add_post(PATH, receive)
    return receive


class _Taken(web.StreamResponse):
    """The 200 without words for a connection that stays open, one for everybody: its bytes are made once a second.

    Else headers are made for each, in a tenth of the time that a callback takes.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._second, self._bytes = 0, b""

    @property
    def keep_alive(self) -> bool:
        """It does."""
        return True

    async def prepare(self, request: web.BaseRequest) -> None:
        """All of it is sent here."""
        if (transport := request.transport) is not None:
            transport.write(self._made())

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to be sent."""

    def _made(self) -> bytes:
        now = self._clock.now()
        if (second := int(now.timestamp())) != self._second:
            lines = ("HTTP/1.1 200 OK", "Content-Length: 0", f"Date: {format_datetime(now, usegmt=True)}", "", "")
            self._second, self._bytes = second, "\r\n".join(lines).encode()
        return self._bytes


async def _read(request: web.Request) -> bytes:
    """The body, never more than the cap; where no header says how long it is, it is counted."""
    length = request.content_length
    if length is not None:
        if length > MOST_BYTES:
            raise Refused(413, TOO_LARGE)
        return request.content.read_nowait() if request.content.is_eof() else await request.content.read()
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused(413, TOO_LARGE)
    return bytes(body)
