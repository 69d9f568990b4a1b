"""Who leaves first: ranks of what is to be said, and how the places of a pump are shared among them.

Pure. The higher rank goes first, but each has places of its own that the others leave it, and whoever was passed
over for long is next: nothing starves, whatever else is to be said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

PLACES = 288  # rows that one pump has leased at once
CALLS = 48  # of them under way at once; the others follow without waiting for the database
PATIENCE = 4  # times that a rank with something to say may be passed over


class Rank(IntEnum):
    """What is to be said, the most pressing first."""

    EMERGENCY = 0
    PEOPLE = 1  # answers, greetings, receipts, replies: somebody waits
    CARDS = 2
    NOTICES = 3  # changes of cards, words to staff
    REMINDERS = 4
    BROADCASTS = 5


@dataclass(frozen=True, slots=True)
class Share:
    """Of the places: how many a rank is left by the others, and how many it may take."""

    least: int
    most: int


SHARES: Mapping[Rank, Share] = {
    Rank.EMERGENCY: Share(4, PLACES),
    Rank.PEOPLE: Share(24, PLACES - 12),  # the last twelve are for emergencies
    Rank.CARDS: Share(12, PLACES - 12),
    Rank.NOTICES: Share(6, PLACES - 36),
    Rank.REMINDERS: Share(1, 12),  # nobody waits for one, so no reply waits behind it
    Rank.BROADCASTS: Share(1, 8),
}
_BELOW: Mapping[Rank, int] = {  # of `OutboxRow.priority`
    Rank.EMERGENCY: 10,
    Rank.PEOPLE: 35,
    Rank.CARDS: 40,
    Rank.NOTICES: 60,
    Rank.REMINDERS: 70,
}


@cache
def rank_of(priority: int) -> Rank:
    """The rank of a row of the outbox by its priority."""
    return next((rank for rank, below in _BELOW.items() if priority < below), Rank.BROADCASTS)


def decide_places(
    room: int, waiting: Mapping[Rank, int], flying: Mapping[Rank, int], passed_over: Mapping[Rank, int]
) -> dict[Rank, int]:
    """How many rows of each rank leave now.

    `room` places are free; `waiting` rows of each rank could leave, `flying` are under way; `passed_over` is how
    often in a row a rank had something to say and got no place.
    """
    given = dict.fromkeys(Rank, 0)

    def give(rank: Rank, wanted: int) -> None:
        nonlocal room
        free = min(waiting.get(rank, 0), SHARES[rank].most - flying.get(rank, 0)) - given[rank]
        count = max(0, min(wanted, free, room))
        given[rank] += count
        room -= count

    for rank in sorted(Rank, key=lambda one: -passed_over.get(one, 0)):
        if passed_over.get(rank, 0) >= PATIENCE:
            give(rank, 1)
    for rank in Rank:
        give(rank, SHARES[rank].least - flying.get(rank, 0))
    for rank in Rank:
        give(rank, room)
    return given


def count_passed_over(
    before: Mapping[Rank, int], waiting: Mapping[Rank, int], given: Mapping[Rank, int]
) -> dict[Rank, int]:
    """How often in a row each rank was passed over, after another turn in which there was room."""
    return {
        rank: before.get(rank, 0) + 1 if waiting.get(rank, 0) and not given.get(rank, 0) else 0 for rank in Rank
    }
