"""The rules that find an owner, in the order in which they are asked; the first that decides wins.

Each takes a situation and returns what it found, or None when it has nothing to say. A new rule is a function
and a place in `RULES`. Those that read names are in `rules_people` and `rules_places`.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.assignment import entry_codes
from bot.assignment.entry_codes import Entrance
from bot.assignment.inquiry import Reason
from bot.assignment.naming import regions, rules_people, rules_places
from bot.assignment.situation import Finding, Situation
from bot.assignment.text import normalise

_SCENES = ("rep", "station", "live", "day")


def chosen(situation: Situation) -> Finding | None:
    """What the sender tapped when they were asked."""
    inquiry, roster = situation.inquiry, situation.roster
    row = roster.representatives.row(inquiry.chosen_representative)
    if row >= 0:
        return rules_people.to(row, Reason("chosen", roster.representatives.code(row)), situation)
    number = roster.sites.number(inquiry.chosen_station)
    return Finding((Reason("chosen", roster.sites.codes[number]),), station=number) if number >= 0 else None


def open_matter(situation: Situation) -> Finding | None:
    """The representative of the sender's open matter keeps it."""
    people = situation.roster.representatives
    row = people.row(situation.inquiry.known_representative)
    return rules_people.to(row, Reason("open_matter", people.code(row)), situation) if row >= 0 else None


def entry_code(situation: Situation) -> Finding | None:
    """The code they came in by. A live room's or an activity day's code counts where it is a station's.

    One that is revoked or has run out leads to its station, and to anybody there but the one it was for. A code
    that nobody knows leads to the station that is known of the sender, where one is.
    """
    inquiry, roster = situation.inquiry, situation.roster
    code, scene = inquiry.scene_param, inquiry.scene
    if not code or scene not in _SCENES:
        return None
    entrance = entry_codes.read(roster, scene, code, situation.at.date())
    if entrance.fault == entry_codes.UNKNOWN:
        return _unknown(code, situation) if scene in ("rep", "station") else None
    if entrance.fault:
        return _past(code, entrance, situation)
    if entrance.kind == entry_codes.REP:
        row = roster.representatives.row(entrance.target)
        return rules_people.to(row, Reason("representative_code", entrance.target), situation)
    return _unless_refused(
        roster.sites.number(entrance.target), (Reason("station_code", entrance.target),), situation
    )


def _unknown(code: str, situation: Situation) -> Finding:
    unknown = Reason(entry_codes.UNKNOWN, code)
    known = known_station(situation)
    return Finding((unknown, *known.reasons), station=known.station) if known else Finding((unknown,))


def _past(code: str, entrance: Entrance, situation: Situation) -> Finding:
    """Past whom a code was for, to its station; where there is none, the next rules decide."""
    reason = Reason(entrance.fault, code)
    if entrance.station is None:
        return Finding((reason,))
    number = situation.roster.sites.number(entrance.station)
    found = _unless_refused(number, (reason, Reason("code_station", entrance.station)), situation)
    return replace(found, without=entrance.target)


def shared_location(situation: Situation) -> Finding | None:
    """The grid in which a location message lies, or which it just misses."""
    spot, roster = situation.inquiry.location, situation.roster
    if spot is None or not roster.has_ground:
        return None
    if situation.grid >= 0:
        rule = "near_grid" if situation.near else "location_in_grid"
        reason = Reason(rule, roster.grids.code(situation.grid))
        station = int(roster.grids.stations[situation.grid])
        return _unless_refused(station, (reason,), situation, grid=situation.grid)
    there = regions.region_of_address(normalise(spot.address) or normalise(spot.name), roster.home_regions)
    if there is not None:
        return _elsewhere(there, situation)
    return Finding((Reason("outside_region", f"{spot.latitude:.5f},{spot.longitude:.5f}"),))


def elsewhere(situation: Situation) -> Finding | None:
    """A text that says it is about another part of the country."""
    there = regions.find_elsewhere(situation.reading.text, situation.roster.home_regions)
    return _elsewhere(there, situation) if there is not None else None


def known_station(situation: Situation) -> Finding | None:
    """The station that the sender was with last."""
    number = situation.known_station
    if number < 0 or situation.is_refused(number):
        return None
    return Finding((Reason("known_station", situation.roster.sites.codes[number]),), station=number)


def service_centre(situation: Situation) -> Finding:
    """The service centre takes what nothing else could place, and the place is asked for."""
    centre = situation.roster.centre
    if centre is None:
        return Finding((Reason("no_station", ""),))
    spot = situation.inquiry.location
    outside = spot is not None and situation.roster.has_ground and situation.grid < 0
    return Finding(
        (Reason("service_centre", centre),),
        station=situation.roster.sites.centre,
        ask=None if outside else "location",
        on_duty_only=True,
    )


RULES: tuple[Callable[[Situation], Finding | None], ...] = (
    chosen,
    open_matter,
    entry_code,
    rules_people.named,
    rules_people.described,
    rules_places.named_station,
    shared_location,
    rules_places.named_place,
    rules_places.misspelt_place,
    rules_places.shortened_place,
    elsewhere,
    rules_places.relative_place,
    known_station,
    service_centre,
)


def _elsewhere(there: str, situation: Situation) -> Finding | None:
    """Outside of what the office stands for: the centre tells them where to turn."""
    centre = situation.roster.centre
    if centre is None:
        return None
    reasons = (Reason("outside_region", there), Reason("service_centre", centre))
    return Finding(reasons, station=situation.roster.sites.centre, on_duty_only=True)


def _unless_refused(number: int, reasons: tuple[Reason, ...], situation: Situation, grid: int = -1) -> Finding:
    if situation.is_refused(number):
        return Finding((*reasons, Reason("station_refused", situation.roster.sites.codes[number])))
    return Finding(reasons, station=number, grid=grid)
