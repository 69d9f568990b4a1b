"""The access token of all processes: fetched by one while the others wait, kept sealed in Redis.

Where Redis is away each process fetches for itself; WeCom gives the same token while it holds (document 91039).
"""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from storage.crypto import Unreadable, Vault
from storage.redis_hints import GONE, RedisHints

log = logging.getLogger(__name__)
HELD_SECONDS = 15.0  # longer than any call to WeCom takes
WAIT_SECONDS = 12.0
KEPT = timedelta(hours=2)  # what WeCom gives, at the most (document 91039)


class SharedToken:
    """A `TokenCache` (bot.wecom.tokens): the one that this process has, and the one that Redis has."""

    def __init__(self, hints: RedisHints, vault: Vault, secret: str) -> None:
        self._hints = hints
        self._vault = vault
        self._key = hints.key(f"token:{vault.mark(secret)[:32]}")  # another secret has another token
        self._kept: tuple[str, datetime] | None = None

    async def get(self) -> tuple[str, datetime] | None:
        """What this process had last: no call to WeCom waits for Redis."""
        return self._kept

    async def put(self, token: str, expires_at: datetime) -> None:
        """For everybody."""
        self._kept = (token, expires_at)
        if not self._hints.carries:
            return
        sealed = self._vault.seal(json.dumps([token, expires_at.timestamp()]).encode())
        try:
            await self._hints.client.set(self._key, sealed, px=KEPT)
        except GONE as error:
            self._hints.note_gone(error)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One process at a time; whoever comes next has what the one before has put."""
        lock = await self._take()
        try:
            yield
        finally:
            if lock is not None:
                with suppress(LockError, *GONE):
                    await lock.release()

    async def _take(self) -> Lock | None:
        if not self._hints.carries:
            return None
        lock = Lock(self._hints.client, f"{self._key}:turn", timeout=HELD_SECONDS, sleep=0.05)
        try:
            is_ours = await lock.acquire(blocking_timeout=WAIT_SECONDS)
            await self._load()
        except GONE as error:
            self._hints.note_gone(error)
            return None
        return lock if is_ours else None

    async def _load(self) -> None:
        sealed = await self._hints.client.get(self._key)
        if not isinstance(sealed, bytes):
            return
        try:
            token, expires = json.loads(self._vault.open(sealed))
            self._kept = (str(token), datetime.fromtimestamp(expires, UTC))
        except (Unreadable, ValueError, TypeError):
            log.warning("what Redis keeps is no token of ours")
