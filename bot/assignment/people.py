"""Which representative of a station or grid takes a matter."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from bot.assignment.facts import Representative
from bot.assignment.inquiry import Reason
from bot.assignment.situation import Finding, Situation

# The closest representatives first: those of the district, its towns and streets know the ground.
_DISTANCE = {"city": 1, "provincial": 2, "national": 3}
_TOLD = 3  # how many of those passed over are told

Pool: TypeAlias = Callable[[Situation, Finding], Iterable[Representative]]


def choose(
    situation: Situation, finding: Finding, before: Iterable[Reason]
) -> tuple[str | None, tuple[Reason, ...]]:
    """The representative for what a rule found, or None where the station's officer handles it.

    Those of the grid come before those on duty now, those before the rest of the station; within them whoever
    has made the matter a speciality, then who can be reached in WeCom, then the closest level, then the fewest
    open cases, then the code. Of those passed over the first few are told, but for those told `before`.
    """
    passed: dict[str, Reason] = {}
    told = frozenset(reason.evidence for reason in before)
    for rule, pool in _pools(finding):
        people = []
        for person in pool(situation, finding):
            if person.code == finding.without:
                continue
            reason = situation.passed_over(person.code)
            if reason is None:
                people.append(person)
            elif person.code not in told:
                passed[person.code] = reason
        if people:
            best, reasons = _best(people, rule, situation)
            return best, (*list(passed.values())[:_TOLD], *reasons)
    station = situation.roster.sites.code(finding.station)
    return None, (*list(passed.values())[:_TOLD], Reason("officer_handles", station or ""))


def speciality(person: Representative, topic: str | None, text: str) -> str | None:
    """The speciality of a representative that fits a topic or a word of the text."""
    return next((each for each in person.specialities if fits(each, topic, text)), None)


def fits(word: str, topic: str | None, text: str) -> bool:
    """Whether a speciality or theme is this topic, or a word that the text has."""
    return bool(word) and (word == topic or (len(word) >= 2 and word in text))


def _pools(finding: Finding) -> tuple[tuple[str, Pool], ...]:
    on_duty: tuple[str, Pool] = ("on_duty_now", _on_duty)
    if finding.on_duty_only:
        return (on_duty,)
    return ("grid_representative", _of_grid), on_duty, ("station_representative", _of_station)


def _of_grid(situation: Situation, finding: Finding) -> Iterable[Representative]:
    people = situation.roster.representatives
    return people.of_rows(people.of_grid(finding.grid))


def _on_duty(situation: Situation, finding: Finding) -> Iterable[Representative]:
    rows = situation.roster.duty.on_duty(finding.station, situation.at, situation.swaps)
    return map(situation.roster.representatives.person, rows)


def _of_station(situation: Situation, finding: Finding) -> Iterable[Representative]:
    people = situation.roster.representatives
    return people.of_rows(people.of_station(finding.station))


def _best(people: Sequence[Representative], rule: str, situation: Situation) -> tuple[str, tuple[Reason, ...]]:
    special = {
        person.code: word
        for person in people
        if person.specialities and (word := speciality(person, situation.speciality_topic, situation.text))
    }

    def order(person: Representative) -> tuple[bool, bool, int, int, str]:
        return (
            person.code not in special,
            not person.userid,
            _distance(person),
            situation.load.get(person.code, 0),
            person.code,
        )

    best = min(people, key=order)
    rivals = [person for person in people if person.code in special] if special else people
    reasons = [Reason(rule, best.code)]
    if len(rivals) < len(people):
        reasons.append(Reason("speciality_fits", special[best.code]))
    if len({_distance(person) for person in rivals}) > 1:
        reasons.append(Reason("closest_level", best.level))
    if len(rivals) > 1:
        reasons.append(Reason("fewest_open_cases", str(situation.load.get(best.code, 0))))
    return best.code, tuple(reasons)


def _distance(person: Representative) -> int:
    return _DISTANCE.get(person.level, 0)
