"""What one process does alone: the clock, and the reading of an account. The database is the truth.

A lease lasts some seconds by the database's clock, so that the clocks of machines may differ, and is renewed while
its holder lives. It is no lock: a holder that was frozen wakes up and believes that it still has it. Therefore it
has a fence, a number that rises when it changes hands; what must not be done twice asks for it at its commit
(`Tenure.confirm`) and is refused there. A SQLite file has one process, which holds everything.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database

log = logging.getLogger(__name__)
SECONDS = 6.0  # after the death of a holder another one begins so much later, and RETRY_SECONDS
RENEWALS = 4  # in that time
RETRY_SECONDS = 1.0
SCHEDULER = "scheduler"

_TAKE = text(
    "INSERT INTO leases (name, holder, fence, until)"
    " VALUES (:name, :me, 1, clock_timestamp() + make_interval(secs => :seconds))"
    " ON CONFLICT (name) DO UPDATE SET holder = :me, until = excluded.until,"
    " fence = leases.fence + CASE WHEN leases.holder = :me THEN 0 ELSE 1 END"
    " WHERE leases.holder = :me OR leases.until < clock_timestamp()"
    " RETURNING fence"
)
_RENEW = text(
    "UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds)"
    " WHERE name = :name AND holder = :me AND fence = :fence RETURNING fence"
)
_GIVE_BACK = text(
    "UPDATE leases SET until = clock_timestamp() WHERE name = :name AND holder = :me AND fence = :fence"
)
_CONFIRM = text("SELECT 1 FROM leases WHERE name = :name AND holder = :me AND fence = :fence FOR SHARE")


class Fenced(Exception):
    """Another process has taken over what this one believed to hold; nothing of this commit may be kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name}: another process has taken over")


def reading(open_kfid: str) -> str:
    """The name of the lease of whoever reads this account."""
    return f"read:{open_kfid}"


@dataclass(frozen=True, slots=True)
class Tenure:
    """One time of holding something alone, from taking it to losing it or giving it back."""

    name: str
    holder: str
    fence: int  # 0 where nobody else is there
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    async def confirm(self, session: AsyncSession) -> None:
        """The last thing before a commit: raise `Fenced` where another took over, else keep them out till then."""
        if not self.fence:
            return
        await session.flush()
        if await session.scalar(_CONFIRM, self._facts()) is None:
            raise Fenced(self.name)

    async def renew(self, session: AsyncSession, seconds: float) -> bool:
        """So many seconds from now; False where another has it."""
        return await session.scalar(_RENEW, {**self._facts(), "seconds": seconds}) is not None

    async def give_back(self, session: AsyncSession) -> None:
        """Others may have it at once."""
        await session.execute(_GIVE_BACK, self._facts())

    def _facts(self) -> dict[str, object]:
        return {"name": self.name, "me": self.holder, "fence": self.fence}


class Leases:
    """What this process holds."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        self._me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._held: set[str] = set()

    def holds(self, name: str) -> bool:
        """Whether this process has it, as far as it knows."""
        return name in self._held

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[Tenure]:
        """Wait until it is ours, then renew it until the end of the block; the tenure tells when it is lost."""
        tenure = await self._wait_for(name)
        self._held.add(name)
        renewing = asyncio.create_task(self._renew(tenure), name=f"lease {name}")
        try:
            yield tenure
        finally:
            renewing.cancel()
            self._held.discard(name)
            await self._give_back(tenure)

    async def find_tenure(self, name: str) -> Tenure | None:
        """Have it for the next seconds; None where another has it."""
        if self._database.is_sqlite:
            return Tenure(name, self._me, 0)
        async with self._database.begin() as session:
            fence = await session.scalar(_TAKE, {"name": name, "me": self._me, "seconds": self._seconds})
        return None if fence is None else Tenure(name, self._me, int(fence))

    async def _wait_for(self, name: str) -> Tenure:
        while True:
            try:
                if tenure := await self.find_tenure(name):
                    log.info("does alone from now on", extra={"lease": name, "fence": tenure.fence})
                    return tenure
            except (SQLAlchemyError, OSError) as error:
                log.warning("lease could not be asked for", extra={"lease": name, "error": type(error).__name__})
            await asyncio.sleep(RETRY_SECONDS)

    async def _renew(self, tenure: Tenure) -> None:
        if not tenure.fence:
            return
        loop = asyncio.get_running_loop()
        renewed_at = loop.time()
        while loop.time() - renewed_at < self._seconds:
            await asyncio.sleep(self._seconds / RENEWALS)
            asked_at = loop.time()
            try:
                async with asyncio.timeout(self._seconds), self._database.begin() as session:
                    if not await tenure.renew(session, self._seconds):
                        break
                renewed_at = asked_at
            except (SQLAlchemyError, OSError) as error:  # TimeoutError is an OSError
                facts = {"lease": tenure.name, "error": type(error).__name__}
                log.warning("lease could not be renewed", extra=facts)
        log.warning("lease was lost", extra={"lease": tenure.name, "fence": tenure.fence})
        self._held.discard(tenure.name)
        tenure.lost.set()

    async def _give_back(self, tenure: Tenure) -> None:
        if not tenure.fence:
            return
        with suppress(SQLAlchemyError, OSError):
            async with asyncio.timeout(RETRY_SECONDS), self._database.begin() as session:
                await tenure.give_back(session)
