"""What can be asked for, and one order of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

REGISTER, BOOK, BASIC = "duty-register", "record-book", "basic-form"
RECEPTIONS, MONTH, YEAR, FILE = "reception-register", "month-report", "year-report", "file"
CASES, TEXTS = "cases", "case-texts"  # the register of matters; with what people wrote it needs a second person
REGISTERS_OF_CASES = frozenset({CASES, TEXTS})
OF_REGIONS = frozenset({MONTH, YEAR})
PAPERS = (REGISTER, BOOK, BASIC, FILE)  # of one person: the buttons of the page of a file
FORMS = frozenset({REGISTER, BOOK, BASIC, RECEPTIONS})
TITLES: Mapping[str, str] = MappingProxyType(
    {
        REGISTER: "履职登记表",
        BOOK: "履行职责记录本",
        BASIC: "基本信息登记表",
        RECEPTIONS: "接待登记表",
        MONTH: "月报",
        YEAR: "年报",
        FILE: "履职档案",
        CASES: "来信登记",
        TEXTS: "带原文的来信登记",
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{title: document for document, title in TITLES.items()},
        "履职登记": REGISTER,
        "履职": REGISTER,
        "登记表": REGISTER,
        "记录本": BOOK,
        "履职记录本": BOOK,
        "基本信息": BASIC,
        "基本信息表": BASIC,
        "接待登记": RECEPTIONS,
        "接待": RECEPTIONS,
        "来信": CASES,
        "来信原文": TEXTS,
        "档案": FILE,
        "整套档案": FILE,
    }
)
FORMATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        REGISTER: ("pdf", "docx", "xlsx"),
        BOOK: ("pdf", "docx"),
        BASIC: ("pdf", "docx"),
        RECEPTIONS: ("pdf", "docx"),
        MONTH: ("xlsx",),
        YEAR: ("xlsx",),
        FILE: ("zip",),
        CASES: ("xlsx",),
        TEXTS: ("xlsx",),
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """One document: of a representative, a station or a region; of local days, both included, None: all.

    Hidden and restricted entries are in none: for these there is the command.
    """

    document: str
    representative: str | None = None
    station: str | None = None
    region: str | None = None
    first: date | None = None
    last: date | None = None


def dump(order: Order) -> dict[str, str]:
    """As it is kept with its address."""
    told = ((one.name, getattr(order, one.name)) for one in fields(Order))
    return {name: str(value) for name, value in told if value is not None}


def load(facts: Mapping[str, Any]) -> Order:
    """What `dump` wrote."""
    days = {name: date.fromisoformat(facts[name]) for name in ("first", "last") if name in facts}
    return Order(**{**facts, **days})
