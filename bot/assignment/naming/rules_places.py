"""Rules that read where something is: stations and places by name, shortened, misspelt, or seen from the sender."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bot.assignment.district.book import Mention
from bot.assignment.district.hashing import Rows
from bot.assignment.district.names import Hit
from bot.assignment.district.slips import Slip
from bot.assignment.inquiry import Reason
from bot.assignment.naming import narrowing, places
from bot.assignment.situation import Finding, Situation

_NAMES_MEANT = 8  # different names that one misspelt place may stand for and still be worth asking about


def named_station(situation: Situation) -> Finding | None:
    """A station called by name."""
    asked: list[Reason] = []
    choices: tuple[str, ...] = ()
    for mention in situation.named_stations():
        numbers = _not_refused(mention.stations, situation)
        if not len(numbers):
            asked.append(_refused(mention.stations, situation))
            continue
        one = narrowing.station(numbers, situation)
        if one >= 0:
            return Finding((*asked, Reason("station_named", mention.name)), station=one)
        asked.append(Reason("same_station_name", mention.name))
        choices = choices or narrowing.stations_to_choose(numbers, situation)
    doubt = any(reason.rule == "same_station_name" for reason in asked)
    return Finding(tuple(asked), ask="which_station" if doubt else None, choices=choices) if asked else None


def named_place(situation: Situation) -> Finding | None:
    """A place called by name; a name in several stations' ground is narrowed by what is known, or asked."""
    book = situation.roster.names
    asked: list[Reason] = []
    doubt: Finding | None = None
    for mention in _by_trouble(situation):
        rows = _rows(mention, situation)
        kept = _open_rows(rows, situation)
        if len(rows) and not len(kept):
            asked.append(_refused(book.place_stations[rows], situation))
        elif len(kept):
            found = _at(kept, (Reason("place_named", mention.name),), situation)
            if found is not None:
                return Finding((*asked, *found.reasons), station=found.station, grid=found.grid)
            doubt = doubt or _in_doubt(mention.name, kept, asked, situation)
    return doubt or (Finding(tuple(asked)) if asked else None)


def spoken_of(situation: Situation) -> str:
    """The name of the place that the trouble is told of; empty where none is named."""
    return next((mention.name for mention in _by_trouble(situation)), "")


def _by_trouble(situation: Situation) -> Sequence[Mention]:
    book = situation.roster.names

    def on_map(mention: Mention) -> bool:
        return bool((book.place_grids[mention.places] >= 0).any())

    return places.by_trouble(situation.text, situation.named_places(), on_map)


def shortened_place(situation: Situation) -> Finding | None:
    """A place as people shorten it, where a place must stand and only one can be meant."""
    text = situation.reading.text
    for short in situation.shorts:
        if _is_free(short, situation) and places.is_short_for(text, short):
            mention = situation.roster.names.lengthened(short)
            rows = _open_rows(mention.places, situation)
            reasons = (Reason("place_named", mention.name), Reason("place_short", mention.written))
            found = _at(rows, reasons, situation) if len(rows) else None
            if found is not None:
                return found
    return None


def misspelt_place(situation: Situation) -> Finding | None:
    """A place written with a slip; where that is a guess, the place is asked for as well."""
    if situation.named_places():
        return None
    book = situation.roster.names
    windows = places.likely_places(situation.reading.text)
    found = [
        slip
        for slip in book.find_places_nearly(situation.reading, windows)
        if places.is_plausible_slip(slip) and _is_free(slip, situation)
    ]
    meant = [slip for slip in found if (slip.cost, slip.end) == (found[0].cost, found[0].end)]
    names = list(dict.fromkeys(slip.name for slip in meant))
    if not meant or len(names) > _NAMES_MEANT:
        return None
    rows = _open_rows(book.places_of(meant), situation)
    if not len(rows):
        return None
    reasons = (Reason("place_named", names[0]), Reason("place_spelling", meant[0].written))
    decided = _at(rows, reasons, situation)
    if decided is None:
        return _in_doubt(meant[0].written, rows, (), situation)
    sure = places.is_sure_slip(meant[0]) or decided.station in situation.all_hints()
    return replace(decided, ask=None if sure else "location")


