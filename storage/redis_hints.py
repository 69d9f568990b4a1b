"""Coordination of several processes through Redis; the database stays the truth, and Redis may be gone at any time.

Hints of work are streams with a consumer group: each is handed to one process, which takes it as done when its loop
has found nothing more; what was handed to a process that died goes to another. News (somebody knocked, an account
has messages) are one stream that everybody reads. What is said while Redis is away is dropped: every loop looks at
the database by itself, and looks again as soon as Redis answers.
"""

import asyncio
import json
import logging
import os
import secrets
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from storage.coordination import Hints, Topic

log = logging.getLogger(__name__)
GONE = (RedisError, OSError, TimeoutError)
GROUP = "workers"
BLOCK_SECONDS = 1.0  # how long a read waits for something new
GIVE_UP_SECONDS = 2.0  # Redis answers in a millisecond, or is away
AGAIN_SECONDS = 0.5
COMPANY_SECONDS = 0.01  # what is said meanwhile goes with the same round trip
DEAD_SECONDS = 10.0  # whoever has not come to an end of it by then has died, or has too much to do
FORGOTTEN_SECONDS = 3600.0  # a reader of the group that was not heard of for so long
MOST_HINTS, MOST_NEWS = 1_000, 10_000  # what a stream keeps, about
MOST_AT_ONCE = 500
LOOK_BACK_SECONDS = 600  # of the news whoever starts reads so much, for those that count what was


