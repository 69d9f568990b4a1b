"""The words of the page behind the link of a live session: too early, now, over, called off."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.live import KINDS
from bot.notices.words import due_moment

NOT_FOUND = "没有这场直播，请核对地址。"
HOW_TO_ASK = "想提问，请用微信扫下面的码（手机上长按识别），直接写您的问题。"
CODE_ALT = "提问码"


@dataclass(frozen=True, slots=True)
class LivePage:
    """`stage`: `before`, `on` (only where there is no address to go to), `over` or `cancelled`."""

    stage: str
    kind: str
    title: str
    station: str
    starts_at: datetime
    zone: ZoneInfo
    early_minutes: int
    note: str = ""

    @property
    def takes_questions(self) -> bool:
        """Whether the code to ask by stands below."""
        return self.stage in ("before", "on")

    @property
    def heading(self) -> str:
        """What the session is."""
        return f"{self.station}{KINDS[self.kind]}：{self.title}"

    @property
    def whose(self) -> str:
        """What kind of session of which station it is, below its title."""
        return f"{self.station} · {KINDS[self.kind]}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What to know about it now."""
        starts = due_moment(self.starts_at, self.zone)
        match self.stage:
            case "before":
                moved = (f"时间改过，以这里为准。原因：{self.note}",) if self.note else ()
                return (
                    f"{starts} 开始。",
                    *moved,
                    f"开始前 {self.early_minutes} 分钟起，再打开这个地址就可以进入。",
                    HOW_TO_ASK,
                )
            case "on":
                return (
                    "现在可以观看。",
                    "联络站的同事请在企业微信的工作台打开“直播”；群众请点主播分享的直播卡片。",
                    HOW_TO_ASK,
                )
            case "cancelled":
                why = f"原因：{self.note}" if self.note else ""
                return tuple(line for line in (f"原定 {starts} 的这场已经取消。", why) if line)
            case _:
                return ("这场已经结束。", "会上没来得及答的问题，会逐个答复到提问人的微信里。")
