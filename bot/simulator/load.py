"""How many calls of one api there are at once and in a minute (document 90312): too many are refused."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.simulator import codes
from bot.simulator.call import Call
from bot.simulator.state import World

MINUTE = timedelta(minutes=1)


class Load:
    """Counts calls by api; what the faults allow is looked up at each, so that it may change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: Counter[str] = Counter()
        self._lately: dict[str, deque[datetime]] = {}

    @contextmanager
    def carry(self, call: Call) -> Iterator[None]:
        """Count a call while it runs; one too many meets a refusal instead of what else would befall it."""
        if self._are_too_many_at_once(call.api):
            call.fate.errcode = codes.TOO_MANY_AT_ONCE
        elif self._are_too_many_a_minute(call.api):
            call.fate.errcode = codes.TOO_MANY_CALLS
        self._running[call.api] += 1
        try:
            yield
        finally:
            self._running[call.api] -= 1

    def _are_too_many_at_once(self, api: str) -> bool:
        most = self._world.dice.faults.calls_at_once
        return bool(most) and self._running[api] >= most

    def _are_too_many_a_minute(self, api: str) -> bool:
        most = self._world.dice.faults.calls_per_minute
        if not most:
            return False
        now, lately = self._world.clock.now(), self._lately.setdefault(api, deque())
        while lately and now - lately[0] >= MINUTE:
            lately.popleft()
        if len(lately) >= most:
            return True
        lately.append(now)
        return False
