"""What staff write to ask for figures: `本月`, `2026-10 牡丹园站`, `上季度 按代表 走访`. Pure."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.calendars.local_time import YEARS
from storage.statistics import GROUP, KIND, LEVEL, MONTH, REGION, REPRESENTATIVE, STATION

RESPONSES = "responses"
BY: Mapping[str, str] = {
    "按代表": REPRESENTATIVE,
    "按级别": LEVEL,
    "按层级": LEVEL,
    "按大类": GROUP,
    "按站点": STATION,
    "按站": STATION,
    "按区域": REGION,
    "按地区": REGION,
    "按类别": KIND,
    "按类型": KIND,
    "按月": MONTH,
    "按月份": MONTH,
}
ENTRY_WORDS: Mapping[str, str] = {
    "记录": "entries",
    "条数": "entries",
    "天数": "days",
    "人数": "people",
    "意见": "opinions",
    "建议": "proposals",
    "事项": "cases",
    "未确认": "unconfirmed",
}
RESPONSE_WORDS: Mapping[str, str] = {
    "收到": "received",
    "已答": "answered",
    "按时": "in_time",
    "晚答": "late",
    "逾期": "overdue",
    "待答": "waiting",
    "已办": "handled",
    "满意": "satisfied",
    "再提": "reopened",
}
_FULL = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_BETWEEN = re.compile(rf"{_FULL}\s*(?:至|到|~|～|—|-)+\s*{_FULL}")
_DAY = re.compile(_FULL)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_MONTH_ONLY = re.compile(r"(\d{1,2})月份?")
_QUARTER = re.compile(r"(?:(\d{4})\s*年?)?第?([1-4一二三四])季度?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that may be said, each with the codes it means; several where people share a name."""

    representatives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def find(self, word: str) -> tuple[str, Sequence[str]] | None:
        """The dimension and the codes of a word, the exact one first; a part of a name where only one has it."""
        every = (
            (KIND, self.kinds),
            (GROUP, self.groups),
            (LEVEL, self.levels),
            (STATION, self.stations),
            (REGION, self.regions),
            (REPRESENTATIVE, self.representatives),
        )
        for dimension, names in every:
            for said in (word, word.removesuffix("代表")):
                if said in names:
                    return dimension, names[said]
        part = word.removesuffix("联络站").removesuffix("站")
        found = {code for name, codes in self.stations.items() if part and part in name for code in codes}
        return (STATION, sorted(found)) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was understood; `unknown` are words that were not, `ambiguous` names that several people have."""

    first: date
    last: date
    by: str = ""
    about: str = ""  # RESPONSES, or empty: entries
    figure: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    says_when: bool = False


def read(words: str, today: date, vocabulary: Vocabulary) -> Asked:
    """Period (this month where none is said), lines, figure, and whom or what it is about; in any order."""
    text, between = _take_between(words)
    first, last = between or month_of(today)
    says_when = between is not None
    by = about = figure = ""
    only: dict[str, tuple[str, ...]] = {}
    unknown, ambiguous = [], []
    for word in text.split():
        if word in BY:
            by = BY[word]
        elif word in ("答复", "办理", "响应"):
            about = RESPONSES
        elif (span := find_period(word, today)) is not None:
            (first, last), says_when = span, True
        elif word in RESPONSE_WORDS or word in ENTRY_WORDS:
            figure = word
        elif (found := vocabulary.find(word)) is None:
            unknown.append(word)
        elif found[0] == REPRESENTATIVE and len(found[1]) > 1:
            ambiguous.append(word)
        else:
            only[found[0]] = (*only.get(found[0], ()), *found[1])
    known = RESPONSE_WORDS if about == RESPONSES or figure not in ENTRY_WORDS else ENTRY_WORDS
    if figure in known and known is RESPONSE_WORDS:
        about = RESPONSES
    return Asked(first, last, by, about, known.get(figure, ""), only, tuple(unknown), tuple(ambiguous), says_when)


def _take_between(words: str) -> tuple[str, tuple[date, date] | None]:
    """The words without a span of two days, and that span."""
    found = _BETWEEN.search(words)
    days = [_day(*found.groups()[:3]), _day(*found.groups()[3:])] if found else []
    if not found or None in days:
        return words, None
    first, last = sorted(day for day in days if day is not None)
    return words[: found.start()] + " " + words[found.end() :], (first, last)


def find_period(word: str, today: date) -> tuple[date, date] | None:
    """The local days that a word means, both included; None where it means none."""
    if word in _NEAR:
        return _NEAR[word](today)
    if found := _DAY.fullmatch(word):
        day = _day(*found.groups())
        return (day, day) if day else None
    if (found := _MONTH.fullmatch(word)) and 1 <= int(found[2]) <= 12 and int(found[1]) in YEARS:
        return month_of(date(int(found[1]), int(found[2]), 1))
    if (found := _MONTH_ONLY.fullmatch(word)) and 1 <= int(found[1]) <= 12:
        month = int(found[1])
        return month_of(date(today.year - (month > today.month), month, 1))
    if (found := _QUARTER.fullmatch(word)) and int(found[1] or today.year) in YEARS:
        number = _NUMERALS.get(found[2]) or int(found[2])
        return quarter_of(date(int(found[1] or today.year), number * 3, 1))
    if (found := _YEAR.fullmatch(word)) and int(found[1]) in YEARS:
        return _year(int(found[1]))
    return None


def _day(year: str | None, month: str | None, day: str | None) -> date | None:
    try:
        found = date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of its month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of its quarter."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, month_of(first.replace(month=first.month + 2))[1]


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


_NEAR: Mapping[str, Callable[[date], tuple[date, date]]] = {
    "今天": lambda today: (today, today),
    "昨天": lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    "本月": month_of,
    "这个月": month_of,
    "上月": lambda today: month_of(today.replace(day=1) - timedelta(days=1)),
    "上个月": lambda today: month_of(today.replace(day=1) - timedelta(days=1)),
    "本季": quarter_of,
    "本季度": quarter_of,
    "上季": lambda today: quarter_of(quarter_of(today)[0] - timedelta(days=1)),
    "上季度": lambda today: quarter_of(quarter_of(today)[0] - timedelta(days=1)),
    "今年": lambda today: _year(today.year),
    "本年": lambda today: _year(today.year),
    "去年": lambda today: _year(today.year - 1),
}
