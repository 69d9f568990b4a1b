"""排班: somebody is put on duty at a station, once or each week, or taken off; whoever looks after it does that."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.assignment.district.shifts import clock, seconds
from bot.calendars.faults import BadCalendar
from bot.calendars.local_time import YEARS, parse_clock
from bot.notices.content import Text
from bot.notices.member_rosters import DutyPlaced, DutyRefused, SlotLine
from bot.services import duty_times, roster_swaps, speaking
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty_times import Span
from bot.services.people import Member
from storage import audit, leaves, roster_slots
from storage.models import RosterSlot
from storage.outbox import Purpose
from storage.rules import note_roster_change

log = logging.getLogger(__name__)
_DAY, _TOLD_AHEAD = timedelta(days=1), timedelta(days=60)


class RosterRefused(Exception):
    """It cannot be; `said` is what whoever asked is told."""

    def __init__(self, why: str, who: str = "", on: date | None = None) -> None:
        super().__init__(why)
        self.said = DutyRefused(why, who, on)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slot as it is written: local `HH:MM`; `weekly` is each week on the day's weekday, from that day's on."""

    station_code: str
    representative_code: str
    on: date
    start: str
    end: str
    weekly: bool = False


async def put(context: Context, member: Member, wanted: Wanted) -> RosterSlot:
    """They are on duty then and hear of it. Raises `RosterRefused`; the same again gives the slot there is."""
    person = _access(context, member, wanted)
    start, end = _clocks(wanted)
    weekday = wanted.on.weekday() if wanted.weekly else None
    on_date = None if wanted.weekly else wanted.on
    known = await roster_slots.find(context.session, wanted.station_code, person.code, weekday, on_date, start)
    if known is not None and known.end == end:
        return known
    if known is not None:
        raise RosterRefused("listed", roster_swaps.called(person))
    slot = RosterSlot(
        station_code=wanted.station_code,
        representative_code=person.code,
        on_date=on_date,
        weekday=weekday,
        start=start,
        end=end,
    )
    await _check_free(context, person, slot, wanted.on)
    context.session.add(slot)
    await context.session.flush()
    await _settle(context, member, slot, wanted.on, "duty time set")
    return slot


async def take_out(context: Context, member: Member, slot_id: int, on: date) -> None:
    """The slot is gone, one of each week for good; whoever had it hears of it. Raises `RosterRefused`."""
    slot = await roster_slots.get(context.session, slot_id)
    if slot is None or not roster_swaps.may_set(context, member, slot.station_code):
        raise RosterRefused("gone")
    stands_in = await _stands_in(context, slot)
    await context.session.delete(slot)
    await context.session.flush()
    await _settle(
        context, member, slot, slot.on_date or on, "duty time taken away", (*stands_in, slot.representative_code)
    )


def _access(context: Context, member: Member, wanted: Wanted) -> RepresentativeEntry:
    """Who is meant, where the member looks after the station and they may come there."""
    station = wanted.station_code
    if station not in context.directory.stations or not roster_swaps.may_set(context, member, station):
        raise RosterRefused("not_theirs")
    person = context.directory.representatives.get(wanted.representative_code)
    if person is None:
        raise RosterRefused("nobody")
    if not context.directory.share_region(person.station_code, station):
        raise RosterRefused("not_of_region", roster_swaps.called(person))
    if wanted.on < context.local_now.date() or wanted.on.year not in YEARS:
        raise RosterRefused("past", on=wanted.on)
    return person


def _clocks(wanted: Wanted) -> tuple[str, str]:
    try:
        parse_clock(wanted.start), parse_clock(wanted.end)
    except BadCalendar:
        raise RosterRefused("clock") from None
    start, end = clock(seconds(wanted.start.strip())), clock(seconds(wanted.end.strip()))
    if start in (end, "24:00"):
        raise RosterRefused("clock")
    return start, end


async def _check_free(context: Context, person: RepresentativeEntry, slot: RosterSlot, on: date) -> None:
    """The first time of it: not on leave, not on duty at the same time, not over."""
    (time,) = duty_times.expand(slot, {}, (), Span(on, on, context.zone))
    if time.ends_at <= context.now:
        raise RosterRefused("past", on=on)
    last = (time.ends_at - timedelta(microseconds=1)).astimezone(context.zone).date()
    if await leaves.between(context.session, [person.code], on, last):
        raise RosterRefused("on_leave", roster_swaps.called(person), on)
    around = Span(on - _DAY, last, context.zone)
    busy = await duty_times.of_representative(context.session, person.code, around)
    if any(time.overlaps(other) for other in busy):
        raise RosterRefused("on_duty", roster_swaps.called(person), on)


async def _stands_in(context: Context, slot: RosterSlot) -> tuple[str, ...]:
    """Who was to stand in, from now on, as far as swaps are told ahead."""
    today = context.local_now.date()
    span = Span(today - _DAY, today + _TOLD_AHEAD, context.zone)
    found = await duty_times.of_stations(context.session, [slot.station_code], span)
    own = slot.representative_code, slot.start
    mine = [one for one in found if one.is_swapped and (one.slot.representative_code, one.slot.start) == own]
    return tuple(dict.fromkeys(one.holder for one in mine if one.ends_at > context.now))


async def _settle(
    context: Context, member: Member, slot: RosterSlot, on: date, act: str, gone: Sequence[str] = ()
) -> None:
    """The roster is read anew, the line is written, and those concerned hear of it, unless it is over.

    `gone` are those who need not come any more; nobody where the slot is new.
    """
    await note_roster_change(context.session, context.now, member.userid)
    when = f"weekday {slot.weekday}" if slot.weekday is not None else str(slot.on_date)
    subject = f"{slot.station_code} {when} {slot.start} of {slot.representative_code}"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
    log.info(act, extra={"roster_slot": slot.id, "station": slot.station_code})
    times = list(duty_times.expand(slot, {}, (), Span(on, on, context.zone)))
    if slot.weekday is None and all(one.ends_at <= context.now for one in times):
        return
    people = map(context.directory.representatives.get, gone or (slot.representative_code,))
    userids = [one.userid for one in people if one is not None and one.userid]
    others = [userid for userid in userids if userid.lower() != member.userid.lower()]
    await speaking.notify_members(context, others, Purpose.NOTICE, _said(context, slot, on, placed=not gone))


def _said(context: Context, slot: RosterSlot, on: date, *, placed: bool) -> Text:
    station = context.directory.stations.get(slot.station_code)
    line = SlotLine(on, slot.start, slot.end, station.name if station else slot.station_code)
    return DutyPlaced(line, placed=placed, weekly=slot.weekday is not None).render()
