"""待查: what the nightly look found to have no word in return, and what to do about each."""

from dataclasses import dataclass

from bot.notices.content import Text

MOST_LISTED = 10
KINDS = ("message", "conversation", "case", "answer", "inbox", "referral", "question")


@dataclass(frozen=True, slots=True)
class Silent:
    """One finding: its kind, the case's number where there is one, else the number of the row."""

    kind: str
    number: str
    row_id: int

    def line(self) -> str:
        """One line with what helps."""
        short = self.number[-6:]
        match self.kind:
            case "message":
                return f"#{short} 收到后没有回过话，请答复"
            case "case":
                return f"#{short} 没有人在跟，请指派"
            case "answer":
                return f"#{short} 的答复过了一个工作日还没送到，请电话联系"
            case "referral":
                return f"#{short} 的去向告知已过期，告知后发：已书面告知 {short}"
            case "inbox":
                return f"收件号 {self.row_id} 没能处理，原因消除后发：重试 {self.row_id}"
            case "question":
                return f"直播提问 {self.row_id} 还没有着落"
            case _:
                return f"有一位群众的话没有回应（会话 {self.row_id}），请在微信客服里看看"


@dataclass(frozen=True, slots=True)
class SilentList:
    """To the service centre: in the morning after something new was found, and whenever they ask."""

    lines: tuple[Silent, ...]
    count: int

    def render(self) -> Text:
        if not self.lines:
            return Text("现在没有待查的事：每句话都有回应，每件事都有人跟。")
        more = [f"……还有 {self.count - len(self.lines)} 条"] if self.count > len(self.lines) else []
        head = f"有 {self.count} 处可能没有回音，请查一查："
        return Text(
            "\n".join([head, *(one.line() for one in self.lines), *more, "处理好的会自动划掉；发“待查”随时看。"])
        )


@dataclass(frozen=True, slots=True)
class Retried:
    """After 重试 收件号."""

    inbox_id: int

    def render(self) -> Text:
        return Text(f"收件号 {self.inbox_id} 正在再处理一次。再不成会重新告诉您。")


@dataclass(frozen=True, slots=True)
class CannotRetry:
    """重试 of something that is not put aside, or written in a way that cannot be followed."""

    inbox_id: int | None = None

    def render(self) -> Text:
        if self.inbox_id is None:
            return Text("请这样写：重试 收件号，例如：重试 7")
        return Text(f"没有搁置的收件号 {self.inbox_id}，没有改动。")


@dataclass(frozen=True, slots=True)
class ForCentre:
    """待查 and 重试 from somebody who is not of the service centre."""

    def render(self) -> Text:
        return Text("这个词只给代表联络服务中心用。")
