"""What people read of the yearly check of a file: what is missing, to be confirmed, passed or sent back."""

from dataclasses import dataclass
from datetime import date

from bot.notices.content import Card, Item, Text
from bot.notices.words import shorten

CONFIRM = "file_ok"
STATES = {
    "opened": "刚打开",
    "gaps_listed": "还有缺项",
    "complete": "齐了，等本人确认",
    "rep_confirmed": "本人已确认，等审核",
    "group_reviewed": "已审核",
    "published": "已公开",
    "sealed": "已封存",
    "bound": "已装订",
}


@dataclass(frozen=True, slots=True)
class NumberedGap:
    """What is missing, with the number by which staff waive it."""

    number: int
    line: str


@dataclass(frozen=True, slots=True)
class GapList:
    """The list of what a file lacks; `name` where it is somebody else's."""

    year: int
    gaps: tuple[NumberedGap, ...]
    name: str = ""

    def render(self) -> Text:
        """Each with its number, and how it is filled."""
        whose = f"{self.name}代表" if self.name else "您"
        if not self.gaps:
            return Text(f"{whose}的 {self.year} 年履职档案没有缺项。")
        lines = [f"{whose}的 {self.year} 年履职档案还缺 {len(self.gaps)} 项："]
        lines += [f"{one.number}. {one.line}" for one in self.gaps]
        if self.name:
            return Text("\n".join([*lines, f"确实没有的：档案免除 {self.name} 缺项号 原因"]))
        fill = "做过的发“履职 …”补记；材料拍下来，发“存档 栏目 名称”，接着发照片。"
        return Text("\n".join([*lines, fill, "确实没有的，请告诉联络员；补齐后发“确认档案”。"]))


@dataclass(frozen=True, slots=True)
class FileComplete:
    """Nothing is missing: please confirm."""

    check_id: int
    year: int

    def render(self) -> Card:
        """One button."""
        return Card(
            f"请确认 {self.year} 年的履职档案",
            "不对的先不要点，请发“履职更正 编号 …”",
            "您的履职档案已经齐了。发“档案”可以打开看一遍，没有问题请点下面的按钮。",
            (),
            (Item(f"{CONFIRM}:{self.check_id}", "确认档案"),),
        )


@dataclass(frozen=True, slots=True)
class FileConfirmedCard:
    """The same card after it was tapped."""

    year: int

    def render(self) -> Card:
        """Without a button."""
        return Card(f"{self.year} 年的履职档案", "", "您已确认。", (), (), "已确认")


@dataclass(frozen=True, slots=True)
class FileConfirmed:
    """After 确认档案."""

    year: int
    state: str

    def render(self) -> Text:
        """How it stands now."""
        return Text(f"{self.year} 年的履职档案：{self.state}。")


_REFUSED = {
    "none": "还没有打开年度检查，每年十一月打开。",
    "reason": "请写明原因：档案免除 姓名 缺项号 原因，或 档案退回 姓名 原因",
    "gap": "没有这个缺项，或者已经补上了；发“档案缺项 姓名”看现在的。",
    "state": "这份档案现在不在等审核。",
    "help": "请写姓名：档案通过 张伟，或者 档案通过 全部；发“档案待审”看列表。",
}


@dataclass(frozen=True, slots=True)
class CheckRefused:
    """What cannot be done in a check now."""

    why: str

    def render(self) -> Text:
        """Why."""
        return Text(_REFUSED[self.why])


@dataclass(frozen=True, slots=True)
class Waived:
    """After 档案免除."""

    name: str
    number: int
    left: int

    def render(self) -> Text:
        """What is left."""
        left = f"还剩 {self.left} 项。" if self.left else "档案齐了，已请本人确认。"
        return Text(f"{self.name}代表的第 {self.number} 项今年不再要求，原因已留档。{left}")


@dataclass(frozen=True, slots=True)
class CheckWaiting:
    """档案待审."""

    files: tuple[tuple[str, int], ...]  # name, year

    def render(self) -> Text:
        """Names, and how to decide."""
        if not self.files:
            return Text("没有等您审核的履职档案。")
        lines = [f"{name}代表 {year} 年" for name, year in self.files]
        then = "看一份：档案 姓名。通过：档案通过 姓名，这些都通过发“档案通过 全部”；退回：档案退回 姓名 原因。"
        return Text("\n".join([f"等您审核的履职档案 {len(lines)} 份：", *lines, then]))


@dataclass(frozen=True, slots=True)
class ChecksReviewed:
    """After 档案通过."""

    passed: int
    refused: tuple[str, ...]

    def render(self) -> Text:
        """How many, and which could not be."""
        told = f"已通过 {self.passed} 份履职档案，会按公开项对外公布。" if self.passed else "没有通过任何一份。"
        names = "、".join(shorten(one, 12) for one in self.refused[:20])
        return Text(told + (f"不能通过：{names}（本人还没有确认、不归您管，或者是您本人的）。" if names else ""))


@dataclass(frozen=True, slots=True)
class CheckReturned:
    """After 档案退回."""

    name: str
    year: int

    def render(self) -> Text:
        """Who was told."""
        return Text(f"{self.name}代表 {self.year} 年的履职档案已退回，原因已经告诉本人。")


@dataclass(frozen=True, slots=True)
class WasSentBack:
    """To the representative: why, and to confirm again."""

    check_id: int
    year: int
    reason: str

    def render(self) -> Text:
        """In one sentence."""
        return Text(
            f"您 {self.year} 年的履职档案被退回：{shorten(self.reason, 200)}\n改好后请发“确认档案”再确认一次。"
        )


@dataclass(frozen=True, slots=True)
class TermEnded:
    """To the service centre, on the morning after a term."""

    name: str
    last_on: date

    def render(self) -> Text:
        """What is to be done."""
        day = f"{self.last_on.year}年{self.last_on.month}月{self.last_on.day}日"
        return Text(
            f"{self.name}已于{day}届满，代表履职档案可以汇总装订了：请管理员逐人导出装订本，连同摘要一起留存。"
        )
