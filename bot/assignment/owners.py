"""Who owns a message: the station, the representative, who reads along, and what to ask where it is not sure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.assignment import people
from bot.assignment.inquiry import Reason
from bot.assignment.rules import RULES
from bot.assignment.situation import Finding, Situation


@dataclass(frozen=True, slots=True)
class Owner:
    """Codes of a station and a representative, and of a trade station that reads along.

    `ask` is the question that would make it surer (`location`, `which_representative`, `which_station`) and
    `choices` the codes of at most six people or stations to choose between; none where they are too many to show.
    """

    station: str | None
    representative: str | None
    also: str | None
    ask: str | None
    choices: tuple[str, ...]
    reasons: tuple[Reason, ...]


def find(situation: Situation) -> Owner:
    """The one owner of a message. Without any station in the roster there is none, and the reason says so."""
    finding, reasons, question = _find(situation)
    representative = finding.representative
    if representative is None and finding.station >= 0:
        representative, why = people.choose(situation, finding, reasons)
        reasons += why
    also = _reads_along(finding.station, situation)
    if also is not None:
        reasons += (Reason("theme_station", also),)
    return Owner(
        station=situation.roster.sites.code(finding.station),
        representative=representative,
        also=also,
        ask=question.ask,
        choices=question.choices,
        reasons=reasons,
    )


def _find(situation: Situation) -> tuple[Finding, tuple[Reason, ...], Finding]:
    """Ask the rules in order; what the earlier ones had to say stays, and the first question."""
    reasons: tuple[Reason, ...] = ()
    finding = question = Finding(())
    for rule in RULES:
        found = rule(situation)
        if found is None:
            continue
        finding = found
        reasons += found.reasons
        question = question if question.ask else found
        if found.decides:
            break
    return finding, reasons, question


def _reads_along(station: int, situation: Situation) -> str | None:
    """A station of the same region or town whose theme is this matter; none where the found one is such itself."""
    sites = situation.roster.sites
    if station < 0 or _fitting(sites.station(station).themes, situation):
        return None
    near = sites.themes_near(station)
    theme = _fitting(near, situation)
    return near[theme] if theme else None


def _fitting(themes: Iterable[str], situation: Situation) -> str | None:
    topic, text = situation.speciality_topic, situation.text
    return next((theme for theme in themes if people.fits(theme, topic, text)), None)
