"""接待: what officers read when they note whom they received, and when an answer is to be told in person."""

from dataclasses import dataclass

from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import shorten

OPEN_CASE, ANSWERED, CHANGE = "desk_case", "desk_done", "desk_edit"


@dataclass(frozen=True, slots=True)
class ReceptionFacts:
    """A reception as it was noted."""

    id: int
    station: str
    people: int
    opinions: int
    proposals: int
    matter: str
    representative: str = ""
    on_day: bool = False

    @property
    def counted(self) -> str:
        """People and matters."""
        return f"{self.people} 人，意见 {self.opinions} 条，建议 {self.proposals} 条"


@dataclass(frozen=True, slots=True)
class ReceptionNoted:
    """After 接待: what was understood, and what becomes of it."""

    facts: ReceptionFacts

    def render(self) -> Card:
        """立案转办, 当场已答复, 改."""
        one = self.facts
        acts = [Item(f"{OPEN_CASE}:{one.id}", "立案转办"), Item(f"{ANSWERED}:{one.id}", "当场已答复")]
        buttons = (*(acts if one.matter else ()), Item(f"{CHANGE}:{one.id}", "改"))
        title = "接待已记下 · 活动日" if one.on_day else "接待已记下"
        return Card(title, shorten(one.station, 44), shorten(one.matter, 110), _fields(one), buttons)


@dataclass(frozen=True, slots=True)
class ReceptionSettled:
    """The card after it was tapped."""

    facts: ReceptionFacts
    outcome: str

    def render(self) -> Card:
        """Without buttons."""
        one = self.facts
        return Card(
            "接待已记下", shorten(one.station, 44), shorten(one.matter, 110), _fields(one), (), self.outcome[:10]
        )


def _fields(one: ReceptionFacts) -> tuple[Field, ...]:
    told = [Field("接待", one.counted)]
    if one.representative:
        told.append(Field("代表", shorten(one.representative, 26)))
    return (*told, Field("编号", str(one.id)))


@dataclass(frozen=True, slots=True)
class ReceptionCase:
    """A desk reception became a case."""

    number: str
    owner: str

    def render(self) -> Text:
        """Its number, and that the answer has to be told in person."""
        return Text(
            f"已立案 {self.number}，转{shorten(self.owner, 60)}。"
            "对方不在微信上：有了答复会告诉您，请当面或电话转告，再发“已转告 编号”。"
        )


@dataclass(frozen=True, slots=True)
class ReceptionHelp:
    """接待 that cannot be noted."""

    why: str

    def render(self) -> Text:
        """Why, and how it is written."""
        return Text(f"{_NOT_NOTED[self.why]}\n请这样写：接待 3人 王大爷反映三号楼路灯不亮 代表张伟")


_NOT_NOTED = {
    "nothing": "请写人数，或者反映了什么事。",
    "people": "人数要在 1 到 500 之间。",
    "not_yours": "接待由联络站的联络员登记；活动日当天，到站的代表也可以登记。",
    "no_station": "您还没有编到联络站，请联系服务中心。",
    "not_found": "没有找到您记的这条接待。",
    "settled": "这条接待已经处理过了，不能再改。",
}


@dataclass(frozen=True, slots=True)
class HowToChange:
    """After 改."""

    reception_id: int

    def render(self) -> Text:
        """The words to write."""
        return Text(f"请把整条重新写一遍，会换掉原来的：\n接待 改{self.reception_id} 3人 反映的事 代表姓名")


@dataclass(frozen=True, slots=True)
class TellInPerson:
    """What the bot would have said in a chat, for somebody who is not in one."""

    number: str
    words: str

    def render(self) -> Text:
        """The words, and what to do when they are told."""
        return Text(
            f"{self.number} 是当面接待的，对方不在微信上，请当面或电话转告：\n{self.words}\n转告后请发：已转告 {self.number}"
        )


@dataclass(frozen=True, slots=True)
class ToldInPerson:
    """After 已转告; `why` where it cannot be noted."""

    number: str
    why: str = ""

    def render(self) -> Text:
        """What was noted."""
        if self.why == "chat":
            return Text(f"{self.number} 的对方在微信上，答复会直接发过去，不用转告。")
        if self.why == "referral":
            return Text(f"{self.number} 该找哪里、怎么找，已记为当面告知。")
        if self.why == "waiting":
            return Text(f"{self.number} 还没有答复，先不用转告。")
        return Text(f"{self.number} 已记为当面转告，这件事办结。")
