"""The only place that asks the time.

Everything else is handed a `Clock`, so that tests and the simulator can let three days pass in no time.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def steady(self) -> float:
        """Seconds since some moment, which nobody sets: what passes between two calls has passed."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation passes through."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> float:
        """Goes on while the machine sleeps, where it can tell."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only when told to: for tests, drills and the simulator."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._set = timedelta()
        self._moved = asyncio.Condition()

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return (self._now - self._set).timestamp()

    async def sleep(self, seconds: float) -> None:
        due = self._now + timedelta(seconds=seconds)
        async with self._moved:
            await self._moved.wait_for(lambda: self._now >= due)

    async def advance(self, **span: float) -> None:
        """Let time pass: `await clock.advance(days=3)`; wakes whoever sleeps until then."""
        async with self._moved:
            self._now += timedelta(**span)
            self._moved.notify_all()

    def set(self, **span: float) -> None:
        """Somebody sets it ahead, or back by a negative span: no time passes and nobody is woken."""
        self._now += timedelta(**span)
        self._set += timedelta(**span)
