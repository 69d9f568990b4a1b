"""What the night found, as each reader may see it: their stations for officers, everything for the centre."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.notices.delivery_desk import Count
from bot.notices.delivery_list import CentreList, DraftExpired, StationList
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.people import Member
from bot.services.watching.alarms import keepers_of
from bot.services.watching.figures import Scope
from storage import broadcasts
from storage import delivery_findings as stored
from storage.models import Case, DeliveryFinding
from storage.outbox import Purpose

_OF_CASES = (stored.PARKED, stored.UNDELIVERED)
_OF_STATIONS = (stored.PARKED, stored.UNDELIVERED, stored.UNREACHED, stored.UNOPENED)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row with what it is about: its case, its station, what it is called."""

    row: DeliveryFinding
    name: str
    station_code: str | None = None
    case: Case | None = None

    @property
    def kind(self) -> str:
        """Which of the six it is."""
        return self.row.kind


def is_known(context: Context, userid: str) -> bool:
    """Whether somebody is still on the roster; who left it needs no correction."""
    return people.identify_member(context, userid).is_known


async def tell(context: Context) -> int:
    """In the morning: a list to each station's officers and to the centre, where something on it is new."""
    found = await _open(context)
    told = 0
    keepers = keepers_of(context)
    for officers, theirs in _by_officers(context, found, keepers).items():
        told += await _tell_station(context, officers, theirs)
    told += await _tell_centre(context, keepers, found)
    told += await _tell_authors(context, [one for one in found if one.kind == stored.EXPIRED and not one.row.told])
    for one in found:
        one.row.told = True
    return told


async def show(context: Context, member: Member, scope: Scope) -> StationList | CentreList:
    """送达 清单: what is open now."""
    found = _seen_by(context, member.userid, await _open(context))
    if scope.stations is None:
        return _centre_list(context, found)
    return _station_list(context, [one for one in found if _is_of(one, scope.stations)])


# --- what is open -------------------------------------------------------------------------------------


async def _open(context: Context) -> list[Finding]:
    """What was found and is still so; an answer that has left meanwhile is struck off."""
    rows = await stored.find_open(context.session)
    parked = [int(row.subject) for row in rows if row.kind == stored.PARKED]
    still = (
        {str(one) for one in await stored.parked_cases(context.session, context.now, parked)} if parked else set()
    )
    over = [row.id for row in rows if row.kind == stored.PARKED and row.subject not in still]
    await stored.settle(context.session, over, context.now)
    return [await _finding(context, row) for row in rows if row.id not in over]


async def _finding(context: Context, row: DeliveryFinding) -> Finding:
    if row.kind in _OF_CASES:
        case = await context.session.get(Case, int(row.subject))
        if case is None:
            return Finding(row, row.subject)
        return Finding(row, case.number, case.station_code, case)
    if row.kind == stored.UNREACHED:
        return Finding(row, people.name_of(context, row.subject), _station_of(context, row.subject))
    if row.kind == stored.UNOPENED:
        representative = context.directory.representatives.get(row.subject)
        name = f"{representative.name}代表" if representative else row.subject
        return Finding(row, name, representative.station_code if representative else None)
    return Finding(row, row.subject.partition(" ")[2] or row.subject)


def _station_of(context: Context, userid: str) -> str | None:
    member = people.identify_member(context, userid)
    if member.representative is not None:
        return member.representative.station_code
    return member.staff.station_code if member.staff is not None else None


def _is_of(one: Finding, stations: Collection[str]) -> bool:
    """Of one of these stations, and for its officers to read."""
    is_hidden = one.case is not None and one.case.restricted
    return one.kind in _OF_STATIONS and one.station_code in stations and not is_hidden


def _seen_by(context: Context, userid: str, found: Sequence[Finding]) -> list[Finding]:
    seen = people.lists_for(context, [userid], found, lambda one: one.case)
    return seen[0][1] if seen else []


# --- lists --------------------------------------------------------------------------------------------


def _named(found: Iterable[Finding], kind: str) -> tuple[str, ...]:
    return tuple(one.name for one in found if one.kind == kind)


def _counted(found: Iterable[Finding], kind: str) -> tuple[Count, ...]:
    counts = [Count(one.name, one.row.count) for one in found if one.kind == kind]
    return tuple(sorted(counts, key=lambda one: -one.count))


def _station_list(context: Context, found: Sequence[Finding]) -> StationList:
    return StationList(
        parked=_named(found, stored.PARKED),
        undelivered=_named(found, stored.UNDELIVERED),
        unreached=_counted(found, stored.UNREACHED),
        unopened=_counted(found, stored.UNOPENED),
        unopened_days=int(context.rules.unopened_days),
    )


def _centre_list(context: Context, found: Sequence[Finding]) -> CentreList:
    stations = Counter(_station_name(context, one) for one in found if one.kind == stored.PARKED)
    return CentreList(
        parked=tuple(Count(name, count) for name, count in stations.most_common()),
        undelivered=_named(found, stored.UNDELIVERED),
        failed=_counted(found, stored.FAILED),
        unreached=_counted(found, stored.UNREACHED),
        unopened=_counted(found, stored.UNOPENED),
        expired=tuple(int(one.row.subject) for one in found if one.kind == stored.EXPIRED),
        unopened_days=int(context.rules.unopened_days),
        expired_days=int(context.rules.notice_draft_days),
    )


def _station_name(context: Context, one: Finding) -> str:
    station = context.directory.stations.get(one.station_code or "")
    return station.name if station is not None else "服务中心"


# --- telling ------------------------------------------------------------------------------------------


def _by_officers(
    context: Context, found: Sequence[Finding], keepers: Collection[str]
) -> Mapping[tuple[str, ...], list[Finding]]:
    """Findings by the officers they are for; what falls to the service centre is in its own list."""
    theirs: dict[tuple[str, ...], list[Finding]] = {}
    for one in found:
        if one.station_code is None or not _is_of(one, [one.station_code]):
            continue
        officers = context.directory.officers_of(one.station_code)
        if not set(officers) <= set(keepers):
            theirs.setdefault(officers, []).append(one)
    return theirs


async def _tell_station(context: Context, officers: Sequence[str], found: Sequence[Finding]) -> int:
    told = 0
    for readers, seen in people.lists_for(context, officers, found, lambda one: one.case):
        if any(not one.row.told for one in seen):
            await speaking.notify_members(context, readers, Purpose.NOTICE, _station_list(context, seen).render())
            told += 1
    return told


async def _tell_centre(context: Context, keepers: Sequence[str], found: Sequence[Finding]) -> int:
    told = 0
    for readers, seen in people.lists_for(context, keepers, found, lambda one: one.case):
        if any(not one.row.told for one in seen):
            await speaking.notify_members(context, readers, Purpose.NOTICE, _centre_list(context, seen).render())
            told += 1
    return told


async def _tell_authors(context: Context, expired: Sequence[Finding]) -> int:
    for one in expired:
        broadcast = await broadcasts.find(context.session, int(one.row.subject))
        if broadcast is None:
            continue
        notice = DraftExpired(broadcast.id, int(context.rules.notice_draft_days))
        await speaking.notify_members(context, [broadcast.author_userid], Purpose.NOTICE, notice.render())
    return len(expired)


async def note_unreached(context: Context, userids: Collection[str]) -> None:
    """WeCom named these as not reached: invalid, out of the app's sight, or without a licence."""
    await stored.note_unreached(context.session, userids, context.calendar.today(context.now))
