"""订阅 and 退订: what comes, how often, what WeChat allows, and the way out, which is as short as the way in."""

from dataclasses import dataclass

from bot.notices.content import Item, Menu, Text
from bot.notices.words import MENU_HEAD_BYTES, shorten_bytes

SUBSCRIBE, UNSUBSCRIBE = "sub", "unsub"
KIND_WORDS = {"activity": "代表活动日", "live": "代表直播"}
EVERYTHING = Item(f"{UNSUBSCRIBE}:all", "全部退订")
_LABEL_BYTES = 120  # of 128, WeCom document 94677
_CONSENT = "点了就是同意我们为发这些提醒记下您的订阅，不作别的用途，随时可以退订。"
_WINDOW = "微信只让我们在您来信后 48 小时内发消息，过了这个时间，提醒会等您下次来信时一起送到。"


@dataclass(frozen=True, slots=True)
class Choice:
    """One station and kind that can be subscribed to."""

    station_code: str
    station: str
    kind: str

    @property
    def name(self) -> str:
        """As it is said in a sentence."""
        return f"{self.station}的{KIND_WORDS[self.kind]}"

    def item(self, act: str) -> Item:
        """To tap."""
        words = "订阅" if act == SUBSCRIBE else "退订"
        return Item(f"{act}:{self.kind}:{self.station_code}", shorten_bytes(f"{words}{self.name}", _LABEL_BYTES))


@dataclass(frozen=True, slots=True)
class SubscribeMenu:
    """订阅 without more, or with a station that nobody knows by that name (`unknown`)."""

    standing: tuple[Choice, ...]
    offered: tuple[Choice, ...]
    unknown: bool = False

    def render(self) -> Menu | Text:
        lines = []
        if self.unknown:
            lines.append("没有找到叫这个名字的联络站。要反映事情的话，请直接写是什么事、在哪里。")
        if self.standing:
            lines.append(f"您已经订阅：{'、'.join(one.name for one in self.standing)}。")
        items = [one.item(SUBSCRIBE) for one in self.offered]
        if items:
            lines.append(f"想收到哪种提醒，点一下就行；也可以写“订阅 联络站名”。{_CONSENT}")
        if self.standing:
            items += [EVERYTHING]
        if not items:
            return Text("\n".join([*lines, "现在还没有可以订阅的联络站。"]))
        return Menu(shorten_bytes("\n".join(lines), MENU_HEAD_BYTES), tuple(items[:10]))


@dataclass(frozen=True, slots=True)
class Subscribed:
    """It stands: when reminders come, what WeChat allows, and the calendar that needs no WeChat.

    `times` is how often, by kind: `前 3 天` and so on. `calendars` are addresses.
    """

    choices: tuple[Choice, ...]
    times: tuple[tuple[str, tuple[str, ...]], ...]
    calendars: tuple[str, ...]
    already: bool = False

    def render(self) -> Menu:
        names = "、".join(one.name for one in self.choices)
        lines = [f"{'您之前就订阅了' if self.already else '订阅好了'}：{names}。"]
        lines += [f"{KIND_WORDS[kind]}{'、'.join(when)}各提醒一次。" for kind, when in self.times if when]
        lines += [_WINDOW, "想准时看到，可以在手机日历里订阅这个地址：", *self.calendars]
        items = tuple(one.item(UNSUBSCRIBE) for one in self.choices[:9])
        return Menu(shorten_bytes("\n".join(lines), MENU_HEAD_BYTES), items, "不想要了，点一下或者发“退订”。")


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """It ended; what was ended by mistake is one tap away."""

    choices: tuple[Choice, ...]
    left: tuple[Choice, ...]

    def render(self) -> Menu:
        lines = [f"已经退订：{'、'.join(one.name for one in self.choices)}，不会再提醒您。"]
        if self.left:
            lines.append(f"还订阅着：{'、'.join(one.name for one in self.left)}。")
        items = [one.item(SUBSCRIBE) for one in self.choices[:8]]
        items += [EVERYTHING] if self.left else []
        return Menu(shorten_bytes("\n".join(lines), MENU_HEAD_BYTES), tuple(items), "点错了的话，点一下就恢复。")


@dataclass(frozen=True, slots=True)
class NothingToEnd:
    """退订 where nothing is subscribed."""

    def render(self) -> Text:
        return Text("您没有订阅提醒，我们不会主动提醒您。想订阅的话，发“订阅”。")
