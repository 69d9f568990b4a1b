"""How much one member may be sent: WeCom drops the excess without a word, so we must not send it (90312)."""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

# The platform counts when a message reaches it, we when it leaves: a window a little longer than a minute.
MINUTE = timedelta(seconds=61)
HOUR = timedelta(minutes=61)


class MemberLimiter:
    """Counts what was sent to each member in the last minute and hour."""

    def __init__(self, per_minute: int, per_hour: int) -> None:
        self._per_minute, self._per_hour = per_minute, per_hour
        self._sent: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def note(self, userid: str, at: datetime) -> None:
        """A message went, or is going, to this member."""
        self._sent[userid.lower()].append(at)

    def prime(self, sends: Iterable[tuple[str, datetime]]) -> None:
        """Begin with what was sent before this process started."""
        for userid, at in sorted(sends, key=lambda send: send[1]):
            self.note(userid, at)

    def free_at(self, userid: str, now: datetime) -> datetime:
        """When the next message to this member may leave; `now` where there is room."""
        sent = self._sent.get(userid.lower())
        if not sent:
            return now
        if sent[-1] > now:  # the clock was set back: what is in the future was now
            sent = self._sent[userid.lower()] = deque(min(at, now) for at in sent)
        while sent and now - sent[0] >= HOUR:
            sent.popleft()
        free = now
        if len(sent) >= self._per_hour:
            free = sent[-self._per_hour] + HOUR
        if len(sent) >= self._per_minute:
            free = max(free, sent[-self._per_minute] + MINUTE)
        return max(free, now)
