"""Small turns of phrase that several notices share."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

MENU_HEAD_BYTES = 1024  # WeCom document 94677
KIND_NAMES = {
    "text": "文字",
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "file": "文件",
    "location": "位置",
    "link": "链接",
}
_WEEKDAYS = "一二三四五六日"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
STEP_NAMES = {
    "assigned": "已转到，等候接收",
    "accepted": "已接收，正在办",
    "answered": "已答复，等您确认",
    "reopened": "已答复过，正在接着办",
    "closed": "已办结",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a matter: a representative at a station, a station, or the service centre."""

    station: str = ""
    representative: str = ""

    @property
    def name(self) -> str:
        """As it is said in a sentence."""
        if self.representative:
            return f"{self.station}{self.representative}代表" if self.station else f"{self.representative}代表"
        return f"{self.station}工作人员" if self.station else "代表联络服务中心"

    @property
    def voice(self) -> str:
        """Under whose name an answer is given."""
        return f"{self.representative}代表" if self.representative else (self.station or "代表联络服务中心")


def straight(text: str) -> str:
    """Without marks that turn the direction of what follows: nobody's words rearrange a card or a line of a list."""
    return _TURNING.sub("", text)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A local day and time, such as `11月22日 15:30`."""
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def whole_day(day: date, now: date | None = None) -> str:
    """A day with its year, such as `2026年11月22日`; without it in the year of `now`."""
    year = "" if now is not None and now.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def due_moment(at: datetime, zone: ZoneInfo) -> str:
    """A local day with its weekday and a time, such as `11月23日（周一）09:30`: by when something is promised."""
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the words one would use."""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    if minutes < 24 * 60:
        return f"{minutes // 60} 小时前"
    return f"{minutes // (24 * 60)} 天前"


def shorten(text: str, most: int) -> str:
    """At most so many characters, with a mark where the rest was left out."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def shorten_bytes(text: str, most: int) -> str:
    """At most so many UTF-8 bytes, with a mark where the rest was left out; no character is cut."""
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - len("…".encode())].decode(errors="ignore") + "…"


def defuse(text: str) -> str:
    """What people wrote, so that it is never taken for a link in the app's chat (WeCom document 90236)."""
    return text.replace("<", "＜")


def split_bytes(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` UTF-8 bytes that give the text again when joined; cut after a line or a sentence."""
    parts: list[str] = []
    while len(text.encode()) > limit:
        room = text.encode()[:limit].decode(errors="ignore")
        cut = max((room.rfind(mark) + 1 for mark in "\n。！？；，"), default=0)
        cut = cut if cut > len(room) // 2 else len(room)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def kind_name(kind: str) -> str:
    """What a message is, where it is not text."""
    return KIND_NAMES.get(kind, "消息")
