"""The public page of a station: where, when, who, what comes next, and the codes by which one writes."""

from dataclasses import dataclass

from bot.notices.posters import LABELS

NOT_FOUND = "没有这个联络站，请核对地址。"
LEAD = "有话想对代表说，在微信里扫下面的码，或者点“留言”。文字、语音、照片都可以，答复也回到微信里。"
NO_PEOPLE = "这里还没有登记代表，您说的话由联络站工作人员来转。"
NOTHING_AHEAD = "近期没有排定的活动，排定以后会写在这里。"
EMERGENCY = "紧急情况请直接拨打 110、119、120，这里不是报警电话。"


@dataclass(frozen=True, slots=True)
class Door:
    """How one writes to somebody: by the picture of a valid code, or by what it holds; without a code not at all."""

    scene: str = ""
    code: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A representative with what they let be shown."""

    name: str
    level: str
    work: str
    specialities: str
    duty: str
    phone: str
    door: Door


@dataclass(frozen=True, slots=True)
class EventShown:
    """An activity day or a live session that comes; `url` leads to the session."""

    name: str
    when: str
    where: str
    lines: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class StationPage:
    """All that stands on the page."""

    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    phone: str
    door: Door
    people: tuple[PersonShown, ...]
    events: tuple[EventShown, ...]
    calendar: str


def facts_of(address: str, hours: str, themes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The lines under the name; what is empty is left out."""
    said = (("address", address), ("hours", hours), ("themes", "、".join(themes)))
    return tuple((LABELS[name], words) for name, words in said if words)
