"""电话联系: what officers read when an answer cannot reach a chat, and what its author reads of it."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.notices.content import Card, Content, Field, Item, Menu, Text
from bot.notices.words import MENU_HEAD_BYTES, due_moment, moment, shorten

CALLED, COPY = "called", "copy"
TEXT_BYTES = 2048  # WeCom document 94677
_WORDS_LENGTH = 100
_COPIED = "这是电话里已经告诉您的答复，留一份文字给您：\n"
REASONS = MappingProxyType(
    {
        "person": "人工客服正在接待对方",
        "ended": "这次会话已经结束",
        "window": "对方超过 48 小时没有来信",
        "budget": "连续发送的条数到了上限",
        "lost": "平台拒绝了这条内容",
        "undelivered": "平台没有送达",
        "account": "客服账号不能用了，请告诉管理员",
        "stopped": "企业微信里的应用停用了，请告诉管理员",
        "unverified": "企业还没有认证，请告诉管理员",
        "rejected": "对方拒收",
        "nobody_in": "没有成员登录企业微信应用，请告诉管理员",
        "kind": "平台不让发这种消息",
        "security": "被平台安全限制",
        "asked": "对方想和工作人员直接说话",
        "unanswered": "对方想直接说话，客服没有接",
    }
)
_WANTED = frozenset({"asked", "unanswered"})


def reason_words(reason: str) -> str:
    """Why somebody is to be called, in words; what is not known says so."""
    return REASONS.get(reason, REASONS["undelivered"])


def see_original(number: str) -> str:
    """Where several numbers were written, and nobody can tell which is theirs."""
    return f"写过几个，请发：原文 {number[-6:]}"


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call about what: `words` are to be told, `phones` are numbers that they wrote themselves."""

    task_id: int
    number: str
    who: str
    reason: str
    words: str
    phones: tuple[str, ...]
    zone: ZoneInfo
    due_at: datetime | None = None

    def fields(self) -> tuple[Field, ...]:
        """The lines of its card."""
        told = [
            Field("编号", self.number),
            Field("联系谁", shorten(self.who, 26)),
            Field("电话", "、".join(self.phones[:2]) or "对方没有写过"),
        ]
        if self.due_at is not None:
            told.append(Field("最晚", due_moment(self.due_at, self.zone)))
        return tuple(told)


@dataclass(frozen=True, slots=True)
class CallCard:
    """To those who are to call."""

    call: Call

    def render(self) -> Card:
        one = self.call
        why = reason_words(one.reason)
        wanted = one.reason in _WANTED
        hint = why if wanted else f"答复暂时发不到，{why}"
        matter = ""
        if one.words:
            matter = f"{'对方的事' if wanted else '要告诉对方的话'}：{shorten(one.words, _WORDS_LENGTH)}"
        return Card("电话联系", hint, matter, one.fields(), (Item(f"{CALLED}:{one.task_id}", "已电话联系"),))


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The card when the call was made, or is not needed any more; `by` made it at `at`."""

    call: Call
    outcome: str
    by: str
    at: datetime
    may_copy: bool = False

    def render(self) -> Card:
        one = self.call
        if self.outcome == "called":
            hint = f"{shorten(self.by, 20)} {moment(self.at, one.zone)} 已联系"
            buttons = (Item(f"{COPY}:{one.task_id}", "来信时补发文字"),) if self.may_copy else ()
            return Card("电话联系 · 已联系", hint, "", one.fields(), buttons, "已电话联系")
        if self.outcome == "delivered":
            return Card("电话联系 · 不用打了", "对方来信，答复已经送到", "", one.fields(), (), "已送到")
        return Card("电话联系 · 不用打了", "已经有人在聊天里答复对方", "", one.fields(), (), "已答复")


@dataclass(frozen=True, slots=True)
class CallNoted:
    """After 已电话联系, where the card itself cannot show it; `again` when it was noted before."""

    number: str
    again: bool = False

    def render(self) -> Text:
        if self.again:
            return Text(f"{self.number} 已经有人联系过，或者答复已经送到，不用再打了。")
        return Text(f"已记下：{self.number} 已电话联系对方。")


@dataclass(frozen=True, slots=True)
class CallOnItsWay:
    """已电话联系 while the answer is just being delivered."""

    number: str

    def render(self) -> Text:
        return Text(f"对方刚刚来信，{self.number} 的答复正在发给对方，不用再打了。")


@dataclass(frozen=True, slots=True)
class NoSuchCall:
    """A button or a number without a call behind it."""

    def render(self) -> Text:
        return Text("没有找到要您联系的这件事。发“待办”可以看等您办的事。")


@dataclass(frozen=True, slots=True)
class ToldByTelephone:
    """To the author of an answer: somebody told it by telephone."""

    number: str
    who: str
    by: str

    def render(self) -> Text:
        return Text(f"您对 {self.number} 的答复，{self.by}已经电话告诉{self.who}，不再另发文字。")


@dataclass(frozen=True, slots=True)
class ArrivedAfterAll:
    """To the author of an answer that had to wait: it is there."""

    number: str
    who: str

    def render(self) -> Text:
        return Text(f"{self.who}来信了，您对 {self.number} 的答复已经送到。")


@dataclass(frozen=True, slots=True)
class CopyPromised:
    """After 来信时补发文字 or 补发 编号: it leaves `now`, or with their next message."""

    number: str
    now: bool

    def render(self) -> Text:
        when = "正在发给对方" if self.now else "等对方来信就发"
        return Text(f"好的，{self.number} 的答复也留一份文字，{when}，会写明是电话里说过的。")


@dataclass(frozen=True, slots=True)
class NothingToCopy:
    """补发 where no answer was told by telephone, or it was sent since."""

    number: str

    def render(self) -> Text:
        return Text(f"{self.number} 没有可以补发的答复。要再说什么，请发：#{self.number[-6:]} 您的话")


def as_copy(content: Content) -> Content:
    """The same words, marked as told by telephone before, where the message has room for that."""
    match content:
        case Text(text) if len((_COPIED + text).encode()) <= TEXT_BYTES:
            return Text(_COPIED + text)
        case Menu(head, items, tail) if len((_COPIED + head).encode()) <= MENU_HEAD_BYTES:
            return Menu(_COPIED + head, items, tail)
    return content
