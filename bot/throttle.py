"""How often somebody may knock: counted on the injected clock, in bounded memory.

Knows neither HTTP nor WeCom, so that every door can use it. Each process decides at once by what it knows; those
that share hints tell each other who knocked, so that a limit holds for all together, to a fraction of a second.
The generic cell rate algorithm: one instant for each caller, a burst of `most`, then one each `seconds / most`.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from ipaddress import ip_address

from storage.coordination import Hints

KEPT = 20_000  # callers remembered; whoever knocked longest ago is forgotten first
MARK_LENGTH = 24  # of 64 hex digits
NEWS = "knock"


class Throttle:
    """Lets each caller in `most` times in `seconds`."""

    def __init__(
        self,
        most: int,
        seconds: float,
        key: Callable[[str], str] = str,
        tell: Callable[[str, float], None] | None = None,
    ) -> None:
        """`key` is what a caller is counted by; `tell` is told of each who was let in, by key, with the instant."""
        self._key = key
        self._seconds, self._pause = seconds, seconds / most
        self._free_at: OrderedDict[str, float] = OrderedDict()
        self._tell = tell

    def knock(self, caller: str, now: datetime) -> float:
        """0 lets them in and counts; otherwise the seconds until they may come again."""
        counted = self._key(caller)
        wait = self._wait(counted, now)
        if not wait:
            self.count(counted, now.timestamp())
            if self._tell is not None:
                self._tell(counted, now.timestamp())
        return wait

    def wait_seconds(self, caller: str, now: datetime) -> float:
        """The same without counting."""
        return self._wait(self._key(caller), now)

    def _wait(self, counted: str, now: datetime) -> float:
        ahead = self._free_at.get(counted, 0.0) - now.timestamp()
        if ahead > self._seconds:  # the clock was set back: nobody waits for that
            del self._free_at[counted]
            return 0.0
        return max(0.0, ahead + self._pause - self._seconds)

    def count(self, counted: str, now: float) -> None:
        """They were let in, here or by another process."""
        self._free_at[counted] = max(self._free_at.get(counted, 0.0), now) + self._pause
        self._free_at.move_to_end(counted)
        if len(self._free_at) > KEPT:
            self._free_at.popitem(last=False)


class Knocks:
    """Makes throttles whose counts are those of all processes; without hints to share, of this one."""

    def __init__(self, hints: Hints | None = None, mark: Callable[[str], str] = str) -> None:
        """`mark` makes of a caller what other processes know again and nobody can read."""
        self._hints = hints
        self._mark = mark
        self._throttles: dict[str, Throttle] = {}
        if hints is not None:
            hints.listen(NEWS, self._hear)

    def throttle(self, name: str, most: int, seconds: float) -> Throttle:
        """The one of this name; the same name is the same door in each process."""
        if self._hints is None:
            return Throttle(most, seconds)
        made = Throttle(most, seconds, self._key, partial(self._tell, self._hints, name))
        self._throttles[name] = made
        return made

    def _key(self, caller: str) -> str:
        return self._mark(caller)[:MARK_LENGTH]

    def _tell(self, hints: Hints, name: str, caller: str, now: float) -> None:
        hints.tell(NEWS, json.dumps([name, caller, now]).encode())

    def _hear(self, body: bytes) -> None:
        name, caller, now = json.loads(body)
        throttle = self._throttles.get(name)
        if throttle is not None:
            throttle.count(str(caller), float(now))


def address_of(remote: str | None, forwarded: Sequence[str]) -> str:
    """Who asks. Behind a proxy of ours it is the last of `X-Forwarded-For`, which that proxy wrote itself.

    Only a private address is taken for a proxy; what comes straight from the world cannot name another. An IPv6
    caller is their network of 64 bits, for they have as many addresses as they like.
    """
    last = ",".join(forwarded).rsplit(",", 1)[-1].strip()
    for text in (last, remote or "") if _is_private(remote or "") else (remote or "",):
        try:
            address = ip_address(text)
        except ValueError:
            continue
        return str(address) if address.version == 4 else f"{address.exploded[:19]}::"
    return ""


def _is_private(text: str) -> bool:
    try:
        return ip_address(text).is_private
    except ValueError:
        return False
