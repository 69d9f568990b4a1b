"""Whether an API of WeCom may be called now: what it refused a moment ago holds back all that goes there.

45009, or `Retry-After`: nobody calls it until the time is over, then one at a time at first (document 90312: minute
limits block for 60 s). 45033, too many calls at once: half as many, then slowly more again. The refusals are shared
by all processes through the database; how each opens again is its own.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.outbox.ranks import CALLS, PLACES
from bot.wecom.errors import TOO_MANY_AT_ONCE, Temporary, WeComError
from storage.outbox import Channel

APIS = {
    Channel.APP: "message/send",
    Channel.KF: "kf/send_msg",
    Channel.WELCOME: "kf/send_msg_on_event",
    Channel.CARD_UPDATE: "message/update_template_card",
    Channel.RECALL: "message/recall",
    Channel.LIVING: "living/create",
    Channel.SERVICE_STATE: "kf/service_state/trans",
}
BLOCKING = (45009, None)  # too many calls, document 90313; or `Retry-After` without any answer of WeCom's
LONGEST_BLOCK = timedelta(minutes=10)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gate:
    """How far one API is open.

    `places`: calls this process may have under way, None for as many as it has; `blocks`: how often in a row it was
    blocked; `narrowed_at`: what left before that and is refused says nothing new. A clock that was set back past it
    opens the gate.
    """

    blocked_until: datetime | None = None
    blocks: int = 0
    places: float | None = None
    narrowed_at: datetime = _LONG_AGO

    def room(self, now: datetime, flying: int) -> int:
        """How many more calls may begin now, with so many under way."""
        if self.blocked_until is not None and self.narrowed_at <= now < self.blocked_until:
            return 0
        return max(0, PLACES if self.places is None else int(self.places) - flying)


OPEN = Gate()


def shuts(error: WeComError, channel: Channel) -> bool:
    """Whether fewer calls, or none for a while, may leave by this channel after such a refusal."""
    if not isinstance(error, Temporary) or error.api != APIS.get(channel):
        return False
    return error.errcode == TOO_MANY_AT_ONCE or _blocks(error)


def _blocks(error: Temporary) -> bool:
    return error.errcode in BLOCKING and error.retry_after_seconds is not None


def after_refusal(gate: Gate, error: WeComError, left_at: datetime, now: datetime, flying: int) -> Gate:
    """The gate after a call that left at `left_at` was refused at `now`, with so many others under way."""
    if not isinstance(error, Temporary) or left_at < gate.narrowed_at:
        return gate
    if error.errcode == TOO_MANY_AT_ONCE:
        at_once = min(flying + 1.0, gate.places or float(CALLS))
        return Gate(gate.blocked_until, 0, max(1.0, at_once / 2), now)
    if error.retry_after_seconds is None or error.errcode not in BLOCKING:
        return gate
    seconds = error.retry_after_seconds * 2.0 ** min(gate.blocks, 10)
    pause = max(timedelta(seconds=error.retry_after_seconds), min(timedelta(seconds=seconds), LONGEST_BLOCK))
    return Gate(now + pause, gate.blocks + 1, 1.0, now)


def after_answer(gate: Gate, left_at: datetime) -> Gate:
    """The gate after WeCom took a call: after a block twice as many a round, after a crowd one more a round."""
    if gate.places is None or left_at < gate.narrowed_at:
        return gate
    places = gate.places + (1.0 if gate.blocks else 1.0 / gate.places)
    if places >= CALLS:
        return Gate(narrowed_at=gate.narrowed_at)
    return Gate(gate.blocked_until, gate.blocks, places, gate.narrowed_at)
