"""One HTTP exchange with WeCom, and what its failures mean.

No error carries an address: aiohttp writes addresses into its own errors, and ours hold the token or the secret.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import orjson
from yarl import URL

from bot.clock import Clock
from bot.wecom import errors, fields
from bot.wecom.counts import CallCounts
from bot.wecom.errors import Temporary, WeComError
from bot.wecom.tokens import FreshToken, TokenCache, TokenSource

log = logging.getLogger(__name__)
_A_DAY = 86_400.0
_JSON = {"Content-Type": "application/json; charset=utf-8"}

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """One request before its token: `form` is called for each attempt, as a form can be sent only once."""

    method: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None = None
    form: Callable[[], aiohttp.FormData] | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """An HTTP answer that was read to its end, or to `limit` bytes and one more."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests for one (corp id, secret), each with a token and a time limit."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: str,
        corp_id: str,
        secret: str,
        clock: Clock,
        cache: TokenCache,
        timeout_seconds: float,
        counts: CallCounts | None = None,
    ) -> None:
        self._session = session
        self._counts = counts or CallCounts()
        self._token = ""
        self._addresses: dict[str, URL] = {}
        self._base = f"{api.rstrip('/')}/cgi-bin/"
        self._corp_id = corp_id
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self.tokens = TokenSource(self._fetch_token, clock, cache)

    async def get(self, api: str, **params: str) -> Answer:
        """A GET with its parameters; the answer of a call that succeeded."""
        return await self.call(api, Request("GET", params, {}))

    async def post(self, api: str, payload: Mapping[str, object]) -> Answer:
        """A POST of JSON, written as UTF-8 without escapes (40033 exists for those)."""
        return await self.call(api, Request("POST", {}, _JSON, orjson.dumps(payload)))

    async def call(self, api: str, request: Request, *, timeout_seconds: float | None = None) -> Answer:
        """The answer of a call that succeeded; a refused token is replaced once. Raises WeComError."""
        try:
            answer = await self._call(api, request, timeout_seconds)
        except WeComError as error:
            self._counts.note(error.api, error.errcode)
            raise
        self._counts.note(api, 0)
        return answer

    async def _call(self, api: str, request: Request, timeout_seconds: float | None) -> Answer:
        token = await self.tokens.get()
        answer = read_answer(api, await self.exchange(api, request, token, timeout_seconds=timeout_seconds))
        if answer.get("errcode") in errors.TOKEN_CODES:
            token = await self.replace_token(api, token, answer)
            answer = read_answer(api, await self.exchange(api, request, token, timeout_seconds=timeout_seconds))
        return accept(api, answer)

    async def replace_token(self, api: str, token: str, answer: Answer) -> str:
        """Another token in place of one that was refused."""
        log.info("wecom token refused", extra={"api": api, "errcode": answer.get("errcode")})
        self.tokens.invalidate(token)
        return await self.tokens.get()

    async def exchange(
        self,
        api: str,
        request: Request,
        token: str,
        *,
        timeout_seconds: float | None = None,
        limit: int | None = None,
    ) -> Raw:
        """The HTTP answer, whatever it says; Temporary where there was none."""
        try:
            async with self._session.request(
                request.method,
                self._address(api, token),
                params=request.params or None,
                headers=request.headers,
                data=request.form() if request.form else request.body,
                timeout=aiohttp.ClientTimeout(total=timeout_seconds) if timeout_seconds else self._timeout,
                allow_redirects=False,
            ) as response:
                body = await _read(response.content, limit)
                return Raw(response.status, response.headers, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise _unanswered(api, "unreachable", ambiguous=False) from None
        except TimeoutError:
            raise _unanswered(api, "timed out", ambiguous=True) from None
        except (aiohttp.ClientError, OSError):
            raise _unanswered(api, "cut off", ambiguous=True) from None

    def _address(self, api: str, token: str) -> URL:
        """Put together once for a token: for each call it would cost as much as the call's JSON."""
        if token != self._token:
            self._token, self._addresses = token, {}
        if api not in self._addresses:
            address = URL(self._base + api)
            self._addresses[api] = address.with_query(access_token=token) if token else address
        return self._addresses[api]

    async def _fetch_token(self) -> FreshToken:
        params = {"corpid": self._corp_id, "corpsecret": self._secret}
        answer = accept("gettoken", read_answer("gettoken", await self.exchange("gettoken", _get(params), "")))
        token, seconds = fields.text(answer, "access_token"), fields.whole(answer, "expires_in")
        if not token or not seconds or seconds < 0:
            raise Temporary("gettoken")
        return FreshToken(token, timedelta(seconds=seconds))


def read_answer(api: str, raw: Raw) -> Answer:
    """The JSON of an HTTP answer. WeCom's own refusals come with 200, so any other status is the road's."""
    if not 200 <= raw.status < 300:
        raise _bad_status(api, raw)
    try:
        answer = fields.read_json(raw.body)
    except ValueError:
        answer = None
    errcode = fields.whole(answer, "errcode") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or errcode is None:
        log.warning("wecom answer unreadable", extra={"api": api, "http_status": raw.status})
        raise Temporary(api, ambiguous=True)
    answer["errcode"] = errcode
    return answer


def accept(api: str, answer: Answer) -> Answer:
    """The answer where its errcode is 0; the error that the table gives for the code otherwise."""
    errcode = fields.whole(answer, "errcode") or 0
    if errcode == 0:
        return answer
    error = errors.classify(api, errcode, fields.text(answer, "errmsg"))
    log.warning("wecom refused a call", extra={"api": api, "errcode": errcode, "kind": type(error).__name__})
    raise error


def _get(params: Mapping[str, str]) -> Request:
    return Request("GET", params, {})


async def _read(content: aiohttp.StreamReader, limit: int | None) -> bytes:
    if limit is None:
        return await content.read()
    parts = []
    left = limit + 1
    while left > 0 and (part := await content.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _bad_status(api: str, raw: Raw) -> Temporary:
    log.warning("wecom answered with a bad status", extra={"api": api, "http_status": raw.status})
    return Temporary(api, retry_after_seconds=_find_pause(raw.headers), ambiguous=raw.status >= 500)


def _find_pause(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; where it is a date, by the answer's own clock (RFC 9110, 10.2.3). At most a day."""
    wait = headers.get("Retry-After", "")
    if wait.isdecimal() and len(wait) < 6:
        return float(wait)
    try:
        until, now = parsedate_to_datetime(wait), parsedate_to_datetime(headers.get("Date", ""))
        return min(max(0.0, (until - now).total_seconds()), _A_DAY)
    except (ValueError, TypeError):
        return None


def _unanswered(api: str, how: str, *, ambiguous: bool) -> Temporary:
    log.warning("wecom gave no answer", extra={"api": api, "how": how})
    return Temporary(api, ambiguous=ambiguous)
