"""How many of somebody's words are answered in a minute: generous, and nothing that they say is lost.

Whatever comes is kept and handled. Only answers to words are left out above the limit, and that is said once.
Receipts, answers, alarms and whatever others are told are never left out.
"""

from datetime import datetime
from enum import Enum, auto

from bot.dispatch.messages import Routed
from bot.dispatch.router import Heard, Reply
from bot.throttle import Knocks, Throttle
from storage.outbox import Purpose

CONSTITUENTS, MEMBERS = 60, 120  # answers in a minute; WeCom itself takes 30 a minute to a member, the rest waits
SECONDS = 60.0


class Pace(Enum):
    """What becomes of a reply."""

    SAY = auto()
    SAY_SLOW_DOWN = auto()  # instead of it, once
    LEAVE_OUT = auto()


class Talk:
    """Counts the replies to each person, on the injected clock."""

    def __init__(
        self, constituents: int = CONSTITUENTS, members: int = MEMBERS, knocks: Knocks | None = None
    ) -> None:
        """`knocks` makes the counts those of all processes."""
        knocks = knocks or Knocks()
        self._constituents = knocks.throttle("words of constituents", constituents, SECONDS)
        self._members = knocks.throttle("words of members", members, SECONDS)
        self._told = knocks.throttle("told to slow down", 1, SECONDS)

    def decide(self, heard: Heard[Routed], reply: Reply, now: datetime) -> Pace:
        """Whether this reply is said."""
        if reply.purpose is not Purpose.REPLY:
            return Pace.SAY
        throttle, who = self._door(heard)
        if not throttle.knock(who, now):
            return Pace.SAY
        return Pace.LEAVE_OUT if self._told.knock(who, now) else Pace.SAY_SLOW_DOWN

    def _door(self, heard: Heard[Routed]) -> tuple[Throttle, str]:
        if heard.caller is not None:
            return self._constituents, f"chat:{heard.caller.conversation.id}"
        return self._members, f"member:{heard.from_member.userid.lower()}"
