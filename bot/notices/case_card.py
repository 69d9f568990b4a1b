"""The card by which a representative and the station's officer have a matter."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Field, Item, Text
from bot.notices.originals import how_to_see
from bot.notices.words import Owner, age, due_moment, shorten

ACCEPT, REPLY, PASS_ON, OFFLINE = "accept", "reply", "pass", "offline"
MATTER_LENGTH = 110
HINT_LENGTH = 44
_BUTTONS = {
    "assigned": ((ACCEPT, "接收"), (REPLY, "回复"), (PASS_ON, "转交"), (OFFLINE, "线下已处理")),
    "accepted": ((REPLY, "回复"), (PASS_ON, "转交"), (OFFLINE, "线下已处理")),
    "reopened": ((REPLY, "回复"), (PASS_ON, "转交"), (OFFLINE, "线下已处理")),
}
_TITLES = {
    "assigned": "有群众留言，请您看看",
    "accepted": "群众留言 · 已接收",
    "answered": "群众留言 · 已答复",
    "reopened": "群众留言 · 还在等您",
    "closed": "群众留言 · 已办结",
}
_URGENCY = {"emergency": "紧急：", "urgent": "急："}
_SETTLED = {"answered": "已答复", "closed": "已办结"}


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Who, where, the matter (shortened), how old, what is attached; buttons as the state allows."""

    case_id: int
    number: str
    state: str
    who: str
    owner: Owner
    matter: str
    why: str
    attachments: str
    opened_at: datetime
    due_at: datetime
    now: datetime
    zone: ZoneInfo
    urgency: str = "normal"
    topic: str = ""
    parts: int = 0
    crowd: str = ""  # how many people raise the same, and when
    restricted: bool = False
    passed_on: str = ""  # who has it now, on the card of those who had it before
    overdue: str = ""  # who has not answered by when, on the card of the next in line
    masked: bool = False  # numbers in the matter are
    page: str = ""  # a tap on the card opens it

    @property
    def is_cut(self) -> bool:
        """Whether the matter is longer than a card shows."""
        return len(self.matter) > MATTER_LENGTH - (len(how_to_see(self.number)) + 2 if self.masked else 0)

    def render(self) -> Card:
        fields = self._fields()
        buttons = tuple(Item(f"{act}:{self.case_id}", label) for act, label in _BUTTONS.get(self.state, ()))
        why = self._hint
        if self.passed_on:
            return Card("群众留言 · 已转交", why, self._short, fields, (), f"已转交{self.passed_on}"[:10])
        settled = _SETTLED.get(self.state, "")
        return Card(self._title, why, self._short, fields, buttons, settled, self.page)

    @property
    def _title(self) -> str:
        if self.state in {"assigned", "accepted", "reopened"}:
            if self.overdue:
                return f"{_URGENCY.get(self.urgency, '')}到时还没有答复，请您接手"
            if self.restricted:
                return "只限服务中心看的来信"
            if self.urgency == "emergency":
                return "紧急：群众留言，请马上看"
            if self.urgency == "urgent":
                return "急：有群众留言，请当天看"
        return _TITLES[self.state]

    def _fields(self) -> tuple[Field, ...]:
        fields = [
            Field("编号", self.number),
            Field("来自", f"{self.who} · {age(self.opened_at, self.now)}"),
            Field("联络站", self.owner.station or "代表联络服务中心"),
            Field("承办", self.owner.voice),
            Field("最晚答复", due_moment(self.due_at, self.zone)),
        ]
        if self.attachments:
            fields.append(Field("附件", self.attachments))
        elif self.topic:
            fields.append(Field("方面", self.topic + (f"（说了 {self.parts} 件事）" if self.parts else "")))
        return tuple(fields)

    @property
    def _hint(self) -> str:
        """Why it is here, or what is more: that nobody answered in time, that many people raise it."""
        if self.overdue:
            return shorten(self.overdue, HINT_LENGTH)
        if self.crowd:
            return shorten(f"{self.crowd}反映同一件事", HINT_LENGTH)
        return shorten(f"分到这里，因为{self.why}", HINT_LENGTH) if self.why else ""

    @property
    def _short(self) -> str:
        hint = f"（{how_to_see(self.number)}）" if self.masked else ""
        return f"{shorten(self.matter, MATTER_LENGTH - len(hint))}{hint}" or "（没有文字，见附件）"


@dataclass(frozen=True, slots=True)
class WholeMatter:
    """The full words of a matter that did not fit on its card."""

    number: str
    matter: str
    masked: bool = False

    def render(self) -> Text:
        hint = f"\n（{how_to_see(self.number)}）" if self.masked else ""
        return Text(f"{self.number} 的全文：\n{self.matter}{hint}")
