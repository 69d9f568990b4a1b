"""Wake-ups and news: a hint that there is work, never the work itself.

`Hints` is coordination inside one process, the default; `storage.redis_hints` shares the same between processes.
A hint may be lost; every waiter also looks by itself after a while.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from enum import StrEnum

Hear = Callable[[bytes], None]


class Topic(StrEnum):
    """What there may be work in."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    ATTACHMENTS = "attachments"


class Hints:
    """Events by topic; many may notify, one loop of the process waits on each."""

    is_shared = False  # whether it is made to carry to other processes

    def __init__(self) -> None:
        self._events: dict[Topic, asyncio.Event] = defaultdict(asyncio.Event)
        self._hearers: dict[str, Hear] = {}

    @property
    def carries(self) -> bool:
        """Whether other processes hear what is said here, as far as is known."""
        return False

    @property
    def fault(self) -> str:
        """In short fixed words what is slower than it should be; empty when nothing is."""
        return ""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """In touch with the others until the end of the block; here there is nobody."""
        yield

    def join(self, topics: Collection[Topic]) -> None:
        """This process has loops for these topics and takes its part of what is hinted."""

    def notify(self, *topics: Topic) -> None:
        """There may be work, here or for whichever process is free."""
        self.wake(*topics)

    def wake(self, *topics: Topic) -> None:
        """There may be work for the loops of this process."""
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

    def tell(self, kind: str, body: bytes) -> None:
        """News for every other process; here there is none."""

    def listen(self, kind: str, hear: Hear) -> None:
        """What other processes tell of this kind is heard by this one hearer, which must not fail or wait."""
        self._hearers[kind] = hear
