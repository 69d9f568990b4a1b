"""How people shorten the names of places, and how the names of places hold house numbers."""

import re
import unicodedata
from dataclasses import dataclass

# What an estate, village or shop may be called without.
_TAILS = frozenset(
    """
    花园 花苑 家园 家苑 佳园 佳苑 嘉园 嘉苑 华庭 华苑 华府 豪庭 豪苑 雅苑 雅园 雅居 公寓 新村 新苑 新城 小区
    社区 大厦 广场 公馆 府邸 别墅 山庄 小镇 人家 国际 中心 商城 菜场 菜市场 农贸市场 超市 购物中心 街道 镇 乡
    村民委员会 村委会 居委会 名园 名苑 名府 名都 名邸 村 苑 府 庭 邸 行政村 自然村 工业园 产业园 科技园 景园
    景苑 城
    """.split()  # noqa: SIM905  a list of words is read as words
)
_TAIL_LENGTHS = tuple(sorted({len(tail) for tail in _TAILS}, reverse=True))
_SCHOOL = re.compile(r"^(.*?)(第[一二三四五六七八九十]+)?(实验)?(小学|中学|幼儿园)$")
_HOSPITAL = re.compile(r"^.*?第([一二三四五六七八九十]+)(?:人民)?医院$")
_SCHOOL_LETTER = {"小学": "小", "中学": "中", "幼儿园": "幼"}
_ROAD_NUMBERS = re.compile(r"^(.*[路街巷弄道里])(\d{1,5})号?[-—–~～至到](\d{1,5})号?\(?([单双])?号?\)?$")


@dataclass(frozen=True, slots=True)
class HouseNumbers:
    """A stretch of a road by its house numbers, both ends included; `parity` 1 odd, 0 even, None all."""

    road: str
    first: int
    last: int
    parity: int | None = None

    def covers(self, number: int) -> bool:
        """Whether a house lies in this stretch."""
        return self.first <= number <= self.last and self.parity in (None, number % 2)


def house_numbers(name: str) -> HouseNumbers | None:
    """The stretch that a name such as 向阳路1-50号 or 向阳路1-49号(单号) speaks of."""
    if not any(map(str.isdigit, name)):
        return None
    found = _ROAD_NUMBERS.match(unicodedata.normalize("NFKC", name).replace(" ", ""))
    if found is None:
        return None
    road, first, last, parity = found.groups()
    return HouseNumbers(road, int(first), int(last), {"单": 1, "双": 0}.get(parity))


def short_forms(name: str) -> tuple[str, ...]:
    """锦绣华庭 is 锦绣, 向阳小学 is 向小, 第二人民医院 is 二院, 钱桥镇 is 钱桥; empty where there is none."""
    if len(name) < 3:
        return ()
    if name.endswith("医院"):
        found = _HOSPITAL.match(name)
        return (f"{found[1]}院",) if found else ()
    if name[-2:] in _SCHOOL_LETTER or name.endswith("幼儿园"):
        return _short_school(name)
    for length in _TAIL_LENGTHS:
        if name[-length:] in _TAILS:
            return (name[:-length],) if len(name) - length >= 2 else ()
    return ()


def _short_school(name: str) -> tuple[str, ...]:
    found = _SCHOOL.match(name)
    if found is None:
        return ()
    core, ordinal, trial, kind = found.groups()
    letter = _SCHOOL_LETTER[kind]
    if ordinal:
        return (f"{ordinal[1:]}{letter}",)
    if trial:
        return (f"实验{letter}", f"实{letter}")
    return (f"{core[0]}{letter}", f"{core}{letter}") if len(core) >= 2 else ()
