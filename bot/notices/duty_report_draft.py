"""The sentences of a duty report, made of counted facts alone: each is told with the entries it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.notices.statistics import said_span
from bot.notices.words import shorten


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a report, and the numbers of the entries that it says something of."""

    text: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KindFacts:
    """Entries of one kind together."""

    name: str
    entries: tuple[int, ...]
    days: int
    people: int = 0
    opinions: int = 0
    proposals: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in the representative's own words."""

    entry: int
    on: date
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that a draft is made of."""

    first: date
    last: date
    total: KindFacts
    kinds: tuple[KindFacts, ...]
    answered: tuple[int, ...] = ()  # entries of answers to constituents
    closed: tuple[int, ...] = ()  # of these, those that were settled
    told: tuple[Told, ...] = ()


def compose(facts: ReportFacts) -> Sequence[Sentence]:
    """The sentences in their order; none where nothing is confirmed."""
    total = facts.total
    if not total.entries:
        return []
    span = said_span(facts.first, facts.last)
    head = f"{span}，经本人确认的履职记录共 {len(total.entries)} 条，分布在 {total.days} 天{_figures(total)}。"
    found = [Sentence(head, total.entries)]
    found += [Sentence(f"{one.name} {len(one.entries)} 次{_figures(one)}。", one.entries) for one in facts.kinds]
    if facts.answered:
        settled = f"，其中 {len(facts.closed)} 件已经办结" if facts.closed else ""
        found.append(Sentence(f"答复群众在线反映的事 {len(facts.answered)} 次{settled}。", facts.answered))
    found += [Sentence(_told(one), (one.entry,)) for one in facts.told]
    return found


def _figures(one: KindFacts) -> str:
    parts = [
        f"见到群众 {one.people} 人次" if one.people else "",
        f"听取意见 {one.opinions} 条" if one.opinions else "",
        f"形成建议 {one.proposals} 条" if one.proposals else "",
    ]
    return "".join(f"，{part}" for part in parts if part)


def _told(one: Told) -> str:
    place = f"在{one.place}，" if one.place and one.place not in one.words else ""
    words = shorten(one.words.rstrip("。.！! "), 120)
    return f"{one.on.month}月{one.on.day}日，{place}{words}。"
