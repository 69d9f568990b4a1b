"""What follows from a failed attempt: a pure decision, tested as a table."""

from dataclasses import dataclass
from enum import StrEnum

from bot.wecom.errors import ConfigFault, Permanent, Temporary, Unknown, Waiting, WeComError

_LONGEST = 600.0
# What a second sending of a message that WeCom has already taken may be answered with; its code is not documented.
_MAYBE_TAKEN = frozenset({40008, 40033, 40035, 40058, 40063})


class Next(StrEnum):
    """What becomes of the row."""

    RETRY = "retry"
    PARK = "park"  # until the constituent writes again
    GIVE_UP = "give_up"
    TAKEN = "taken"  # an earlier attempt got through after all


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision; `seconds` until the next attempt, for a retry."""

    next: Next
    seconds: float = 0.0
    in_doubt: bool = False


def decide_retry(
    error: WeComError,
    *,
    attempt: int,
    in_doubt: bool,
    age_hours: float,
    longest_hours: float,
    keyed: bool = True,
) -> Verdict:
    """From the kind of error and what was tried before; the caller adds jitter to `seconds`.

    `keyed`: WeCom refuses what it has taken already, so that a refusal after a doubtful attempt means taken.
    """
    if keyed and in_doubt and (isinstance(error, Unknown) or error.errcode in _MAYBE_TAKEN):
        return Verdict(Next.TAKEN)
    if isinstance(error, Waiting):
        return Verdict(Next.PARK)
    if isinstance(error, Permanent) or age_hours >= longest_hours:
        return Verdict(Next.GIVE_UP)
    if isinstance(error, ConfigFault):
        return Verdict(Next.RETRY, 60.0, in_doubt)
    if isinstance(error, Temporary):
        seconds = error.retry_after_seconds or min(2.0 ** min(attempt - 1, 10), _LONGEST)
        return Verdict(Next.RETRY, seconds, in_doubt or error.ambiguous)
    return Verdict(Next.GIVE_UP)
