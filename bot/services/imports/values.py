"""How one cell is read. Every function takes the stripped text and returns the value, or raises `BadValue`."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.calendars import BadActivityRule, activity_rules
from bot.calendars.activity_rules import RuleFault
from bot.calendars.local_time import YEARS
from bot.services.imports.faults import BadValue

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CODE = re.compile(r"[^\s;/\\?#%&\"'<>]{1,64}")
_LIST_MARK = re.compile(r"[;；、]")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")
_DATE_MARK = re.compile(r"[./年月]")
_RANGE_MARK = re.compile(r"至|到|–|—|~|〜|-")  # dashes as people type them
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE_DAYS = "一二三四五六日"
_CHINESE_DAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_EVERY_DAY = ("daily", "每天", "每日", "全周")
PUBLIC_FIELDS = ("name", "level", "unit", "post", "specialities", "station", "phone")
DEFAULT_PUBLIC_FIELDS = [field for field in PUBLIC_FIELDS if field != "phone"]
_RULE_FAULTS = {
    RuleFault.UNKNOWN: "不认识活动日规则“{}”，可填 third_tuesday、third_calendar_week_tuesday、monthly:13、"
    "dates:2026-12-08,2027-01-12 或 rrule:FREQ=…",
    RuleFault.BAD_DATE: "活动日规则“{}”里的日期要写成 2026-12-08，几个日期之间用逗号",
    RuleFault.BAD_RECURRENCE: "重复规则“{}”写得不对，例：rrule:FREQ=MONTHLY;BYDAY=3TU",
    RuleFault.BAD_LIMIT: "重复规则要有 FREQ，并且 COUNT 和 UNTIL 只能有一个",
    RuleFault.NO_START: "重复规则“{}”有 COUNT，要写明从哪天数起，例：COUNT=12;DTSTART=20261201",
    RuleFault.NEVER: "重复规则“{}”一天也落不到，请检查月份和日期",
}


def text(cell: str) -> str:
    """Free text of one line."""
    if _CONTROL.search(cell):
        raise BadValue("有看不见的控制字符，请重新输入这一格")
    return cell


def code(cell: str) -> str:
    """A code: up to 64 characters that are safe in an address, a file name and a list."""
    if not _CODE.fullmatch(text(cell)):
        raise BadValue(f"编号“{cell[:20]}”不能有空格、分号、斜杠、引号等符号，最长 64 个字符")
    return cell


def optional_code(cell: str) -> str | None:
    """A code, or nothing."""
    return code(cell) if cell else None


def choice(words: Mapping[str, str], *, default: str) -> Callable[[str], str]:
    """One of the keys, or the Chinese word for it; an empty cell is `default`."""
    chinese = {word: key for key, word in words.items()}

    def parse(cell: str) -> str:
        key = chinese.get(cell, cell.lower()) if cell else default
        if key and key not in words:
            listed = "、".join(f"{known}({word})" for known, word in words.items())
            raise BadValue(f"不认识“{cell[:20]}”，只能填：{listed}")
        return key

    return parse


def listing(cell: str) -> list[str]:
    """Words parted by semicolons, each once, in their order."""
    words = (word.strip() for word in _LIST_MARK.split(text(cell)))
    return list(dict.fromkeys(word for word in words if word))


def code_list(cell: str) -> list[str]:
    """Codes parted by semicolons."""
    return [code(word) for word in listing(cell)]


def public_fields(cell: str) -> list[str]:
    """Which facts of a representative everyone may see; an empty cell is all but the telephone."""
    fields = [word.lower() for word in listing(cell)]
    unknown = [field for field in fields if field not in PUBLIC_FIELDS]
    if unknown:
        raise BadValue(f"不认识“{unknown[0][:20]}”，只能填：{'、'.join(PUBLIC_FIELDS)}")
    return fields or list(DEFAULT_PUBLIC_FIELDS)


def count(most: int) -> Callable[[str], int | None]:
    """A whole number from 0 to `most`, or nothing."""

    def parse(cell: str) -> int | None:
        plain = unicodedata.normalize("NFKC", cell)
        if plain and not (plain.isascii() and plain.isdigit() and len(plain) < 10 and int(plain) <= most):
            raise BadValue(f"“{cell[:20]}”要填 0 到 {most} 的整数")
        return int(plain) if plain else None

    return parse


def degrees(limit: int, name: str) -> Callable[[str], float | None]:
    """A longitude (limit 180) or latitude (limit 90), or nothing."""

    def parse(cell: str) -> float | None:
        if not cell:
            return None
        try:
            value = float(unicodedata.normalize("NFKC", cell))
        except ValueError:
            raise BadValue(f"{name}“{cell[:20]}”不是数字，请填小数度数") from None
        if not -limit <= value <= limit:
            raise BadValue(f"{name} {cell[:20]} 超出 ±{limit}，请检查经纬度是否写反")
        return value

    return parse


def clock(cell: str) -> str:
    """A time of day as `HH:MM`, 00:00 to 24:00."""
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", cell))
    if not match or int(match[1]) > 24 or (int(match[1]) == 24 and match[2] != "00"):
        raise BadValue(f"时间“{cell[:20]}”要写成 HH:MM，从 00:00 到 24:00")
    return f"{int(match[1]):02}:{match[2]}"


def clock_or(default: str) -> Callable[[str], str]:
    """A time of day; an empty cell is `default`."""
    return lambda cell: clock(cell) if cell else default


def day(cell: str) -> date:
    """A date: 2026-12-08, 2026/12/8 or 2026年12月8日."""
    plain = _DATE_MARK.sub("-", unicodedata.normalize("NFKC", cell).rstrip("日"))
    try:
        found = datetime.strptime(plain, "%Y-%m-%d").date()
    except ValueError:
        raise BadValue(f"日期“{cell[:20]}”要写成 2026-12-08，并且真有这一天") from None
    if found.year not in YEARS:
        raise BadValue(f"日期“{cell[:20]}”的年份不对，请检查是不是少写或多写了数字")
    return found


def optional_day(cell: str) -> date | None:
    """A date, or nothing."""
    return day(cell) if cell else None


def weekday(cell: str) -> int:
    """Mon … Sun or 周一 … 周日, as 0 to 6."""
    word = unicodedata.normalize("NFKC", cell).strip().lower()
    for names in (_DAYS, _LONG_DAYS):
        if word in names:
            return names.index(word)
    match = _CHINESE_DAY.fullmatch(word)
    if match:
        return _CHINESE_DAYS.index(match[1].replace("天", "日"))
    raise BadValue(f"星期“{cell[:20]}”要写成 Mon 到 Sun，或者周一到周日")


def optional_weekday(cell: str) -> int | None:
    """A weekday, or nothing."""
    return weekday(cell) if cell else None


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Hours on some weekdays (0 = Monday); `end` before `start` is on the next day."""

    weekdays: tuple[int, ...]
    start: str
    end: str


