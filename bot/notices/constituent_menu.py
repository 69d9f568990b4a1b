"""Short answers to what a constituent taps or writes beside a matter."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Item, Link, Menu, Text
from bot.notices.greeting import MENU_ITEMS, SUBSCRIBE_ITEM
from bot.notices.hand_over import ASK_PERSON
from bot.notices.status_page import link_to
from bot.notices.wordings import say
from bot.notices.words import MENU_HEAD_BYTES, STEP_NAMES, Owner, due_moment, moment, shorten_bytes


@dataclass(frozen=True, slots=True)
class ShortMenu:
    """For words that say nothing to act on."""

    def render(self) -> Menu:
        return Menu(
            say("menu.head"),
            (*MENU_ITEMS, SUBSCRIBE_ITEM, ASK_PERSON),
            "写下的话会转给对应的人大代表和联络站。",
        )


@dataclass(frozen=True, slots=True)
class AskMatter:
    """After 我要反映一件事."""

    def render(self) -> Text:
        return Text(say("menu.ask"))


_MOST_LINKS = 5
WAITING, DORMANT, HANDED = "waiting", "dormant", "handed"
_STANDS = {
    WAITING: "等您补充，直接写在这里就行",
    DORMANT: "暂时搁置，您随时写一句就接着办",
}
_HOLDERS = {
    "officer": "联络员跟进中，",
    "lead": "联络站负责人跟进中，",
    "centre": "代表联络服务中心跟进中，",
}


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One of a constituent's matters as a line of 进度."""

    number: str
    owner: Owner
    state: str
    opened_at: datetime
    due_at: datetime
    late: bool
    promised_at: datetime | None = None
    step: str = ""  # of the clock, once it went beyond the owner
    stands: str = ""  # waiting or dormant, while their own word is awaited
    page: str = ""  # where it can be looked up how far it is


@dataclass(frozen=True, slots=True)
class Progress:
    """A constituent's own matters: who has each, at which step, due when."""

    cases: tuple[OwnCase, ...]
    zone: ZoneInfo
    now: datetime
    moved: str = ""  # the number that was asked for, where it lives on in this one

    def render(self) -> Menu | Text:
        if not self.cases:
            return Text("您还没有反映过事情。直接写下来就行：在哪里、什么事、多久了。")
        lines = [self._line(case) for case in self.cases]
        first = f"{self.moved} 已并入 {self.cases[0].number}，合在一起办。" if self.moved else "您反映的事："
        said = f"{first}\n\n" + "\n\n".join(lines)
        if len(said.encode()) > MENU_HEAD_BYTES:
            return Text(said)
        return Menu(said, (Item("word:另一件", "反映另一件事"),), links=self._links())

    def _links(self) -> tuple[Link, ...]:
        return tuple(link_to(case.page, case.number) for case in self.cases if case.page)[:_MOST_LINKS]

    def _line(self, case: OwnCase) -> str:
        first = (
            f"{case.number}（{moment(case.opened_at, self.zone)}）\n{STEP_NAMES[case.state]} · {case.owner.name}"
        )
        if case.state in {"answered", "closed"}:
            return first
        return f"{first}\n{stands_at(case, self.zone, self.now)}"


def stands_at(case: OwnCase, zone: ZoneInfo, now: datetime) -> str:
    """Whose turn it is and until when; what was promised and not kept is said; or that their own word is awaited."""
    if case.stands in _STANDS:
        return _STANDS[case.stands]
    if case.stands == HANDED and not case.late:
        return f"已转部门办理，请他们回复；最晚 {due_moment(case.due_at, zone)} 前告诉您进展"
    holder = _HOLDERS.get(case.step, "")
    due = f"{holder}最晚 {due_moment(case.due_at, zone)} 前答复"
    if not case.late:
        return due
    broken = f"说好 {due_moment(case.promised_at or case.due_at, zone)} 前答复，现在已经晚了，对不住您"
    if not holder:
        return broken
    return f"{broken}；{due if case.due_at > now else holder.removesuffix('，')}"


@dataclass(frozen=True, slots=True)
class Closed:
    """After 已解决."""

    number: str

    def render(self) -> Text:
        return Text(say("menu.closed", number=self.number))


