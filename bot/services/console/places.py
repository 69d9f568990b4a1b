"""人和地方: stations, their people and their ground; what is not covered; codes and public fields.

Officers and leads see their stations, the service centre all; who may change what is asked of `entry_codes`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.assignment.taxonomy import name_topics
from bot.notices import posters
from bot.services import entry_codes, people, public_people, station_phrases
from bot.services.broadcasts.roles import CENTRE_ROLES
from bot.services.console import ground
from bot.services.console.ground import Drawing, Ground, Spot
from bot.services.context import Context
from bot.services.entry_codes import Clerk, CodeRefused, Listed, Target
from bot.services.imports.values import PUBLIC_FIELDS
from bot.services.people import Member
from bot.services.public_people import PublicStation
from bot.services.station_phrases import PhraseRefused
from storage import audit, public_directory, station_standards
from storage import station_phrases as stored_phrases
from storage.entry_codes import REP, STATION
from storage.models import Grid, Representative, StaffMember, Station
from storage.people import find_representative
from storage.rules import note_roster_change

MOST_DRAWN = 600
BARE, COVERED = "bare", "covered"


class PlaceRefused(Exception):
    """It was not done; `why` is `fields`, or one of `CodeRefused`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station in the list."""

    code: str
    name: str
    kind: str
    representatives: int
    grids: int
    bare: int
    staff: int
    standards: int


@dataclass(frozen=True, slots=True)
class BareGrid:
    """A grid whom no representative is linked to."""

    code: str
    name: str
    station: str


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """What somebody sees of the district; `unknown` are representatives without a WeCom account."""

    stations: tuple[StationRow, ...]
    bare: tuple[BareGrid, ...]
    grids: int
    representatives: int
    unknown: int
    unstaffed: int
    drawing: Drawing | None
    undrawn: int
    standards: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A representative in a list."""

    code: str
    name: str
    level: str
    specialities: str
    grids: tuple[str, ...]
    is_known: bool


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the eight haves: who found it there and when; None where nobody did."""

    name: str
    checked_at: datetime | None
    checked_by: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """The eight haves of a station; `is_old` where somebody should look again."""

    standards: tuple[Standard, ...]
    is_old: bool

    @property
    def held(self) -> int:
        """How many it has."""
        return sum(one.checked_at is not None for one in self.standards)


@dataclass(frozen=True, slots=True)
class StationDesk:
    """One station for those who look after it."""

    public: PublicStation
    kind: str
    staff: tuple[tuple[str, str], ...]  # name, role
    people: tuple[PersonRow, ...]
    codes: tuple[Listed, ...]
    drawing: Drawing | None
    checklist: Checklist
    phrases: tuple[tuple[int, str, str], ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """One representative; `fields` are the public ones with what stands in each and whether it is shown."""

    row: PersonRow
    station: str
    station_code: str
    fields: tuple[tuple[str, str, bool], ...]
    codes: tuple[Listed, ...]
    may_change: bool


def stations_of(context: Context, member: Member) -> tuple[str, ...] | None:
    """The stations that somebody sees here; None is all of them."""
    if member.staff is not None and member.staff.role in CENTRE_ROLES:
        return None
    return tuple(dict.fromkeys([*people.queue_of(context, member), *people.led_by(context, member)]))


async def look(context: Context, member: Member) -> PlacesPage:
    """The list, the coverage and the map."""
    codes = stations_of(context, member)
    stations = [
        one for one in await public_directory.stations(context.session) if codes is None or one.code in codes
    ]
    everybody = await public_directory.everybody(context.session)
    persons = [one for one in everybody if codes is None or one.station_code in codes]
    grids = await public_directory.grids(context.session, codes)
    linked = {code for one in everybody for code in one.grid_codes}
    staff = await public_directory.staff(context.session)
    standards = await station_standards.count(context.session, context.rules.station_standards)
    rows = _station_rows(stations, persons, grids, linked, staff, standards)
    names = {one.code: one.name for one in stations}
    bare = [one for one in grids if one.code not in linked]
    return PlacesPage(
        stations=rows,
        bare=tuple(BareGrid(one.code, one.name, names.get(one.station_code or "", "")) for one in bare),
        grids=len(grids),
        representatives=len(persons),
        unknown=sum(not one.userid for one in persons),
        unstaffed=sum(not row.staff for row in rows),
        drawing=_draw(grids[:MOST_DRAWN], linked, stations),
        undrawn=max(0, len(grids) - MOST_DRAWN),
        standards=len(context.rules.station_standards),
    )


def _station_rows(
    stations: Sequence[Station],
    persons: Sequence[Representative],
    grids: Sequence[Grid],
    linked: Collection[str],
    staff: Sequence[StaffMember],
    standards: Mapping[str, int],
) -> tuple[StationRow, ...]:
    people_at = Counter(one.station_code for one in persons)
    staff_at = Counter(one.station_code for one in staff)
    grids_of = Counter(one.station_code for one in grids)
    bare_of = Counter(one.station_code for one in grids if one.code not in linked)
    return tuple(
        StationRow(
            code=one.code,
            name=one.name,
            kind=posters.KINDS.get(one.kind, posters.KINDS["station"]),
            representatives=people_at[one.code],
            grids=grids_of[one.code],
            bare=bare_of[one.code],
            staff=staff_at[one.code],
            standards=standards.get(one.code, 0),
        )
        for one in stations
    )


def _draw(grids: Sequence[Grid], linked: Collection[str], stations: Sequence[Station]) -> Drawing | None:
    grounds = [
        Ground(one.name, one.station_code or "", one.polygon, COVERED if one.code in linked else BARE)
        for one in grids
    ]
    spots = [
        Spot(one.name, one.code, one.longitude, one.latitude)
        for one in stations
        if one.longitude is not None and one.latitude is not None
    ]
    return ground.draw(grounds, spots)


async def find_station(context: Context, member: Member, code: str) -> StationDesk | None:
    """A station that the member sees; None where there is none, or it is not theirs."""
    codes = stations_of(context, member)
    if codes is not None and code not in codes:
        return None
    public = await public_people.find_station(context.session, code)
    if public is None:
        return None
    clerk = entry_codes.clerk_of(context, member.userid)
    persons = await public_directory.representatives(context.session, [code])
    grids = await public_directory.grids(context.session, [code])
    linked = {one for person in await public_directory.everybody(context.session) for one in person.grid_codes}
    staff = [one for one in await public_directory.staff(context.session) if one.station_code == code]
    stations = await public_directory.stations(context.session, code)
    target = (await entry_codes.find_targets(clerk, code))[0]
    return StationDesk(
        public=public,
        kind=posters.KINDS.get(public.kind, posters.KINDS["station"]),
        staff=tuple((one.name, one.role) for one in staff),
        people=tuple(_person_row(one) for one in persons),
        codes=await _codes_of(clerk, target),
        drawing=_draw(grids[:MOST_DRAWN], linked, stations),
        checklist=await _checklist(context, code),
        phrases=tuple(
            (one.id, one.title, one.text) for one in await stored_phrases.of_station(context.session, code)
        ),
        may_change=entry_codes.may_change(context, member, target),
    )


async def _checklist(context: Context, code: str) -> Checklist:
    held = {one.name: one for one in await station_standards.of_station(context.session, code)}
    names = context.rules.station_standards
    found = tuple(
        Standard(name, held[name].checked_at, people.name_of(context, held[name].checked_by))
        if name in held
        else Standard(name, None, "")
        for name in names
    )
    looked = [one.checked_at for one in found if one.checked_at is not None]
    oldest = context.now - timedelta(days=context.rules.station_check_days)
    return Checklist(found, not looked or min(looked) < oldest)


async def check_standards(context: Context, member: Member, code: str, held: Collection[str]) -> bool:
    """Somebody looked: of the eight haves the station has these. False where it is not the member's."""
    clerk = entry_codes.clerk_of(context, member.userid)
    if await _access_target(context, member, clerk, STATION, code) is None:
        return False
    names = [name for name in context.rules.station_standards if name in held]
    await station_standards.put(context.session, code, names, context.now, member.userid)
    subject = f"station {code}: {len(names)}/{len(context.rules.station_standards)}"
    audit.add_line(context.session, actor=member.userid, act="standards checked", subject=subject, at=context.now)
    return True


