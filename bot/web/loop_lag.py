"""How long the loop kept others waiting: a nap is taken again and again, and what it lasts too long is the lag."""

import asyncio
from collections import deque

NAP_SECONDS = 0.25
KEPT = 240  # naps: a minute


class LoopLag:
    """The lags of the last minute, in seconds."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=KEPT)

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(NAP_SECONDS)
            self.note(loop.time() - began - NAP_SECONDS)

    def note(self, seconds: float) -> None:
        """One nap was so much too long."""
        self._lags.append(max(seconds, 0.0))

    def longest(self) -> float:
        """The longest lag of the last minute."""
        return max(self._lags, default=0.0)

    def usual(self) -> float:
        """The lag that half the naps stayed within."""
        ordered = sorted(self._lags)
        return ordered[len(ordered) // 2] if ordered else 0.0
