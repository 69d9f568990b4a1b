"""The callback's address on the web."""

import logging

from aiohttp import web

from bot.intake.callbacks import CallbackDoor
from bot.wecom.crypto import Refused

log = logging.getLogger(__name__)
PATH = "/wecom/callback"
MOST_BYTES = 256 * 1024


def add_routes(app: web.Application, door: CallbackDoor) -> None:
    """GET verifies the address, POST takes a callback; anything else gets a 4xx."""

    async def verify(request: web.Request) -> web.Response:
        try:
            return web.Response(text=door.verify(request.query))
        except Refused as refused:
            return _refuse(refused)

    async def receive(request: web.Request) -> web.Response:
        try:
            body = await _read(request)
            reply = await door.receive(request.query, body)
        except Refused as refused:
            return _refuse(refused)
        return web.Response(text=reply, content_type="application/xml" if reply else "text/plain")

    app.router.add_get(PATH, verify, allow_head=False)
    app.router.add_post(PATH, receive)


async def _read(request: web.Request) -> bytes:
    """The body, never more than the cap whatever the header says."""
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused(413, "the body is too large")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refused(413, "the body is too large")
    return bytes(body)


def _refuse(refused: Refused) -> web.Response:
    log.warning("callback was refused", extra={"status": refused.status, "reason": refused.reason})
    return web.Response(status=refused.status, text=refused.reason)
