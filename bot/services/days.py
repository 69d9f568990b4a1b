"""Days as people write them: `2026-12-15`, `12月3日`, `明天`, `周五`."""

import re
from datetime import date, timedelta

from bot.calendars.local_time import YEARS

_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?号?")
_WEEKDAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])")
_WORDS = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}


class NotUnderstood(ValueError):
    """The day cannot be read; the message says what is wrong with it."""


def parse_day(words: str, today: date, not_before: date | None = None) -> date:
    """The day that is written.

    One without a year is the next of that name from `not_before` on (today, if not given), and so is a weekday;
    下周五 is the Friday of the week after this one, Monday first. Raises `NotUnderstood`.
    """
    words = words.strip()
    first = not_before or today
    if words in _WORDS:
        return today + timedelta(days=_WORDS[words])
    if weekday := _WEEKDAY.fullmatch(words):
        return _weekday(bool(weekday[1]), _WEEKDAYS[weekday[2]], today, first)
    found = _DAY.fullmatch(words)
    if found is None:
        raise NotUnderstood("没有看懂是哪几天。")
    year, month, day = found.groups()
    try:
        meant = date(int(year), int(month), int(day)) if year else _next(int(month), int(day), first)
    except ValueError:
        raise NotUnderstood("没有这一天。") from None
    if meant.year not in YEARS:
        raise NotUnderstood("没有这一天。")
    return meant


def _weekday(is_next_week: bool, weekday: int, today: date, first: date) -> date:
    if is_next_week:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def _next(month: int, day: int, first: date) -> date:
    this = date(first.year, month, day)
    return this if this >= first else date(first.year + 1, month, day)
