"""The card by which a representative and the station's officer have a matter."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Field, Item, Text
from bot.notices.words import Owner, age, moment, shorten

ACCEPT, REPLY, PASS_ON, OFFLINE = "accept", "reply", "pass", "offline"
MATTER_LENGTH = 110
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
    passed_on: str = ""  # who has it now, on the card of those who had it before

    def render(self) -> Card:
        fields = [
            Field("编号", self.number),
            Field("来自", f"{self.who} · {age(self.opened_at, self.now)}"),
            Field("联络站", self.owner.station or "代表联络服务中心"),
            Field("承办", self.owner.voice),
            Field("最晚答复", moment(self.due_at, self.zone)),
        ]
        if self.attachments:
            fields.append(Field("附件", self.attachments))
        buttons = tuple(Item(f"{act}:{self.case_id}", label) for act, label in _BUTTONS.get(self.state, ()))
        why = f"分到这里，因为{self.why}" if self.why else ""
        if self.passed_on:
            return Card("群众留言 · 已转交", why, self._short, tuple(fields), (), f"已转交{self.passed_on}"[:10])
        return Card(_TITLES[self.state], why, self._short, tuple(fields), buttons, _SETTLED.get(self.state, ""))

    @property
    def _short(self) -> str:
        return shorten(self.matter, MATTER_LENGTH) or "（没有文字，见附件）"


@dataclass(frozen=True, slots=True)
class WholeMatter:
    """The full words of a matter that did not fit on its card."""

    number: str
    matter: str

    def render(self) -> Text:
        return Text(f"{self.number} 的全文：\n{self.matter}")