def parse_open_hours(cell: str) -> tuple[OpenSpan, ...]:
    """`Mon-Fri 09:00-17:00; Sat 09:00-12:00`, or the same in Chinese; empty is no spans: working days 9 to 17.

    Several hours a day are parted by commas: `周一至周五 09:00-12:00,14:00-17:00`.
    """
    plain = unicodedata.normalize("NFKC", text(cell))
    return tuple(span for part in re.split(r"[;\n]", plain) if part.strip() for span in _spans(part.strip()))


def open_hours(cell: str) -> str:
    """Opening hours, checked and kept as they were written."""
    parse_open_hours(cell)
    return cell


def _spans(part: str) -> list[OpenSpan]:
    match = re.fullmatch(r"(\D+?)\s*(\d.*)", part)
    if not match:
        raise BadValue(f"开放时间“{part[:20]}”要写成“周一至周五 09:00-17:00”，几段之间用分号")
    weekdays = _weekdays(match[1].strip(" :"))
    return [OpenSpan(weekdays, *_hours(hours)) for hours in re.split(r"[,、和]", match[2])]


def _hours(hours: str) -> tuple[str, str]:
    ends = [clock(end.strip()) for end in _RANGE_MARK.split(hours.strip())]
    if len(ends) != 2 or ends[0] == ends[1]:
        raise BadValue(f"开放时间“{hours[:20]}”要写成 09:00-17:00，起止不能相同")
    return ends[0], ends[1]


def _weekdays(words: str) -> tuple[int, ...]:
    if words.lower() in _EVERY_DAY:
        return tuple(range(7))
    days: list[int] = []
    for word in re.split(r"[,、和]", words):
        ends = [weekday(end) for end in _RANGE_MARK.split(_full_day_names(word.strip()))]
        if len(ends) > 2:
            raise BadValue(f"星期“{words[:20]}”要写成“周一至周五”")
        days += [(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)]
    return tuple(sorted(set(days)))


def _full_day_names(word: str) -> str:
    """`周一至五` says `周一至周五`."""
    return re.sub(r"^(周|星期|礼拜)(.)(至|到|-)([一二三四五六日天])$", r"\1\2\3\1\4", word)


def activity_rule(cell: str) -> str:
    """How activity days are found, in the one way in which the calendars write it; dates as people type them."""
    rule = unicodedata.normalize("NFKC", text(cell)).strip()
    name, _, rest = rule.partition(":")
    if name == "dates" and rest:
        rule = "dates:" + ",".join(day(part.strip()).isoformat() for part in rest.split(","))
    try:
        return activity_rules.parse(rule).written
    except BadActivityRule as refused:
        raise BadValue(_RULE_FAULTS[refused.fault].format(rule[:30])) from None
