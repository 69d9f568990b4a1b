"""What holds for every address: how often one may ask, and what a browser may do with the answer.

Counts are generous, for many people share one address behind a mobile network; what cannot be guessed (tokens of
128 bits and more) does not depend on them. The callback is not counted here: see `bot/intake/web.py`.
"""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.notices.doors import TOO_OFTEN
from bot.services.office import Office
from bot.throttle import address_of
from bot.web.access import ANYONE, allowed
from bot.web.public import HEADERS, secret_page
from bot.web.templates import get_template
from storage.database import will_pass

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "{token}"  # noqa: S105  in the path of every address that is somebody's own
CALLBACK = "/wecom/callback"
UNCOUNTED = frozenset({CALLBACK, "/healthz"})
SERVER = "Lianxin"
BARE = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
RETRY_SECONDS = "5"
_NO_WORDS = web.HTTPNotFound().text
_BEGUN: web.RequestKey[list[web.StreamResponse]] = web.RequestKey("begun", list)
_A_YEAR = 31_536_000
_WORDS = frozenset({"text/html", "text/plain", "text/calendar", "text/javascript", "image/svg+xml"})


class Doors:
    """Who asks how often, counted by all processes together."""

    def __init__(self, office: Office, own: frozenset[str]) -> None:
        self._clock = office.clock
        self._page = get_template("refused.html")
        self._own = own  # the demo serves the simulator beside us, whose pages are its own
        self._headers = dict(BARE)
        if urlsplit(office.public_url).scheme == "https":
            self._headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}"
        throttle = office.knocks.throttle
        self._public = throttle("public pages", 1200, 60)
        self._private = throttle("pages of a token", 300, 60)
        self._token = throttle("a token", 60, 60)
        self._unknown = throttle("unknown addresses", 60, 600)  # addresses that are nobody's

    def is_own(self, request: web.Request) -> bool:
        """Whether the path is one of ours, or of nobody."""
        resource = request.match_info.route.resource
        return resource is None or resource.canonical in self._own

    async def stand(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in or say when to come again, also where what is behind the door broke."""
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else ""
        if path in UNCOUNTED or not self.is_own(request):
            return await handler(request)
        address = address_of(request.remote, request.headers.getall("X-Forwarded-For", ()))
        if wait := self._wait(request, path, address):
            return _too_often(wait)
        begun = request[_BEGUN] = []
        try:
            return _packed(request, path, await handler(_without_nul(request)))
        except web.HTTPNotFound as error:
            if SECRET in path:
                self._unknown.knock(address, self._clock.now())
            if error.text != _NO_WORDS:
                raise
            return _page(404, self._page.render(why="nowhere"), secret_page())
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001  `_broken` logs it
            page = self._broken(path, error)
            if not begun:
                return page
            if request.transport is not None:
                request.transport.abort()  # half a file was sent: nothing else tells that the rest is missing
            return begun[0]

    def _broken(self, path: str, error: Exception) -> web.Response:
        """A page that says whether it is worth to try again soon; what was to be kept was not."""
        if will_pass(error):
            log.warning("page could not be had for now", extra={"path": path, "error": type(error).__name__})
            headers = {**secret_page(), "Retry-After": RETRY_SECONDS}
            return _page(503, self._page.render(why="away"), headers)
        log.error("page broke", extra={"path": path}, exc_info=error)
        return _page(500, self._page.render(why="broken"), secret_page())

    def _wait(self, request: web.Request, path: str, address: str) -> float:
        now = self._clock.now()
        if SECRET not in path:
            return self._public.knock(address, now)
        token = request.match_info.get("token", "")
        wait = self._unknown.wait_seconds(address, now) or self._private.knock(address, now)
        return wait or self._token.knock(token[:128], now)

    async def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Every answer of ours has the headers of `BARE`, unless its page has its own."""
        if self.is_own(request):
            self._put_on(response)
            request.get(_BEGUN, []).append(response)

    def _put_on(self, response: web.StreamResponse) -> None:
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = SERVER  # neither which library nor which version

    def with_callbacks_first(self, others: Handler, receive: Handler) -> Handler:
        """Callbacks pass by the table of addresses and whoever stands before it, which cost as much as opening one.

        `others` is asked for everything else, and for callbacks that wait to be told to send their body.
        """

        async def handle(request: web.Request) -> web.StreamResponse:
            if request.method != "POST" or request.rel_url.raw_path != CALLBACK or hdrs.EXPECT in request.headers:
                return await others(request)
            response = await receive(request)
            if isinstance(response, web.Response):
                self._put_on(response)
            return response

        return handle


def guard(app: web.Application, office: Office) -> Doors:
    """Stand at every address that the application has now, and at those that are nobody's."""
    doors = Doors(office, frozenset(resource.canonical for resource in app.router.resources()))

    @web.middleware
    async def stand(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await doors.stand(request, handler)

    app.middlewares.append(stand)
    app.on_response_prepare.append(doors.dress)
    return doors


def _without_nul(request: web.Request) -> web.Request:
    """PostgreSQL takes no NUL in a text: under such a path there is nothing, and in a query it says nothing."""
    if "\x00" in request.path:
        raise web.HTTPNotFound
    if "%00" not in request.rel_url.raw_query_string:
        return request
    said = [(name, value.replace("\x00", "")) for name, value in request.rel_url.query.items()]
    return request.clone(rel_url=request.rel_url.with_query(said))


def _packed(request: web.Request, path: str, response: web.StreamResponse) -> web.StreamResponse:
    """Compressed where the answer is everybody's.

    Where secrets stand beside words that somebody else chose, the length of what is compressed tells of them
    (BREACH): pages of those who are logged in, and those behind a private address, go as they are.
    """
    is_public = SECRET not in path and allowed(request.method, path) == ANYONE
    if not is_public or response.content_type not in _WORDS or response.prepared:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", "") and "Content-Encoding" not in response.headers:
        response.enable_compression(web.ContentCoding.gzip)
    return response


def _page(status: int, text: str, headers: Mapping[str, str]) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def _too_often(wait: float) -> web.Response:
    headers = {**BARE, "Retry-After": str(math.ceil(wait))}
    return web.Response(status=429, text=TOO_OFTEN, headers=headers)