class RedisHints(Hints):
    """The same as `Hints`, heard by every process of the installation; nothing here raises when Redis is away."""

    is_shared = True

    def __init__(self, url: str, installation: str, now: Callable[[], datetime]) -> None:
        """`installation` keeps several on one Redis apart; `now` is for the words about a fault."""
        super().__init__()
        self._now = now
        self._me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._prefix = f"lianxin:{installation}:"
        self.client = Redis.from_url(
            url,
            protocol=2,  # XREADGROUP answers differ in 3
            socket_timeout=BLOCK_SECONDS + GIVE_UP_SECONDS,
            socket_connect_timeout=GIVE_UP_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._is_up = False
        self._down_since: datetime | None = None
        self._topics: tuple[Topic, ...] = ()
        self._joined = asyncio.Event()
        self._handed: defaultdict[Topic, list[bytes]] = defaultdict(list)
        self._ended: defaultdict[Topic, list[bytes]] = defaultdict(list)
        self._hints: set[Topic] = set()
        self._news: list[tuple[str, bytes]] = []
        self._something = asyncio.Event()
        self._read_until: bytes | None = None

    @property
    def carries(self) -> bool:
        return self._is_up

    @property
    def fault(self) -> str:
        since = self._down_since
        if since is None:
            return ""
        return f"Redis does not answer since {since:%Y-%m-%dT%H:%M:%SZ}: processes find work by looking, slower"

    def key(self, name: str) -> str:
        """The name of something of this installation."""
        return self._prefix + name

    def join(self, topics: Collection[Topic]) -> None:
        """This process has loops for these topics: from now on it takes its part of their hints."""
        self._topics = tuple(topics)
        self._joined.set()

    def notify(self, *topics: Topic) -> None:
        self.wake(*topics)
        if self._is_up:
            self._hints.update(topics)
            self._something.set()

    async def wait(self, topic: Topic, seconds: float) -> None:
        """As in one process; what was handed to this one before is done, for its loop found nothing more."""
        if not self._events[topic].is_set() and self._handed[topic]:
            self._ended[topic] += self._handed.pop(topic)
            self._something.set()
        await super().wait(topic, seconds)

    def tell(self, kind: str, body: bytes) -> None:
        """News for every other process, soon; dropped where Redis is away or there is far too much of it."""
        if self._is_up and len(self._news) < MOST_NEWS:
            self._news.append((kind, body))
            self._something.set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """In touch until the end of the block."""
        tasks = [
            asyncio.create_task(self._keep(loop), name=f"redis {loop.__name__}")
            for loop in (self._say, self._hear_news, self._take_hints)
        ]
        try:
            yield
        finally:
            await end(tasks)
            await self._leave()

    async def _leave(self) -> None:
        if self._is_up:
            with suppress(*GONE):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    for topic in self._topics:  # what was handed to this one and not ended goes to the others
                        await self._pass_on(topic)
        with suppress(*GONE):
            await self.client.aclose()

    async def _pass_on(self, topic: Topic) -> None:
        if self._handed[topic]:
            await self.client.xadd(self._stream(topic), {"by": self._me}, maxlen=MOST_HINTS)
        await self.client.xgroup_delconsumer(self._stream(topic), GROUP, self._me)

    def note_up(self) -> None:
        """Redis answered; after a silence everything is looked at, for hints were dropped meanwhile."""
        if self._is_up:
            return
        if self._down_since is not None:
            log.info("Redis answers again")
        self._is_up, self._down_since = True, None
        self.wake(*Topic)

    def note_gone(self, error: BaseException) -> None:
        """Redis did not answer; said once."""
        if self._down_since is None:
            log.warning("Redis does not answer: slower, nothing is lost", extra={"error": type(error).__name__})
            self._down_since = self._now()
        self._is_up = False

    async def _keep(self, loop: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await loop()
            except GONE as error:
                self.note_gone(error)
                await asyncio.sleep(AGAIN_SECONDS)

    # --- saying ---------------------------------------------------------------------------------------

    async def _say(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            async with self.client.pipeline(transaction=False) as batch:
                self._put_hints(batch)
                self._put_news(batch)
                answers = await batch.execute(raise_on_error=False)
            _raise_first(answers)
            self.note_up()
            await asyncio.sleep(COMPANY_SECONDS)

    def _put_hints(self, batch: Any) -> None:
        hints, self._hints = self._hints, set()
        for topic in hints:
            batch.xadd(self._stream(topic), {"by": self._me}, maxlen=MOST_HINTS)
        ended, self._ended = self._ended, defaultdict(list)
        for topic, ids in ended.items():
            batch.xack(self._stream(topic), GROUP, *ids)

    def _put_news(self, batch: Any) -> None:
        news, self._news = self._news[:MOST_AT_ONCE], self._news[MOST_AT_ONCE:]
        if self._news:
            self._something.set()
        for kind, body in news:
            batch.xadd(self.key("news"), {"by": self._me, "kind": kind, "body": body}, maxlen=MOST_NEWS)

    # --- hints: each for one process ------------------------------------------------------------------

    def _stream(self, topic: Topic) -> str:
        return self.key(f"work:{topic}")

    async def _take_hints(self) -> None:
        await self._joined.wait()
        await self._make_groups()
        looked_at = asyncio.get_running_loop().time()
        while True:
            found = await self._read_group()
            self.note_up()
            for stream, entries in found:
                self._take(self._topic_of(stream), entries)
            if asyncio.get_running_loop().time() - looked_at > DEAD_SECONDS / 2:
                looked_at = asyncio.get_running_loop().time()
                await self._take_from_the_dead()

    async def _read_group(self) -> Any:
        streams: Any = {self._stream(topic): ">" for topic in self._topics}
        try:
            return await self.client.xreadgroup(
                GROUP, self._me, streams, count=MOST_AT_ONCE, block=round(BLOCK_SECONDS * 1000)
            )
        except ResponseError as refused:
            if not str(refused).startswith("NOGROUP"):
                raise
            log.info("Redis has forgotten everything and is set up anew")
            await self._make_groups()
            self.wake(*Topic)
            return []

    def _topic_of(self, stream: bytes) -> Topic:
        return Topic(stream.decode().rsplit(":", 1)[1])

    def _take(self, topic: Topic, entries: Any) -> None:
        self._handed[topic] += [number for number, _ in entries]
        if any(
            fields.get(b"by") != self._me.encode() for _, fields in entries
        ):  # what is ours woke us when we said it
            self.wake(topic)

    async def _make_groups(self) -> None:
        for topic in self._topics:
            try:
                await self.client.xgroup_create(self._stream(topic), GROUP, id="0", mkstream=True)
            except ResponseError as refused:
                if not str(refused).startswith("BUSYGROUP"):
                    raise

    async def _take_from_the_dead(self) -> None:
        for topic in self._topics:
            _, entries, *_ = await self.client.xautoclaim(
                self._stream(topic), GROUP, self._me, min_idle_time=round(DEAD_SECONDS * 1000), count=MOST_AT_ONCE
            )
            new = [(number, fields) for number, fields in entries if number not in self._handed[topic]]
            if new:
                self._handed[topic] += [number for number, _ in new]
                self.wake(topic)
            await self._forget_the_dead(topic)

    async def _forget_the_dead(self, topic: Topic) -> None:
        for reader in await self.client.xinfo_consumers(self._stream(topic), GROUP):
            if reader["idle"] > FORGOTTEN_SECONDS * 1000 and not reader["pending"]:
                await self.client.xgroup_delconsumer(self._stream(topic), GROUP, reader["name"])

    # --- news: for everybody --------------------------------------------------------------------------

    async def _hear_news(self) -> None:
        now = await self._redis_time()
        if (
            self._read_until is None or _milliseconds(self._read_until) > now
        ):  # else it goes on where it was cut off
            self._read_until = b"%d-0" % (now - LOOK_BACK_SECONDS * 1000)
        self.note_up()
        while True:
            streams: Any = {self.key("news"): self._read_until}
            found: Any = await self.client.xread(streams, count=MOST_AT_ONCE, block=round(BLOCK_SECONDS * 1000))
            self.note_up()
            for _, entries in found:
                for number, fields in entries:
                    self._read_until = number
                    self._hear(fields)

    async def _redis_time(self) -> int:
        seconds, micros = await self.client.time()
        return int(seconds) * 1000 + int(micros) // 1000

    def _hear(self, fields: dict[bytes, bytes]) -> None:
        hear = self._hearers.get(fields.get(b"kind", b"").decode())
        if hear is None or fields.get(b"by") == self._me.encode():
            return
        try:
            hear(fields[b"body"])
        except (KeyError, ValueError, TypeError, json.JSONDecodeError):
            log.warning("news that nobody understands", extra={"kind": fields[b"kind"].decode()})


async def end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel them until they end: the client sends by `asyncio.wait_for`, which may swallow it (Python 3.11)."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)


def _milliseconds(number: bytes) -> int:
    return int(number.split(b"-")[0])


def _raise_first(answers: Collection[Any]) -> None:
    """What a flushed Redis no longer knows is no fault; what it does not answer is."""
    for answer in answers:
        if isinstance(answer, RedisError) and not isinstance(answer, ResponseError):
            raise answer
