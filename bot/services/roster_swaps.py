"""换班: a representative asks another to stand in on duty, or an officer sets it; it counts once it is agreed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot.assignment import SlotDay
from bot.notices import member_rosters as notices
from bot.notices.content import CardChange
from bot.notices.member_rosters import SlotLine
from bot.services import duty_times, people, speaking
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty_times import DutyTime, Span
from bot.services.people import Member
from storage import audit, leaves, roster_swaps
from storage.models import RosterSwap
from storage.outbox import Channel, Purpose
from storage.roster_swaps import NewSwap

log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
Told: TypeAlias = notices.SwapAsked | notices.SwapSettled | notices.SwapDeclined


class SwapRefused(Exception):
    """It cannot be; `said` is what whoever asked is told."""

    def __init__(self, said: notices.SwapRefused) -> None:
        super().__init__(said.why)
        self.said = said


@dataclass(frozen=True, slots=True)
class Request:
    """One swap as it is asked for: who gives slots of one day to whom; all of that day's where `start` is empty."""

    asker: RepresentativeEntry
    stand_in: RepresentativeEntry
    day: date
    start: str = ""

    def refuse(self, why: str, *, words: str = "", slots: Sequence[SlotLine] = ()) -> SwapRefused:
        """Why it cannot be."""
        return SwapRefused(
            notices.SwapRefused(
                why, self.day, called(self.asker), called(self.stand_in), words=words, slots=tuple(slots)
            )
        )


def called(person: RepresentativeEntry) -> str:
    """A representative as they are spoken of."""
    return f"{person.name}代表"


def get_named(context: Context, words: str, day: date) -> RepresentativeEntry:
    """The representative that a code or a name means; raise `SwapRefused` for none or several."""
    directory = context.directory
    for written in (words, words.removesuffix("代表")):
        if found := directory.representatives.get(written):
            return found
        named = directory.representatives_named(written)
        if len(named) == 1:
            return named[0]
        if named:
            choices = tuple((f"{called(one)}（{_home(context, one)}）", one.code) for one in named)
            raise SwapRefused(notices.SwapRefused("several", day, words=written, choices=choices))
    raise SwapRefused(notices.SwapRefused("nobody", day, words=words))


def _home(context: Context, person: RepresentativeEntry) -> str:
    station = context.directory.stations.get(person.station_code or "")
    return station.name if station else "未编站"


async def ask(context: Context, member: Member, request: Request) -> Told:
    """Ask another to stand in for one's own slots; raise `SwapRefused`. Who was asked before need not answer."""
    times = await _slots_to_swap(context, request)
    await _check_stand_in(context, request, times)
    if not request.stand_in.userid:
        raise request.refuse("unreachable")
    rows = []
    for one in times:
        waiting = [row for row in await _locked(context, one.slot) if _waits(row)]
        if any(row.to_code == request.stand_in.code for row in waiting):
            raise request.refuse("asked_already")
        for row in waiting:
            row.declined_at = context.now
        rows.append(await roster_swaps.add(context.session, _new(one, request, member.userid), context.now))
    for row in rows:
        _note(context, member, "roster swap asked", row)
    lines = _lines(context, times)
    card = notices.SwapAsk(tuple(row.id for row in rows), called(request.asker), lines).render()
    task_id = f"swap-{rows[0].id}-{int(context.now.timestamp() * 1000):x}"
    await speaking.notify_members(context, [request.stand_in.userid], Purpose.CARD, card, task_id=task_id)
    return notices.SwapAsked(called(request.stand_in), lines)


async def set_directly(context: Context, member: Member, request: Request) -> Told:
    """Staff set it for their stations: it counts at once, and both are told. Raises `SwapRefused`."""
    times = await _slots_to_swap(context, request)
    theirs = [one for one in times if may_set(context, member, one.slot.station_code)]
    if not theirs:
        raise request.refuse("not_theirs")
    await _check_stand_in(context, request, theirs)
    rows = []
    for one in theirs:
        for row in await _locked(context, one.slot):
            row.declined_at = row.declined_at or (context.now if _waits(row) else None)
        new = _new(one, request, member.userid)
        rows.append(await roster_swaps.add(context.session, new, context.now, agreed=True))
    return await _settle(context, member, request, rows, theirs)