@dataclass(frozen=True, slots=True)
class Reopened:
    """After 还没有."""

    number: str
    owner: Owner

    def render(self) -> Text:
        return Text(say("menu.reopened", number=self.number, owner=self.owner.name))


@dataclass(frozen=True, slots=True)
class SayMore:
    """After 继续补充."""

    number: str

    def render(self) -> Text:
        return Text(f"请接着写，写的都会记到 {self.number}。")


@dataclass(frozen=True, slots=True)
class Thanked:
    """A word of thanks, or a bare 好的, after an answer."""

    number: str

    def render(self) -> Text:
        return Text(say("menu.thanked", number=self.number))


TO_PERSON = "toperson"


@dataclass(frozen=True, slots=True)
class LooksLikeAdvert:
    """Nothing is passed on, and one tap passes it on after all (Personal Information Protection Law, Art. 24)."""

    def render(self) -> Menu:
        return Menu(
            "这条看起来像广告，没有转给代表。如果不是，点一下就转给工作人员看，不用重写。",
            (Item(TO_PERSON, "不是广告，请转给人看"),),
        )


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What a constituent asks about a station most often."""

    name: str
    address: str = ""
    hours: str = ""
    phone: str = ""
    people: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """A question about the bot, the station or the representatives, answered from the roster."""

    station: StationFacts | None

    def render(self) -> Menu:
        lines = [
            "您可以在这里直接留言：在哪里、什么事、多久了。写完就会转给对应的人大代表和联络站，答复也回到这里，随时发“进度”查看。"
        ]
        if self.station is not None:
            lines.append(self._about(self.station))
        return Menu(
            shorten_bytes("\n".join(lines), MENU_HEAD_BYTES),
            (*MENU_ITEMS, SUBSCRIBE_ITEM, Item(TO_PERSON, "请工作人员回答")),
            links=(Link(self.station.page, "看看这个联络站"),) if self.station and self.station.page else (),
        )

    @staticmethod
    def _about(station: StationFacts) -> str:
        facts = [
            station.name,
            *([f"地址：{station.address}"] if station.address else []),
            f"开放时间：{station.hours or '工作日 9:00 到 17:00'}",
            *([f"电话：{station.phone}"] if station.phone else []),
            *([f"代表：{'、'.join(station.people)}"] if station.people else []),
        ]
        return "\n".join(facts)


@dataclass(frozen=True, slots=True)
class NothingKept:
    """请工作人员回答 after the words were let go."""

    def render(self) -> Text:
        return Text("没有找到要转的话，请再写一次，写完就转给工作人员。")


@dataclass(frozen=True, slots=True)
class PersonLooks:
    """不是这么回事: a person will look again."""

    number: str

    def render(self) -> Text:
        return Text(f"好的，{self.number} 请工作人员再看一遍，看过会告诉您。")


@dataclass(frozen=True, slots=True)
class OwnReasons:
    """为什么: why one's own matter is where it is."""

    number: str
    steps: tuple[str, ...]

    def render(self) -> Text:
        return Text("\n".join([f"{self.number} 这样转，是因为：", *(f"· {step}" for step in self.steps)]))


@dataclass(frozen=True, slots=True)
class NoSuchCase:
    """A menu item of a case that is not theirs, or is gone."""

    def render(self) -> Text:
        return Text("没有找到这件事。发“进度”可以看您反映过的事。")


@dataclass(frozen=True, slots=True)
class NotKept:
    """Something could not be handled after several attempts; a person will look."""

    def render(self) -> Text:
        return Text("您的消息已经收到，系统处理时出了问题，联络站工作人员会人工查看，请不要重复发送。")


@dataclass(frozen=True, slots=True)
class AttachmentLate:
    """A picture or file has not come from the platform for long; it is still tried."""

    what: str
    number: str

    def render(self) -> Text:
        return Text(f"您发的{self.what}平台还没有传过来，我们会接着收。着急的话请再发一次，会记到 {self.number}。")


@dataclass(frozen=True, slots=True)
class AttachmentLost:
    """A picture or file could not be fetched from the platform."""

    what: str
    number: str

    def render(self) -> Text:
        return Text(f"您发的{self.what}没有收全，请再发一次，会记到 {self.number}。")
