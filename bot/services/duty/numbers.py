"""Days and counts as people write them when they tell what they have done: always in the past, or today."""

import re
from datetime import date, timedelta

from bot.calendars.local_time import YEARS

LONGEST_AGO = timedelta(days=300)  # a day without a year that is longer ago is rather one to come, or a slip
_CN = "零〇一二两俩三四五六七八九十廿百"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_WORDS = {"今": 0, "昨": 1, "前": 2, "大前": 3}
_WEEKDAYS = {char: value for value, char in enumerate("一二三四五六日")} | {"天": 6}
_NUMBER = rf"(?:\d{{1,4}}|[{_CN}]{{1,4}})"
_FULL = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?")
_MONTH_DAY = re.compile(rf"(?<!\d)({_NUMBER})\s*月\s*({_NUMBER})\s*[日号]?(?!\d)")
_SHORT = re.compile(r"^\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?![\d.\-/户人名位个])\s*[日号]?")
_DAY_ONLY = re.compile(rf"^\s*(?:本月|这个?月)?\s*({_NUMBER})\s*[日号](?![楼院门线路桥机房井店弄栋幢台岗文厂馆])")
_NEAR = re.compile(
    r"(大前|今|昨|前)(?:天|日)?(?:早上|早|上午|中午|下午|晚上|晚|夜里)|(大前|今|昨|前)[天日]|(刚才|刚刚)"
)
_WEEKDAY = re.compile(r"(上个?|本|这个?)?(?:周|星期|礼拜)([一二三四五六日天])")
_NOT_PEOPLE = "大民员均口行居才工社"
_PEOPLE = re.compile(
    rf"(?<![\d.])({_NUMBER})\s*(?:多|余|来|几)?\s*(?:个人|人次|人|位|名|个(?=群众|居民|村民|选民|老人|学生|职工))"
    rf"(?![{_NOT_PEOPLE}])(?!代表)"
)
_HOUSEHOLDS = re.compile(rf"(?<![\d.])({_NUMBER})\s*(?:多|余|来)?\s*(?:户|家)(?!人)")
_PLAIN = re.compile(rf"^(?:共|约|大概|一共)?\s*({_NUMBER})\s*(?:多|余)?\s*(?:个人|人次|人|位|名|户|家|个)?$")


def number(words: str) -> int | None:
    """Digits, or Chinese numerals up to 九百九十九; None where it is none, such as 五六."""
    if words.isdigit():
        return int(words)
    total, rest = 0, words.replace("廿", "二十")
    if "百" in rest:
        hundreds, _, rest = rest.partition("百")
        if hundreds not in _DIGITS:
            return None
        total, rest = _DIGITS[hundreds] * 100, rest.lstrip("零〇")
    if "十" in rest:
        tens, _, rest = rest.partition("十")
        if tens and tens not in _DIGITS:
            return None
        total += _DIGITS.get(tens, 1) * 10
    if rest and rest not in _DIGITS:
        return None
    return total + _DIGITS.get(rest, 0)


def find_day(text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    """The day that a text speaks of, and where it does; None where it names none, or one that there is not.

    One without a year, and a weekday, is the last of that name up to today.
    """
    for read in (_full, _month_day, _short, _day_only, _near, _weekday):
        if (found := read(text, today)) is not None:
            return found
    return None


def names_no_day(text: str, today: date) -> bool:
    """Whether a text names a day that there is not, or that has not come yet."""
    return find_day(text, today) is None and any(one.search(text) for one in (_FULL, _MONTH_DAY))


_Found = tuple[date, tuple[int, int]] | None


def _full(text: str, _: date) -> _Found:
    found = _FULL.search(text)
    return _at(found, int(found[1]), int(found[2]), int(found[3])) if found else None


def _month_day(text: str, today: date) -> _Found:
    found = _MONTH_DAY.search(text)
    return _last(found, number(found[1]), number(found[2]), today) if found else None


def _short(text: str, today: date) -> _Found:
    found = _SHORT.search(text)
    return _last(found, int(found[1]), int(found[2]), today) if found else None


def _day_only(text: str, today: date) -> _Found:
    found = _DAY_ONLY.search(text)
    day = number(found[1]) if found else None
    if found is None or day is None:
        return None
    month = today if day <= today.day else today.replace(day=1) - timedelta(days=1)
    return _at(found, month.year, month.month, day)


def _near(text: str, today: date) -> _Found:
    found = _NEAR.search(text)
    if found is None:
        return None
    word = found[1] or found[2] or "今"
    return today - timedelta(days=_WORDS[word]), found.span()


def _weekday(text: str, today: date) -> _Found:
    found = _WEEKDAY.search(text)
    if found is None:
        return None
    weekday = _WEEKDAYS[found[2]]
    if (found[1] or "").startswith("上"):
        monday = today - timedelta(days=today.weekday() + 7)
        return monday + timedelta(days=weekday), found.span()
    return today - timedelta(days=(today.weekday() - weekday) % 7), found.span()


def _last(found: re.Match[str], month: int | None, day: int | None, today: date) -> _Found:
    for year in (today.year, today.year - 1):
        said = _at(found, year, month or 0, day or 0)
        if said is not None and said[0] <= today:
            return said if today - said[0] <= LONGEST_AGO else None
    return None


def _at(found: re.Match[str], year: int, month: int, day: int) -> _Found:
    try:
        return (date(year, month, day), found.span()) if year in YEARS else None
    except ValueError:
        return None


def find_people(text: str) -> int | None:
    """How many were met: people where a text counts them, else households; None where it counts neither."""
    for pattern in (_PEOPLE, _HOUSEHOLDS):
        counted = [number(found[1]) for found in pattern.finditer(text)]
        if counted := [count for count in counted if count is not None]:
            return max(counted)
    return None


def read_people(text: str) -> int | None:
    """An answer to the question how many: 5, 5人, 五位, 一个也没有."""
    plain = text.strip(" 。，,.!！")
    if plain in {"没有", "无", "没有人", "0"}:
        return 0
    found = _PLAIN.fullmatch(plain)
    return number(found[1]) if found else find_people(plain)


def find_coming_day(text: str, since: date) -> date | None:
    """The first day with a month that a text names, of this name from `since` on; None where it names none."""
    if (found := _FULL.search(text)) is not None:
        said = _at(found, int(found[1]), int(found[2]), int(found[3]))
        return said[0] if said else None
    if (found := _MONTH_DAY.search(text)) is None:
        return None
    for year in (since.year, since.year + 1):
        said = _at(found, year, number(found[1]) or 0, number(found[2]) or 0)
        if said is not None and said[0] >= since:
            return said[0]
    return None
