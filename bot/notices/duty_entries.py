"""The content of entries that the bot writes: what the representative did, in the words of the register."""

from dataclasses import dataclass

from bot.notices.live import KINDS
from bot.notices.words import shorten


@dataclass(frozen=True, slots=True)
class AttendedDay:
    """There on an activity day."""

    topic: str = ""
    late: bool = False

    @property
    def summary(self) -> str:
        """One sentence."""
        about = f"，主题：{self.topic}" if self.topic else ""
        return f"参加代表联系服务群众日{about}" + ("（迟到）" if self.late else "")


@dataclass(frozen=True, slots=True)
class HostedLive:
    """A live session, online meeting or question session."""

    kind: str
    title: str

    @property
    def summary(self) -> str:
        """One sentence."""
        return f"主持{KINDS.get(self.kind, '直播接待')}：{self.title}"


@dataclass(frozen=True, slots=True)
class ReceivedAtDesk:
    """People received face to face."""

    people: int
    matter: str = ""

    @property
    def summary(self) -> str:
        """One sentence, with what it was about."""
        return f"接待群众 {self.people} 人" + (f"：{self.matter}" if self.matter else "")


@dataclass(frozen=True, slots=True)
class JoinedMeeting:
    """A meeting that a notice called for and the representative agreed to."""

    name: str

    @property
    def summary(self) -> str:
        """One sentence."""
        return f"参加“{shorten(self.name, 60)}”"
