"""What assignment knows about the district: plain values, read from the tables by someone else."""

from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Station:
    """A home, station, point or online station."""

    code: str
    name: str
    kind: str = "station"
    region_code: str | None = None
    parent_code: str | None = None
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Representative:
    """A people's congress representative, or a street deliberation representative (level `street`)."""

    code: str
    name: str
    level: str = ""
    unit: str = ""
    post: str = ""
    specialities: tuple[str, ...] = ()
    station_code: str | None = None
    userid: str | None = None
    grid_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A piece of ground; the geometry is a polygon or multipolygon in GCJ-02, longitude first."""

    code: str
    name: str
    region_code: str | None
    station_code: str | None
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Place:
    """An estate, village, road or school as people name it."""

    name: str
    aliases: tuple[str, ...] = ()
    grid_code: str | None = None
    station_code: str | None = None


@dataclass(frozen=True, slots=True)
class DutySlot:
    """When a representative is at a station: on a date, or each week on a weekday (0 = Monday).

    `start` and `end` are local `HH:MM`, `end` up to `24:00`; an `end` before `start` is on the next day.
    """

    station_code: str
    representative_code: str
    weekday: int | None
    date: date | None
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class SlotDay:
    """A duty slot on the local day on which it begins, told by whose it is on the roster; `start` is `HH:MM`."""

    station_code: str
    representative_code: str
    on: date
    start: str


@dataclass(frozen=True, slots=True)
class EntryCode:
    """A printed code that is more than somebody's own: issued anew, revoked, or with a last day.

    `kind` is `rep` or `station`, `target` whose it is, `station` where it leads when it is no longer valid.
    """

    code: str
    kind: str
    target: str
    station: str | None = None
    revoked: bool = False
    expires_on: date | None = None  # the last local day on which it is valid