def may_set(context: Context, member: Member, station_code: str) -> bool:
    """Whether this member looks after a station's duty times."""
    return people.is_centre(context, member) or station_code in people.queue_of(context, member)


async def answer(
    context: Context, member: Member, ids: Sequence[int], agrees: bool, task_id: str, response_code: str
) -> Told:
    """同意 or 不行 on the card; raise `SwapRefused` where it was answered before or has changed since."""
    request, rows, times = await _asked(context, member, ids)
    if agrees:
        await _check_stand_in(context, request, times)
    settle = _agree if agrees else _decline
    told = await settle(context, member, request, rows, times)
    card = notices.SwapAnswered(called(request.asker), _lines(context, times), agrees).render()
    if response_code:
        change = CardChange(response_code, task_id, card)
        await speaking.notify_members(context, [member.userid], Purpose.UPDATE, change, channel=Channel.CARD_UPDATE)
    return told


async def _asked(
    context: Context, member: Member, ids: Sequence[int]
) -> tuple[Request, list[RosterSwap], list[DutyTime]]:
    """What a card asked of this member, where all of it still stands; the rows are locked."""
    stand_in, today = member.representative, context.local_now.date()
    known = await roster_swaps.of_ids(context.session, ids)
    if stand_in is None or not known or any(row.to_code != stand_in.code for row in known):
        raise SwapRefused(notices.SwapRefused("gone", today))
    slots = sorted({_slot_of(row) for row in known}, key=_order)
    locked = {row.id: row for slot in slots for row in await _locked(context, slot)}
    rows = [locked[one.id] for one in known]
    asker = people.identify_member(context, rows[0].asked_by).representative
    day = rows[0].on_date
    if any(row.agreed_at or row.declined_at for row in rows):
        mine = all(row.agreed_at for row in rows)
        raise SwapRefused(notices.SwapRefused("answered" if mine else "gone", day))
    held = {} if asker is None else {one.slot: one for one in await _held(context, asker, day)}
    if asker is None or any(slot not in held for slot in slots):
        raise SwapRefused(notices.SwapRefused("gone", day))
    times = [held[slot] for slot in slots]
    if any(one.ends_at <= context.now for one in times):
        raise SwapRefused(notices.SwapRefused("past", day))
    return Request(asker, stand_in, day), rows, times


async def _slots_to_swap(context: Context, request: Request) -> list[DutyTime]:
    """The asker's slots that begin on the day and are not over, in the order in which they are locked."""
    if request.asker.code == request.stand_in.code:
        raise request.refuse("same")
    held = await _held(context, request.asker, request.day)
    if not held:
        raise request.refuse("past" if request.day < context.local_now.date() else "no_slot")
    meant = [one for one in held if request.start in ("", one.slot.start)]
    if not meant:
        raise request.refuse("no_such_time", words=request.start, slots=_lines(context, held))
    ahead = [one for one in meant if one.ends_at > context.now]
    if not ahead:
        raise request.refuse("past")
    return sorted(ahead, key=lambda one: _order(one.slot))


async def _held(context: Context, person: RepresentativeEntry, day: date) -> list[DutyTime]:
    """The slots of a local day that a representative has, each once."""
    found = await duty_times.of_representative(context.session, person.code, Span(day, day, context.zone))
    return list({one.slot: one for one in sorted(found, key=lambda one: one.ends_at)}.values())


async def _check_stand_in(context: Context, request: Request, times: Sequence[DutyTime]) -> None:
    stations = {one.slot.station_code for one in times}
    home = _station_of(context, request.stand_in)
    if not all(context.directory.share_region(home, station) for station in stations):
        raise request.refuse("not_of_region")
    last = max(one.ends_at for one in times)
    last_day = _last_day(last, context)
    if await leaves.between(context.session, [request.stand_in.code], request.day, last_day):
        raise request.refuse("on_leave")
    around = Span(request.day - _DAY, last_day, context.zone)
    busy = await duty_times.of_representative(context.session, request.stand_in.code, around)
    if any(one.overlaps(other) for one in times for other in busy):
        raise request.refuse("on_duty")


def _last_day(ends_at: datetime, context: Context) -> date:
    """The last local day that a slot has a part of."""
    return (ends_at - timedelta(microseconds=1)).astimezone(context.zone).date()


def _station_of(context: Context, person: RepresentativeEntry) -> str | None:
    known = context.roster.representatives.get(person.code)
    return context.roster.station_of_representative(known) if known else person.station_code


