"""What the constituent added, told to the case's owner in one piece."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.originals import how_to_see


@dataclass(frozen=True, slots=True)
class Said:
    """One further message: when, and its words or what it is."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Update:
    """Further messages on a case."""

    number: str
    said: tuple[Said, ...]
    waits: bool
    zone: ZoneInfo
    masked: bool = False  # numbers in the words are

    def render(self) -> Text:
        lines = [f"{one.at.astimezone(self.zone):%H:%M:%S} {one.words}" for one in self.said]
        close = f"回复请发：#{self.number[-6:]} 您的话" if self.waits else ""
        hint = how_to_see(self.number) if self.masked else ""
        return Text("\n".join([f"群众补充了 {self.number}：", *lines, *filter(None, (hint, close))]))


@dataclass(frozen=True, slots=True)
class NotSettled:
    """The constituent tapped 还没有."""

    number: str

    def render(self) -> Text:
        return Text(f"群众说 {self.number} 还没有解决，请您再看看。\n回复请发：#{self.number[-6:]} 您的话")


@dataclass(frozen=True, slots=True)
class Settled:
    """The constituent tapped 已解决."""

    number: str

    def render(self) -> Text:
        return Text(f"群众说 {self.number} 已经解决，这件事办结了。谢谢您。")


@dataclass(frozen=True, slots=True)
class Recalled:
    """The constituent took a message back before or after it was told."""

    number: str

    def render(self) -> Text:
        return Text(f"群众撤回了 {self.number} 里的一条消息，请不要再引用。")


@dataclass(frozen=True, slots=True)
class AttachmentMissing:
    """What the constituent sent beside their words has not come from the platform yet, or is `lost` there."""

    number: str
    what: str
    lost: bool

    def render(self) -> Text:
        if self.lost:
            return Text(
                f"{self.number} 里群众发的{self.what}没有收到，平台上已经取不到了。已请对方再发一次；要紧的话请联系对方。"
            )
        return Text(
            f"{self.number} 里群众发的{self.what}还没有从平台收下来，会接着收，最长三天。要紧的话请联系对方。"
        )
