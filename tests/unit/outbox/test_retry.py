"""When a failed attempt is made again, or never: kinds of error by attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.retry import Next, Verdict, decide_retry
from bot.wecom.errors import Temporary, WeComError, classify

API = "message/send"
NEVER = None
LOST = Temporary(API, ambiguous=True)
ASKED_TO_WAIT = Temporary(API, retry_after_seconds=120.0)
ATTEMPTS = (1, 2, 3, 4, 7, 11, 500)


def seconds(
    error: WeComError, attempt: int, *, hurried: bool = False, age_hours: float = 0, jitter: float = 0
) -> float | None:
    """The pause before the next attempt; None where there is none."""
    verdict = decide_retry(
        error,
        attempt=attempt,
        in_doubt=False,
        age_hours=age_hours,
        longest_hours=72,
        hurried=hurried,
        jitter=jitter,
    )
    return verdict.seconds if verdict.next is Next.RETRY else NEVER


@pytest.mark.parametrize(
    ("error", "hurried", "pauses"),
    [
        (classify(API, -1), False, [1, 2, 4, 8, 64, 600, 600]),
        (classify(API, -1), True, [1, 2, 4, 8, 60, 60, 60]),  # somebody waits
        (classify(API, 45033), False, [1, 2, 4, 8, 64, 600, 600]),
        (LOST, False, [1, 2, 4, 8, 64, 600, 600]),
        (classify(API, 45009), False, [60] * 7),  # WeCom's own pause
        (classify(API, 45009), True, [60] * 7),
        (ASKED_TO_WAIT, True, [120] * 7),
        (classify(API, 60020), True, [60] * 7),  # staff have to mend it
        (classify(API, 48002), False, [60] * 7),
        (classify(API, 95018), True, [NEVER] * 7),  # parked
        (classify(API, 40058), True, [NEVER] * 7),
        (classify(API, 81013), True, [NEVER] * 7),
        (classify(API, 99999), True, [NEVER] * 7),
    ],
    ids=str,
)
def test_the_pause_by_kind_and_attempt(error: WeComError, hurried: bool, pauses: list[float | None]) -> None:
    assert [seconds(error, attempt, hurried=hurried) for attempt in ATTEMPTS] == pauses


@pytest.mark.parametrize("error", [classify(API, -1), LOST, classify(API, 45009), classify(API, 60020)], ids=str)
def test_after_three_days_it_is_given_up(error: WeComError) -> None:
    assert seconds(error, 400, age_hours=71.9) is not None
    assert seconds(error, 400, age_hours=72) is None


@given(st.integers(1, 1000), st.floats(0, 1))
def test_chance_makes_a_pause_longer_by_a_third_at_most_and_never_shorter(attempt: int, jitter: float) -> None:
    for error in (classify(API, -1), classify(API, 45009), ASKED_TO_WAIT):
        plain, drawn = seconds(error, attempt), seconds(error, attempt, jitter=jitter)
        assert plain is not None
        assert drawn is not None
        assert plain <= drawn <= 1.31 * plain


def test_what_may_have_arrived_is_repeated_in_doubt_until_wecom_says_so() -> None:
    facts = {"attempt": 2, "age_hours": 0.0, "longest_hours": 72.0}
    assert decide_retry(LOST, in_doubt=False, **facts) == Verdict(Next.RETRY, 2.0, in_doubt=True)
    assert decide_retry(classify(API, -1), in_doubt=True, **facts).in_doubt
    assert decide_retry(classify(API, 40058), in_doubt=True, **facts) == Verdict(Next.TAKEN)
