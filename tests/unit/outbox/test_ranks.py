"""Places are shared so that the pressing goes first and nothing starves."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.ranks import PATIENCE, PLACES, SHARES, Rank, count_passed_over, decide_places, rank_of
from storage.outbox import PRIORITY, Purpose

COUNTS = st.fixed_dictionaries({rank: st.integers(0, 60) for rank in Rank})
FEW = st.fixed_dictionaries({rank: st.integers(0, 8) for rank in Rank})


def test_every_purpose_has_its_rank() -> None:
    ranks = {purpose: rank_of(priority) for purpose, priority in PRIORITY.items()}
    assert ranks[Purpose.URGENT] is Rank.EMERGENCY
    assert ranks[Purpose.ANSWER] is ranks[Purpose.RECEIPT] is ranks[Purpose.WELCOME] is Rank.PEOPLE
    assert ranks[Purpose.CARD] is Rank.CARDS
    assert ranks[Purpose.REMINDER] is Rank.REMINDERS
    assert ranks[Purpose.BROADCAST] is Rank.BROADCASTS


def test_the_shares_that_are_left_to_each_fit_into_the_places() -> None:
    assert sum(share.least for share in SHARES.values()) <= PLACES


@given(st.integers(0, PLACES), COUNTS, FEW, FEW)
def test_no_more_than_there_is_room_or_waits_and_no_place_stays_empty_for_nothing(
    room: int, waiting: dict[Rank, int], flying: dict[Rank, int], passed_over: dict[Rank, int]
) -> None:
    given_places = decide_places(room, waiting, flying, passed_over)
    assert sum(given_places.values()) <= room
    for rank, count in given_places.items():
        assert 0 <= count <= max(0, min(waiting[rank], SHARES[rank].most - flying[rank]))
    if sum(given_places.values()) < room:  # then each has all that it may have
        for rank, count in given_places.items():
            assert count == max(0, min(waiting[rank], SHARES[rank].most - flying[rank]))


@given(COUNTS)
def test_an_emergency_finds_a_place_whatever_hangs(waiting: dict[Rank, int]) -> None:
    """Nothing comes back, turn after turn; the last places were given to nobody else but another emergency."""
    crowd = {**waiting, Rank.EMERGENCY: 0, Rank.CARDS: 0, Rank.NOTICES: 0, Rank.REMINDERS: 0, Rank.BROADCASTS: 0}
    flying: Counter[Rank] = Counter()
    for _ in range(6):
        flying.update(decide_places(PLACES - flying.total(), crowd, flying, {}))
    assert decide_places(PLACES - flying.total(), {Rank.EMERGENCY: 1}, flying, {})[Rank.EMERGENCY] == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(FEW, st.integers(1, 6)), min_size=40, max_size=80),
    st.sampled_from([rank for rank in Rank if rank is not Rank.EMERGENCY]),
)
def test_whoever_waits_gets_a_place_before_long(steps: list[tuple[dict[Rank, int], int]], who: Rank) -> None:
    """However many others come, of whatever rank, and however few places become free at a time."""
    waiting: Counter[Rank] = Counter(dict.fromkeys(Rank, 50))
    flying: Counter[Rank] = Counter()
    passed_over: dict[Rank, int] = {}
    longest = turns = 0
    for arrivals, freed in steps:
        waiting.update(arrivals)
        waiting[who] = max(waiting[who], 1)
        given_places = decide_places(PLACES - flying.total(), waiting, flying, passed_over)
        passed_over = count_passed_over(passed_over, waiting, given_places)
        flying.update(given_places)
        waiting.subtract(given_places)
        turns = 0 if given_places[who] or flying[who] >= SHARES[who].most else turns + 1
        longest = max(longest, turns)
        for rank in sorted(Rank, key=lambda rank: -flying[rank])[:freed]:
            flying[rank] = max(0, flying[rank] - 1)
    assert longest <= PATIENCE + len(Rank)
