"""WeCom's callback sender: seals, posts, waits five seconds, sends again (documents 90238, 90930)."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.simulator.envelope import BadEnvelopeError, Envelope, render_xml
from bot.simulator.faults import Dice
from bot.simulator.trace import Trace

ANSWER_SECONDS = 5.0
VERIFY_SECONDS = 1.0
RESENDS = 3
AT_ONCE = 64

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Callback:
    """One message or event for the bot; `app` = of the app itself, so the envelope names its AgentID."""

    event: str
    fields: Mapping[str, Any]
    app: bool
    who: str
    sentence: str
    on_reply: Callable[[str], None] | None = field(default=None, repr=False)


class CallbackSender:
    """Posts callbacks in the background; `quiet()` waits until the last one is through or given up."""

    def __init__(
        self,
        *,
        clock: Clock,
        trace: Trace,
        dice: Callable[[], Dice],
        envelope: Envelope,
        corp_id: str,
        agent_id: int,
        url: str,
        resend_pause_seconds: float,
        resend_on_bad_status: bool,
    ) -> None:
        self.url = url
        self.lost: list[Callback] = []
        self.answer_milliseconds: deque[float] = deque(maxlen=10_000)
        self._clock = clock
        self._trace = trace
        self._dice = dice
        self._envelope = envelope
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._pause = resend_pause_seconds
        self._resend_on_bad_status = resend_on_bad_status
        self._session: aiohttp.ClientSession | None = None
        self._lanes = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: list[BaseException] = []

    async def start(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=AT_ONCE)
            self._session = aiohttp.ClientSession(connector=connector)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def post(self, callback: Callback) -> None:
        """Send it soon; the faults may send it twice, late or not at all."""
        if self._session is None:
            raise RuntimeError("Simulator.start() first: callbacks need its client session")
        self._trace.callbacks[callback.event] += 1
        copies = self._dice().callback_copies()
        if not copies:
            self._trace.dropped["callback"] += 1
            self._note(callback, "（故意没有送出）")
        for _ in range(copies):
            self._hold(self._deliver(callback, self._inner(callback), self._dice().callback_delay()))

    async def quiet(self) -> None:
        """Wait until no callback is in flight; raises what broke inside the simulator, if anything did."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        if self._broken:
            raise BaseExceptionGroup("callbacks broke", self._broken)

    async def verify(self) -> bool:
        """The GET an administrator's "save" makes: does the bot answer the echo within a second?"""
        if self._session is None:
            raise RuntimeError("Simulator.start() first")
        echo = str(secrets.randbelow(10**16))
        encrypted, query = self._envelope.seal(echo, timestamp=self._now())
        try:
            async with self._session.get(
                self.url,
                params={**query, "echostr": encrypted},
                timeout=aiohttp.ClientTimeout(total=VERIFY_SECONDS),
            ) as answer:
                right = answer.status == 200 and await answer.read() == echo.encode()
        except (aiohttp.ClientError, TimeoutError):
            right = False
        outcome = "通过" if right else "没有通过"
        self._trace.add("callback", "verify", "", f"企业微信验证回调地址：{outcome}")
        return right

    def _hold(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._release)

    def _release(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._broken.append(error)

    def _inner(self, callback: Callback) -> str:
        return render_xml({"ToUserName": self._corp_id, **callback.fields})

    async def _deliver(self, callback: Callback, inner: str, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        self._note(callback)
        for attempt in range(1 + RESENDS):
            if attempt:
                await asyncio.sleep(self._pause)
            reply = await self._attempt(callback, inner)
            if reply is not None:
                self._take_reply(callback, reply)
                return
            self._note(callback, f"（第 {attempt + 1} 次没有送到）", errcode=-1)
        self.lost.append(callback)
        log.warning("simulated callback given up", extra={"event": callback.event})

    async def _attempt(self, callback: Callback, inner: str) -> str | None:
        """The answer's body, or None where WeCom would count the attempt as failed."""
        encrypted, query = self._envelope.seal(inner, timestamp=self._now())
        outer: dict[str, Any] = {"ToUserName": self._corp_id, "Encrypt": encrypted}
        if callback.app:
            outer["AgentID"] = str(self._agent_id)
        session = self._session
        if session is None:
            return None
        loop = asyncio.get_running_loop()
        async with self._lanes:
            started = loop.time()
            try:
                async with session.post(
                    self.url,
                    params=query,
                    data=render_xml(outer).encode(),
                    headers={"Content-Type": "text/xml"},
                    timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                ) as answer:
                    body = await answer.text()
                    self.answer_milliseconds.append((loop.time() - started) * 1000)
                    if answer.status == 200:
                        return body
                    return None if self._resend_on_bad_status else ""
            except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError):
                return None

    def _take_reply(self, callback: Callback, body: str) -> None:
        if body in ("", "success"):
            return
        try:
            inner = self._envelope.open_reply(body)
        except BadEnvelopeError:
            self._trace.violations["bad_passive_reply"] += 1
            return
        if callback.on_reply is None:
            self._trace.violations["unexpected_passive_reply"] += 1
            return
        callback.on_reply(inner)

    def _note(self, callback: Callback, suffix: str = "", *, errcode: int = 0) -> None:
        sentence = callback.sentence + suffix
        self._trace.add("callback", callback.event, callback.who, sentence, errcode=errcode)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
