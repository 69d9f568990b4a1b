"""What a representative is to do in a year, as lists of items that staff define by the rule `duty_checklists`.

The shipped list is one of the kind 七带头十个一 (domain A5, row 4); it counts where it is switched on:
`{"ten_ones": {"on": true}}`. A new code is a new list, which is on:
`{"grid": {"name": "进网格", "levels": ["town"],
"items": [{"code": "talk", "name": "网格议事", "words": ["议事"], "target": 2}]}}`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: `target` entries a year of these kinds whose content has one of these words.

    Without kinds every kind counts, without words every content.
    """

    code: str
    name: str
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    target: int = 1

    @property
    def mark(self) -> str:
        """By what an entry is known to have one of the words; empty where there are none."""
        told = "\n".join(sorted(self.words))
        return f"words:{hashlib.sha256(told.encode()).hexdigest()[:32]}" if self.words else ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of items; `levels` are those of the representatives it is for, empty for all."""

    code: str
    name: str
    items: tuple[Item, ...]
    levels: tuple[str, ...] = ()
    on: bool = True


CHECKLISTS: Mapping[str, Checklist] = MappingProxyType(
    {
        "ten_ones": Checklist(
            "ten_ones",
            "七带头十个一",
            (
                Item("session", "参加一次会议", ("attend_session", "observe_meeting")),
                Item("proposal", "提一件建议", ("bill", "proposal")),
                Item("visit", "走访一次选民", ("visit", "liaison")),
                Item("reception", "接待一次群众", ("reception", "activity_day", "live_session")),
                Item("research", "参加一次视察调研", ("inspection", "research")),
                Item("check", "参加一次执法检查或评议", ("enforcement_check", "appraisal")),
                Item("training", "参加一次学习培训", ("training",)),
                Item("outreach", "做一次宣讲", ("outreach",)),
                Item("help", "帮办一件实事", ("help",)),
                Item("report", "向选民述职一次", ("duty_report",)),
            ),
            on=False,
        )
    }
)


def standing(changed: Mapping[str, Mapping[str, Any]]) -> tuple[Checklist, ...]:
    """The lists that are on, with what staff changed; an item without code or name is left out."""
    found = dict(CHECKLISTS)
    for code, given in changed.items():
        before = found.get(code, Checklist(code, code, ()))
        found[code] = _changed(before, given)
    return tuple(one for one in found.values() if one.on and one.items)


def _changed(before: Checklist, given: Mapping[str, Any]) -> Checklist:
    items = _items(given["items"]) if isinstance(given.get("items"), list) else before.items
    return Checklist(
        before.code,
        str(given.get("name") or before.name),
        items,
        _words(given.get("levels", before.levels)),
        bool(given.get("on", before.on)),
    )


def _items(given: Sequence[Any]) -> tuple[Item, ...]:
    usable = [one for one in given if isinstance(one, dict) and one.get("code") and one.get("name")]
    return tuple(
        Item(
            str(one["code"]),
            str(one["name"]),
            _words(one.get("kinds", ())),
            _words(one.get("words", ())),
            one["target"] if isinstance(one.get("target"), int) and one["target"] > 0 else 1,
        )
        for one in usable
    )


def _words(given: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in given if str(one).strip()) if isinstance(given, list | tuple) else ()
