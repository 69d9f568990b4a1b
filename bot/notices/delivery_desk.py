"""送达: what staff see of delivery, in short in the chat and in full on a page. Counts, never what people wrote."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.delivery_alarm import span
from bot.notices.remedies import LATE_STEPS, remedy_of
from bot.notices.words import moment

PURPOSES = {
    "urgent": "紧急",
    "answer": "答复",
    "referral": "去向告知",
    "receipt": "回执",
    "reply": "回话",
    "welcome": "欢迎语",
    "card": "卡片",
    "update": "补充告知",
    "notice": "内部提醒",
    "reminder": "提醒",
    "broadcast": "通知",
}
PAGE_UNKNOWN = "没有这个地址。请在企业微信里发“送达”，会给您一个新的。"
PAGE_GONE = "这个地址已经失效。请在企业微信里再发一次“送达”，会给您一个新的。"
_SHOWN = 4  # kinds or reasons in one line


def purpose_name(purpose: str) -> str:
    """What a row is for, as staff call it."""
    return PURPOSES.get(purpose, "其他")


@dataclass(frozen=True, slots=True)
class KindWaiting:
    """What waits of one kind: by age (within a minute, five, an hour, longer), not due yet, the oldest."""

    name: str
    count: int
    ages: tuple[int, ...]
    later: int
    oldest_seconds: float | None

    @property
    def oldest(self) -> str:
        """How long the oldest has waited."""
        return "—" if self.oldest_seconds is None else span(self.oldest_seconds)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something that has a name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class ParkedAnswers:
    """Answers that wait for the constituent to write: a person is at it, the window is closed, the budget is spent."""

    held: int = 0
    closed: int = 0
    spent: int = 0
    old: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.held + self.closed + self.spent


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """An alarm as it is shown: 0 for answers that are late, else what WeCom refuses with."""

    errcode: int
    since: datetime
    until: datetime | None
    zone: ZoneInfo

    @property
    def what(self) -> str:
        """In one line."""
        if not self.errcode:
            return "有答复超时没有发出"
        return f"企业微信拒绝发送（错误码 {self.errcode}）：{remedy_of(self.errcode).what}"

    @property
    def when(self) -> str:
        """From when until when."""
        since = moment(self.since, self.zone)
        return f"{since} 起" if self.until is None else f"{since} 至 {moment(self.until, self.zone)}"

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do about it while it lasts."""
        return remedy_of(self.errcode).steps if self.errcode else LATE_STEPS


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice in progress, by its number; `due` in words where it has not begun."""

    number: int
    state: str
    size: int
    reached: int
    waiting: int
    failed: int
    confirmed: int
    due: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one instant, for all (`place` is empty) or for some stations."""

    at: datetime
    zone: ZoneInfo
    place: str
    waiting: tuple[KindWaiting, ...]
    more: int  # rows that wait and are not told apart above
    oldest_answer_seconds: float | None
    sent: tuple[Count, ...]
    failed: tuple[Count, ...]
    dropped: tuple[Count, ...]
    parked: ParkedAnswers
    budgets: tuple[tuple[int, int], ...]
    notices: tuple[NoticeShown, ...]
    alarms: tuple[AlarmShown, ...]
    last_alarm: AlarmShown | None
    late_seconds: float = 300.0  # an answer that waits longer is late
    quota: tuple[int, int] | None = None  # person-times of app messages today, and how many there may be
    inbox: tuple[int, int] | None = None

    @property
    def waits(self) -> int:
        """How many rows wait in all."""
        return sum(one.count for one in self.waiting) + self.more

    @property
    def when(self) -> str:
        """The instant, local."""
        return moment(self.at, self.zone)

    @property
    def oldest(self) -> float | None:
        """Seconds that the oldest row of all has waited."""
        return max((one.oldest_seconds for one in self.waiting if one.oldest_seconds is not None), default=None)

    @property
    def oldest_answer(self) -> str:
        """How long the oldest answer has waited, in words."""
        return "没有" if self.oldest_answer_seconds is None else span(self.oldest_answer_seconds)


def total(counts: tuple[Count, ...]) -> int:
    """All of them together."""
    return sum(one.count for one in counts)


def _named(counts: tuple[Count, ...]) -> str:
    some = "、".join(f"{one.name} {one.count}" for one in counts[:_SHOWN])
    return f"（{some}{'……' if len(counts) > _SHOWN else ''}）" if counts else ""


@dataclass(frozen=True, slots=True)
class DeliveryShort:
    """送达: the figures in short, with the address of the page."""

    figures: Figures
    url: str
    hours: int

    def render(self) -> Text:
        figures = self.figures
        lines = [
            f"送达情况（{figures.when}，{figures.place or '全部'}）",
            self._waiting(),
            f"最早没发出的答复：{figures.oldest_answer}",
            f"今天已发：{total(figures.sent)} 条{_named(figures.sent)}",
            f"今天没发成：{total(figures.failed)} 条{_named(figures.failed)}",
            self._parked(),
            self._budgets(),
            *([f"正在发或等确认的通知：{len(figures.notices)} 个"] if figures.notices else []),
            *(f"告警：{alarm.what}（{alarm.when}）" for alarm in figures.alarms),
            *([] if figures.alarms else ["告警：现在没有"]),
            f"全部数字（{self.hours} 小时内有效，只给您本人看；再发“送达”换新的）：{self.url}",
            "每晚核对的清单请发：送达 清单",
        ]
        return Text("\n".join(lines))

    def _waiting(self) -> str:
        figures = self.figures
        oldest = f"，最久 {span(figures.oldest)}" if figures.oldest is not None else ""
        kinds = tuple(Count(one.name, one.count) for one in figures.waiting)
        return f"等着发：{figures.waits} 条{oldest}{_named(kinds)}"

    def _parked(self) -> str:
        parked = self.figures.parked
        parts = [
            *([f"窗口已关 {parked.closed}"] if parked.closed else []),
            *([f"条数用完 {parked.spent}"] if parked.spent else []),
            *([f"人工接待 {parked.held}"] if parked.held else []),
        ]
        why = f"（{'、'.join(parts)}）" if parts else ""
        return f"等对方来信才能发的答复：{parked.count} 条{why}"

    def _budgets(self) -> str:
        chats = sum(count for _, count in self.figures.budgets)
        low = sum(count for left, count in self.figures.budgets if left <= 1)
        return f"窗口开着的会话：{chats} 个，其中 {low} 个最多还能发 1 条"


@dataclass(frozen=True, slots=True)
class DeliveryForStaff:
    """送达 from somebody who is not of the staff, or not of the kind that looks after it."""

    def render(self) -> Text:
        return Text("“送达”给联络员、联络站负责人和代表联络服务中心看发送情况用。")
