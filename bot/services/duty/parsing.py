"""Reading `履职 今天走访3户,反映路灯问题`: the day, the kind, the place, how many people, which matters. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.services.duty import numbers
from config.duty_kinds import MINORS, RESTRICTED, DutyKind

MOST_PEOPLE = 5000
MOST_MATTERS = 6
ON, KIND, PLACE, PEOPLE, SUMMARY = "on", "kind", "place", "people", "summary"
_FIELDS = {
    "日期": ON,
    "时间": ON,
    "类别": KIND,
    "类型": KIND,
    "地点": PLACE,
    "地方": PLACE,
    "人数": PEOPLE,
    "内容": SUMMARY,
}
_NAMED = re.compile(
    rf"(?:^|[\s,，;；。、])(?:把)?({'|'.join(_FIELDS)})(?:改成|改为|改|是|为|写成|应该是|应为)?[\s:：]*"
)
_CHANGED_TO = re.compile(r"^(?:改成|改为|应该是|应为|不对[,，]?(?:是|应该是)?)\s*")
_RAISED = re.compile(r"(?:反映|反应|提出|提到|诉说|要求|希望|咨询|投诉)(?:了|的是|说|到)?[:：,，]?\s*([^。;；\n]+)")
_MATTER_MARK = re.compile(r"[、/]|\s*[0-9①-⑥][.、)）]\s*|(?:以及|还有|另外)")
_NO_MATTER = re.compile(r"^(?:没有|无|暂无)|(?:感谢|满意)")
_STOPS = "，,。；;！!？?\n"
_AT_PLACE = re.compile(
    rf"(?:在|到|去|赴|前往|走进|来到)([^{_STOPS}\d]{{2,24}}?)(?=(?:开展|进行|参加|参与|举行|组织|走访|入户|接待|调研|视察|"
    rf"执法检查|宣讲|宣传|调解|慰问|看望|帮扶|暗访|述职|培训|座谈|检查|[{_STOPS}]|$))"
)
_AFTER_KIND = re.compile(
    rf"(?:走访|入户|慰问|看望|探望|视察|调研|暗访)(?:了)?([^{_STOPS}\d]{{2,16}}?)"
    r"(?=\d|[一二两三四五六七八九十几]{1,3}(?:多|余)?[户家人名位]|的(?:\d|[一二两三四五六七八九十])|[，,。；;]|$)"
)
_NO_PLACE = re.compile(
    r"^(?:群众|居民|村民|选民|困难|贫困|老人|独居|孤寡|高龄|企业家|党员|代表|家庭|农户|住户|学生|职工|情况|工作|大家|"
    r"家里|现场|会上|一起|看望|慰问|探望|留守|孤儿|儿童|孩子|[一二两三四五六七八九十几]{1,3}(?:多|余)?[户家人名位])"
    r"|(?:问题|情况|工作|政策|法|条例|儿童|学生|老人|群众|居民|村民)$"
)
_EDGES = " \t\r\n\u3000:：,，。；;、"


@dataclass(frozen=True, slots=True)
class Told:
    """What was understood; what was not said is None or empty."""

    on: date | None = None
    kind: str = ""
    place: str = ""
    people: int | None = None
    summary: str = ""
    matters: tuple[str, ...] = ()
    lane: str = ""


def parse(text: str, today: date, kinds: Mapping[str, DutyKind]) -> Told:
    """The parts of what follows 履职. The words themselves are kept as the content, without named fields."""
    free, named = _split(text.strip(_EDGES))
    day = numbers.find_day(free, today)
    told = Told(
        on=day[0] if day else None,
        kind=find_kind(free, kinds),
        place=find_place(free[: day[1][0]] + " " + free[day[1][1] :] if day else free),
        people=_within(numbers.find_people(free)),
        summary=free,
        matters=find_matters(free),
        lane=lane_of(free),
    )
    return _with_named(told, named, today, kinds)


def change(told: Told, text: str, today: date, kinds: Mapping[str, DutyKind]) -> Told | None:
    """What is different by words such as `人数5 地点牡丹园`, `改成昨天`, or the whole told anew; None: nothing."""
    free, named = _split(text.strip(_EDGES))
    if named:
        return _with_named(told, named, today, kinds)
    free = _CHANGED_TO.sub("", free)
    day = numbers.find_day(free, today)
    if day is not None and len(free) - (day[1][1] - day[1][0]) <= 1:
        return replace(told, on=day[0])
    if (people := numbers.read_people(free)) is not None and len(free) <= 6:
        return replace(told, people=_within(people))
    if (kind := exact_kind(free, kinds)) is not None:
        return replace(told, kind=kind)
    if len(free) < 6:
        return None
    again = parse(free, today, kinds)
    return Told(
        again.on or told.on,
        again.kind or told.kind,
        again.place or told.place,
        told.people if again.people is None else again.people,
        again.summary,
        again.matters or told.matters,
        again.lane or told.lane,
    )


def answer(told: Told, asked: str, text: str, today: date, kinds: Mapping[str, DutyKind]) -> Told:
    """The answer to a question; what does not answer it changes nothing."""
    plain = text.strip(_EDGES)
    if asked == KIND:
        return replace(told, kind=exact_kind(plain, kinds) or find_kind(plain, kinds) or told.kind)
    if asked == PLACE:
        free, named = _split(plain)
        return _with_named(told, named or {PLACE: free}, today, kinds)
    if asked == PEOPLE:
        return replace(told, people=_within(numbers.read_people(plain)))
    if asked == ON:
        day = numbers.find_day(plain, today)
        return replace(told, on=day[0]) if day else told
    again = parse(plain, today, kinds)
    return replace(again, on=again.on or told.on, kind=again.kind or told.kind) if plain else told


def _split(text: str) -> tuple[str, dict[str, str]]:
    """The free words, and what stands behind the names of fields."""
    marks = list(_NAMED.finditer(text))
    named = {}
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        named[_FIELDS[mark[1]]] = text[mark.end() : end].strip(_EDGES)
    free = text[: marks[0].start()] if marks else text
    return free.strip(_EDGES), named


def _with_named(told: Told, named: Mapping[str, str], today: date, kinds: Mapping[str, DutyKind]) -> Told:
    for field, words in named.items():
        match field:
            case "on":
                day = numbers.find_day(words, today)
                told = replace(told, on=day[0] if day else told.on)
            case "kind":
                told = replace(told, kind=exact_kind(words, kinds) or find_kind(words, kinds) or told.kind)
            case "place":
                told = replace(told, place=words[:60])
            case "people":
                counted = numbers.read_people(words)
                told = replace(told, people=told.people if counted is None else _within(counted))
            case _:
                lane = lane_of(words) or told.lane
                told = replace(told, summary=words, matters=find_matters(words), lane=lane)
    return told


def exact_kind(words: str, kinds: Mapping[str, DutyKind]) -> str | None:
    """The kind of this very name, code or word."""
    plain = words.strip(_EDGES)
    for kind in kinds.values():
        if plain and plain in (kind.name, kind.code, *kind.words):
            return kind.code
    return None


def find_kind(text: str, kinds: Mapping[str, DutyKind]) -> str:
    """The kind whose word comes first, of two at one place the longer; empty where there is none."""
    found = [
        (place, -len(word), kind.code)
        for kind in kinds.values()
        for word in {*kind.words, kind.name}
        if (place := text.find(word)) >= 0
    ]
    return min(found)[2] if found else ""


def find_place(text: str) -> str:
    """Where it was, as far as the words say."""
    for pattern in (_AT_PLACE, _AFTER_KIND):
        for found in pattern.finditer(text):
            place = found[1].strip(_EDGES).removesuffix("的")
            if len(place) >= 2 and not _NO_PLACE.search(place):
                return place
    return ""


def find_matters(text: str) -> tuple[str, ...]:
    """What people raised, each on its own."""
    found = []
    for raised in _RAISED.finditer(text):
        found += [part.strip(_EDGES) for part in _MATTER_MARK.split(raised[1])]
    kept = [part for part in found if len(part) >= 2 and not _NO_MATTER.search(part)]
    return tuple(dict.fromkeys(kept))[:MOST_MATTERS]


def lane_of(text: str) -> str:
    """Restricted where a minor is spoken of."""
    return RESTRICTED if any(word in text for word in MINORS) else ""


def _within(people: int | None) -> int | None:
    return people if people is not None and 0 <= people <= MOST_PEOPLE else None
