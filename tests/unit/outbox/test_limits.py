"""No member is sent more than WeCom lets through; it drops the excess without a word (document 90312)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.limits import MemberLimiter

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def limiter() -> MemberLimiter:
    return MemberLimiter(30, 1000)


def send(to: MemberLimiter, userid: str, wanted: datetime) -> datetime:
    """Send as soon as there is room; the instant at which it left."""
    at = to.free_at(userid, wanted)
    to.note(userid, at)
    return at


def most_within(sent: Sequence[datetime], span: timedelta) -> int:
    return max(sum(start <= at < start + span for at in sent) for start in sent)


def test_thirty_go_at_once_and_the_next_after_a_minute() -> None:
    to = limiter()
    left = [send(to, "zhang", NOW) for _ in range(31)]
    assert left[:30] == [NOW] * 30
    assert timedelta(seconds=60) < left[30] - NOW <= timedelta(seconds=65)


def test_a_thousand_an_hour_is_kept_as_well() -> None:
    to = limiter()
    at = NOW
    sent = []
    for _ in range(1100):
        at = send(to, "zhang", at)
        sent.append(at)
    assert most_within(sent, timedelta(hours=1)) <= 1000
    assert sent[999] - NOW < timedelta(minutes=40)
    assert sent[1000] - NOW > timedelta(hours=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 20), min_size=1, max_size=150))
def test_never_more_than_thirty_in_any_minute(pauses: list[float]) -> None:
    to, at, sent = limiter(), NOW, []
    for pause in pauses:
        at = send(to, "zhang", at + pause * SECOND / 4)
        sent.append(at)
    assert most_within(sent, timedelta(seconds=60)) <= 30


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-5, 10)), max_size=200))
def test_whoever_has_room_is_not_kept_waiting(steps: list[tuple[str, float]]) -> None:
    to, at = limiter(), NOW
    noted: dict[str, list[datetime]] = {"a": [], "b": [], "c": []}
    for userid, pause in steps:
        at += max(pause, 0) * SECOND
        recent = [one for one in noted[userid] if at - one < timedelta(seconds=61)]
        free = to.free_at(userid, at)
        assert (free == at) == (len(recent) < 30)
        if free == at:
            to.note(userid, at)
            noted[userid].append(at)


def test_members_do_not_share_their_room() -> None:
    to = limiter()
    for _ in range(30):
        send(to, "zhang", NOW)
    assert to.free_at("li", NOW) == NOW
    assert to.free_at("zhang", NOW) > NOW


def test_what_was_sent_before_the_start_counts_in_whatever_order_it_is_told() -> None:
    to = limiter()
    to.prime([("zhang", NOW - second * SECOND) for second in (20, 5, 40) for _ in range(10)])
    assert to.free_at("zhang", NOW) == NOW - 40 * SECOND + 61 * SECOND


def test_a_member_is_the_same_however_the_id_is_written() -> None:
    """WeCom compares ids without regard to case: a roster may write `Zhang.Wei`, a callback `zhang.wei`."""
    to = limiter()
    for number in range(30):
        send(to, "zhang.wei" if number % 2 else "Zhang.Wei", NOW)
    assert to.free_at("ZHANG.WEI", NOW) > NOW


def test_a_clock_that_jumps_back_an_hour_holds_nobody_up_for_an_hour() -> None:
    to = limiter()
    for _ in range(30):
        send(to, "zhang", NOW)
    back = NOW - timedelta(hours=1)
    assert to.free_at("zhang", back) - back <= timedelta(minutes=2)
