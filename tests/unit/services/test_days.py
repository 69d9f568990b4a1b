"""Days as people write them."""

from datetime import date

import pytest

from bot.services.days import NotUnderstood, parse_day
from bot.services.leave import parse

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-12-08", date(2026, 12, 8)),
        ("2026年12月8日", date(2026, 12, 8)),
        ("2026/12/8", date(2026, 12, 8)),
        ("12月8号", date(2026, 12, 8)),
        ("12.8", date(2026, 12, 8)),
        ("11月20日", FRIDAY),
        ("11月19日", date(2027, 11, 19)),
        ("1月2日", date(2027, 1, 2)),
        ("今天", FRIDAY),
        ("明天", date(2026, 11, 21)),
        ("大后天", date(2026, 11, 23)),
        ("周五", FRIDAY),
        ("星期六", date(2026, 11, 21)),
        ("礼拜天", date(2026, 11, 22)),
        ("周四", date(2026, 11, 26)),
        ("下周五", date(2026, 11, 27)),
        ("下周一", date(2026, 11, 23)),
        ("下星期日", date(2026, 11, 29)),
        ("2028-02-29", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read(words, day):
    assert parse_day(words, FRIDAY) == day


@pytest.mark.parametrize("words", ["", "2026-13-01", "2月30日", "2026-02-29", "周八", "过几天", "12月", "今天吧"])
def test_what_is_no_day_is_not_guessed(words):
    with pytest.raises(NotUnderstood):
        parse_day(words, FRIDAY)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("明天到后天", date(2026, 11, 21), date(2026, 11, 22)),
        ("周六至下周一", date(2026, 11, 21), date(2026, 11, 23)),
        ("12月30日到1月2日", date(2026, 12, 30), date(2027, 1, 2)),
        ("周四到周一", date(2026, 11, 26), date(2026, 11, 30)),
    ],
)
def test_a_leave_may_be_written_with_the_same_words(words, first, last):
    assert parse(words, FRIDAY) == (first, last)