async def change_phrases(context: Context, member: Member, code: str, title: str, text: str, gone: int) -> bool:
    """Keep a phrase for the station, or take away the one numbered `gone`. Raises `PlaceRefused`."""
    clerk = entry_codes.clerk_of(context, member.userid)
    if await _access_target(context, member, clerk, STATION, code) is None:
        return False
    if gone:
        await station_phrases.remove(context, member, code, gone)
        return True
    try:
        await station_phrases.add(context, member, code, title, text)
    except PhraseRefused as refused:
        raise PlaceRefused(refused.why) from refused
    return True


async def find_person(context: Context, member: Member, code: str) -> PersonDesk | None:
    """A representative of a station that the member sees; None where there is none, or they are not theirs."""
    one = await find_representative(context.session, code)
    codes = stations_of(context, member)
    if one is None or (codes is not None and one.station_code not in codes):
        return None
    clerk = entry_codes.clerk_of(context, member.userid)
    target = _target_of(one)
    station = context.directory.stations.get(one.station_code or "")
    chosen = one.public_fields or list(public_people.USUAL)
    return PersonDesk(
        row=_person_row(one),
        station=station.name if station else "",
        station_code=one.station_code or "",
        fields=tuple(
            (name, _value_of(one, name, station.name if station else ""), name in chosen) for name in PUBLIC_FIELDS
        ),
        codes=await _codes_of(clerk, target),
        may_change=entry_codes.may_change(context, member, target),
    )


