"""The words on the pages of a bound file: column heads, names of files, what stands where something is gone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.notices.words import whole_day

PAGE_LIST, DIGEST = "目录.csv", "摘要.txt"
CHECKS, CHECKS_TITLE = "年度检查.csv", "年度检查"
GAPS, GAPS_TITLE = "年度检查缺项.csv", "年度检查缺项"
LEDGER, LEDGER_TITLE = "履职账本.csv", "履职账本"
PAGE_COLUMNS = ("页", "文件", "名称", "字节", "摘要")
FORM_COLUMNS = ("项目", "内容")
CHECK_COLUMNS = ("年度", "本人确认", "小组审核", "公开", "封存", "审核人", "摘要")
GAP_COLUMNS = ("年度", "缺项", "补齐", "免除", "免除人", "原因")
LEDGER_COLUMNS = ("账本", "行号", "事项", "登记号", "时间", "摘要")
ENTRY_COLUMNS = (
    "登记号",
    "日期",
    "类别",
    "地点",
    "站点",
    "人数",
    "意见",
    "建议",
    "内容",
    "事项编号",
    "佐证",
    "本人确认",
    "更正自",
)
ERASED_PAPER = "（内容已依法删除）"
LOST_PAPER = "（原件没有取到）"
LEVELS = {
    "national": "全国",
    "provincial": "省级",
    "city": "市级",
    "district": "区级",
    "town": "镇级",
    "street": "街道议政代表",
}


class Row(Protocol):
    """A duty entry as it is written out."""

    @property
    def entry(self) -> int: ...
    @property
    def occurred_on(self) -> date | None: ...
    @property
    def kind_name(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def station_name(self) -> str: ...
    @property
    def people(self) -> int: ...
    @property
    def opinions(self) -> int: ...
    @property
    def proposals(self) -> int: ...
    @property
    def summary(self) -> str: ...
    @property
    def case(self) -> str | None: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...
    @property
    def confirmed(self) -> bool: ...
    @property
    def corrects(self) -> int | None: ...


class Person(Protocol):
    """A representative as the roster has them."""

    name: str
    code: str
    level: str
    unit: str
    post: str
    phone: str
    public_fields: list[str]


def entry_cells(row: Row) -> Sequence[object]:
    """One line of a register."""
    return (
        row.entry,
        row.occurred_on,
        row.kind_name,
        row.place,
        row.station_name,
        row.people,
        row.opinions,
        row.proposals,
        row.summary,
        row.case,
        "；".join(row.evidence),
        "是" if row.confirmed else "否",
        row.corrects,
    )


def form_rows(
    person: Person, specialities: Sequence[str], station: str, term: str, first: date, last: date
) -> Sequence[Sequence[object]]:
    """基本信息登记表, as far as the roster says it; a telephone that is not public stands in no file (domain A5, 1)."""
    phone = person.phone if "phone" in person.public_fields else ""
    return (
        ("姓名", person.name),
        ("代表编号", person.code),
        ("级别", LEVELS.get(person.level, person.level)),
        ("届", term),
        ("任期", f"{whole_day(first)}至{whole_day(last)}"),
        ("工作单位", person.unit),
        ("职务", person.post),
        ("专长", "；".join(specialities)),
        ("所在站点", station),
        ("联系电话", phone),
    )


_SUBJECTS = {
    "links:representative": "联系代表",
    "contacts:representative": "联系代表次数",
    "links:voter": "联系选民",
    "contacts:voter": "联系选民次数",
    "quota:contacts": "联系群众",
    "quota:voters": "联系选民人数",
    "quota:receptions": "接待",
}


def gap_name(subject: str, sections: Mapping[str, str]) -> str:
    """What was missing, in words; a checklist stands under its code."""
    what, _, code = subject.partition(":")
    return sections.get(code, code) if what == "section" else _SUBJECTS.get(subject, code)


def evidence_title(entry: int, on: date | None, kind: str) -> str:
    """What a picture of an entry is called."""
    return f"{entry}号{on or ''}{kind}"
