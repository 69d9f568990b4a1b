"""Wake-ups inside one process: a hint that there is work, never the work itself.

A hint may be lost; every waiter also looks by itself after a while.
"""

import asyncio
from collections import defaultdict
from enum import StrEnum


class Topic(StrEnum):
    """What there may be work in."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    ATTACHMENTS = "attachments"


class Hints:
    """Events by topic; many may notify, one loop of the process waits on each."""

    def __init__(self) -> None:
        self._events: dict[Topic, asyncio.Event] = defaultdict(asyncio.Event)

    def notify(self, *topics: Topic) -> None:
        """There may be work."""
        for topic in topics:
            self._events[topic].set()

    async def wait(self, topic: Topic, seconds: float) -> None:
        """Return at the next hint, or after so many seconds without one."""
        event = self._events[topic]
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        finally:
            event.clear()
