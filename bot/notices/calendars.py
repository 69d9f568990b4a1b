"""What calendars to subscribe to say of their entries."""

from dataclasses import dataclass

LIVE_KINDS = {"live": "直播接待", "deliberation": "线上议事会", "inquiry": "问政直播"}
NO_CALENDAR = "没有这个日历，请核对地址。"
ADDRESS_GONE = "这个日历地址已经停用。请在企业微信里发“日历”取新的地址，再重新订阅。"
EVERYWHERE = "各活动点"
_CANCELLED, _POSTPONED = "已取消：", "已延期，时间另行通知："


@dataclass(frozen=True, slots=True)
class Person:
    """A representative, with those of their fields that may be shown."""

    name: str = ""
    unit: str = ""
    post: str = ""


def station_calendar(station: str) -> str:
    """The name of a station's calendar."""
    return f"{station}活动"


def own_calendar(name: str) -> str:
    """The name of a representative's own calendar."""
    return f"{name}代表的日程"


def activity_title(topic: str, *, cancelled: bool = False, postponed: bool = False) -> str:
    """Of an activity day."""
    first = _CANCELLED if cancelled else _POSTPONED if postponed else ""
    return f"{first}代表联系服务群众日" + (f"：{topic}" if topic else "")


def activity_text(note: str, people: tuple[Person, ...]) -> str:
    """What else is said of an activity day: who is there, and why it was moved or cancelled."""
    lines = [f"说明：{note}"] if note else []
    if people:
        lines.append(f"到场代表：{'、'.join(_said(one) for one in people)}")
    return "\n".join(lines)


def live_title(kind: str, title: str, *, cancelled: bool = False) -> str:
    """Of a live session."""
    return f"{_CANCELLED if cancelled else ''}{LIVE_KINDS.get(kind, LIVE_KINDS['live'])}：{title}"


def live_text(description: str, note: str, people: tuple[Person, ...], url: str) -> str:
    """What else is said of a live session."""
    lines = [description] if description else []
    if note:
        lines.append(f"说明：{note}")
    if people:
        lines.append(f"参加代表：{'、'.join(_said(one) for one in people)}")
    return "\n".join([*lines, f"观看和提问：{url}"] if url else lines)


def duty_title(station: str, instead_of: str = "") -> str:
    """Of a duty time."""
    return f"值班：{station}" + (f"（替{instead_of}代表）" if instead_of else "")


def _said(one: Person) -> str:
    about = "".join((one.unit, one.post))
    return f"{one.name or '人大代表'}（{about}）" if about else one.name or "人大代表"
