"""To the service centre: the app has said as much today as WeCom allows for reminders and notices."""

from dataclasses import dataclass

from bot.notices.content import Text


@dataclass(frozen=True, slots=True)
class QuotaUsedUp:
    """Reminders and notices wait until midnight; what is for people goes on."""

    count: int
    quota: int

    def render(self) -> Text:
        """The figures, what waits, what does not, what may be done."""
        return Text(
            f"今天通过应用发给成员的消息已有 {self.count} 人次（企业微信每天上限 {self.quota} 人次）。"
            "剩下的留给答复、卡片和紧急提醒，它们照常发出；还没发的提醒和通知过了零点接着发，夜里不打扰，早上送到。\n"
            "如果企业的账号上限变了，请管理员按“账号上限×200”改每天人次上限的规则。"
        )