def _value_of(one: Representative, name: str, station: str) -> str:
    """What would be shown of a field."""
    if name == "specialities":
        return "、".join(name_topics(one.specialities))
    if name == "level":
        return posters.LEVELS.get(one.level, "")
    return station if name == "station" else str(getattr(one, name))


def _person_row(one: Representative) -> PersonRow:
    return PersonRow(
        code=one.code,
        name=one.name,
        level=posters.LEVELS.get(one.level, ""),
        specialities="、".join(name_topics(one.specialities)),
        grids=tuple(one.grid_codes),
        is_known=bool(one.userid),
    )


def _target_of(one: Representative) -> Target:
    return Target(REP, one.code, one.name, one.station_code, one.station_code)


async def _codes_of(clerk: Clerk, target: Target) -> tuple[Listed, ...]:
    listed = await entry_codes.list_codes(clerk, target.station_code)
    return tuple(
        one for one in listed if (one.target.kind, one.target.target_code) == (target.kind, target.target_code)
    )


async def choose_fields(context: Context, member: Member, code: str, chosen: Collection[str]) -> bool:
    """What of a representative anybody may see; False where they are not the member's. Raises `PlaceRefused`."""
    one = await find_representative(context.session, code)
    if one is None or not entry_codes.may_change(context, member, _target_of(one)):
        return False
    fields = [name for name in PUBLIC_FIELDS if name in chosen]
    if not fields:
        raise PlaceRefused("fields")
    if one.public_fields == fields:
        return True
    one.public_fields = fields
    subject = f"representative {code}: {', '.join(fields)}"
    audit.add_line(
        context.session, actor=member.userid, act="public fields changed", subject=subject, at=context.now
    )
    await note_roster_change(context.session, context.now, member.userid)
    return True


async def renew_code(context: Context, member: Member, kind: str, code: str) -> bool:
    """A new code, the earlier ones stop; a second tap gives the same. Raises `PlaceRefused`."""
    clerk = entry_codes.clerk_of(context, member.userid)
    target = await _access_target(context, member, clerk, kind, code)
    if target is None:
        return False
    try:
        if await entry_codes.find_just_renewed(clerk, target) is None:
            await entry_codes.renew(clerk, target)
    except CodeRefused as refused:
        raise PlaceRefused(refused.why) from refused
    return True


async def revoke_code(context: Context, member: Member, kind: str, code: str, which: str, reason: str) -> bool:
    """Stop one code of theirs. Raises `PlaceRefused`."""
    clerk = entry_codes.clerk_of(context, member.userid)
    target = await _access_target(context, member, clerk, kind, code)
    if target is None or which not in {one.code for one in await _codes_of(clerk, target)}:
        return False
    try:
        await entry_codes.revoke_all(clerk, replace(target, code=which), reason)
    except CodeRefused as refused:
        raise PlaceRefused(refused.why) from refused
    return True


async def _access_target(context: Context, member: Member, clerk: Clerk, kind: str, code: str) -> Target | None:
    """Whose codes are meant, where the member may change them."""
    found = [
        one for one in await entry_codes.find_targets(clerk, code) if (one.kind, one.target_code) == (kind, code)
    ]
    return found[0] if found and entry_codes.may_change(context, member, found[0]) else None
