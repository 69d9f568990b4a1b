"""The words on posters, table cards and the directory sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.notices.station_hours import DutyTime, duty_times

BRAND = "连心桥"
SCAN = "微信扫一扫"
FOLD = "沿此线对折"
STEPS = ("打开微信扫一扫，对准二维码", "说说您的事，文字、语音、照片都可以", "收到编号后，随时发“进度”看办到哪一步")
EMERGENCY = "紧急情况请直接拨打 110、119、120，这里不是报警电话。"
PRIVACY = "您说的话只用来办您的事，经办的人才看得到；您可以随时要求查看和删除。"
LEVELS = {
    "national": "全国人大代表",
    "provincial": "省人大代表",
    "city": "市人大代表",
    "district": "区（县）人大代表",
    "town": "乡镇人大代表",
    "street": "街道议政代表",
}
KINDS = {"home": "代表之家", "station": "代表联络站", "point": "代表联络点", "online": "网上代表联络站"}
UNNAMED = "人大代表"
LABELS = {
    "address": "地址",
    "hours": "开放",
    "phone": "电话",
    "duty": "值班",
    "station": "联络站",
    "themes": "主题",
    "specialities": "专长",
}


@dataclass(frozen=True, slots=True)
class Poster:
    """All that stands on one poster or card; `link` is what its code holds, `code` is printed small beside it."""

    over: str
    title: str
    under: tuple[str, ...]
    call: str
    facts: tuple[tuple[str, str], ...]
    code: str
    link: str
    steps: tuple[str, ...] = STEPS
    scan: str = SCAN
    emergency: str = EMERGENCY
    privacy: str = PRIVACY
    brand: str = BRAND


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One representative on the directory sheet."""

    name: str
    lines: tuple[str, ...]
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class DirectorySheet:
    """Who can be reached at a station, each with their code; `station` is its own code, None where it has none."""

    title: str
    facts: tuple[tuple[str, str], ...]
    lead: str
    entries: tuple[DirectoryEntry, ...]
    emergency: str = EMERGENCY
    privacy: str = PRIVACY
    brand: str = BRAND


def station_poster(
    name: str, kind: str, facts: Sequence[tuple[str, str]], themes: Sequence[str], code: str, link: str
) -> Poster:
    """The station's own."""
    under = (f"关注：{'、'.join(themes)}",) if themes else ()
    return Poster(
        KINDS.get(kind, KINDS["station"]), name, under, "有事找代表，有话对代表说", _labelled(facts), code, link
    )


def representative_poster(
    name: str,
    level: str,
    work: str,
    specialities: Sequence[str],
    facts: Sequence[tuple[str, str]],
    code: str,
    link: str,
) -> Poster:
    """A representative's own; without a name where they do not show it."""
    title = f"{name} 代表" if name else UNNAMED
    under = tuple(line for line in (work, f"熟悉：{'、'.join(specialities)}" if specialities else "") if line)
    call = f"有话对{name}代表说" if name else "有话对代表说"
    over = LEVELS.get(level, "") or (UNNAMED if name else "")
    return Poster(over, title, under, call, _labelled(facts), code, link)


def directory_sheet(
    station: str, facts: Sequence[tuple[str, str]], entries: Sequence[DirectoryEntry]
) -> DirectorySheet:
    """The sheet of a station."""
    lead = f"共 {len(entries)} 位代表。微信扫一位代表的码，您的话就到这位代表手里。"
    return DirectorySheet(f"{station}代表名录", _labelled(facts), lead, tuple(entries))


def directory_entry(
    name: str, level: str, work: str, specialities: Sequence[str], duty: Sequence[DutyTime], code: str, link: str
) -> DirectoryEntry:
    """One line block of the sheet."""
    lines = (LEVELS.get(level, ""), work, f"熟悉：{'、'.join(specialities)}" if specialities else "")
    when = (f"值班：{duty_times(duty)}",) if duty else ()
    return DirectoryEntry(name or UNNAMED, (*(one for one in lines if one), *when), code, link)


def _labelled(facts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((LABELS[name], said) for name, said in facts if said)
