"""The sections of a duty file and what each must hold, as data; staff change them by the rule `duty_sections`.

They are the seven of Liangshan County and "other" (domain A3, row 5). A changed section is named by its code with
what is different; a new code is a new section: `{"visits": {"entries": 2}, "honours": {"name": "获奖证书"}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

PICTURES = "pictures"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    `kinds` and `groups`: duty entries of these kinds or groups of kinds stand in it (`*` is every group), and by
    `evidence` those with this sort of attachment, such as `image`. `papers` is how many documents it must
    hold in a term, `entries` how many entries or documents in a year. `fields` are what the roster must say of the
    representative. `words` are what it is called in the chat, besides its name.
    """

    code: str
    name: str
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    evidence: str = ""
    papers: int = 0
    entries: int = 0
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def takes(self, kind: str, group: str) -> bool:
        """Whether an entry of this kind, of this group, stands here for what it is."""
        return kind in self.kinds or group in self.groups or "*" in self.groups


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        section.code: section
        for section in (
            Section("papers", "选举材料", papers=1, words=("选举时个人材料", "个人材料", "选举", "材料")),
            Section(
                "form",
                "基本信息登记表",
                fields=("name", "level", "unit", "post", "station"),
                words=("基本信息", "登记表", "信息表"),
            ),
            Section("register", "履职登记表", groups=("*",), entries=1, words=("履职登记",)),
            Section("bills", "议案建议", groups=("bills",), entries=1, words=("议案", "建议")),
            Section(
                PICTURES, "活动图片", evidence="image", entries=1, words=("图片", "照片", "活动照片", "履职风采")
            ),
            Section("visits", "走访选民", kinds=("visit", "liaison"), entries=1, words=("走访", "走访记录")),
            Section("notes", "履职笔记", entries=1, words=("笔记", "履职小结", "小结", "心得")),
            Section(OTHER, "其他", words=("其它",)),
        )
    }
)
_SETTABLE = frozenset(field.name for field in fields(Section)) - {"code"}


def standing(changed: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Section]:
    """The sections in their order, with what staff changed; a section whose name is empty is left out."""
    found = dict(SECTIONS)
    for code, given in changed.items():
        before = found.get(code, Section(code, code))
        found[code] = replace(before, **_usable(given))
    return {code: section for code, section in found.items() if section.name}


def _usable(given: Mapping[str, Any]) -> dict[str, Any]:
    usable = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return {name: value for name, value in usable.items() if name in _SETTABLE}


def find_named(words: str, sections: Mapping[str, Section]) -> Section | None:
    """The section that is called so, by name, word or number in the order (`1` is the first)."""
    plain = words.strip()
    for number, section in enumerate(sections.values(), start=1):
        if plain in (section.name, section.code, str(number), *section.words):
            return section
    return None
