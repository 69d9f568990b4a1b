"""What the rules look at, and what one rule may find."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.assignment.facts import Grid, Place, Representative, Station
from bot.assignment.inquiry import Inquiry, Location, Reason
from bot.assignment.names import Mention
from bot.assignment.roster import Named, Roster
from bot.assignment.text import normalise, says_nothing, without_stickers

_TITLES = ("代表", "主任", "书记", "主席", "委员", "同志", "老师")
_CALLS = ("找", "代表", "给", "请", "问", "跟", "向", "联系", "转", "@")


@dataclass(frozen=True, slots=True)
class Situation:
    """One inquiry with everything that decides it. `at` is local; `load` is open cases a representative."""

    inquiry: Inquiry
    roster: Roster
    at: datetime
    load: Mapping[str, int]
    away: frozenset[str]
    accused: frozenset[str]
    text: str
    mentions: tuple[Mention[Named], ...]
    grid: Grid | None

    def passed_over(self, code: str) -> Reason | None:
        """Why this representative may not be chosen, if so."""
        if code in self.accused:
            return Reason("representative_accused", code)
        return Reason("representative_away", code) if code in self.away else None

    def named_representatives(self) -> list[tuple[str, tuple[Representative, ...]]]:
        """Representatives called by name; a two-character name counts only where it addresses someone."""
        found = []
        for mention in self.mentions:
            people = tuple(thing for thing in mention.things if isinstance(thing, Representative))
            if people and _is_called(self.text, mention):
                found.append((mention.name, people))
        return found

    def named_stations(self) -> list[tuple[str, tuple[Station, ...]]]:
        """Stations called by name, each name with all that bear it."""
        found = []
        for mention in self.mentions:
            sites = tuple(thing for thing in mention.things if isinstance(thing, Station))
            if sites:
                found.append((mention.name, sites))
        return found

    def named_places(self) -> list[tuple[Mention[Named], tuple[Place, ...]]]:
        """Places called by name, each name with all that bear it."""
        found = []
        for mention in self.mentions:
            places = tuple(thing for thing in mention.things if isinstance(thing, Place))
            if places:
                found.append((mention, places))
        return found

    def hints(self) -> frozenset[str]:
        """Stations that something in the message points to without doubt."""
        stations = {self.roster.station_of_grid(self.grid)} if self.grid else set()
        for _, sites in self.named_stations():
            stations |= {sites[0].code} if len(sites) == 1 else set()
        for _, places in self.named_places():
            homes = {self.roster.station_of_place(place) for place in places}
            stations |= homes if len(homes) == 1 else set()
        return frozenset(station for station in stations if station)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: with a station or a representative it decides, else it only leaves its word."""

    reasons: tuple[Reason, ...]
    station: str | None = None
    grid: str | None = None
    representative: str | None = None
    ask: str | None = None
    on_duty_only: bool = False

    @property
    def decides(self) -> bool:
        """Whether the rules after this one need not be asked."""
        return self.station is not None or self.representative is not None


def see(
    inquiry: Inquiry,
    roster: Roster,
    *,
    at: datetime,
    load: Mapping[str, int],
    away: frozenset[str],
    accused: frozenset[str],
) -> Situation:
    """Read an inquiry once for all rules. The words on a shared location count as written."""
    text = normalise(without_stickers(inquiry.text))
    spot = inquiry.location
    written = text if spot is None else "。".join((text, normalise(spot.name), normalise(spot.address)))
    mentions = tuple(roster.names.find_all(written))
    return Situation(inquiry, roster, at, load, away, accused, written, mentions, _grid_at(roster, spot))


def matter(situation: Situation) -> str:
    """What is said beside greetings and the names of people and places; empty where that is nothing."""
    rest = own = normalise(without_stickers(situation.inquiry.text))
    for mention in reversed(situation.mentions):
        if mention.end <= len(own):
            rest = f"{rest[: mention.start]}。{rest[mention.end :]}"
    return "" if says_nothing(rest) else rest


def _grid_at(roster: Roster, spot: Location | None) -> Grid | None:
    return roster.find_grid(spot.longitude, spot.latitude) if spot else None


def _is_called(text: str, mention: Mention[Named]) -> bool:
    if len(mention.name) > 2 or text == mention.name:
        return True
    return text.startswith(_TITLES, mention.end) or text.endswith(_CALLS, 0, mention.start)
