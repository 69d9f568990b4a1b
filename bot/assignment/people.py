"""Which representative of a station or grid takes a matter."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from bot.assignment.facts import Representative
from bot.assignment.inquiry import Reason
from bot.assignment.situation import Finding, Situation

# The closest representatives first: those of the district, its towns and streets know the ground.
_DISTANCE = {"city": 1, "provincial": 2, "national": 3}

Pool: TypeAlias = Callable[[Situation, Finding], Iterable[Representative]]


def choose(situation: Situation, finding: Finding) -> tuple[str | None, tuple[Reason, ...]]:
    """The representative for what a rule found, or None where the station's officer handles it.

    Those of the grid come before those on duty now, those before the rest of the station; within them whoever
    can be reached in WeCom, then the closest level, then the fewest open cases, then the code.
    """
    for rule, pool in _pools(finding):
        people = [person for person in pool(situation, finding) if not situation.passed_over(person.code)]
        if people:
            return _best(people, rule, situation)
    return None, (Reason("officer_handles", finding.station or ""),)


def _pools(finding: Finding) -> tuple[tuple[str, Pool], ...]:
    on_duty: tuple[str, Pool] = ("on_duty_now", _on_duty)
    if finding.on_duty_only:
        return (on_duty,)
    return ("grid_representative", _of_grid), on_duty, ("station_representative", _of_station)


def _of_grid(situation: Situation, finding: Finding) -> Iterable[Representative]:
    return situation.roster.representatives_of_grid(finding.grid)


def _on_duty(situation: Situation, finding: Finding) -> Iterable[Representative]:
    everyone = situation.roster.representatives
    shifts = situation.roster.shifts_of(finding.station)
    codes = dict.fromkeys(shift.representative_code for shift in shifts if shift.covers(situation.at))
    return [everyone[code] for code in codes if code in everyone]


def _of_station(situation: Situation, finding: Finding) -> Iterable[Representative]:
    return situation.roster.representatives_of_station(finding.station)


def _best(people: list[Representative], rule: str, situation: Situation) -> tuple[str | None, tuple[Reason, ...]]:
    def order(person: Representative) -> tuple[bool, int, int, str]:
        return not person.userid, _distance(person), situation.load.get(person.code, 0), person.code

    best = min(people, key=order)
    reasons = [Reason(rule, best.code)]
    if len({_distance(person) for person in people}) > 1:
        reasons.append(Reason("closest_level", best.level))
    if len(people) > 1:
        reasons.append(Reason("fewest_open_cases", str(situation.load.get(best.code, 0))))
    return best.code, tuple(reasons)


def _distance(person: Representative) -> int:
    return _DISTANCE.get(person.level, 0)
