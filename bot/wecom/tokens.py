"""The access token: one per (corp id, secret), fetched by one caller while the others wait (document 91039)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.wecom.errors import WeComError

log = logging.getLogger(__name__)

_LONGEST_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FreshToken:
    """What gettoken gave."""

    token: str
    life: timedelta


class TokenCache(Protocol):
    """Where the token of one (corp id, secret) is kept; a shared one lets processes use each other's."""

    async def get(self) -> tuple[str, datetime] | None:
        """The token and the instant until which it is to be used, or None."""
        ...

    async def put(self, token: str, expires_at: datetime) -> None:
        """Keep it in place of the one before."""
        ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Within it nobody else fetches; `get` then gives what they have fetched meanwhile."""
        ...


class MemoryTokenCache:
    """The token within this process."""

    def __init__(self) -> None:
        self._kept: tuple[str, datetime] | None = None

    async def get(self) -> tuple[str, datetime] | None:
        return self._kept

    async def put(self, token: str, expires_at: datetime) -> None:
        self._kept = (token, expires_at)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """There is nobody else."""
        yield


class TokenSource:
    """Gives the token of one secret, fetching it when there is none, it is about to end, or it was refused."""

    def __init__(self, fetch: Callable[[], Awaitable[FreshToken]], clock: Clock, cache: TokenCache) -> None:
        self._fetch = fetch
        self._clock = clock
        self._cache = cache
        self._lock = asyncio.Lock()
        self._refused = ""
        self._fetches = 0
        self._failure: WeComError | None = None

    async def get(self) -> str:
        """A token to use now. Raises WeComError; whoever waited for a fetch that failed shares its error."""
        token = await self._kept()
        if token:
            return token
        seen = self._fetches
        async with self._lock:
            token = await self._kept()
            if token:
                return token
            if self._failure and self._fetches != seen:
                raise self._failure.with_traceback(None)
            async with self._cache.turn():
                return await self._kept() or await self._refresh()

    def invalidate(self, token: str) -> None:
        """WeCom refused `token`: it is not given again unless WeCom itself gives it again."""
        self._refused = token

    async def _kept(self) -> str:
        kept = await self._cache.get()
        if kept is None:
            return ""
        token, expires_at = kept
        return token if token != self._refused and self._clock.now() < expires_at else ""

    async def _refresh(self) -> str:
        self._failure = None
        try:
            fresh = await self._fetch()
        except WeComError as error:
            self._failure = error
            raise
        finally:
            self._fetches += 1
        self._refused = ""
        await self._cache.put(fresh.token, self._clock.now() + fresh.life - _margin(fresh.life))
        log.info("wecom token fetched", extra={"life_seconds": fresh.life.total_seconds()})
        return fresh.token


def _margin(life: timedelta) -> timedelta:
    """Renew before the end, but not by more than a tenth: until it ends gettoken gives the same token again."""
    return min(_LONGEST_MARGIN, life / 10)
