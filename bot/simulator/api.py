"""`/cgi-bin/*`: reads the request, lets the faults happen, checks the token, calls the endpoint, tells it."""

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from bot.simulator import app_messages, codes, directory, kf_accounts, kf_send, kf_sessions, kf_sync, living
from bot.simulator.call import Answer, Call, Endpoint, Upload
from bot.simulator.codes import ApiError
from bot.simulator.faults import Misfortune
from bot.simulator.load import Load
from bot.simulator.state import World

ENDPOINTS: Mapping[str, Endpoint] = {
    **directory.ENDPOINTS,
    **app_messages.ENDPOINTS,
    **kf_sync.ENDPOINTS,
    **kf_send.ENDPOINTS,
    **kf_sessions.ENDPOINTS,
    **kf_accounts.ENDPOINTS,
    **living.ENDPOINTS,
}
CHUNK = 256 * 1024
OPEN_TO_ALL = ("gettoken",)
REFUSED_AT_ONCE = (codes.TOO_MANY_AT_ONCE, codes.TOO_MANY_CALLS)
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])[0-9a-fA-F]{4}")
GATEWAY_PAGE = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


class Api:
    """The request handler of every server API."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._closing = asyncio.Event()
        self._load = Load(world)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/cgi-bin/{api:.+}", self.handle)

    def open(self) -> None:
        self._closing.clear()

    def close(self) -> None:
        """Let go of the connections that a fault is holding."""
        self._closing.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, counted among those of its api as long as it runs."""
        call = Call(request.match_info["api"], request.query, headers=request.headers)
        body = await _find_body(request)
        if body is None:
            return _cut(request)
        call.fate = self._world.dice.befall(call.api, body)
        with self._load.carry(call):
            return await self._handle(request, call, call.fate)

    async def _handle(self, request: web.Request, call: Call, fate: Misfortune) -> web.StreamResponse:
        started = time.perf_counter()
        if fate.latency_seconds and fate.errcode not in REFUSED_AT_ONCE:
            await self._wait(fate.latency_seconds)
        if fate.hang_seconds:
            await self._wait(fate.hang_seconds)
            self._tell(call, -1, started, "没有得到回答")
            return _cut(request)
        if fate.html_status:
            self._tell(call, -1, started, "得到一页网关错误")
            return web.Response(status=fate.html_status, text=GATEWAY_PAGE, content_type="text/html")
        answer, errcode = await self._answer(request, call)
        self._tell(call, errcode, started, "答复在路上丢了" if fate.answer_lost else "")
        return _cut(request) if fate.answer_lost else answer

    async def _answer(self, request: web.Request, call: Call) -> tuple[web.StreamResponse, int]:
        try:
            answer = await self._run(request, call)
        except ApiError as error:
            if error.violation:
                self._world.violate(error.violation)
            return self._refuse(request, call, error), error.errcode
        if isinstance(answer, web.Response):
            return answer, codes.OK
        return _json(answer), codes.OK

    async def _run(self, request: web.Request, call: Call) -> Answer | web.Response:
        endpoint = ENDPOINTS.get(call.api)
        if endpoint is None:
            raise ApiError(codes.UNKNOWN_API, f"no such api: {call.api}", violation="unknown_api")
        if call.fate.errcode is not None:
            raise ApiError(call.fate.errcode, "planned by the faults file")
        if call.api not in OPEN_TO_ALL:
            self._check_access(call)
        if endpoint.needs != request.method:
            raise ApiError(43001 if endpoint.needs == "GET" else 43002, f"require {endpoint.needs} method")
        if endpoint.needs == "POST":
            await _read_body(request, call)
        return endpoint.handle(self._world, call)

    def _check_access(self, call: Call) -> None:
        if self._world.dice.faults.foreign_ip:
            raise ApiError(codes.FOREIGN_IP, "not allow to access from your ip")
        if call.fate.token_dies:
            self._world.tokens.invalidate()
        self._world.tokens.check(call.query.get("access_token", ""))

    def _refuse(self, request: web.Request, call: Call, error: ApiError) -> web.Response:
        hint = f"[{self._world.now_seconds()}{self._world.pulse.revision:09d}]"
        more = f"hint: {hint}, from ip: {request.remote}, more info at /devtool/query?e={error.errcode}"
        return _json({"errcode": error.errcode, "errmsg": f"{error.errmsg}, {more}"})

    def _tell(self, call: Call, errcode: int, started: float, mishap: str) -> None:
        self._world.trace.calls[call.api, errcode] += 1
        milliseconds = (time.perf_counter() - started) * 1000
        self._world.trace.add(
            "api",
            call.api,
            call.who,
            _sentence(call, errcode, mishap),
            errcode=errcode,
            milliseconds=round(milliseconds, 2),
            facts=call.facts,
        )

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


def _sentence(call: Call, errcode: int, mishap: str) -> str:
    title = ENDPOINTS[call.api].title if call.api in ENDPOINTS else f"调用 {call.api} "
    if mishap and (errcode or not call.sentence):
        return f"机器人{title}：{mishap}"
    if errcode:
        words = codes.IN_PLAIN_WORDS.get(errcode, "企业微信不同意")
        return f"机器人{title}没有成功：{words}（{errcode}）"
    return (call.sentence or f"机器人{title}") + (f"（{mishap}）" if mishap else "")


async def _find_body(request: web.Request) -> bytes | None:
    """All of it, or None where it did not come: what has come is carried out, though the caller be gone by then.

    Forms are read where they are needed.
    """
    try:
        return b"" if request.content_type.startswith("multipart/") else await request.read()
    except ConnectionError:
        return None


async def _read_body(request: web.Request, call: Call) -> None:
    if request.content_type.startswith("multipart/"):
        call.upload = await read_upload(request)
        return
    raw = await request.read()
    if b"\\u" in raw and ESCAPED.search(raw):
        raise ApiError(codes.ESCAPED_CHARACTERS, "invalid charset, no \\uXXXX", violation="escaped_characters")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ApiError(codes.BAD_PARAMETER, "Warning: wrong json format.", violation="bad_json") from error
    if not isinstance(body, dict):
        raise ApiError(codes.BAD_PARAMETER, "Warning: wrong json format.", violation="bad_json")
    call.body = body


async def read_upload(request: web.Request) -> Upload | None:
    """The part named `media` with its file name."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            return Upload(part.filename or "", await read_part(part))
    return None


async def read_part(part: BodyPartReader) -> bytes:
    """A part whatever its size: `part.read()` would stop at the application's own limit."""
    content = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        content += chunk
    return bytes(content)


def _json(answer: Mapping[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(answer), content_type="application/json", charset="utf-8")


def _cut(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
