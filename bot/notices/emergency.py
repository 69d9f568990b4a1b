"""Danger to life, body or money: the number to call comes first, before any receipt."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import Owner, moment, shorten

CONFIRM = "confirm"
# What to do until help comes; one line, nothing that a layman could get wrong.
_ADVICE = {
    "fire": "先离开，弯腰走楼梯，不要乘电梯，不要回去拿东西。",
    "gas": "不要开关电器，不要打火；开窗，关阀门，到屋外再打电话。",
    "medical": "说清地址和病人的情况，电话不要挂断，照调度员说的做。",
    "poisoning": "说清吃了或接触了什么，把剩下的留好，照医生说的做。",
    "crime": "先到安全的地方，记住人和车的样子，不要硬拼。",
    "stalked": "不方便出声就发短信报警，写明地点和情况，把手机调成静音。",
    "violence_at_home": "先离开或锁好门，需要时带上孩子和证件。",
    "child_harm": "先把孩子带到安全的地方。",
    "self_harm": "请先不要一个人待着，让身边的人陪着您，电话那头有人愿意听您说。",
    "fraud": "不要再转钱，不要再点链接，不要共享屏幕；马上打电话，越早越可能止付。",
    "trapped": "先不要硬扒硬跳，节省体力，让人知道您在哪里。",
    "drowning": "不要贸然下水，扔救生圈、绳子或竹竿。",
    "traffic_injury": "不要搬动伤者，打开双闪，在来车方向摆警示牌。",
    "collapse": "离开危险的地方，不要再进去。",
    "electric": "离远一点，不要碰带电的人和东西，先断电。",
    "explosive": "马上离开，不要碰它，不要在旁边打电话。",
}
_NAMES = {
    "110": "报警", "119": "火警和救援", "120": "急救", "122": "交通事故报警", "12110": "短信报警（发短信）",
    "12356": "心理援助热线", "96110": "反诈专线", "12355": "青少年服务热线", "12338": "妇女维权热线",
    "95598": "供电抢修", "12339": "国家安全举报",
}  # fmt: skip


def number_words(number: str) -> str:
    """A number with what it is."""
    name = _NAMES.get(number)
    return f"{number}（{name}）" if name else number


@dataclass(frozen=True, slots=True)
class CallNow:
    """The first thing said in an emergency."""

    danger: str
    numbers: tuple[str, ...]
    restricted: bool = False  # only named officers hear of it

    def render(self) -> Text:
        first, *others = self.numbers
        verb = "请马上给 12110 发短信报警" if first == "12110" else f"请马上拨打 {number_words(first)}"
        also = f"；也可以打 {'、'.join(map(number_words, others))}" if others else ""
        lines = [
            f"{verb}{also}。",
            *([_ADVICE[self.danger]] if self.danger in _ADVICE else []),
            f"我们不能代替报警和急救，请先打电话。您的话已经同时告诉{self._who()}。",
        ]
        return Text("\n".join(lines))

    def _who(self) -> str:
        return "代表联络服务中心的专人，别人看不到" if self.restricted else "联络站值班的人"


@dataclass(frozen=True, slots=True)
class EmergencyReceipt:
    """After the number: that it is kept, and who was told."""

    number: str
    owner: Owner

    def render(self) -> Text:
        return Text(
            f"您说的情况已记下，编号 {self.number}，{self.owner.name}和值班的人都已收到，有人接手会马上告诉您。"
            "\n如果方便，请写下在哪里，或者发个位置；情况有变化也请告诉我们。"
        )


@dataclass(frozen=True, slots=True)
class InHand:
    """To the constituent: someone of the staff has taken it in hand."""

    number: str
    voice: str

    def render(self) -> Text:
        return Text(f"{self.voice}已经看到您说的情况（{self.number}），正在联系处理。有危险请先打电话求助。")


@dataclass(frozen=True, slots=True)
class Alarm:
    """To those on call, at once and again until someone confirms."""

    case_id: int
    number: str
    who: str
    owner: Owner
    matter: str
    told: tuple[str, ...]  # the numbers that the constituent was given
    opened_at: datetime
    zone: ZoneInfo
    times: int = 1

    def render(self) -> Card:
        again = f"第 {self.times} 次提醒，还没有人接手" if self.times > 1 else "请马上看，点下面的按钮接手"
        fields = (
            Field("编号", self.number),
            Field("来自", f"{shorten(self.who, 16)} · {moment(self.opened_at, self.zone)}"),
            Field("联络站", self.owner.station or "代表联络服务中心"),
            Field("已告知电话", "、".join(self.told) or "—"),
        )
        return Card("紧急情况，请马上处理", again, shorten(self.matter, 110), fields, self._buttons())

    def _buttons(self) -> tuple[Item, ...]:
        return (Item(f"{CONFIRM}:{self.case_id}", "我来处理"),)


@dataclass(frozen=True, slots=True)
class AlarmTaken:
    """The alarm's card after someone confirmed."""

    number: str
    by: str

    def render(self) -> Card:
        return Card("紧急情况 · 已有人接手", f"{self.number} 由{shorten(self.by, 16)}接手", "", (), (), "已接手")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """To whoever confirmed."""

    number: str

    def render(self) -> Text:
        return Text(
            f"好的，{self.number} 由您接手，不再提醒别人。请马上核实并联系；要告诉对方什么，请发：#{self.number[-6:]} 您的话"
        )
