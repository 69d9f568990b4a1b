"""The written notice of where a petition goes: who has to see to it, by when (Regulations on Petition Work, Art. 23)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import due_moment, moment


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """To the service centre and the officer: the chat could not carry the notice."""

    number: str
    due_at: datetime
    overdue: bool
    zone: ZoneInfo

    def render(self) -> Text:
        due = due_moment(self.due_at, self.zone)
        first = f"应在 {due} 前告知，已经过期" if self.overdue else f"最晚 {due} 前要告知"
        return Text(
            f"{self.number} 的去向告知还没送到对方，{first}。请书面或电话告知，告知后发：已书面告知 {self.number[-6:]}"
        )


@dataclass(frozen=True, slots=True)
class NoticeNoted:
    """After 已书面告知."""

    number: str
    at: datetime
    zone: ZoneInfo
    before: bool = False

    def render(self) -> Text:
        when = moment(self.at, self.zone)
        return Text(
            f"{self.number} 早已记为 {when} 告知。"
            if self.before
            else f"已记下：{self.number} 于 {when} 告知对方。"
        )


@dataclass(frozen=True, slots=True)
class NoNotice:
    """已书面告知 of a case that owes none, or written in a way that cannot be followed."""

    number: str = ""

    def render(self) -> Text:
        if self.number:
            return Text(f"{self.number} 不是要告知去向的来信，没有改动。")
        return Text("请这样写：已书面告知 000123")
