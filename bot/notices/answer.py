"""The answer as it reaches the constituent, and the question that follows it."""

from dataclasses import dataclass

from bot.notices.content import Content, Item, Menu, Text
from bot.notices.wordings import say
from bot.notices.words import MENU_HEAD_BYTES, Owner

SOLVED, UNSOLVED, MORE = "solved", "unsolved", "more"
QUESTION = "这件事解决了吗？"


def ask_items(case_id: int) -> tuple[Item, ...]:
    """已解决 / 还没有 / 继续补充."""
    return (
        Item(f"{SOLVED}:{case_id}", "已解决"),
        Item(f"{UNSOLVED}:{case_id}", "还没有"),
        Item(f"{MORE}:{case_id}", "继续补充"),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer under its author's name; short ones carry the question, so that they cost one message."""

    case_id: int
    number: str
    owner: Owner
    words: str

    def render(self) -> tuple[Content, ...]:
        said = f"{self.owner.voice}答复您（{self.number}）：\n{self.words}"
        asked = f"{said}\n\n{QUESTION}"
        if len(asked.encode()) <= MENU_HEAD_BYTES:
            return (Menu(asked, ask_items(self.case_id)),)
        return (Text(said), Menu(QUESTION, ask_items(self.case_id)))


@dataclass(frozen=True, slots=True)
class MediaAnswer:
    """Said after a picture or file that answers."""

    case_id: int
    number: str
    owner: Owner
    what: str

    def render(self) -> Menu:
        head = f"{self.owner.voice}给您发了{self.what}，答复 {self.number}。"
        return Menu(f"{head}\n\n{QUESTION}", ask_items(self.case_id))


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """The matter was dealt with face to face or by telephone."""

    case_id: int
    number: str
    owner: Owner

    def render(self) -> Menu:
        head = f"{self.owner.voice}说，{self.number} 已经在线下和您联系处理过。"
        return Menu(f"{head}\n\n{QUESTION}没有联系过也请告诉我们。", ask_items(self.case_id))


@dataclass(frozen=True, slots=True)
class Taken:
    """The representative tapped 接收."""

    number: str
    owner: Owner

    def render(self) -> Text:
        return Text(say("answer.taken", owner=self.owner.voice, number=self.number))


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The matter went to someone else."""

    number: str
    owner: Owner

    def render(self) -> Text:
        return Text(say("answer.passed", number=self.number, owner=self.owner.name))
