"""The rules that find an owner, in the order in which they are asked; the first that decides wins.

Each takes a situation and returns what it found, or None when it has nothing to say. A new rule is a function
here and a place in `RULES`.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.assignment.facts import Place, Representative
from bot.assignment.inquiry import Reason
from bot.assignment.situation import Finding, Situation

T = TypeVar("T")


def open_matter(situation: Situation) -> Finding | None:
    """The representative of the sender's open matter keeps it."""
    person = situation.roster.representatives.get(situation.inquiry.known_representative or "")
    return _to(person, "open_matter", person.code, situation) if person else None


def entry_code(situation: Situation) -> Finding | None:
    """The code they came in by. A live room's or an activity day's code counts where it is a station's."""
    inquiry, roster = situation.inquiry, situation.roster
    code = inquiry.scene_param
    if not code or inquiry.scene not in ("rep", "station", "live", "day"):
        return None
    if inquiry.scene == "rep" and code in roster.representatives:
        return _to(roster.representatives[code], "representative_code", code, situation)
    if inquiry.scene != "rep" and code in roster.stations:
        return Finding((Reason("station_code", code),), station=code)
    return Finding((Reason("code_unknown", code),)) if inquiry.scene in ("rep", "station") else None


def named_representative(situation: Situation) -> Finding | None:
    """A representative called by name; two of one name are told apart by place or asked, never guessed."""
    asked: list[Reason] = []
    for name, people in situation.named_representatives():
        one = _only(people, situation.roster.station_of_representative, situation.hints(), situation)
        if one is not None:
            return _to(one, "representative_named", name, situation)
        asked.append(Reason("same_name", name))
    return Finding(tuple(asked), ask="which_representative") if asked else None


def named_station(situation: Situation) -> Finding | None:
    """A station called by name."""
    asked: list[Reason] = []
    for name, sites in situation.named_stations():
        one = _only(sites, lambda site: site.code, _all_hints(situation), situation)
        if one is not None:
            return Finding((Reason("station_named", name),), station=one.code)
        asked.append(Reason("same_station_name", name))
    return Finding(tuple(asked), ask="which_station") if asked else None


def shared_location(situation: Situation) -> Finding | None:
    """The grid in which a location message lies."""
    spot = situation.inquiry.location
    if spot is None or not situation.roster.has_ground:
        return None
    if situation.grid is None:
        return Finding((Reason("outside_region", f"{spot.latitude:.5f},{spot.longitude:.5f}"),))
    code = situation.grid.code
    return Finding(
        (Reason("location_in_grid", code),),
        station=situation.roster.station_of_grid(situation.grid),
        grid=code,
    )


def named_place(situation: Situation) -> Finding | None:
    """A place called by name; a name in several stations' ground is narrowed by what is known, or asked."""
    asked: list[Reason] = []
    common: str | None = None
    for name, places in _finest_first(situation):
        stations = sorted({code for place in places if (code := situation.roster.station_of_place(place))})
        one = _only(stations, lambda code: code, _all_hints(situation), situation)
        if one is not None:
            grid = _only_grid(place for place in places if situation.roster.station_of_place(place) == one)
            return Finding((Reason("place_named", name),), station=one, grid=grid)
        if stations:
            asked.append(Reason("same_place_name", name))
            common = common or _common_parent(stations, situation)
    return Finding(tuple(asked), station=common, ask="location", on_duty_only=True) if asked else None


def known_station(situation: Situation) -> Finding | None:
    """The station that the sender was with last."""
    code = situation.inquiry.known_station
    if code is None or code not in situation.roster.stations:
        return None
    return Finding((Reason("known_station", code),), station=code)


def service_centre(situation: Situation) -> Finding:
    """The service centre takes what nothing else could place, and the place is asked for."""
    centre = situation.roster.centre
    if centre is None:
        return Finding((Reason("no_station", ""),))
    outside = situation.inquiry.location is not None and situation.roster.has_ground
    return Finding(
        (Reason("service_centre", centre),),
        station=centre,
        ask=None if outside else "location",
        on_duty_only=True,
    )


RULES: tuple[Callable[[Situation], Finding | None], ...] = (
    open_matter,
    entry_code,
    named_representative,
    named_station,
    shared_location,
    named_place,
    known_station,
    service_centre,
)


def _to(person: Representative, rule: str, evidence: str, situation: Situation) -> Finding:
    """To this representative, or past them to their station."""
    station = situation.roster.station_of_representative(person)
    reason = Reason(rule, evidence)
    passed = situation.passed_over(person.code)
    if passed:
        return Finding((reason, passed), station=station)
    return Finding((reason,), station=station, representative=person.code)


def _only(
    things: Iterable[T], station_of: Callable[[T], str | None], hints: frozenset[str], situation: Situation
) -> T | None:
    """The only one of `things`, or the only one whose station or whose station's town is hinted at."""
    left = list(things)
    if len(left) == 1:
        return left[0]
    for near in (_same, _one_above_the_other, _same_town):
        close = [thing for thing in left if any(near(station_of(thing), hint, situation) for hint in hints)]
        if len(close) == 1:
            return close[0]
    return None


def _same(station: str | None, hint: str, _: Situation) -> bool:
    return station == hint


def _one_above_the_other(station: str | None, hint: str, situation: Situation) -> bool:
    centre = situation.roster.centre
    if station is None or centre in (station, hint):
        return False
    return station in situation.roster.line_of(hint) or hint in situation.roster.line_of(station)


def _same_town(station: str | None, hint: str, situation: Situation) -> bool:
    if station is None:
        return False
    shared = set(situation.roster.line_of(station)) & set(situation.roster.line_of(hint))
    return bool(shared - {situation.roster.centre})


def _all_hints(situation: Situation) -> frozenset[str]:
    """What the message points to, else the station the sender was with last."""
    known = situation.inquiry.known_station
    remembered = frozenset({known} if known and known in situation.roster.stations else ())
    return situation.hints() or remembered


def _finest_first(situation: Situation) -> list[tuple[str, tuple[Place, ...]]]:
    """Named places, the last part of an address before its road and town, those on the map before others."""
    named = situation.named_places()
    starts = {mention.start for mention, _ in named}

    def order(found: tuple[int, str, tuple[Place, ...], bool]) -> tuple[bool, bool, int]:
        _, name, places, leads_on = found
        return leads_on, not any(place.grid_code for place in places), -len(name)

    ranked = [(mention.start, mention.name, places, mention.end in starts) for mention, places in named]
    return [(name, places) for _, name, places, _ in sorted(ranked, key=order)]


def _only_grid(places: Iterable[Place]) -> str | None:
    grids = {place.grid_code for place in places if place.grid_code}
    return grids.pop() if len(grids) == 1 else None


def _common_parent(stations: list[str], situation: Situation) -> str | None:
    """The lowest station above all of these, the best owner until the place is known."""
    lines = [situation.roster.line_of(code) for code in stations]
    return next((code for code in lines[0] if all(code in line for line in lines)), situation.roster.centre)
