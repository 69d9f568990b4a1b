"""收到答复了吗: asked after a week and after two when nothing came, and what follows from each answer."""

from dataclasses import dataclass

from bot.notices.clock import STEP_HOLDERS
from bot.notices.content import Item, Menu, Text
from bot.notices.wordings import say

RECEIVED, NOT_YET, DONE = "got", "notgot", "donebefore"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """To the constituent."""

    case_id: int
    number: str
    days: int

    def render(self) -> Menu:
        items = ((RECEIVED, "收到了"), (NOT_YET, "还没有"), (DONE, "已经解决"))
        return Menu(
            say("follow_up.asked", number=self.number, days=str(self.days)),
            tuple(Item(f"{act}:{self.case_id}:{self.days}", label) for act, label in items),
        )


@dataclass(frozen=True, slots=True)
class ReceivedNoted:
    """After 收到了."""

    number: str

    def render(self) -> Text:
        return Text(say("follow_up.received", number=self.number))


@dataclass(frozen=True, slots=True)
class GotElsewhere:
    """To the owner: the constituent has an answer that is not on record."""

    number: str

    def render(self) -> Text:
        return Text(
            f"群众说 {self.number} 已经收到答复，这里还没有记录。"
            f"\n当面或电话答复的，请点卡片上的“线下已处理”，或把答复补发一遍：#{self.number[-6:]} 您的话"
        )


@dataclass(frozen=True, slots=True)
class NotYetNoted:
    """After 还没有; `at_once` unless it is night or a day off."""

    number: str
    step: str
    at_once: bool

    def render(self) -> Text:
        holder = STEP_HOLDERS[self.step]
        if self.at_once:
            return Text(say("follow_up.at_once", number=self.number, holder=holder))
        return Text(say("follow_up.morning", number=self.number, holder=holder))


@dataclass(frozen=True, slots=True)
class StillNothing:
    """To the service centre, which has it already: the constituent says again that nothing came."""

    number: str

    def render(self) -> Text:
        return Text(f"群众说 {self.number} 还没有收到答复，请尽快看看。\n答复请发：#{self.number[-6:]} 您的话")


@dataclass(frozen=True, slots=True)
class AnswerIsThere:
    """A tap that comes after the answer, or while their own word is awaited."""

    number: str
    waits_for_them: bool = False

    def render(self) -> Text:
        if self.waits_for_them:
            return Text(f"{self.number} 正等着您补充，直接写在这里就行，收到就接着办。")
        return Text(f"{self.number} 已经有了答复。如果还没有解决，直接写下来，会接着办。")


@dataclass(frozen=True, slots=True)
class SolvedBefore:
    """To the owner: the constituent says that it is settled, though no answer is on record."""

    number: str

    def render(self) -> Text:
        return Text(
            f"群众说 {self.number} 已经解决，这件事办结了。您做过的工作，请发“备注 {self.number[-6:]} 您的话”补记。"
        )
