"""What must hold when everything is over, decided from what was written, the phones, and the record. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MARK = re.compile(r"⟦(\w+)⟧")
NUMBER = re.compile(r"[A-Z]+-\d{4}-\d{6}")
RECEIVED = "您反映的事已收到"
# How the platform refuses what it has taken already, asked again because the first answer was lost (decision 9),
# and a greeting for which it is too late since the process was down or its clock behind. Nobody hears of these.
HARMLESS = frozenset(
    {"kf_msgid_taken", "event_code_reused", "late_event_code", "bad_response_code", "task_id_taken"}
)


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a constituent: its mark, WeCom's id for it, and whose code they had scanned."""

    mark: str
    who: str
    msgid: str
    owner: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a representative, taken by WeCom from them."""

    mark: str
    who: str
    number: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is looked at. `constituents` and `members` are the lines on each phone that the bot put there.

    Cards are apart, as they read now: one that changed shows what came since in updates, too.
    """

    written: Sequence[Written]
    answered: Sequence[Answered]
    constituents: Mapping[str, Sequence[str]]
    members: Mapping[str, Sequence[str]]
    cards: Mapping[str, Sequence[str]]
    cases_of: Mapping[str, Sequence[str]]  # numbers of cases by WeCom's message id
    entries: Mapping[str, int]  # entries of the duty record by number of case
    left: Mapping[str, int]  # rows that wait or are half-way
    ledger: Sequence[str]  # what `verify` finds
    rules_broken: Mapping[str, int]  # of the platform, by the bot
    perhaps: Sequence[Answered] = ()  # WeCom gave them up; the bot may have kept one and died before its 200


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that does not hold, and of what: a mark, a number, a table."""

    what: str
    of: str


def find_faults(seen: Evidence) -> list[Fault]:
    """All that does not hold; nothing is what a sound bot leaves behind."""
    return sorted(
        {
            *_cases(seen),
            *_cards(seen),
            *_receipts(seen),
            *_answers(seen),
            *_entries(seen),
            *(Fault("left half-way", f"{name}: {count}") for name, count in seen.left.items() if count),
            *(Fault("ledger", line) for line in seen.ledger),
            *(Fault("rule of the platform broken", name) for name in seen.rules_broken.keys() - HARMLESS),
        }
    )


def _cases(seen: Evidence) -> Iterator[Fault]:
    """Each message is in one case; all of a person's are in the same, by design of the story."""
    of_person: dict[str, set[str]] = {}
    for one in seen.written:
        numbers = seen.cases_of.get(one.msgid, ())
        if not numbers:
            yield Fault("message in no case", one.mark)
        if len(numbers) > 1:
            yield Fault("message in two cases", one.mark)
        of_person.setdefault(one.who, set()).update(numbers)
    yield from (Fault("matter torn in two", who) for who, numbers in of_person.items() if len(numbers) > 1)


def _cards(seen: Evidence) -> Iterator[Fault]:
    """Each message is on its owner's phone once, on a card or in an update, and on nobody's on two of either."""
    each = [*seen.members.values(), *seen.cards.values()]
    twice = {mark for lines in each for mark, count in _marks(lines).items() if count > 1}
    shown = {userid: _marks([*seen.members.get(userid, ()), *lines]) for userid, lines in seen.cards.items()}
    for one in seen.written:
        if not shown.get(one.owner, Counter())[one.mark]:
            yield Fault("not shown to its owner", one.mark)
        if one.mark in twice:
            yield Fault("shown twice", one.mark)


def _receipts(seen: Evidence) -> Iterator[Fault]:
    for who in dict.fromkeys(one.who for one in seen.written):
        count = sum(RECEIVED in line for line in seen.constituents.get(who, ()))
        if count != 1:
            yield Fault("no receipt" if not count else "receipt said twice", who)


def _answers(seen: Evidence) -> Iterator[Fault]:
    heard = {who: _marks(lines) for who, lines in seen.constituents.items()}
    everywhere = Counter(mark for marks in heard.values() for mark in marks.elements())
    for one in seen.answered:
        count = heard.get(one.who, Counter())[one.mark]
        if not count:
            yield Fault("answer lost", one.mark)
        if count > 1:
            yield Fault("answer said twice", one.mark)
        if everywhere[one.mark] != count:
            yield Fault("answer said to somebody else", one.mark)
    for one in seen.perhaps:
        if everywhere[one.mark] > 1:
            yield Fault("answer said twice", one.mark)


def _entries(seen: Evidence) -> Iterator[Fault]:
    answered = {one.number for one in seen.answered}
    perhaps = {one.number for one in seen.perhaps}
    for number in answered | seen.entries.keys():
        count = seen.entries.get(number, 0)
        if count > (number in answered or number in perhaps):
            yield Fault("duty entry too many", number)
        if count < (number in answered):
            yield Fault("no duty entry", number)


def _marks(lines: Iterable[str]) -> Counter[str]:
    """In how many lines each mark stands."""
    return Counter(mark for line in lines for mark in set(MARK.findall(line)))
