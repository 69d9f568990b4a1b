"""A tiny HTTP server in WeCom's place: it answers what a test laid out and remembers what it was asked."""

import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

Reply = dict[str, Any] | web.StreamResponse | Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    api: str
    token: str
    query: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.raw)


@dataclass
class StandIn:
    """Laid-out answers are used in order; then, and for everything else, the answer is a plain ok."""

    asked: list[Asked] = field(default_factory=list)
    token_life: int = 7200
    same_token: bool = False

    def __post_init__(self) -> None:
        self._replies: dict[str, list[Reply]] = defaultdict(list)
        self._numbers = itertools.count(1)

    def answers(self, api: str, *replies: Reply) -> None:
        self._replies[api].extend(replies)

    def calls(self, api: str) -> list[Asked]:
        return [call for call in self.asked if call.api == api]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        api = request.match_info["api"]
        query = dict(request.query)
        self.asked.append(Asked(api, query.pop("access_token", ""), query, await request.read()))
        laid_out = self._replies[api]
        reply = laid_out.pop(0) if laid_out else self._ok(api)
        if isinstance(reply, dict):
            return web.json_response({"errcode": 0, "errmsg": "ok"} | reply)
        return await reply(request) if callable(reply) else reply

    def _ok(self, api: str) -> dict[str, Any]:
        if api != "gettoken":
            return {}
        number = 1 if self.same_token else next(self._numbers)
        return {"access_token": f"T{number}", "expires_in": self.token_life}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{api:.+}", self.handle)
        return app


def refusal(errcode: int) -> dict[str, Any]:
    return {
        "errcode": errcode,
        "errmsg": "no, hint: [1], from ip: 203.0.113.9, more info at https://example.invalid",
    }
