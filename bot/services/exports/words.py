"""The words on the exported forms (domain A8), and texts as XML and paper can take them."""

import re
from types import MappingProxyType

TITLE = "履职登记表"
EMPTY = "没有履职记录"
ERASED = "（内容已依法删除）"
NO_CASE = "—"

# domain.md section B
KIND_NAMES = MappingProxyType(
    {
        "attend_session": "出席会议",
        "reception": "接待",
        "visit": "走访",
        "proposal": "提建议",
        "deliberation": "议事/问政",
        "training": "培训",
        "duty_report": "述职",
        "mediation": "调解",
        "outreach": "宣讲",
        "inspection": "视察",
        "research": "调研",
        "enforcement_check": "执法检查",
        "observe_meeting": "列席",
    }
)

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def kind_name(kind: str) -> str:
    """The Chinese name of a kind of duty; an unknown one stays as it is."""
    return KIND_NAMES.get(kind, kind)


def delivered_name(*, delivered: bool, has_case: bool) -> str:
    """Whether the answer reached the constituent; a duty without a case has nothing to deliver."""
    if delivered:
        return "已送达"
    return "未送达" if has_case else NO_CASE


def printable(text: str) -> str:
    """The text without the characters that no XML file may hold."""
    return _NO_XML.sub("", text)
