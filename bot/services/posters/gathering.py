"""What stands on the posters of a station: who it is, where, when, and the links that the codes hold."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices import posters
from bot.notices.posters import DirectoryEntry, DirectorySheet, Poster
from bot.notices.station_hours import duty_times
from bot.services import entry_codes
from bot.services.public_people import PublicPerson, PublicStation

LinkMaker = Callable[[str, str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Coded:
    """A valid code of a target and the address behind it; empty with `fault` where there is none to print."""

    code: str = ""
    scene: str = ""
    link: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class StationPosters:
    """Everything to be printed for a station; `left_out` are codes that have no valid QR, with the rule."""

    station: Poster | None
    people: tuple[tuple[str, Poster], ...]
    directory: DirectorySheet
    left_out: tuple[tuple[str, str], ...]


async def find_codes(session: AsyncSession, station: PublicStation, today: date) -> dict[str, Coded]:
    """The code that is valid now, by the own code of the station and of each of its people."""
    found = {}
    for own in (station.code, *(one.code for one in station.people)):
        printable = await entry_codes.find_printable(session, own, today)
        found[own] = Coded(printable.code, printable.scene, fault=printable.fault)
    return found


async def add_links(codes: dict[str, Coded], make_link: LinkMaker) -> dict[str, Coded]:
    """The same with addresses; no transaction may be open. What `make_link(scene, code)` raises comes through."""
    return {
        own: one if one.fault else Coded(one.code, one.scene, await make_link(one.scene, one.code))
        for own, one in codes.items()
    }


def describe(station: PublicStation, codes: dict[str, Coded]) -> StationPosters:
    """The words and links of a station's posters; whoever has no valid code is left out."""
    own = codes[station.code]
    people = [(one, codes[one.code]) for one in station.people]
    valid = [(one, coded) for one, coded in people if not coded.fault]
    return StationPosters(
        station=None if own.fault else _of_station(station, own),
        people=tuple((one.code, _of_person(station, one, coded)) for one, coded in valid),
        directory=posters.directory_sheet(station.name, _where(station), [*_entries(valid)]),
        left_out=tuple((code, one.fault) for code, one in codes.items() if one.fault),
    )


def _where(station: PublicStation) -> list[tuple[str, str]]:
    return [("address", station.address), ("hours", station.hours), ("phone", station.phone)]


def _of_station(station: PublicStation, own: Coded) -> Poster:
    return posters.station_poster(station.name, station.kind, _where(station), station.themes, own.code, own.link)


def _of_person(station: PublicStation, one: PublicPerson, coded: Coded) -> Poster:
    here = [("station", station.name), ("address", station.address)] if one.at_station else []
    facts = [*here, ("duty", duty_times(one.duty)), ("phone", one.phone)]
    return posters.representative_poster(
        one.name, one.level, one.unit + one.post, one.specialities, facts, coded.code, coded.link
    )


def _entries(people: Sequence[tuple[PublicPerson, Coded]]) -> Iterator[DirectoryEntry]:
    for one, coded in people:
        yield posters.directory_entry(
            one.name, one.level, one.unit + one.post, one.specialities, one.duty, coded.code, coded.link
        )
