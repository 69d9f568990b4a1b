"""The callback's address on the web."""

import logging
import math

from aiohttp import web
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


def add_routes(app: web.Application, door: CallbackDoor, clock: Clock) -> None:
    """GET verifies the address, POST takes a callback; anything else gets a 4xx.

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

    async def receive(request: web.Request) -> web.Response:
        try:
            body = await _read(request)
            reply = await door.receive(request.query, body)
        except Refused as refused:
            return refuse(request, refused)
        except (SQLAlchemyError, OSError) as error:
            log.warning("callback was not kept and will come again", extra={"error": type(error).__name__})
            return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS}, text="not kept")
        return web.Response(text=reply, content_type="application/xml" if reply else "text/plain")

    app.router.add_get(PATH, verify, allow_head=False)
    app.router.add_post(PATH, receive)


async def _read(request: web.Request) -> bytes:
    """The body, never more than the cap; where no header says how long it is, it is counted."""
    length = request.content_length
    if length is not None:
        if length > MOST_BYTES:
            raise Refused(413, TOO_LARGE)
        return await request.content.read()
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused(413, TOO_LARGE)
    return bytes(body)
