"""The receipt of a new matter, with the one question there may be, and of something added to it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Item, Menu, Text
from bot.notices.privacy_line import PrivacyLine
from bot.notices.status_page import link_to
from bot.notices.wordings import say
from bot.notices.words import MENU_HEAD_BYTES, Owner, due_moment, shorten_bytes

NOT_HERE, ANOTHER, PICK_REPRESENTATIVE, PICK_STATION, PICK_TOPIC, SEND_PLACE = (
    "nothere", "another", "rep", "at", "topic", "where",
)  # fmt: skip
_QUESTIONS = {
    "location": "为了转得更准，请说一下在哪里（小区、村、路名，或者发个位置）。不说也没关系，我们照样处理。",
    "which_representative": "您说的是哪一位代表？点一下就行。",
    "which_station": "您说的是哪个联络站？点一下就行。",
    "topic": "为了转得更准，这主要是哪方面的事？点一下就行。",
}
_TOO_MANY_TO_SHOW = {
    "which_representative": "合得上的代表不止一位：请写出姓名，或者写在哪里（小区、村、路名）。不写也没关系，我们照样处理。",
    "which_station": "合得上的联络站不止一个：请写在哪里（小区、村、路名）。不写也没关系，我们照样处理。",
}
_MOST_ITEMS = 8
_MOST_CHOICES = 10  # items and links together, WeCom document 94677
LABEL_BYTES = 128  # WeCom document 94677


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: a code or a topic, and how it is called."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """For a new case: its number, who has it, why, by when an answer is due, and what can be put right."""

    case_id: int
    number: str
    owner: Owner
    why: str
    due_at: datetime
    zone: ZoneInfo
    ask: str | None = None
    options: tuple[Option, ...] = ()
    parts: int = 0  # how many matters were found in the message, where there is more than one
    others: str = ""  # what is said of others who raised the same
    language: str = ""  # a line in the writer's own language
    privacy: PrivacyLine | None = None  # with the first receipt where no greeting carried it
    page: str = ""  # where it can be looked up how far it is

    def render(self) -> Menu:
        lines = [
            *([self.language] if self.language else []),
            say("receipt.received", number=self.number),
            self._owner(),
            *([f"您说了 {self.parts} 件事，都记在这个编号里，会一件一件答复。"] if self.parts else []),
            *([self.others] if self.others else []),
            *([question] if (question := self._question()) else []),
        ]
        privacy = f"\n{self.privacy.said}" if self.privacy else ""
        room = MENU_HEAD_BYTES - len(privacy.encode())
        items = self._items()
        return Menu(
            shorten_bytes("\n".join(lines), room) + privacy,
            items,
            say("receipt.close"),
            (link_to(self.page),) if self.page and len(items) < _MOST_CHOICES else (),
        )

    def _owner(self) -> str:
        why = f"（{self.why}）" if self.why else ""
        return say("receipt.owner", owner=self.owner.name, why=why, due=due_moment(self.due_at, self.zone))

    def _question(self) -> str:
        if self.ask in _TOO_MANY_TO_SHOW and not self.options:
            return _TOO_MANY_TO_SHOW[self.ask]
        return _QUESTIONS.get(self.ask or "", "")

    def _items(self) -> tuple[Item, ...]:
        act = {"which_representative": PICK_REPRESENTATIVE, "which_station": PICK_STATION, "topic": PICK_TOPIC}
        if self.ask == "location":
            return (Item(f"{SEND_PLACE}:{self.case_id}", "在哪儿？我来发位置"),)
        if self.ask not in act or not self.options:
            return change_items(self.case_id, self.owner)
        chosen = tuple(
            Item(f"{act[self.ask]}:{self.case_id}:{one.code}", shorten_bytes(one.label, LABEL_BYTES))
            for one in self.options[:_MOST_ITEMS]
        )
        return (*chosen, *change_items(self.case_id, self.owner)) if self.ask == "topic" else chosen


def change_items(case_id: int, owner: Owner) -> tuple[Item, ...]:
    """不是这里 / 换一位代表, as far as there is something to change."""
    items = [Item(f"{NOT_HERE}:{case_id}", "不是这里")]
    if owner.representative:
        items.append(Item(f"{ANOTHER}:{case_id}", "换一位代表"))
    return tuple(items)


@dataclass(frozen=True, slots=True)
class AddedReceipt:
    """For a further message that joined an open case."""

    number: str
    owner: Owner
    waits_again: bool = False
    was_asked: bool = False  # they were asked for it; the clock goes on
    privacy: PrivacyLine | None = None  # where they have not had its present wording
    papers: str = ""  # the offer to delete a picture that may show an identity paper

    def render(self) -> Text:
        further = [*([self.papers] if self.papers else []), *([self.privacy.said] if self.privacy else [])]
        return Text("\n".join([self._said, *further]))

    @property
    def _said(self) -> str:
        if self.was_asked:
            return say("receipt.completed", number=self.number, owner=self.owner.name)
        if self.waits_again:
            return say("receipt.added_again", number=self.number, owner=self.owner.name)
        return say("receipt.added", number=self.number, owner=self.owner.name)


@dataclass(frozen=True, slots=True)
class AskPlace:
    """After 不是这里, or the button with which they want to send their position."""

    number: str
    wrong: bool

    def render(self) -> Text:
        first = "好的，那是在哪里？" if self.wrong else "好的。"
        return Text(
            f"{first}请写小区、村或路名；也可以点输入框旁边的“＋”，选“位置”发给我们。您前面写的都还在（{self.number}），不用重写。"
        )


@dataclass(frozen=True, slots=True)
class Noted:
    """A choice was tapped, or the owner changed because of what they said."""

    number: str
    owner: Owner
    why: str
    can_change: bool
    case_id: int

    def render(self) -> Menu | Text:
        words = (
            f"好的，{self.number} 现在由{self.owner.name}来看{f'（{self.why}）' if self.why else ''}，不用重新写。"
        )
        if not self.can_change:
            return Text(words)
        return Menu(words, change_items(self.case_id, self.owner))


@dataclass(frozen=True, slots=True)
class TopicNoted:
    """They said which kind of matter it is."""

    number: str
    topic: str
    owner: Owner

    def render(self) -> Text:
        return Text(f"好的，{self.number} 记为“{self.topic}”，由{self.owner.name}来看。")


@dataclass(frozen=True, slots=True)
class CannotChange:
    """不是这里 or 换一位代表 where nothing can be changed any more."""

    number: str
    why: str

    def render(self) -> Text:
        return Text(f"{self.number} {self.why}")


ALREADY_ANSWERED = "已经有了答复。如果还没有解决，请点答复下面的“还没有”，或者直接写下来。"
CHANGED_OFTEN = "已经换过几次，现在由联络站工作人员来定，会和您联系。"
NOTHING_TO_CHANGE = "现在没有可以改的。请直接写下您的想法，工作人员会看到。"
