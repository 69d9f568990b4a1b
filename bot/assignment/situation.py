"""What the rules look at, and what one rule may find."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from bot.assignment.district.book import Mention, apart
from bot.assignment.district.hashing import Rows
from bot.assignment.district.names import Hit, Reading, read
from bot.assignment.district.shifts import NO_SWAPS, Swaps
from bot.assignment.inquiry import Inquiry, Location, Reason
from bot.assignment.naming import calls
from bot.assignment.roster import Roster
from bot.assignment.text import normalise, says_nothing, without_stickers

READ = 4_000  # characters of a message that are searched for names
_FEW_PEOPLE = 20_000  # a full name of three characters is hardly ever a chance find among so many


@dataclass(frozen=True, slots=True)
class Situation:
    """One inquiry with everything that decides it.

    `at` is local; `load` is open cases a representative; `full` are those whose day's cap is reached; `swaps` tells
    who stands in on duty. `grid` is the row of the grid of a shared location, -1 without one, `near` tells that the
    point lies just outside of it.
    `mentions` are the names in `text`, in its order, `shorts` what may be places in a short form, and `hints` the
    stations that the names point to without doubt.
    """

    inquiry: Inquiry
    roster: Roster
    at: datetime
    load: Mapping[str, int]
    away: frozenset[str]
    accused: frozenset[str]
    full: frozenset[str]
    speciality_topic: str | None
    text: str
    reading: Reading
    mentions: tuple[Mention, ...]
    shorts: tuple[Hit, ...]
    grid: int
    near: bool
    hints: frozenset[int]
    swaps: Swaps

    def passed_over(self, code: str) -> Reason | None:
        """Why this representative may not be chosen, if so."""
        if code in self.accused:
            return Reason("representative_accused", code)
        if code in self.inquiry.refused_representatives:
            return Reason("representative_refused", code)
        if code in self.away:
            return Reason("representative_away", code)
        return Reason("daily_cap", code) if code in self.full else None

    def is_refused(self, station: int) -> bool:
        """Whether the sender said that it is not there; the centre takes whatever is nowhere else."""
        return bool(self.inquiry.refused_stations) and bool(self.refused(np.array([station], np.int32))[0])

    def refused(self, stations: Rows) -> npt.NDArray[np.bool_]:
        """Which of some stations the sender said it is not at."""
        sites = self.roster.sites
        refused = sites.numbers(self.inquiry.refused_stations)
        return np.isin(stations, refused[refused != sites.centre])

    def called(self) -> list[Mention]:
        """Representatives called by name."""
        return [mention for mention in self.mentions if mention.called]

    def named_stations(self) -> list[Mention]:
        """Stations called by name."""
        return [mention for mention in self.mentions if len(mention.stations)]

    def named_places(self) -> list[Mention]:
        """Places called by name."""
        return [mention for mention in self.mentions if len(mention.places)]

    @property
    def known_station(self) -> int:
        """The station that the sender was with last, -1 where it is not known."""
        return self.roster.sites.number(self.inquiry.known_station)

    def all_hints(self) -> frozenset[int]:
        """What the message points to, else where the sender was last."""
        if self.hints:
            return self.hints
        known = self.known_station
        if known < 0:
            row = self.roster.grids.row(self.inquiry.known_grid)
            known = int(self.roster.grids.stations[row]) if row >= 0 else -1
        return frozenset((known,)) if known >= 0 else frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: with a station or a representative it decides, else it only leaves its word.

    `station` and `grid` are the numbers of the roster, -1 for none; `representative` is a code.
    """

    reasons: tuple[Reason, ...]
    station: int = -1
    grid: int = -1
    representative: str | None = None
    ask: str | None = None
    choices: tuple[str, ...] = ()
    on_duty_only: bool = False
    without: str | None = None  # whose code is no longer valid: anybody of the station but them

    @property
    def decides(self) -> bool:
        """Whether the rules after this one need not be asked."""
        return self.station >= 0 or self.representative is not None


def see(
    inquiry: Inquiry,
    roster: Roster,
    *,
    at: datetime,
    load: Mapping[str, int],
    away: frozenset[str],
    accused: frozenset[str],
    full: frozenset[str] = frozenset(),
    swaps: Swaps = NO_SWAPS,
    speciality_topic: str | None = None,
) -> Situation:
    """Read an inquiry once for all rules. The words on a shared location count as written."""
    text = normalise(without_stickers(inquiry.text))
    spot = inquiry.location
    if spot is not None:
        text = "。".join((text[:READ], normalise(spot.name), normalise(spot.address)))
    reading = read(text[: READ + 400])
    found, shorts = roster.names.find(reading)
    mentions = _mentions(roster, reading, found)
    grid, near = _grid_at(roster, spot)
    return Situation(
        inquiry,
        roster,
        at,
        load,
        away,
        accused,
        full,
        speciality_topic,
        text,
        reading,
        mentions,
        tuple(shorts),
        grid,
        near,
        _hints(roster, mentions, grid),
        swaps,
    )


def matter(situation: Situation) -> str:
    """What is said beside greetings and the names of people and places; empty where that is nothing."""
    inquiry = situation.inquiry
    own = situation.text if inquiry.location is None else normalise(without_stickers(inquiry.text))
    rest = own
    for mention in reversed(situation.mentions):
        is_named = mention.called or len(mention.places) or len(mention.stations)
        if is_named and mention.end <= len(own):
            rest = f"{rest[: mention.start]}。{rest[mention.end :]}"
    return "" if says_nothing(rest) else rest


def _mentions(roster: Roster, reading: Reading, found: Iterable[Mention]) -> tuple[Mention, ...]:
    """The names in a text. One that addresses somebody or is a place stands before one that is so by chance."""
    alone_counts = len(roster.representatives) <= _FEW_PEOPLE
    sure: list[Mention] = []
    chance: list[Mention] = []
    for mention in found:
        if len(mention.people) and calls.is_called(reading.text, mention, alone_counts=alone_counts):
            sure.append(mention.addressing())
        elif len(mention.stations) or len(mention.places):
            sure.append(mention)
        else:
            chance.append(mention)
    taken: set[int] = set()
    kept = [*apart(sure, taken), *apart(chance, taken)]
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _hints(roster: Roster, mentions: Iterable[Mention], grid: int) -> frozenset[int]:
    """Stations that something in the message points to without doubt."""
    stations = {int(roster.grids.stations[grid])} if grid >= 0 else set()
    for mention in mentions:
        if len(mention.stations) == 1:
            stations.add(int(mention.stations[0]))
        if len(mention.places):
            homes = roster.names.place_stations[mention.places]
            if (homes == homes[0]).all():
                stations.add(int(homes[0]))
    return frozenset(station for station in stations if station >= 0)


def _grid_at(roster: Roster, spot: Location | None) -> tuple[int, bool]:
    if spot is None or not roster.has_ground:
        return -1, False
    row = roster.grids.row_at(spot.longitude, spot.latitude)
    if row >= 0:
        return row, False
    row = roster.grids.row_near(spot.longitude, spot.latitude)
    return row, row >= 0