def relative_place(situation: Situation) -> Finding | None:
    """A place told by where the sender is, who is known: 我们小区东门, 楼下, 村口."""
    phrase = places.relative_place(situation.reading.text)
    if phrase is None:
        return None
    grids = situation.roster.grids
    grid, station = grids.row(situation.inquiry.known_grid), situation.known_station
    if grid >= 0 and station not in (-1, int(grids.stations[grid])):
        grid = -1
    station = station if station >= 0 or grid < 0 else int(grids.stations[grid])
    if station < 0 or situation.is_refused(station):
        return None
    return Finding(_with_grid((Reason("relative_place", phrase),), grid, situation), station=station, grid=grid)


def _at(rows: Rows, reasons: tuple[Reason, ...], situation: Situation) -> Finding | None:
    """The one station, and the one grid if it is one, that some places of a name lie in."""
    book = situation.roster.names
    if len(rows) == 1:
        station, grid = int(book.place_stations[rows[0]]), int(book.place_grids[rows[0]])
        return Finding(_with_grid(reasons, grid, situation), station=station, grid=grid)
    station = narrowing.station(book.place_stations[rows], situation)
    if station < 0:
        return None
    grids = np.unique(book.place_grids[rows[book.place_stations[rows] == station]])
    grids = grids[grids >= 0]
    grid = int(grids[0]) if len(grids) == 1 else -1
    return Finding(_with_grid(reasons, grid, situation), station=station, grid=grid)


def _in_doubt(name: str, rows: Rows, before: Sequence[Reason], situation: Situation) -> Finding:
    """A name in the ground of several stations stays with the one above them all until the place is known."""
    stations = narrowing.nearest(situation.roster.names.place_stations[rows], situation.all_hints(), situation)
    numbers = situation.roster.names.place_stations[rows][stations]
    return Finding(
        (*before, Reason("same_place_name", name)),
        station=situation.roster.sites.common(numbers.tolist()),
        ask="location",
        choices=narrowing.stations_to_choose(numbers, situation),
        on_duty_only=True,
    )


def _rows(mention: Mention, situation: Situation) -> Rows:
    """The places of a name that have a station; of the stretches of a road those that have the house."""
    book = situation.roster.names
    rows = mention.places[book.place_stations[mention.places] >= 0]
    if not book.house_numbers:
        return rows
    stretches = [row for row in rows.tolist() if row in book.house_numbers]
    number = places.house_number(situation.text, mention)
    if number is None or not stretches:
        return rows
    covering = [row for row in stretches if book.house_numbers[row].covers(number)]
    kept = covering or [row for row in rows.tolist() if row not in book.house_numbers]
    return np.array(kept, np.int32) if kept else rows


def _open_rows(rows: Rows, situation: Situation) -> Rows:
    """Places that have a station which the sender has not refused."""
    stations = situation.roster.names.place_stations[rows]
    kept = stations >= 0
    return rows[kept & ~situation.refused(stations) if situation.inquiry.refused_stations else kept]


def _with_grid(reasons: tuple[Reason, ...], grid: int, situation: Situation) -> tuple[Reason, ...]:
    return (*reasons, Reason("in_grid", situation.roster.grids.code(grid))) if grid >= 0 else reasons


def _not_refused(numbers: Rows, situation: Situation) -> Rows:
    return numbers[~situation.refused(numbers)] if situation.inquiry.refused_stations else numbers


def _refused(numbers: Rows, situation: Situation) -> Reason:
    return Reason("station_refused", situation.roster.sites.codes[int(numbers[0])])


def _is_free(mention: Slip | Hit, situation: Situation) -> bool:
    """Whether no name that was found as written lies on this one."""
    others: Iterable[Mention] = (
        other for other in situation.mentions if other.called or len(other.places) or len(other.stations)
    )
    return all(mention.end <= other.start or other.end <= mention.start for other in others)
