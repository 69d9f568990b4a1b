"""The kinds of duty in their eight groups, as data; staff change them by the rule `duty_kinds`.

The groups are those of Jiangxi's file module (domain A6, A8 and B). A changed kind is named by its code with what
is different; a new code is a new kind:
`{"river_patrol": {"name": "巡河", "group": "contact", "needs": ["place"], "words": ["巡河"]}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "session": "出席人代会",
        "bills": "议案建议",
        "congress": "人大活动",
        "contact": "联系代表和群众",
        "training": "学习培训",
        "organs": "党委政府等活动",
        "other": "其他",
        "style": "履职风采",
    }
)
OTHER = "other"
HIDDEN, RESTRICTED = "hidden", "restricted"


@dataclass(frozen=True, slots=True)
class DutyKind:
    """One kind of duty.

    `needs`: which of `place`, `people` an entry must say besides day, kind and content. `words`: by which it is
    recognised in what people write. `lane`: who may see it (hidden until it is released; restricted). `voters`: it
    counts as contact with voters, `reception` as receiving them at a station (the yearly quotas).
    """

    code: str
    name: str
    group: str = OTHER
    needs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    lane: str = ""
    voters: bool = False
    reception: bool = False


_PLACE, _BOTH = ("place",), ("place", "people")
KINDS: Mapping[str, DutyKind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            DutyKind("attend_session", "出席会议", "session", (), ("人代会", "人大会议", "代表大会", "出席会议")),
            DutyKind("session_leave", "会议请假", "session", (), ("会议请假", "会上请假")),
            DutyKind("bill", "提议案", "bills", (), ("提议案", "提出议案", "领衔议案", "联名议案")),
            DutyKind("proposal", "提建议", "bills", (), ("提建议", "提交建议", "提出建议", "代表建议")),
            DutyKind("inspection", "视察", "congress", _PLACE, ("视察",)),
            DutyKind("research", "调研", "congress", _PLACE, ("调研", "考察", "调查研究")),
            DutyKind("enforcement_check", "执法检查", "congress", _PLACE, ("执法检查",)),
            DutyKind("observe_meeting", "列席", "congress", (), ("列席", "旁听庭审", "旁听")),
            DutyKind("deliberation", "议事/问政", "congress", (), ("议事", "问政", "座谈", "专题询问", "恳谈")),
            DutyKind("appraisal", "评议测评", "congress", (), ("评议", "测评")),
            DutyKind("covert_check", "代表暗访", "congress", _PLACE, ("暗访",), lane=HIDDEN),
            DutyKind("congress_activity", "人大其他活动", "congress", (), ("小组活动", "代表活动", "人大活动")),
            DutyKind(
                "reception",
                "接待",
                "contact",
                ("people",),
                ("接待", "接访", "约见"),
                voters=True,
                reception=True,
            ),
            DutyKind(
                "visit",
                "走访",
                "contact",
                _BOTH,
                ("走访", "入户", "家访", "上门", "慰问", "探望", "看望", "走进"),
                voters=True,
            ),
            DutyKind(
                "activity_day", "联系服务群众日", "contact", _PLACE, ("代表活动日", "联系服务群众日", "活动日")
            ),
            DutyKind("live_session", "直播接待", "contact", (), ("直播",), voters=True),
            DutyKind("liaison", "双联系", "contact", ("people",), ("双联系", "联系选民", "联系代表"), voters=True),
            DutyKind("mediation", "调解", "contact", _PLACE, ("调解", "化解纠纷", "劝和"), lane=RESTRICTED),
            DutyKind("outreach", "宣讲", "contact", _BOTH, ("宣讲", "宣传", "普法")),
            DutyKind("help", "帮扶", "contact", ("people",), ("帮扶", "捐款", "捐赠", "捐助", "资助", "帮助")),
            DutyKind("duty_report", "述职", "contact", ("people",), ("述职",)),
            DutyKind("training", "培训", "training", (), ("培训", "学习班", "学习", "讲座", "轮训")),
            DutyKind(
                "organ_activity",
                "党委政府等活动",
                "organs",
                (),
                ("听证", "征求意见会", "行风监督", "特邀监督", "庭审", "党委", "政府", "法院", "检察院"),
            ),
            DutyKind(OTHER, "其他", OTHER, (), ("其他",)),
            DutyKind("style", "履职风采", "style", (), ("风采", "照片", "报道")),
        )
    }
)
# Signs that a minor is spoken of: such an entry is in the restricted lane whatever its kind (domain E10).
MINORS = ("未成年", "未满十八", "未满18", "留守儿童", "困境儿童", "受虐", "校园欺凌", "霸凌", "家暴", "性侵")
_SETTABLE = frozenset(field.name for field in fields(DutyKind)) - {"code"}


def standing(changed: Mapping[str, Mapping[str, Any]]) -> Mapping[str, DutyKind]:
    """The kinds with what staff changed; a group, need or lane that there is not is left as it was."""
    found = dict(KINDS)
    for code, given in changed.items():
        before = found.get(code, DutyKind(code, code))
        found[code] = replace(before, **_usable(given))
    return found


def _usable(given: Mapping[str, Any]) -> dict[str, Any]:
    usable = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    usable = {name: value for name, value in usable.items() if name in _SETTABLE}
    if usable.get("group", OTHER) not in GROUPS:
        del usable["group"]
    if usable.get("lane", "") not in ("", HIDDEN, RESTRICTED):
        del usable["lane"]
    if "needs" in usable:
        usable["needs"] = tuple(name for name in usable["needs"] if name in _BOTH)
    return usable
