"""No member is sent more than WeCom lets through; it drops the excess without a word (document 90312)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox.limits import CallMeter, DayMeter, MemberLimiter

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROWS = count(1)


def limiter() -> MemberLimiter:
    return MemberLimiter(30, 1000)


def send(to: MemberLimiter, userid: str, wanted: datetime) -> datetime:
    """Send as soon as there is room; the instant at which it left."""
    at = to.free_at(userid, wanted)
    to.note(userid, next(ROWS), at)
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
            to.note(userid, next(ROWS), at)
            noted[userid].append(at)


def test_members_do_not_share_their_room() -> None:
    to = limiter()
    for _ in range(30):
        send(to, "zhang", NOW)
    assert to.free_at("li", NOW) == NOW
    assert to.free_at("zhang", NOW) > NOW


def test_what_was_sent_before_the_start_counts_in_whatever_order_it_is_told() -> None:
    to = limiter()
    for second in (20, 5, 40):
        for _ in range(10):
            to.note("zhang", next(ROWS), NOW - second * SECOND)
    assert to.free_at("zhang", NOW) == NOW - 40 * SECOND + 61 * SECOND


def test_a_member_is_the_same_however_the_id_is_written() -> None:
    """WeCom compares ids without regard to case: a roster may write `Zhang.Wei`, a callback `zhang.wei`."""
    to = limiter()
    for number in range(30):
        send(to, "zhang.wei" if number % 2 else "Zhang.Wei", NOW)
    assert to.free_at("ZHANG.WEI", NOW) > NOW


def test_what_is_on_its_way_counts_until_a_minute_after_it_arrived() -> None:
    """WeCom counts what reaches it: thirty that left at once and hung nine seconds arrive nine seconds later."""
    to = limiter()
    rows = [next(ROWS) for _ in range(30)]
    for row in rows:
        to.note("zhang", row, NOW, flying=True)
    assert to.free_at("zhang", NOW + 8 * SECOND) > NOW + 68 * SECOND
    for row in rows:
        to.note("zhang", row, NOW + 9 * SECOND)
    assert to.free_at("zhang", NOW + 61 * SECOND) == NOW + 70 * SECOND


def test_one_that_is_tried_again_counts_once_and_does_not_stand_in_its_own_way() -> None:
    to = limiter()
    for row in range(30):
        to.note("zhang", row, NOW)
    for second in range(20):
        to.note("zhang", 7, NOW + second * SECOND)
    assert to.free_at("zhang", NOW + 20 * SECOND, besides=7) == NOW + 20 * SECOND
    assert to.free_at("zhang", NOW + 62 * SECOND) == NOW + 62 * SECOND


def test_those_that_have_no_room_are_promised_one_after_the_other() -> None:
    """A backlog is looked at when its turn comes, not all of it each minute."""
    to = limiter()
    for _ in range(30):
        send(to, "zhang", NOW)
    promised = [to.promise("zhang", NOW) for _ in range(90)]
    assert [(promised[at] - NOW).total_seconds() for at in (0, 29, 30, 89)] == [61, 61, 122, 183]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 12)), min_size=1, max_size=120))
def test_however_long_they_take_no_thirty_one_arrive_within_a_minute(steps: list[tuple[float, float]]) -> None:
    """Each leaves as soon as there is room, takes a while, and arrives at its end."""
    to, at = limiter(), NOW
    landing: list[tuple[datetime, int]] = []
    arrived: list[datetime] = []

    def land(until: datetime) -> None:
        for end, row in sorted(landing):
            if end <= until:
                landing.remove((end, row))
                to.note("zhang", row, end)
                arrived.append(end)

    for pause, takes in steps:
        at += pause * SECOND
        land(at)
        while (free := to.free_at("zhang", at)) > at:
            at = min([free, *(end for end, _ in landing if end > at)])
            land(at)
        row = next(ROWS)
        to.note("zhang", row, at, flying=True)
        landing.append((at + takes * SECOND, row))
    land(at + timedelta(hours=1))
    assert most_within(arrived, timedelta(seconds=60)) <= 30


def test_ten_thousand_calls_a_minute_of_one_api_and_not_one_more() -> None:
    meter = CallMeter()
    for _ in range(10_000):
        meter.note(NOW)
    assert meter.room(NOW + 60 * SECOND) == 0
    assert meter.room(NOW + 61 * SECOND) == 10_000
    meter.note(NOW + 61 * SECOND)
    assert meter.room(NOW + 62 * SECOND) == 9_999


def test_and_a_hundred_and_fifty_thousand_an_hour() -> None:
    meter = CallMeter(per_minute=100, per_hour=150)
    for minute in (0, 2):
        for _ in range(75):
            meter.note(NOW + minute * 61 * SECOND)
    assert meter.room(NOW + 59 * 61 * SECOND) == 0
    assert meter.room(NOW + 60 * 61 * SECOND) == 75


def test_a_day_counts_each_row_once_and_begins_anew() -> None:
    day = DayMeter()
    day.begin(NOW.date(), 5)
    for _ in range(2):
        day.note(1, 1000)
    assert (day.day, day.count) == (NOW.date(), 1005)
    day.begin(NOW.date() + timedelta(days=1), 0)
    day.note(1, 10)
    assert day.count == 10


def test_a_clock_that_jumps_back_an_hour_holds_nobody_up_for_an_hour() -> None:
    to = limiter()
    for _ in range(30):
        send(to, "zhang", NOW)
    back = NOW - timedelta(hours=1)
    assert to.free_at("zhang", back) - back <= timedelta(minutes=2)
