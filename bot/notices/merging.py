"""合并、拆分: what people read when two of their matters become one, or one becomes two."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import Owner, due_moment


@dataclass(frozen=True, slots=True)
class Merged:
    """To the constituent: one number from now on."""

    number: str
    kept: str

    def render(self) -> Text:
        return Text(
            f"您反映的 {self.number} 和 {self.kept} 是同一件事，已合在一起办，以后看 {self.kept} 就行。"
            "您写的话都在，期限按早的那个算。不是同一件事，请直接告诉我们。"
        )


@dataclass(frozen=True, slots=True)
class MergedForOwner:
    """To those who had either."""

    number: str
    kept: str
    who: str

    def render(self) -> Text:
        return Text(f"{self.number} 已由{self.who}并入 {self.kept}，请在 {self.kept} 里接着办，只需答复一次。")


@dataclass(frozen=True, slots=True)
class Parted:
    """To the constituent: they are two again."""

    number: str
    kept: str

    def render(self) -> Text:
        return Text(f"{self.number} 和 {self.kept} 重新分开办，两件事各有答复。")


@dataclass(frozen=True, slots=True)
class Split:
    """To the constituent: what they wrote has a second number."""

    number: str
    new: str
    owner: Owner
    due_at: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        return Text(
            f"您在 {self.number} 里还反映了另一件事，已单独编号 {self.new}，由{self.owner.name}来办，"
            f"最晚 {due_moment(self.due_at, self.zone)} 前答复。"
        )


@dataclass(frozen=True, slots=True)
class SplitForOwner:
    """To those who have the old one."""

    number: str
    new: str
    who: str

    def render(self) -> Text:
        return Text(f"{self.who}从 {self.number} 里拆出了另一件事，编号 {self.new}，单独办理。")


@dataclass(frozen=True, slots=True)
class MergeDone:
    """To whoever did it."""

    number: str
    kept: str

    def render(self) -> Text:
        return Text(f"{self.number} 已并入 {self.kept}，群众已经知道。一天内可以撤销：撤销合并 {self.number[-6:]}")


@dataclass(frozen=True, slots=True)
class SplitDone:
    """To whoever did it."""

    number: str
    new: str
    owner: Owner

    def render(self) -> Text:
        return Text(f"已从 {self.number} 拆出 {self.new}，由{self.owner.name}来办，群众已经知道。")


@dataclass(frozen=True, slots=True)
class WhatToSplit:
    """拆分 编号: what there is to choose from."""

    number: str
    words: tuple[str, ...]

    def render(self) -> Text:
        listed = "\n".join(f"{place}. {words or '（没有文字）'}" for place, words in enumerate(self.words, start=1))
        return Text(
            f"{self.number} 里对方写的：\n{listed}\n\n要拆出哪几条，请发：拆分 {self.number[-6:]} 2 3（写前面的序号）"
        )


@dataclass(frozen=True, slots=True)
class MovedTo:
    """进度 of a number that lives on in another one."""

    number: str
    kept: str

    def render(self) -> Text:
        return Text(f"{self.number} 已并入 {self.kept}，合在一起办。")


@dataclass(frozen=True, slots=True)
class MergeHelp:
    """How to write it, or why it was not done."""

    why: str = ""

    def render(self) -> Text:
        first = f"{self.why}\n" if self.why else ""
        return Text(
            f"{first}请这样写：\n合并 000124 到 000123\n撤销合并 000124\n拆分 000123（先看有哪几条）\n拆分 000123 2 3"
        )


WHYS = {
    "not_yours": "两件事都要在您的工作范围里才能合并。",
    "same": "这是同一个编号。",
    "person": "不是同一个人反映的，不能合并；多人反映同一件事会自动归在一起，各自答复。",
    "lane": "限专人办理的事不能和别的事合并。",
    "closed": "已经办结的事不能合并或拆分。",
    "emergency": "紧急的事不能和别的事合并。",
    "registered": "已登记的信访事项不能并入别的事。",
    "answered": "要并入的这件事已经答复过，不能再并入别的事。",
    "chain": "已有别的事并入这件，请把这件留下，让另一件并进来。",
    "handed": "要并入的这件事正在等部门回复，请先撤回转办。",
    "files": "有图片或文件正在收发，请过一会儿再试。",
    "late": "合并超过一天，不能撤销了；可以用“拆分”把那几条拆出来。",
    "restricted": "限专人办理的事不能拆分。",
    "nothing": "请选要拆出的话。",
    "everything": "至少要给原来的事留一条。",
}
