"""What constituents read of live sessions: when and how to watch, that their question is noted, what came of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Item, Menu, Text
from bot.notices.privacy_line import PrivacyLine
from bot.notices.wordings import say
from bot.notices.words import MENU_HEAD_BYTES, Owner, moment, shorten, shorten_bytes

KINDS = {"live": "在线直播接待", "deliberation": "线上议事会", "inquiry": "网络问政"}
ANOTHER = Item("word:另一件", "我要反映另一件事")
ANSWERED, CASE, DECLINED = "answered", "case", "declined"


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """A session as it is told; `url` is the page whose link works from shortly before the start."""

    id: int
    kind: str
    title: str
    station: str
    hosts: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    url: str
    description: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"{KINDS[self.kind]}“{shorten(self.title, 40)}”"

    @property
    def when(self) -> str:
        """From when to when, such as `12月1日 19:30–20:30`."""
        first, last = (at.astimezone(self.zone) for at in (self.starts_at, self.ends_at))
        until = f"{last:%H:%M}" if first.date() == last.date() else moment(self.ends_at, self.zone)
        return f"{moment(self.starts_at, self.zone)}–{until}"

    @property
    def with_whom(self) -> str:
        """The representatives who answer, as a line; empty where none are named."""
        if not self.hosts:
            return ""
        named = "、".join(self.hosts[:5])
        return f"参加的代表：{named}{f'等 {len(self.hosts)} 位' if len(self.hosts) > 5 else ''}"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


HOW_TO_ASK = "想问什么，请发“直播”加空格再写问题，例如：直播 什么时候装电梯"


@dataclass(frozen=True, slots=True)
class LiveGreeting:
    """On entering by the code of a session that takes questions: whatever is written is a question to it."""

    facts: LiveFacts
    privacy: PrivacyLine
    is_on: bool

    def render(self) -> Menu:
        facts = self.facts
        when = "正在进行" if self.is_on else facts.when
        head = _lines(
            f"您好，这里是{facts.station}的{facts.name}，{when}。",
            facts.with_whom,
            f"观看地址（开始前 15 分钟起可以进）：{facts.url}",
            self.privacy.said,
        )
        return Menu(
            shorten_bytes(head, MENU_HEAD_BYTES), (ANOTHER,), "想问的请直接写，一条一个问题，答复发回这里。"
        )


@dataclass(frozen=True, slots=True)
class LiveOver:
    """On entering by the code of a session that takes no more questions."""

    facts: LiveFacts
    privacy: PrivacyLine
    cancelled: bool

    def render(self) -> Menu:
        what = "已经取消" if self.cancelled else "已经结束"
        head = _lines(
            f"您好，{self.facts.station}的{self.facts.name}{what}。",
            "想反映的事照样可以直接写在这里，会转给对应的人大代表和联络站。",
            self.privacy.said,
        )
        return Menu(shorten_bytes(head, MENU_HEAD_BYTES), (ANOTHER, Item("word:进度", "看我的事办到哪一步")))


@dataclass(frozen=True, slots=True)
class LiveAhead:
    """直播: the sessions that are on or come next, nearest first; `on` are the ids of those that are on."""

    sessions: tuple[LiveFacts, ...]
    on: frozenset[int] = frozenset()

    def render(self) -> Text:
        if not self.sessions:
            return Text("最近没有安排直播接待。想反映的事随时写在这里，会转给对应的人大代表和联络站。")
        return Text("\n\n".join([*map(self._line, self.sessions), f"{HOW_TO_ASK}。"]))

    def _line(self, facts: LiveFacts) -> str:
        first = f"{facts.station}的{facts.name}"
        if facts.id in self.on:
            return _lines(
                f"{first}正在进行，到 {facts.ends_at.astimezone(facts.zone):%H:%M}。", f"点这里看：{facts.url}"
            )
        return _lines(
            f"{first}，{facts.when}。", facts.with_whom, f"观看地址（开始前 15 分钟起可以进）：{facts.url}"
        )


@dataclass(frozen=True, slots=True)
class QuestionNoted:
    """A question is on record."""

    facts: LiveFacts
    number: int
    is_on: bool
    privacy: PrivacyLine | None = None  # where no greeting carried it

    def render(self) -> Text:
        when = (
            "会转给主持人" if self.is_on else f"{moment(self.facts.starts_at, self.facts.zone)} 开始后由主持人提出"
        )
        said = say("live.noted", question=str(self.number), when=when)
        return Text(_lines(said, self.privacy.said if self.privacy else ""))


@dataclass(frozen=True, slots=True)
class LiveUpcoming:
    """A reminder to those who subscribed."""

    facts: LiveFacts
    soon: bool

    def render(self) -> Text:
        facts = self.facts
        if self.soon:
            return Text(
                _lines(
                    f"{facts.station}的{facts.name}马上开始（{facts.when}）。",
                    f"点这里看：{facts.url}",
                    f"{HOW_TO_ASK}。",
                )
            )
        return Text(
            _lines(
                f"{facts.station}的{facts.name}，{facts.when}。",
                facts.with_whom,
                shorten(facts.description, 120),
                f"观看地址（开始前 15 分钟起可以进）：{facts.url}",
                f"{HOW_TO_ASK}。不想再收提醒，发“退订”。",
            )
        )


@dataclass(frozen=True, slots=True)
class LiveMoved:
    """Those who were told, or asked something, hear of the new time once."""

    facts: LiveFacts
    asked: bool

    def render(self) -> Text:
        facts = self.facts
        why = f"（{facts.note}）" if facts.note else ""
        return Text(
            _lines(
                f"{facts.station}的{facts.name}改时间了{why}，现在是 {facts.when}。",
                "您提的问题还在，不用再提。" if self.asked else "",
                f"观看地址（开始前 15 分钟起可以进）：{facts.url}",
            )
        )


@dataclass(frozen=True, slots=True)
class LiveCancelled:
    """Those who were told hear once that it is called off."""

    facts: LiveFacts

    def render(self) -> Text:
        facts = self.facts
        why = f"（{facts.note}）" if facts.note else ""
        return Text(
            f"原定 {moment(facts.starts_at, facts.zone)} 的{facts.station}{facts.name}取消了{why}。"
            "想反映的事照样可以直接写在这里。"
        )


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What came of a question, for whoever asked it.

    `shared_with` is the number of the question it was put together with; `number_of_case` only for one's own case.
    """

    facts: LiveFacts
    number: int
    question: str
    fate: str
    words: str = ""
    number_of_case: str = ""
    owner: Owner = Owner()  # noqa: RUF009  frozen
    due_at: datetime | None = None
    shared_with: int | None = None
    cancelled: bool = False

    def render(self) -> Text:
        place = f"{self.facts.station}{self.facts.name}"
        asked = f"您在{place}提的第 {self.number} 号问题“{shorten(self.question, 60)}”"
        shared = f"和第 {self.shared_with} 号问题说的是同一件事，一并回您。" if self.shared_with else ""
        return Text(_lines(f"{asked}{shared or '：'}", self._said()))

    def _said(self) -> str:
        if self.fate == ANSWERED:
            return (
                f"答复：{self.words}"
                if self.words
                else "代表已在直播中当场回答。没有听到的，请再写一句，会转给代表。"
            )
        if self.fate == DECLINED:
            return f"这次没有采纳，原因是：{self.words}。有不同想法，请直接写下来，会有人看。"
        by = f"，最晚 {moment(self.due_at, self.facts.zone)} 前答复" if self.due_at else ""
        first = "直播取消了，您的问题照样有人接着看：" if self.cancelled else ""
        number = f"已经登记为 {self.number_of_case}，" if self.number_of_case else ""
        return f"{first}{number}由{self.owner.name}来看{by}。发“进度”可以查看。"
