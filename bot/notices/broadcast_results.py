"""What staff read of what became of a notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.notices.content import Text
from bot.notices.words import moment

_SHOWN_NAMES = 20  # of those it did not reach
STATES = {
    "draft": "草稿",
    "submitted": "等人审核",
    "approved": "已同意",
    "scheduled": "等着发送",
    "sending": "正在发送",
    "sent": "已发完",
    "receipt_watch": "等人确认",
    "closed": "已结束",
    "recalled": "已撤回",
    "refused": "已退回",
}
REASONS = {
    "unreachable": "不在应用可见范围、已离开或没有许可",  # before the two were told apart
    "invalid": "不在应用可见范围或已离开",
    "unlicensed": "没有接口许可",
    "refused": "平台不收",
    "recalled": "发出前撤回",
    "unsubscribed": "已退订",
    "too late": "七天内没有来信",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recipients are where."""

    size: int
    waiting: int = 0
    sent: int = 0
    confirmed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def reached(self) -> int:
        """Those who have it."""
        return self.sent + self.confirmed

    @property
    def words(self) -> str:
        """In one line."""
        parts = [f"共 {self.size} 人", f"已送到 {self.reached}"]
        parts += [f"还没发 {self.waiting}"] if self.waiting else []
        parts += [f"没送到 {self.failed}"] if self.failed else []
        parts += [f"没有发 {self.skipped}"] if self.skipped else []
        return "，".join(parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """通知 进度 编号."""

    broadcast_id: int
    name: str
    state: str
    counts: Counts
    choices: tuple[tuple[str, int], ...] = ()
    needs_receipt: bool = False
    due_at: datetime | None = None
    zone: ZoneInfo | None = None

    def render(self) -> Text:
        lines = [f"通知 {self.broadcast_id}“{self.name}”：{STATES[self.state]}"]
        if self.due_at is not None and self.zone is not None:
            lines.append(f"{moment(self.due_at, self.zone)} 开始发")
        if self.counts.size:
            lines.append(self.counts.words)
        if self.choices:
            lines.append("，".join(f"{label} {count} 人" for label, count in self.choices))
        if self.needs_receipt and self.counts.sent:
            lines.append(f"还没确认的 {self.counts.sent} 人，看名单请发：通知 名单 {self.broadcast_id}")
        if self.counts.failed and self.state in {"sent", "receipt_watch"}:
            lines.append(f"给没送到的再发一次：通知 重发 {self.broadcast_id}")
        return Text("\n".join(lines))


@dataclass(frozen=True, slots=True)
class NameList:
    """通知 名单 编号: who has not confirmed, whom it did not reach and why."""

    broadcast_id: int
    unconfirmed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]  # name, fixed reason
    more_unconfirmed: int = 0
    more_failed: int = 0

    def render(self) -> Text:
        lines = [f"通知 {self.broadcast_id} 的名单："]
        if self.unconfirmed:
            more = f" 等，另有 {self.more_unconfirmed} 人" if self.more_unconfirmed else ""
            lines.append(f"还没确认：{'、'.join(self.unconfirmed)}{more}")
        for reason, names in _by_reason(self.failed).items():
            lines.append(f"没送到（{reason}）：{'、'.join(names)}")
        if self.more_failed:
            lines.append(f"没送到的另有 {self.more_failed} 人，请导出查看。")
        return Text(
            "\n".join(lines) if len(lines) > 1 else f"通知 {self.broadcast_id}：没有谁还没确认，也没有没送到的。"
        )


def _by_reason(failed: tuple[tuple[str, str], ...]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in failed:
        found.setdefault(REASONS.get(reason, "平台不收"), []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class AllSent:
    """To the author and the second person: every recipient has an end."""

    broadcast_id: int
    name: str
    counts: Counts
    failed: tuple[str, ...] = ()

    def render(self) -> Text:
        said = f"通知 {self.broadcast_id}“{self.name}”发完了：{self.counts.words}。"
        if not self.failed:
            return Text(said)
        names = "、".join(self.failed[:_SHOWN_NAMES]) + ("等" if len(self.failed) > _SHOWN_NAMES else "")
        return Text(
            f"{said}\n没送到：{names}。原因请看：通知 名单 {self.broadcast_id}；"
            f"再发一次：通知 重发 {self.broadcast_id}"
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """To the author: the watch is over."""

    broadcast_id: int
    name: str
    counts: Counts

    def render(self) -> Text:
        return Text(
            f"通知 {self.broadcast_id}“{self.name}”结束：送到 {self.counts.reached} 人，"
            f"确认 {self.counts.confirmed} 人，没确认 {self.counts.sent} 人，没送到 {self.counts.failed} 人。"
        )


@dataclass(frozen=True, slots=True)
class RecallNoted:
    """通知 撤回 编号: what it does for each."""

    broadcast_id: int
    unsent: int
    taking_back: int
    too_late: int
    for_people: bool = False

    def render(self) -> Text:
        parts = [f"还没发的 {self.unsent} 人不发了"] if self.unsent else []
        parts += [f"正从 {self.taking_back} 人的手机上撤回"] if self.taking_back else []
        why = "微信里的消息撤不回" if self.for_people else "发出超过 24 小时"
        parts += [f"{self.too_late} 人收到的撤不回（{why}）"] if self.too_late else []
        said = f"通知 {self.broadcast_id} 已撤回。" + "；".join(parts)
        if self.for_people or not (self.taking_back or self.too_late):
            return Text(said)
        return Text(f"{said}。\n要告诉收到的人改了什么，请发：通知 更正 {self.broadcast_id} 正文")


@dataclass(frozen=True, slots=True)
class RecallFailed:
    """To whoever took it back: WeCom would not."""

    broadcast_id: int
    count: int

    def render(self) -> Text:
        return Text(
            f"通知 {self.broadcast_id}：平台没有让撤回，{self.count} 人的手机上还有。"
            f"\n要告诉他们改了什么，请发：通知 更正 {self.broadcast_id} 正文"
        )


@dataclass(frozen=True, slots=True)
class SendingAgain:
    """通知 重发 编号."""

    broadcast_id: int
    count: int

    def render(self) -> Text:
        if not self.count:
            return Text(f"通知 {self.broadcast_id} 没有没送到的人，不用重发。")
        return Text(f"通知 {self.broadcast_id} 正给没送到的 {self.count} 人再发一次，其他人不会再收到。")
