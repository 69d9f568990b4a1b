"""代管: an officer's queue is in the hands of the service centre, and comes back."""

from dataclasses import dataclass

from bot.notices.content import Text


@dataclass(frozen=True, slots=True)
class QueueTaken:
    """To the officer who is away, in case they are not."""

    station: str
    by: str

    def render(self) -> Text:
        return Text(
            f"{self.station}的来信现在由代表联络服务中心的{self.by}代管，新的消息先发给对方。"
            "您随时可以接着办；要收回，请告诉服务中心，或在工作台点“交还”。"
        )


@dataclass(frozen=True, slots=True)
class QueueGivenBack:
    """To the officer, and to whoever had it."""

    station: str
    officer: str
    waiting: int

    def render(self) -> Text:
        left = f"还有 {self.waiting} 件等答复，发“待办”可以看。" if self.waiting else "没有等答复的事。"
        return Text(f"{self.station}的来信交还{self.officer}，新的消息发给{self.officer}。{left}")
