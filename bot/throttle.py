"""How often somebody may knock: counted in this process, on the injected clock, in bounded memory.

Knows neither HTTP nor WeCom, so that every door can use it. The generic cell rate algorithm: one instant for each
caller, a burst of `most`, then one each `seconds / most`.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address

KEPT = 20_000  # callers remembered; whoever knocked longest ago is forgotten first


class Throttle:
    """Lets each caller in `most` times in `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds, self._pause = seconds, seconds / most
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def knock(self, caller: str, now: datetime) -> float:
        """0 lets them in and counts; otherwise the seconds until they may come again."""
        wait = self.wait_seconds(caller, now)
        if not wait:
            self._count(caller, now.timestamp())
        return wait

    def wait_seconds(self, caller: str, now: datetime) -> float:
        """The same without counting."""
        ahead = self._free_at.get(caller, 0.0) - now.timestamp()
        if ahead > self._seconds:  # the clock was set back: nobody waits for that
            del self._free_at[caller]
            return 0.0
        return max(0.0, ahead + self._pause - self._seconds)

    def _count(self, caller: str, now: float) -> None:
        self._free_at[caller] = max(self._free_at.get(caller, 0.0), now) + self._pause
        self._free_at.move_to_end(caller)
        if len(self._free_at) > KEPT:
            self._free_at.popitem(last=False)


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
