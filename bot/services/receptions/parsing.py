"""Reading `接待 3人 王大爷反映3号楼路灯不亮 代表张伟`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MOST_PEOPLE = 500
_DIGITS = {"一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNT = re.compile(
    r"(?:共|来了|接待)?\s*(\d{1,9}|[一二两俩三四五六七八九十]{1,3})\s*(?:个人|人次|人|位|名)(?:群众|居民)?"
)
_BARE_COUNT = re.compile(r"(\d{1,3})\s+(?![号栋幢楼路层室组队单年月日点时分条件个\d])(?=\S)")
_CHANGE = re.compile(r"改\s*[#＃]?(\d{1,18})(?!\d)(?:[\s:：,，]+|$)")
_FIGURE = re.compile(r"(意见|建议)\s*[:：]?\s*(\d{1,4})\s*(?:条|件)?(?=[\s，,；;。]|$)")
_LAST_FIGURE = re.compile(r"(?:^|[\s，,；;。])(意见|建议)\s*[:：]?\s*(\d{1,4})\s*(?:条|件)[\s，,；;。]*$")
_NAMED = re.compile(r"(?:^|[\s，,。；;])代表\s*[:：]?\s*(\S{1,20}?)[\s。，,；;]*$")
_NAMED_AFTER = re.compile(r"(?:^|[\s，,。；;])(\S{1,20}?)代表[\s。，,；;]*$")
_NAMED_LAST = re.compile(r"[\s，,。；;](\S{2,20}?)[\s。，,；;]*$")
_EDGES = " \t\r\n\u3000:：,，。；;"


@dataclass(frozen=True, slots=True)
class Words:
    """What was written: how many people, what about, who received them; `changes` a reception noted before.

    `opinions` and `proposals` are None where nothing was said of them.
    """

    people: int
    matter: str
    representative: str = ""
    opinions: int | None = None
    proposals: int | None = None
    changes: int | None = None


def parse(text: str, is_name: Callable[[str], bool]) -> Words | None:
    """The parts of what follows 接待; None where it says neither how many nor what about.

    `is_name` tells whether a word is the name or code of a representative: only then it is taken for one, so that
    "想找代表反映" stays part of the matter.
    """
    rest = text.strip(_EDGES)
    changes = None
    if found := _CHANGE.match(rest):
        changes, rest = int(found[1]), rest[found.end() :].strip(_EDGES)
    counted = _COUNT.match(rest) or _BARE_COUNT.match(rest)
    if counted:
        rest = rest[counted.end() :].strip(_EDGES)
    figures: dict[str, int] = {}
    while (found := _FIGURE.match(rest)) and found[1] not in figures:
        figures[found[1]] = int(found[2])
        rest = rest[found.end() :].strip(_EDGES)
    matter, name = _split_name(_without_last_figures(rest, figures), is_name)
    matter = _without_last_figures(matter, figures)
    if counted is None and not matter:
        return None
    people = _number(counted[1]) if counted else 1
    return Words(people, matter, name, figures.get("意见"), figures.get("建议"), changes)


def _without_last_figures(text: str, figures: dict[str, int]) -> str:
    """Figures may follow the matter as well: …路灯不亮，建议1条."""
    while (found := _LAST_FIGURE.search(text)) and found[1] not in figures:
        figures[found[1]] = int(found[2])
        text = text[: found.start()].strip(_EDGES)
    return text


def _split_name(text: str, is_name: Callable[[str], bool]) -> tuple[str, str]:
    for pattern in (_NAMED, _NAMED_AFTER, _NAMED_LAST):
        found = pattern.search(text)
        if found and is_name(found[1]):
            return text[: found.start()].strip(_EDGES), found[1]
    return text, ""


def _number(words: str) -> int:
    """Digits, or Chinese numerals up to 九十九; 0 where it is none."""
    if words.isdigit():
        return int(words)
    if "十" not in words:
        return _DIGITS.get(words, 0)
    tens, _, ones = words.partition("十")
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return 0
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
