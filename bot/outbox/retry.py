"""What follows from a failed attempt: a pure decision, tested as a table."""

from dataclasses import dataclass
from enum import StrEnum

from bot.wecom.errors import ConfigFault, Permanent, Temporary, Unknown, Waiting, WeComError

LONGEST_SECONDS = 600.0
LONGEST_HURRIED_SECONDS = 60.0  # where somebody waits: a WeCom that was away is tried at least each minute
FIXED_SECONDS = 60.0  # what staff have to mend
SPREAD = 0.3  # of the pause, so that what failed together does not come back together
_MOST_DOUBLINGS = 10
# What a second sending of a message that WeCom has already taken may be answered with; its code is not documented.
# The last two: the card's task id is in use, the right to change the card was used.
_MAYBE_TAKEN = frozenset({40008, 40033, 40035, 40058, 40063, 42014, 60140})


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
    hurried: bool = False,
    jitter: float = 0.0,
) -> Verdict:
    """From the kind of error and what was tried before.

    `keyed`: WeCom refuses what it has taken already, so that a refusal after a doubtful attempt means taken.
    `hurried`: somebody waits for it. `jitter`: from 0 to 1, by chance; it makes a pause longer, never shorter than
    what WeCom asked for.
    """
    if keyed and in_doubt and (isinstance(error, Unknown) or error.errcode in _MAYBE_TAKEN):
        return Verdict(Next.TAKEN)
    if isinstance(error, Waiting):
        return Verdict(Next.PARK)
    if isinstance(error, Permanent) or age_hours >= longest_hours:
        return Verdict(Next.GIVE_UP)
    pause = 1.0 + SPREAD * jitter
    if isinstance(error, ConfigFault):
        return Verdict(Next.RETRY, FIXED_SECONDS * pause, in_doubt)
    if isinstance(error, Temporary):
        seconds = error.retry_after_seconds
        if seconds is None:
            seconds = min(2.0 ** min(attempt - 1, _MOST_DOUBLINGS), _longest(hurried=hurried))
        return Verdict(Next.RETRY, seconds * pause, in_doubt or error.ambiguous)
    return Verdict(Next.GIVE_UP)


def _longest(*, hurried: bool) -> float:
    return LONGEST_HURRIED_SECONDS if hurried else LONGEST_SECONDS
