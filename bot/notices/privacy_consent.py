"""Consent beyond the statutory purpose: each thing asked for by itself, taken back by a tap (PIPL, Arts. 15, 23, 29)."""

from dataclasses import dataclass

from bot.notices.content import Item, Menu, Text
from bot.notices.words import MENU_HEAD_BYTES, shorten, shorten_bytes

YES, NO = "consent:yes", "consent:no"
PURPOSES = {"quote": "引用您的原话", "share": "把您的信息交给其他部门", "sens": "处理您的敏感信息"}
WHY = {
    "quote": "代表想在公开的材料里引用您在 {number} 里写的话（不写您的名字和联系方式）",
    "share": "办 {number} 需要把您写的内容交给别的部门或单位，这不在代表联络工作的法定范围里",
    "sens": "{number} 里有健康、财产、行踪等敏感信息，处理这些需要您单独同意",
}
_LABEL_BYTES = 120  # of 128, WeCom document 94677


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """One question, for one purpose and one matter; no answer is a no."""

    number: str
    case_id: int
    purpose: str
    detail: str = ""

    def render(self) -> Menu:
        lines = [WHY[self.purpose].format(number=self.number) + "。"]
        if self.detail:
            lines.append(f"具体是：{shorten(self.detail, 120)}")
        lines.append("您可以不同意，不影响这件事继续办；同意了也可以随时收回。不回复就按不同意。")
        items = (
            Item(f"{YES}:{self.purpose}:{self.case_id}", "同意"),
            Item(f"{NO}:{self.purpose}:{self.case_id}", "不同意"),
        )
        return Menu(shorten_bytes("\n".join(lines), MENU_HEAD_BYTES), items, "以后想收回，发“我的同意”。")


@dataclass(frozen=True, slots=True)
class ConsentNoted:
    """They agreed, or did not, or took it back."""

    number: str
    case_id: int
    purpose: str
    given: bool

    def render(self) -> Menu:
        what = PURPOSES[self.purpose]
        if self.given:
            item = Item(f"{NO}:{self.purpose}:{self.case_id}", "收回同意")
            return Menu(f"已记下：您同意在 {self.number} 上{what}。随时可以收回。", (item,))
        item = Item(f"{YES}:{self.purpose}:{self.case_id}", "改为同意")
        return Menu(f"已记下：您不同意在 {self.number} 上{what}，已告诉经办人。", (item,))


@dataclass(frozen=True, slots=True)
class OwnConsents:
    """我的同意: triples of matter, row number of it, purpose."""

    standing: tuple[tuple[str, int, str], ...]

    def render(self) -> Menu | Text:
        if not self.standing:
            return Text("您没有给过单独的同意。订阅提醒的话，发“退订”可以停。")
        items = tuple(
            Item(f"{NO}:{purpose}:{case_id}", shorten_bytes(f"收回：{number} {PURPOSES[purpose]}", _LABEL_BYTES))
            for number, case_id, purpose in self.standing[:10]
        )
        return Menu("您同意过下面这些，点一下就收回：", items, "订阅的提醒发“退订”就停。")


@dataclass(frozen=True, slots=True)
class ConsentAskedFor:
    """To the member who asks."""

    number: str
    purpose: str

    def render(self) -> Text:
        return Text(
            f"已就 {self.number} 问对方是否同意{PURPOSES[self.purpose].replace('您', '对方')}。没有回音前按不同意办。"
        )


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """To those who have the matter."""

    number: str
    purpose: str
    given: bool

    def render(self) -> Text:
        what = PURPOSES[self.purpose].replace("您", "对方")
        if self.given:
            return Text(f"{self.number}：对方同意{what}。收回时会马上告诉您。")
        return Text(f"{self.number}：对方不同意{what}，或已收回同意。还没用的不要再用，已经公开的请撤下。")


@dataclass(frozen=True, slots=True)
class ConsentHelp:
    """征求同意 that cannot be followed."""

    def render(self) -> Text:
        return Text(
            "请这样写：征求同意 编号 引用（或 转交、敏感） 说明。例如：征求同意 000123 引用 准备登在月报上。"
        )
