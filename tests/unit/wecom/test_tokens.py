"""One token for everybody: fetched once, renewed in time, not asked for again and again."""

import asyncio
from datetime import timedelta

import pytest

from bot.wecom.errors import ConfigFault, Temporary
from bot.wecom.tokens import FreshToken, MemoryTokenCache, TokenSource


class Issuer:
    """Gives T1, T2, … after a moment, or fails."""

    def __init__(self, life_seconds=7200, failure=None):
        self.life, self.failure, self.asked = timedelta(seconds=life_seconds), failure, 0

    async def __call__(self):
        self.asked += 1
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        return FreshToken(f"T{self.asked}", self.life)


async def test_many_callers_cause_one_fetch(clock):
    issuer = Issuer()
    source = TokenSource(issuer, clock, MemoryTokenCache())
    assert set(await asyncio.gather(*(source.get() for _ in range(50)))) == {"T1"}
    assert issuer.asked == 1


async def test_many_callers_share_one_failure(clock):
    issuer = Issuer(failure=ConfigFault("gettoken", 40001))
    source = TokenSource(issuer, clock, MemoryTokenCache())
    failures = await asyncio.gather(*(source.get() for _ in range(50)), return_exceptions=True)
    assert {type(failure) for failure in failures} == {ConfigFault}
    assert issuer.asked == 1


async def test_failure_is_not_remembered_for_the_next_caller(clock):
    issuer = Issuer(failure=Temporary("gettoken", -1))
    source = TokenSource(issuer, clock, MemoryTokenCache())
    with pytest.raises(Temporary):
        await source.get()
    issuer.failure = None
    assert await source.get() == "T2"


async def test_token_is_renewed_before_it_ends(clock):
    source = TokenSource(Issuer(), clock, MemoryTokenCache())
    await source.get()
    await clock.advance(seconds=7200 - 301)
    assert await source.get() == "T1"
    await clock.advance(seconds=2)
    assert await source.get() == "T2"


async def test_token_near_its_end_is_not_fetched_at_every_call(clock):
    issuer = Issuer(life_seconds=200)
    source = TokenSource(issuer, clock, MemoryTokenCache())
    for _ in range(17):
        await source.get()
        await clock.advance(seconds=10)
    assert issuer.asked == 1


async def test_refused_token_is_not_given_again(clock):
    source = TokenSource(Issuer(), clock, MemoryTokenCache())
    source.invalidate(await source.get())
    assert await source.get() == "T2"


async def test_late_refusal_of_the_token_before_costs_nothing(clock):
    issuer = Issuer()
    source = TokenSource(issuer, clock, MemoryTokenCache())
    first = await source.get()
    source.invalidate(first)
    await source.get()
    source.invalidate(first)
    assert await source.get() == "T2"
    assert issuer.asked == 2


async def test_processes_with_a_common_cache_use_each_others_token(clock):
    cache, here, there = MemoryTokenCache(), Issuer(), Issuer()
    one, other = TokenSource(here, clock, cache), TokenSource(there, clock, cache)
    assert await one.get() == await other.get() == "T1"
    assert there.asked == 0


async def test_cancelled_fetch_leaves_the_door_open(clock):
    issuer = Issuer()
    source = TokenSource(issuer, clock, MemoryTokenCache())
    first = asyncio.create_task(source.get())
    await asyncio.sleep(0)
    second = asyncio.create_task(source.get())
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).startswith("T")
