"""Representatives and stations as anyone may see them: on posters and on public pages.

Each representative chose what is shown (`public_fields`, contract section 4); where nothing was chosen it is all
but the telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment.taxonomy import name_topics
from bot.notices.station_hours import DutyTime, opening_hours
from bot.services.imports.faults import BadValue
from bot.services.imports.values import parse_open_hours
from storage import people, public_directory
from storage.models import Representative, RosterSlot, Station

USUAL = frozenset({"name", "level", "unit", "post", "specialities", "station"})


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """A representative; what they keep to themselves is empty. `level` is the identifier of the contract."""

    code: str
    name: str
    level: str
    unit: str
    post: str
    specialities: tuple[str, ...]
    at_station: bool
    phone: str
    duty: tuple[DutyTime, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicStation:
    """A station with the representatives who belong to it, by code; `hours` as people read them."""

    code: str
    name: str
    kind: str
    address: str
    hours: str
    phone: str
    themes: tuple[str, ...]
    longitude: float | None
    latitude: float | None
    people: tuple[PublicPerson, ...]


async def find_station(session: AsyncSession, code: str) -> PublicStation | None:
    """One station, or None where there is none of this code."""
    rows = await public_directory.stations(session, code)
    return await _with_people(session, rows[0]) if rows else None


async def find_station_of(session: AsyncSession, representative_code: str) -> str | None:
    """The station that a representative belongs to; None also where nobody has this code."""
    person = await people.find_representative(session, representative_code)
    return person.station_code if person else None


async def station_codes(session: AsyncSession) -> list[str]:
    """All stations, by code."""
    return [row.code for row in await public_directory.stations(session)]


async def _with_people(session: AsyncSession, row: Station) -> PublicStation:
    belong = await public_directory.representatives(session, [row.code])
    slots = await public_directory.weekly_slots(session, row.code)
    return PublicStation(
        code=row.code,
        name=row.name,
        kind=row.kind,
        address=row.address,
        hours=_hours(row.open_hours),
        phone=row.phone,
        themes=tuple(name_topics(row.themes)),
        longitude=row.longitude,
        latitude=row.latitude,
        people=tuple(shown(one, slots) for one in belong),
    )


def shown(one: Representative, slots: Sequence[RosterSlot] = ()) -> PublicPerson:
    """What a representative lets be shown, with when they are on duty each week among these slots."""
    fields = frozenset(one.public_fields) or USUAL

    def of(field: str, value: str) -> str:
        return value if field in fields else ""

    return PublicPerson(
        code=one.code,
        name=of("name", one.name),
        level=of("level", one.level),
        unit=of("unit", one.unit),
        post=of("post", one.post),
        specialities=tuple(name_topics(one.specialities)) if "specialities" in fields else (),
        at_station="station" in fields,
        phone=of("phone", one.phone),
        duty=tuple(_duty(slot) for slot in slots if slot.representative_code == one.code and "station" in fields),
    )


def _duty(slot: RosterSlot) -> DutyTime:
    return DutyTime(slot.weekday or 0, slot.start, slot.end)


def _hours(written: str) -> str:
    """As people read them; what an earlier version let in and cannot be read is shown as it was written."""
    try:
        spans = parse_open_hours(written)
    except BadValue:
        return written
    return opening_hours([(span.weekdays, span.start, span.end) for span in spans])
