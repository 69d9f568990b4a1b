"""Rule sets of duty points (履职积分), as data: three published schemes, and how an office's own is read.

Points are a view of the record, never the fact (domain A7). A version stays as it is for good; what changes is a
further version, so that points of earlier years can be counted again to the same number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

ENTRY, DAY, PERSON = EACH = ("entry", "day", "person")
ABSENCE = "absence"  # no kind of entry: an activity day whose roster one was on, and did not come
APPEAL_DAYS = 10  # domain E8


class RulesRefused(Exception):
    """A rule set that cannot be counted by; `faults` say what is wrong, one a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """What counts how much. `points` for each entry, day with such entries, or person met; less than 0 takes away.

    `most`: points of this item in a period, at most (of one that takes away: at the worst), None where there is no
    cap. `evidence`: only entries with a picture, file, matter or attendance. `passed`: only what staff passed.
    """

    name: str
    kinds: tuple[str, ...]
    points: Decimal
    each: str = ENTRY
    most: Decimal | None = None
    evidence: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What points from `least` on are called."""

    least: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """One version of a rule set. An entry counts for the first item that has its kind.

    `base` is what everybody has; `most` is the most that all comes to; `least` the least. `not_scored` kinds are
    shown as such. `source` says where the scheme is published, and what of it is ours.
    """

    name: str
    version: int
    title: str
    items: tuple[ScoreItem, ...]
    base: Decimal = Decimal(0)
    most: Decimal | None = None
    least: Decimal | None = None
    not_scored: tuple[str, ...] = ("mediation",)
    bands: tuple[Band, ...] = ()
    appeal_days: int = APPEAL_DAYS
    source: str = ""

    @property
    def label(self) -> str:
        """`jiangbei@1`."""
        return f"{self.name}@{self.version}"


def _item(name: str, kinds: str, points: str, **more: Any) -> ScoreItem:
    if "most" in more:
        more["most"] = Decimal(more["most"])
    return ScoreItem(name, tuple(kinds.split()), Decimal(points), **more)


JIANGBEI = ScoreRules(
    "jiangbei",
    1,
    "江北区（重庆）积分",
    (
        _item("提出建议", "proposal", "3"),  # W11
        _item("提出议案", "bill", "3"),
        _item("视察调研", "inspection research", "3"),  # W11
        _item("会议请假（半天）", "session_leave", "-1"),  # W11; the points of the items below are ours
        _item("出席会议", "attend_session", "1"),
        _item("执法检查", "enforcement_check", "3"),
        _item("列席评议", "observe_meeting appraisal deliberation", "2"),
        _item("接待走访", "reception visit live_session liaison activity_day", "1", each=DAY),
        _item("学习培训", "training", "1"),
        _item("向选民述职", "duty_report", "3"),
        _item("帮扶宣讲", "help outreach", "1", evidence=True),
    ),
    source="domain A7, W11, W12: eleven items; a proposal 3, inspection or research 3, half a day's leave from the"
    " session -1. The other weights are examples of ours.",
)
DONGBAO = ScoreRules(
    "dongbao",
    1,
    "东宝区（荆门）积分",
    (
        _item("建议和议案", "proposal bill", "5", passed=True),
        _item(
            "会议和人大活动", "attend_session inspection research enforcement_check observe_meeting appraisal", "2"
        ),
        _item("接待走访", "reception visit liaison live_session activity_day", "1", each=DAY, passed=True),
        _item("帮扶宣讲", "help outreach", "2", passed=True, evidence=True),
        _item("述职", "duty_report", "5"),
        _item("学习培训", "training", "1"),
    ),
    base=Decimal(60),  # W14; the points above are ours
    source="domain A7, W14: base 60 a year and extras without a cap; claimed and reviewed. The"
    " weights are examples of ours. Three years high or two low are for people to look at, not for a program.",
)
YINCHUAN = ScoreRules(
    "yinchuan",
    1,
    "银川市百分制",
    (
        _item("出席会议", "attend_session", "5", most="20"),
        _item("会议请假（半天）", "session_leave", "-2", most="-10"),
        _item("建议和议案", "proposal bill", "5", most="20"),
        _item(
            "人大活动",
            "inspection research enforcement_check observe_meeting appraisal deliberation",
            "4",
            most="20",
        ),
        _item("联系群众", "reception visit liaison live_session", "2", each=DAY, most="20"),
        _item("代表活动日", "activity_day", "2", most="8"),
        _item("活动日缺席", ABSENCE, "-2", most="-8"),
        _item("学习培训", "training", "2", most="6"),
        _item("述职", "duty_report", "6", most="6"),
    ),
    most=Decimal(100),  # W15, as are the bands; the points above are ours
    least=Decimal(0),
    bands=(Band(Decimal(80), "好"), Band(Decimal(60), "较好"), Band(Decimal(0), "较差")),
    source="domain A7, W15: 100 points; 80 and more good, 60 to 79 fairly good, below poor. Items and weights are"
    " examples of ours. What follows from a poor year is for people to decide.",
)
SHIPPED: Mapping[str, ScoreRules] = MappingProxyType({one.label: one for one in (JIANGBEI, DONGBAO, YINCHUAN)})


def dump(rules: ScoreRules) -> dict[str, Any]:
    """As JSON has it, without name and version; `parse` reads it back."""
    told = _plain(asdict(rules))
    return {name: value for name, value in told.items() if name not in ("name", "version")}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(slots=True)
class _Reading:
    """What was found wrong while a rule set was read."""

    faults: list[str] = field(default_factory=list)

    def number(self, where: str, value: Any) -> Decimal:
        """A number with at most two digits after the point, or 0 and a fault."""
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or isinstance(value, bool) or abs(found) > 100_000 or round(found, 2) != found:
            self.faults.append(f"{where}: {str(value)[:40]!r} is no number of points")
            return Decimal(0)
        return found

    def words(self, where: str, value: Any) -> tuple[str, ...]:
        """A list of texts, or a fault."""
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
            self.faults.append(f"{where}: is a list of kinds")
            return ()
        return tuple(value)


def parse(name: str, version: int, body: Mapping[str, Any], kinds: Mapping[str, Any]) -> ScoreRules:
    """A rule set as it was written down, with the kinds of the office. Raises `RulesRefused` with every fault."""
    reading = _Reading()
    if not name.isidentifier() or not name.isascii() or len(name) > 32:
        reading.faults.append(f"{name[:40]!r}: a rule set is named in latin letters, digits and _")
    known = {one.name for one in fields(ScoreRules)} - {"name", "version"}
    reading.faults += [f"{one}: there is no such field" for one in sorted(set(body) - known)]
    raw_items = body.get("items")
    if not isinstance(raw_items, list) or not raw_items:
        reading.faults.append("items: is a list of one item or more")
        raw_items = []
    items = tuple(_parse_item(reading, f"items[{index}]", one, kinds) for index, one in enumerate(raw_items))
    raw_days = body.get("appeal_days", APPEAL_DAYS)
    if not isinstance(raw_days, int) or not 0 <= raw_days <= 365:
        reading.faults.append("appeal_days: is a number of days from 0 to 365")
    found = ScoreRules(
        name,
        version,
        str(body.get("title") or name),
        items,
        reading.number("base", body.get("base", 0)),
        None if body.get("most") is None else reading.number("most", body["most"]),
        None if body.get("least") is None else reading.number("least", body["least"]),
        reading.words("not_scored", body.get("not_scored", ["mediation"])),
        _parse_bands(reading, body.get("bands", [])),
        raw_days if isinstance(raw_days, int) else APPEAL_DAYS,
        str(body.get("source", "")),
    )
    if reading.faults:
        raise RulesRefused(reading.faults)
    return found


def _parse_item(reading: _Reading, where: str, raw: Any, kinds: Mapping[str, Any]) -> ScoreItem:
    if not isinstance(raw, Mapping):
        reading.faults.append(f"{where}: is an object with name, kinds and points")
        return ScoreItem("", (), Decimal(0))
    known = {one.name for one in fields(ScoreItem)}
    reading.faults += [f"{where}.{one}: there is no such field" for one in sorted(set(raw) - known)]
    of = reading.words(f"{where}.kinds", raw.get("kinds"))
    strange = [one for one in of if one not in kinds and one != ABSENCE]
    reading.faults += [f"{where}.kinds: {one}: there is no such kind" for one in strange]
    each = raw.get("each", ENTRY)
    if each not in EACH:
        reading.faults.append(f"{where}.each: is one of {', '.join(EACH)}")
    return ScoreItem(
        str(raw.get("name") or where),
        of,
        reading.number(f"{where}.points", raw.get("points")),
        str(each),
        None if raw.get("most") is None else reading.number(f"{where}.most", raw["most"]),
        raw.get("evidence") is True,
        raw.get("passed") is True,
    )


def _parse_bands(reading: _Reading, raw: Any) -> tuple[Band, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) and one.get("name") for one in raw):
        reading.faults.append("bands: is a list of objects with least and name")
        return ()
    found = [Band(reading.number("bands.least", one.get("least")), str(one["name"])) for one in raw]
    return tuple(sorted(found, key=lambda one: one.least, reverse=True))
