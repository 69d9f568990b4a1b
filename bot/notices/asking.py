"""问 and 备注: what the constituent is asked for, what members read of it, and notes that stay inside."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.wordings import say
from bot.notices.words import Owner, moment


@dataclass(frozen=True, slots=True)
class Question:
    """To the constituent: something is needed of them before an answer can be given."""

    number: str
    owner: Owner
    words: str

    def render(self) -> Text:
        return Text(f"{self.owner.voice}想请您补充（{self.number}）：\n{self.words}\n\n{say('asking.close')}")


@dataclass(frozen=True, slots=True)
class AskNoted:
    """To whoever asked."""

    number: str
    who: str
    held: str = ""

    def render(self) -> Text:
        if self.held:
            return Text(f"您对 {self.number} 的提问已记下，等对方补充时不计时间。{self.held}")
        return Text(f"正在请{self.who}补充（{self.number}）。对方补充前不计时间，一补充就告诉您。")


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """问 about a case that does not wait for an answer."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 已经有了答复，这句话没有发出去。还想说的，请发：#{self.number[-6:]} 您的话")


@dataclass(frozen=True, slots=True)
class AskInPerson:
    """问 about a matter that was noted at a desk."""

    number: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 是当面反映的，对方不在微信上，这句话没有发出去。请电话联系，问到的可以记进备注。"
        )


@dataclass(frozen=True, slots=True)
class AskHelp:
    """问 or 备注 was written in a way that cannot be followed."""

    def render(self) -> Text:
        return Text(
            "请这样写：\n问 000123 请问是几号楼？（发给群众，等对方补充时不计时间）\n备注 000123 已电话联系物业（只有承办的人看得到）"
        )


@dataclass(frozen=True, slots=True)
class NoteKept:
    """After 备注."""

    number: str

    def render(self) -> Text:
        return Text(
            f"已记在 {self.number} 的备注里，群众看不到，也不算答复。发“备注 {self.number[-6:]}”可以看全部备注。"
        )


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note, or one question to the constituent."""

    at: datetime
    by: str
    words: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """备注 编号: what was noted."""

    number: str
    lines: tuple[NoteLine, ...]
    zone: ZoneInfo

    def render(self) -> Text:
        if not self.lines:
            return Text(f"{self.number} 还没有备注。要记请发：备注 {self.number[-6:]} 您的话")
        return Text("\n".join([f"{self.number} 的备注：", *map(self._line, self.lines)]))

    def _line(self, one: NoteLine) -> str:
        by = f"{one.by}{'问群众' if one.asked else ''}：" if one.by else ""
        return f"{moment(one.at, self.zone)} {by}{one.words}"


@dataclass(frozen=True, slots=True)
class Rests:
    """To the constituent, once: they were asked and have not said anything for long."""

    number: str

    def render(self) -> Text:
        return Text(say("asking.rests", number=self.number))


@dataclass(frozen=True, slots=True)
class RestsForOwner:
    """To the owner, once."""

    number: str

    def render(self) -> Text:
        return Text(
            f"{self.number} 请群众补充后一直没有回音，先搁置，不再计时间。对方一来信就接着办，并马上告诉您。"
        )
