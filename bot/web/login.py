"""/login, /login/back, /logout: who somebody is, WeCom says; whether they may come in, `services.visiting`.

The state of a log-in is random, known to one browser (by a cookie), good for ten minutes and taken once. Nothing of
it is logged.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.services import visiting
from bot.services.office import Office
from bot.services.visiting import REPRESENTATIVE, NotAdmitted, Visitor
from bot.throttle import address_of
from bot.web.gate import PERSONAL, VISITOR, Gate
from bot.web.templates import get_template

log = logging.getLogger(__name__)
_STATE = "lianxin-login"
_INSIDE = "wxwork"  # in the User-Agent of WeCom's own browser


class NotKnown(Exception):
    """WeCom does not say who it was: the code was used, is over, or WeCom cannot be asked now."""


@dataclass(frozen=True, slots=True)
class WeComDoor:
    """What of WeCom a log-in needs: two addresses to send a browser to, and whose a code is (None: no member)."""

    inside: Callable[[str, str], str]
    elsewhere: Callable[[str, str], str]
    userid_of: Callable[[str], Awaitable[str | None]]


def add_routes(app: web.Application, office: Office, gate: Gate, wecom: WeComDoor) -> None:
    """The ways in and out."""
    desk = _Desk(office, gate, wecom)
    app.router.add_get("/login", desk.begin)
    app.router.add_get("/login/back", desk.come_back)
    app.router.add_get("/login/out", desk.show_out)
    app.router.add_post("/logout", desk.leave)
    app.router.add_post("/logout/everywhere", desk.leave_everywhere)


class _Desk:
    def __init__(self, office: Office, gate: Gate, wecom: WeComDoor) -> None:
        self._office, self._gate, self._wecom = office, gate, wecom
        self._knocks = office.knocks.throttle("log-in", 60, 600)
        self._out = get_template("logged_out.html")

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to WeCom, or on where it is logged in already."""
        wanted = safe_path(request.query.get("next", ""))
        visitor = await self._gate.look(request)
        if visitor is not None:
            return _go(wanted or home_of(visitor))
        if self._knocks.knock(_address(request), self._office.clock.now()):
            return self._gate.refuse(429, "often")
        async with self._office.database.begin() as session:
            state = await visiting.begin(await self._office.open(session), wanted)
        is_inside = _INSIDE in request.headers.get("User-Agent", "").lower()
        make = self._wecom.inside if is_inside else self._wecom.elsewhere
        response = _go(make(f"{self._office.public_url}/login/back", state))
        response.set_cookie(
            _STATE, state, path="/login", httponly=True, samesite="Lax", secure=self._gate.is_secure, max_age=600
        )
        return response

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        """From WeCom with a code; the browser must be the one that was sent there."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        kept = request.cookies.get(_STATE, "")
        if not state.isascii() or not hmac.compare_digest(state.encode(), kept.encode()) or not state:
            return self._gate.refuse(400, "state")
        async with self._office.database.begin() as session:
            wanted = await visiting.take(await self._office.open(session), state)
        if wanted is None or not code or len(code) > 512:
            return self._gate.refuse(400, "state")
        try:
            userid = await self._wecom.userid_of(code)
        except NotKnown:
            return self._gate.refuse(502, "wecom")
        return await self._admit(request, userid, wanted)

    async def _admit(self, request: web.Request, userid: str | None, wanted: str) -> web.StreamResponse:
        if userid is None:
            return self._gate.refuse(403, "no_member")
        try:
            async with self._office.database.begin() as session:
                context = await self._office.open(session)
                token = await visiting.admit(context, userid)
        except NotAdmitted:
            log.info("log-in refused: not of this district")
            return self._gate.refuse(403, "unknown")
        async with self._office.database.read() as session:
            visitor = await visiting.find(await self._office.open(session), token)
        response = _go(wanted or (home_of(visitor) if visitor else "/login"))
        self._gate.give(response, token)
        response.del_cookie(_STATE, path="/login")
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """Log this browser out."""
        async with self._office.database.begin() as session:
            await visiting.end(await self._office.open(session), request[VISITOR])
        return self._left(1)

    async def leave_everywhere(self, request: web.Request) -> web.StreamResponse:
        """Log out of every browser: for a telephone that was lost."""
        async with self._office.database.begin() as session:
            count = await visiting.end_everywhere(await self._office.open(session), request[VISITOR])
        return self._left(count)

    def _left(self, count: int) -> web.StreamResponse:
        response = _go(f"/login/out?browsers={count}")
        self._gate.take_back(response)
        return response

    async def show_out(self, request: web.Request) -> web.StreamResponse:
        """The word that somebody is out."""
        count = request.query.get("browsers", "1")
        text = self._out.render(count=int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1)
        return web.Response(text=text, content_type="text/html", headers=PERSONAL)


def safe_path(wanted: str) -> str:
    """A path of our own pages that log-in may lead to; empty where it is anything else."""
    if len(wanted) > 500 or not wanted.isascii() or not wanted.isprintable() or "\\" in wanted:
        return ""
    first = wanted.split("?")[0]
    is_ours = first in ("/console", "/r") or first.startswith(("/console/", "/r/"))
    return wanted if is_ours and "//" not in first and ".." not in first else ""


def home_of(visitor: Visitor) -> str:
    """Where somebody begins."""
    return "/r" if visitor.roles == {REPRESENTATIVE} else "/console"


def _go(address: str) -> web.Response:
    return web.Response(status=303, headers={**PERSONAL, "Location": address})


def _address(request: web.Request) -> str:
    return address_of(request.remote, request.headers.getall("X-Forwarded-For", ()))
