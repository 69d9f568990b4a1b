"""The service centre sees to the queue of an officer who is away, and gives it back.

While it lasts cards, updates and alarms of the officer's stations go to whoever took it over (`Directory` puts them
in the officer's place), and these stations are in their queue. The officer may go on as before.
"""

from dataclasses import dataclass

from bot.notices.covering import QueueGivenBack, QueueTaken
from bot.services import people, speaking
from bot.services.context import Context
from bot.services.directory import COVERING, StaffEntry
from bot.services.people import Member
from storage import audit, case_lists, queue_covers
from storage.case_lists import Reach, Wanted
from storage.outbox import Purpose
from storage.rules import note_roster_change


class CoverRefused(Exception):
    """Nobody of that name, not theirs to say, or somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An officer's queue: whose, where, how much waits, who sees to it now; `may_take` by whoever looks."""

    officer: str
    name: str
    station: str
    waiting: int
    late: int
    by: str
    may_take: bool


async def look(context: Context, member: Member) -> tuple[Queue, ...]:
    """Every officer's queue, for the service centre; one's own for an officer. The latest first."""
    officers = [one for one in context.directory.staff() if one.role == "officer"]
    if not _may_take(context, member):
        officers = [one for one in officers if one.userid.lower() == member.userid.lower()]
    counted = await case_lists.count_by_station(context.session, context.now)
    found = [_queue(context, member, one, counted) for one in officers]
    return tuple(sorted(found, key=lambda one: (not one.by, -one.late, -one.waiting, one.station)))


def _queue(context: Context, member: Member, one: StaffEntry, counted: dict[str, tuple[int, int]]) -> Queue:
    directory = context.directory
    station = directory.stations.get(one.station_code or "")
    codes = directory.queue_of(one.station_code) if one.station_code else []
    by = directory.covers.get(one.userid.lower(), "")
    return Queue(
        officer=one.userid,
        name=one.name,
        station=station.name if station else "",
        waiting=sum(counted.get(code, (0, 0))[0] for code in codes),
        late=sum(counted.get(code, (0, 0))[1] for code in codes),
        by=people.name_of(context, by) if by else "",
        may_take=_may_take(context, member) and not by,
    )


async def take(context: Context, member: Member, officer: str) -> None:
    """From now on this member sees to the officer's queue. Raises `CoverRefused`."""
    found = context.directory.find_staff(officer)
    if found is None or found.role != "officer" or not _may_take(context, member):
        raise CoverRefused
    if await queue_covers.find_open(context.session, officer) is not None:
        raise CoverRefused
    await queue_covers.add(context.session, officer, member.userid, context.now)
    await _changed(context, member, "queue taken over", officer)
    told = QueueTaken(_station(context, found), people.name_of(context, member.userid)).render()
    await speaking.notify_members(context, [found.userid], Purpose.UPDATE, told)


async def give_back(context: Context, member: Member, officer: str) -> None:
    """The officer's queue is theirs again: said by the centre, or by the officer. Raises `CoverRefused`."""
    row = await queue_covers.find_open(context.session, officer)
    if row is None or not (_may_take(context, member) or row.officer == member.userid.lower()):
        raise CoverRefused
    row.ended_at, row.ended_by = context.now, member.userid.lower()
    await _changed(context, member, "queue given back", officer)
    found = context.directory.find_staff(officer)
    if found is None:
        return
    codes = context.directory.queue_of(found.station_code) if found.station_code else []
    waiting = await case_lists.count(context.session, Reach(tuple(codes)), Wanted(), context.now)
    said = QueueGivenBack(_station(context, found), found.name, waiting).render()
    await speaking.notify_members(context, [found.userid, row.by], Purpose.UPDATE, said)


def _may_take(context: Context, member: Member) -> bool:
    return people.is_centre(context, member) and member.staff is not None and member.staff.role in COVERING


def _station(context: Context, one: StaffEntry) -> str:
    station = context.directory.stations.get(one.station_code or "")
    return station.name if station else ""


async def _changed(context: Context, member: Member, act: str, officer: str) -> None:
    audit.add_line(context.session, actor=member.userid, act=act, subject=f"officer {officer}", at=context.now)
    await note_roster_change(context.session, context.now, member.userid)
