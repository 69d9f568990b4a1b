"""Hints, news and the token between processes, on a real server that is flushed, frozen and gone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.clock import ManualClock
from bot.throttle import Knocks
from bot.wecom.tokens import FreshToken, TokenSource
from storage import redis_hints
from storage.coordination import Topic
from storage.crypto import Vault
from storage.redis_hints import GROUP, RedisHints
from storage.redis_token import SharedToken
from tests.support.processes import Valkey, open_valkey

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
VAULT = Vault(b"k" * 32)
SOON = 10.0


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with open_valkey() as opened:
        yield opened


class Office:
    """Processes of one installation."""

    def __init__(self, server: Valkey, stack: AsyncExitStack) -> None:
        self._server, self._stack = server, stack

    async def process(self, *topics: Topic) -> RedisHints:
        made = RedisHints(self._server.url, "one", lambda: NOW)
        if topics:
            made.join(topics)
        await self._stack.enter_async_context(made.opened())
        await until(lambda: made.carries)
        return made


@pytest.fixture
async def office(server: Valkey) -> AsyncIterator[Office]:
    if server.process is None or server.process.poll() is not None:
        server.start()
    server.flush()
    async with AsyncExitStack() as stack:
        yield Office(server, stack)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not holds():
            await asyncio.sleep(0.01)


async def settled(hints: RedisHints) -> None:
    """Beyond the look that every new process takes."""
    await hints.wait(Topic.INBOX, 0.2)
    await hints.wait(Topic.INBOX, 0.2)


async def seconds_until_woken(hints: RedisHints, most: float = SOON) -> float:
    began = asyncio.get_running_loop().time()
    await hints.wait(Topic.INBOX, most)
    return asyncio.get_running_loop().time() - began


async def pending(server: Valkey, hints: RedisHints) -> int:
    async with Redis.from_url(server.url, protocol=2) as client:
        return int((await client.xpending(hints.key(f"work:{Topic.INBOX}"), GROUP))["pending"])


async def test_a_process_that_only_takes_in_wakes_one_that_works(office: Office, server: Valkey) -> None:
    worker, front = await office.process(Topic.INBOX), await office.process()
    await settled(worker)
    waiting = asyncio.create_task(seconds_until_woken(worker))
    await asyncio.sleep(0.05)
    front.notify(Topic.INBOX)
    assert await waiting < SOON / 2
    assert await pending(server, worker) == 1  # its loop is still at it
    await worker.wait(Topic.INBOX, 0.01)  # and has found nothing more
    async with asyncio.timeout(SOON):
        while await pending(server, worker):
            await asyncio.sleep(0.01)


async def test_what_was_handed_to_one_that_died_goes_to_another(
    office: Office, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_hints, "DEAD_SECONDS", 0.4)
    front = await office.process()
    async with Redis.from_url(server.url, protocol=2) as client:
        stream = front.key(f"work:{Topic.INBOX}")
        await client.xgroup_create(stream, GROUP, id="0", mkstream=True)
        front.notify(Topic.INBOX)
        async with asyncio.timeout(SOON):
            while not await client.xreadgroup(GROUP, "dies", {stream: ">"}, count=1):
                await asyncio.sleep(0.01)
    worker = await office.process(Topic.INBOX)
    await worker.wait(Topic.INBOX, 0.05)
    assert await seconds_until_woken(worker) < SOON / 2
    await worker.wait(Topic.INBOX, 0.01)
    async with asyncio.timeout(SOON):
        while await pending(server, worker):
            await asyncio.sleep(0.01)


async def test_flushed_it_is_set_up_anew_and_everything_is_looked_at(office: Office, server: Valkey) -> None:
    worker, front = await office.process(Topic.INBOX), await office.process()
    await settled(worker)
    server.flush()
    assert await seconds_until_woken(worker) < SOON / 2
    await worker.wait(Topic.INBOX, 0.3)
    front.notify(Topic.INBOX)
    assert await seconds_until_woken(worker) < SOON / 2
    assert worker.fault == ""


@pytest.mark.parametrize("how", ["gone", "frozen"])
async def test_away_it_is_said_in_words_and_back_everything_is_looked_at(
    office: Office, server: Valkey, how: str
) -> None:
    worker = await office.process(Topic.INBOX)
    await settled(worker)
    server.stop() if how == "gone" else server.freeze()
    await until(lambda: bool(worker.fault))
    assert worker.fault.startswith("Redis does not answer since 2026-11-20T01:30:00Z: ")
    assert not worker.carries
    worker.notify(Topic.INBOX)
    assert await seconds_until_woken(worker) < 0.5  # its own loop hears it all the same
    server.start() if how == "gone" else server.thaw()
    assert await seconds_until_woken(worker) < SOON
    await until(lambda: worker.carries and not worker.fault)


async def test_a_limit_holds_for_all_processes_together(office: Office, server: Valkey) -> None:
    clock = ManualClock(NOW)
    first, second = await office.process(), await office.process()
    doors = [Knocks(hints, VAULT.mark).throttle("door", 4, 60) for hints in (first, second)]
    for _ in range(3):
        assert not doors[0].knock("somebody", clock.now())
    await until(lambda: doors[1].wait_seconds("somebody", clock.now() - timedelta(seconds=1)) > 0)
    assert not doors[1].knock("somebody", clock.now())
    assert doors[1].knock("somebody", clock.now()) > 0
    await until(lambda: doors[0].wait_seconds("somebody", clock.now()) > 0)
    async with Redis.from_url(server.url, protocol=2) as client:
        kept = b"".join(fields[b"body"] for _, fields in await client.xrange(first.key("news")))
    assert kept
    assert b"somebody" not in kept


def fetcher(calls: list[str]) -> Callable[[], asyncio.Future[FreshToken]]:
    async def fetch() -> FreshToken:
        calls.append("gettoken")
        await asyncio.sleep(0.05)
        return FreshToken(f"token{len(calls)}", timedelta(hours=2))

    return fetch  # type: ignore[return-value]


async def test_the_token_is_fetched_once_for_all_and_kept_sealed(office: Office, server: Valkey) -> None:
    calls: list[str] = []
    clock = ManualClock(NOW)
    caches = [SharedToken(await office.process(), VAULT, "the words of a log-in") for _ in range(3)]
    sources = [TokenSource(fetcher(calls), clock, cache) for cache in caches]
    assert set(await asyncio.gather(*(one.get() for one in sources * 2))) == {"token1"}
    assert calls == ["gettoken"]
    sources[0].invalidate("token1")
    sources[1].invalidate("token1")
    assert await asyncio.gather(sources[0].get(), sources[1].get()) == ["token2", "token2"]
    async with Redis.from_url(server.url, protocol=2) as client:
        for key in await client.keys("*token*"):
            assert b"token2" not in (await client.get(key) or b"")


async def test_without_redis_each_process_fetches_for_itself(office: Office, server: Valkey) -> None:
    calls: list[str] = []
    hints = await office.process()
    source = TokenSource(fetcher(calls), ManualClock(NOW), SharedToken(hints, VAULT, "the words of a log-in"))
    server.stop()
    assert await source.get() == "token1"
    assert await source.get() == "token1"
    assert calls == ["gettoken"]


async def test_a_loop_that_missed_its_end_is_told_again() -> None:
    """`asyncio.wait_for` of Python 3.11 forgets a cancellation that comes as what it waits for is done."""
    missed: list[str] = []

    async def loop() -> None:
        while True:
            done = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(done.set_result, None)
            try:
                await done
                await asyncio.sleep(SOON)
            except asyncio.CancelledError:
                if missed:
                    raise
                missed.append("once")

    task = asyncio.create_task(loop())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(SOON):
        await redis_hints.end([task])
    assert task.cancelled()
    assert missed == ["once"]
