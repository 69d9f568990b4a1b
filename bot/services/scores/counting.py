"""Points from entries: pure, and the same number for the same entries and the same version of the rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from config.score_rules import ABSENCE, DAY, PERSON, ScoreItem, ScoreRules

NONE = Decimal(0)
# Why something adds nothing.
UNCONFIRMED, NOT_PASSED, NO_EVIDENCE, SAME_DAY, CAPPED, NOT_SCORED, NO_ITEM = (
    "unconfirmed",
    "not_passed",
    "no_evidence",
    "same_day",
    "capped",
    "not_scored",
    "no_item",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry, or with the kind `absence` an attendance, as far as points need it."""

    number: int
    kind: str
    on: date
    people: int = 0
    confirmed: bool = True
    passed: bool = False
    evidence: bool = False


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """What one fact adds, and why it adds nothing or less than it would: one of the words above."""

    fact: Fact
    item: str
    points: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one representative and period; `total` is base and lines, within the bounds of the rules."""

    rules: ScoreRules
    first: date
    last: date
    lines: tuple[ScoredLine, ...]
    total: Decimal

    @property
    def band(self) -> str:
        """What the total is called; empty where the rules name nothing."""
        return next((one.name for one in self.rules.bands if self.total >= one.least), "")


def count(rules: ScoreRules, first: date, last: date, facts: Iterable[Fact]) -> Score:
    """One line for each fact, by day and number."""
    spent: dict[str, Decimal] = {}
    days: set[tuple[str, date]] = set()
    lines = []
    for fact in sorted(facts, key=lambda one: (one.on, one.kind == ABSENCE, one.number)):
        item = _item_of(rules, fact.kind)
        lines.append(_line(rules, item, fact, spent, days))
    total = rules.base + sum((line.points for line in lines), NONE)
    if rules.most is not None:
        total = min(total, rules.most)
    if rules.least is not None:
        total = max(total, rules.least)
    return Score(rules, first, last, tuple(lines), total)


def _item_of(rules: ScoreRules, kind: str) -> ScoreItem | None:
    return next((item for item in rules.items if kind in item.kinds), None)


def _line(
    rules: ScoreRules,
    item: ScoreItem | None,
    fact: Fact,
    spent: dict[str, Decimal],
    days: set[tuple[str, date]],
) -> ScoredLine:
    if fact.kind in rules.not_scored:
        return ScoredLine(fact, "", NONE, NOT_SCORED)
    if item is None:
        return ScoredLine(fact, "", NONE, NO_ITEM)
    why = _missing(item, fact)
    if not why and item.each == DAY and (item.name, fact.on) in days:
        why = SAME_DAY
    if why:
        return ScoredLine(fact, item.name, NONE, why)
    days.add((item.name, fact.on))
    wanted = item.points * (fact.people if item.each == PERSON else 1)
    given = _within(item, spent.get(item.name, NONE), wanted)
    spent[item.name] = spent.get(item.name, NONE) + given
    return ScoredLine(fact, item.name, given, CAPPED if given != wanted else "")


def _missing(item: ScoreItem, fact: Fact) -> str:
    if fact.kind == ABSENCE:
        return ""
    if not fact.confirmed:
        return UNCONFIRMED
    if item.passed and not fact.passed:
        return NOT_PASSED
    return NO_EVIDENCE if item.evidence and not fact.evidence else ""


def _within(item: ScoreItem, before: Decimal, wanted: Decimal) -> Decimal:
    """As much as is left until the cap; the cap of an item that takes away is less than 0."""
    if item.most is None:
        return wanted
    left = item.most - before
    return max(wanted, min(left, NONE)) if item.most < 0 else min(wanted, max(left, NONE))


@dataclass(frozen=True, slots=True)
class ItemSum:
    """The lines of one item together: those that count, and those that do not with why."""

    item: str
    points: Decimal
    counted: tuple[ScoredLine, ...]
    others: tuple[ScoredLine, ...]


def by_item(score: Score) -> Sequence[ItemSum]:
    """In the order of the rules; what no item has comes last."""
    found = []
    for name in (*dict.fromkeys(item.name for item in score.rules.items), ""):
        lines = [line for line in score.lines if line.item == name]
        if lines:
            counted = tuple(line for line in lines if line.points)
            others = tuple(line for line in lines if not line.points)
            found.append(ItemSum(name, sum((line.points for line in lines), NONE), counted, others))
    return found
