"""What is said when an answer is late: to the next in line, to the one before, to the constituent."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.wordings import say
from bot.notices.words import Owner, due_moment

STEP_HOLDERS = {
    "representative": "代表",
    "officer": "联络员",
    "lead": "联络站负责人",
    "centre": "代表联络服务中心",
}
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class StepPassed:
    """To whoever had it: the next in line were asked; an answer is still welcome."""

    number: str
    step: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 到了时间还没有答复，已请{STEP_HOLDERS[self.step]}跟进。"
            f"\n您仍可以直接答复：#{self.number[-6:]} 您的话"
        )


@dataclass(frozen=True, slots=True)
class FurtherUp:
    """To the constituent, once a round: nobody answered in time, and who has been asked now."""

    number: str
    step: str

    def render(self) -> Text:
        return Text(say("clock.further_up", number=self.number, holder=STEP_HOLDERS[self.step]))


@dataclass(frozen=True, slots=True)
class Overdue:
    """One line of the service centre's list."""

    number: str
    owner: Owner
    promised_at: datetime


@dataclass(frozen=True, slots=True)
class CentreList:
    """To the service centre, every working day: what is still without an answer after every step."""

    cases: tuple[Overdue, ...]
    waiting: int
    zone: ZoneInfo

    def render(self) -> Text:
        lines = [
            f"#{one.number[-6:]} 说好 {due_moment(one.promised_at, self.zone)} 前答复，{one.owner.name}"
            for one in self.cases[:MOST_LISTED]
        ]
        more = [f"……还有 {self.waiting - len(lines)} 件，发“待办”看"] if self.waiting > len(lines) else []
        head = f"过了时间还没有答复的有 {self.waiting} 件，请服务中心今天处理："
        return Text("\n".join([head, *lines, *more, "答复请发：#编号 您的话；换人办请发：指派 编号 代表姓名"]))
