"""The alarm about delivery, in the chat of the service centre and the administrators: what is wrong, what to do."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.remedies import LATE_STEPS, remedy_of, words_of
from bot.notices.words import moment

_PROMISE = "没好之前过一小时再提醒一次，好了会告诉您。发“送达”看全部数字。"


def span(seconds: float) -> str:
    """How long, in the words one would use."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
    return f"{hours // 24} 天 {hours % 24} 小时" if hours % 24 else f"{hours // 24} 天"


def _steps(steps: tuple[str, ...]) -> list[str]:
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]


@dataclass(frozen=True, slots=True)
class RefusedAlarm:
    """WeCom refuses because of how it, or this program, is set up, or because a quota is used up."""

    errcode: int
    since: datetime
    waiting: int
    zone: ZoneInfo
    again: bool = False

    def render(self) -> Text:
        head = "【送达告警·还没有好】" if self.again else "【送达告警】"
        waiting = f"，有 {self.waiting} 条在等" if self.waiting else ""
        remedy = remedy_of(self.errcode)
        lines = [
            f"{head}企业微信拒绝发送（错误码 {self.errcode}），从 {moment(self.since, self.zone)} 起{waiting}。",
            f"原因：{remedy.what}。",
            "怎么办：",
            *_steps(remedy.steps),
            f"要发的内容都留着。{_PROMISE}",
        ]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class LateAlarm:
    """The oldest answer that has not left is older than it may be."""

    since: datetime
    now: datetime
    waiting: int
    reason: str
    zone: ZoneInfo
    again: bool = False

    def render(self) -> Text:
        head = "【送达告警·还没有好】" if self.again else "【送达告警】"
        waited = span((self.now - self.since).total_seconds())
        seen = words_of(self.reason) if self.reason else "还没有发出去，平台也没有说为什么"
        lines = [
            f"{head}最早的一条答复等了 {waited}还没有发出，从 {moment(self.since, self.zone)} 起，共 {self.waiting} 条。",
            f"看到的情况：{seen}。",
            "怎么办：",
            *_steps(LATE_STEPS),
            f"要发的内容都留着。{_PROMISE}",
        ]
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class AllClear:
    """What the alarm was about is over. `errcode` is 0 for answers that were late."""

    errcode: int
    since: datetime
    until: datetime
    zone: ZoneInfo

    def render(self) -> Text:
        what = f"企业微信不再拒绝发送（错误码 {self.errcode}）" if self.errcode else "没有超时未发的答复了"
        lasted = span((self.until - self.since).total_seconds())
        return Text(
            f"【送达恢复】{what}。从 {moment(self.since, self.zone)} 到 {moment(self.until, self.zone)}，共 {lasted}。"
            "\n等着的内容会按顺序自动发出，不用重发。发“送达”看全部数字。"
        )