async def _agree(
    context: Context, member: Member, request: Request, rows: Sequence[RosterSwap], times: Sequence[DutyTime]
) -> notices.SwapSettled:
    for row in rows:
        row.agreed_at = context.now
    await context.session.flush()
    return await _settle(context, member, request, rows, times)


async def _settle(
    context: Context, member: Member, request: Request, rows: Sequence[RosterSwap], times: Sequence[DutyTime]
) -> notices.SwapSettled:
    """It counts from now: everybody concerned is told, but for whoever is being answered."""
    for row in rows:
        context.standing.note_swap(_slot_of(row), row.to_code)
        _note(context, member, "roster swap agreed", row)
    lines = _lines(context, times)
    asker, stand_in = called(request.asker), called(request.stand_in)
    told = {
        reader: notices.SwapSettled(reader, asker, stand_in, lines) for reader in ("asker", "stand_in", "officer")
    }
    readers = _readers(context, request, times)
    for reader, userids in readers.items():
        others = [userid for userid in userids if userid.lower() != member.userid.lower()]
        await speaking.notify_members(context, others, Purpose.NOTICE, told[reader].render())
    return told[_reader_of(member, readers)]


async def _decline(
    context: Context, member: Member, request: Request, rows: Sequence[RosterSwap], times: Sequence[DutyTime]
) -> notices.SwapDeclined:
    for row in rows:
        row.declined_at = context.now
        _note(context, member, "roster swap declined", row)
    lines = _lines(context, times)
    asker, stand_in = called(request.asker), called(request.stand_in)
    for reader, userids in _readers(context, request, times).items():
        others = [userid for userid in userids if userid.lower() != member.userid.lower()]
        if reader != "stand_in":
            said = notices.SwapDeclined(reader, asker, stand_in, lines).render()
            await speaking.notify_members(context, others, Purpose.NOTICE, said)
    return notices.SwapDeclined("stand_in", asker, stand_in, lines)


def _readers(context: Context, request: Request, times: Sequence[DutyTime]) -> dict[str, list[str]]:
    """Whom it concerns, each in one part only."""
    asker, stand_in = request.asker.userid, request.stand_in.userid
    both = {userid.lower() for userid in (asker, stand_in) if userid}
    officers = [each for one in times for each in context.directory.officers_of(one.slot.station_code)]
    return {
        "asker": [asker] if asker else [],
        "stand_in": [stand_in] if stand_in else [],
        "officer": [each for each in dict.fromkeys(officers) if each.lower() not in both],
    }


def _reader_of(member: Member, readers: dict[str, list[str]]) -> str:
    """As whom a member reads of it."""
    for reader, userids in readers.items():
        if member.userid.lower() in map(str.lower, userids):
            return reader
    return "officer"


async def _locked(context: Context, slot: SlotDay) -> Sequence[RosterSwap]:
    return await roster_swaps.lock_slot(
        context.session, slot.station_code, slot.representative_code, slot.on, slot.start
    )


def _waits(row: RosterSwap) -> bool:
    return row.agreed_at is None and row.declined_at is None


def _slot_of(row: RosterSwap) -> SlotDay:
    return SlotDay(row.station_code, row.from_code, row.on_date, row.start)


def _order(slot: SlotDay) -> tuple[date, str, str, str]:
    return slot.on, slot.start, slot.station_code, slot.representative_code


def _new(one: DutyTime, request: Request, asked_by: str) -> NewSwap:
    slot = one.slot
    return NewSwap(
        slot.station_code, slot.representative_code, slot.on, slot.start, request.stand_in.code, asked_by
    )


def _lines(context: Context, times: Sequence[DutyTime]) -> tuple[SlotLine, ...]:
    return tuple(line(context, one) for one in times)


def line(context: Context, one: DutyTime) -> SlotLine:
    """A duty time as it is said."""
    station = context.directory.stations.get(one.slot.station_code)
    return SlotLine(one.slot.on, one.slot.start, one.end, station.name if station else "")


def _note(context: Context, member: Member, act: str, row: RosterSwap) -> None:
    subject = f"{row.station_code} {row.on_date} {row.start} of {row.from_code} to {row.to_code}"
    audit.add_line(context.session, actor=member.userid, act=act, subject=subject, at=context.now)
    log.info(act, extra={"roster_swap": row.id, "station": row.station_code})
