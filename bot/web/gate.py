"""Before every door: who is there, whether the table of `access` lets them in, and whether a change is their own.

A change carries the token of its session (`csrf`, a field or the header `X-Csrf`), and browsers that tell where a
request comes from must say that it comes from our own pages.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.services import visiting
from bot.services.office import Office
from bot.services.visiting import Visitor
from bot.web.access import ANYONE, allowed
from bot.web.public import PAGE
from bot.web.templates import get_template

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
VISITOR: web.RequestKey[Visitor] = web.RequestKey("visitor", Visitor)
PERSONAL = {**PAGE, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
MOST_BYTES = 12 * 2**20  # of a form of somebody who is logged in: a telephone's picture
_MOST_OF_STRANGERS = 2**18
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OURS = frozenset({"same-origin", "none"})


class Gate:
    """Knows the sessions of browsers."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._own: frozenset[str] = frozenset()
        self.is_secure = urlsplit(office.public_url).scheme == "https"
        self._refused = get_template("refused.html")

    @property
    def cookie(self) -> str:
        """Its name; over https one that no other host can set."""
        return "__Host-lianxin" if self.is_secure else "lianxin"

    def give(self, response: web.StreamResponse, token: str) -> None:
        """The session to the browser: no script reads it, no other site sends it along with a change."""
        response.set_cookie(
            self.cookie, token, path="/", httponly=True, samesite="Lax", secure=self.is_secure, max_age=None
        )

    def take_back(self, response: web.StreamResponse) -> None:
        """The browser forgets it."""
        response.del_cookie(self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="Lax")

    async def look(self, request: web.Request) -> Visitor | None:
        """Who is there, if anybody."""
        token = request.cookies.get(self.cookie, "")
        if not 20 <= len(token) <= 100 or not token.isascii():
            return None
        async with self._office.database.read() as session:
            context = await self._office.open(session)
            visitor = await visiting.find(context, token)
            if visitor is None or not await visiting.is_stale(context, token):
                return visitor
        async with self._office.database.begin() as session:
            await visiting.touch(await self._office.open(session), token)
        return visitor

    async def stand(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in, send to the log-in, or refuse."""
        resource = request.match_info.route.resource
        if resource is None or resource.canonical not in self._own:
            return await handler(request)
        roles = allowed(request.method, resource.canonical)
        if roles == ANYONE or request.match_info.http_exception is not None:
            if request.method in _CHANGES:
                request = request.clone(client_max_size=_MOST_OF_STRANGERS)
            return await handler(request)
        visitor = await self.look(request)
        if visitor is None:
            return _to_login(request)
        if not roles & visitor.roles:
            return self.refuse(403, "not_yours", visitor)
        if request.method in _CHANGES and not await _is_own(request, visitor):
            return self.refuse(403, "stale", visitor)
        request[VISITOR] = visitor
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return self.refuse(404, "missing", visitor)

    def guard(self, app: web.Application) -> None:
        """Stand at every address that the application has now; what the demo adds later is not ours."""
        self._own = frozenset(resource.canonical for resource in app.router.resources())

        @web.middleware
        async def stand(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.stand(request, handler)

        app.middlewares.append(stand)

    def refuse(self, status: int, why: str, visitor: Visitor | None = None) -> web.Response:
        """A page that says so, with the way on."""
        text = self._refused.render(why=why, visitor=visitor)
        return web.Response(status=status, text=text, content_type="text/html", headers=PERSONAL)


def _to_login(request: web.Request) -> web.Response:
    """Where a page is asked for it leads back there; a change that came too late is not made."""
    wanted = request.path_qs if request.method in ("GET", "HEAD") else ""
    headers = {**PERSONAL, "Location": f"/login?next={quote(wanted, safe='/')}" if wanted else "/login"}
    is_part = request.headers.get("X-Part") == "1"
    return web.Response(status=401 if is_part else 303, headers=PERSONAL if is_part else headers)


async def _is_own(request: web.Request, visitor: Visitor) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OURS:
        return False
    sent = request.headers.get("X-Csrf")
    if sent is None:
        form: Mapping[str, object] = await request.post()
        sent = str(form.get("csrf", ""))
    return hmac.compare_digest(sent.encode(), visitor.csrf.encode())
