"""A leave leaves duty times without anybody: the officer hears, and whoever had found this stand-in."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from bot.notices.member_rosters import SlotLine, SlotsUnheld, StandInOnLeave
from bot.services import duty_times, roster_swaps, speaking
from bot.services.context import Context
from bot.services.directory import RepresentativeEntry
from bot.services.duty_times import DutyTime, Span
from storage.outbox import Purpose

_TOLD_DAYS = 60  # of a long leave: what lies further ahead is seen under 值班


async def tell(context: Context, person: RepresentativeEntry, first: date, last: date) -> tuple[SlotLine, ...]:
    """Tell those whom it concerns; returns the duty times of the leave that are still ahead."""
    today = context.local_now.date()
    span = Span(max(first, today), min(last, today + timedelta(days=_TOLD_DAYS)), context.zone)
    held = await duty_times.of_representative(context.session, person.code, span)
    ahead = sorted((one for one in held if one.ends_at > context.now), key=_whose)
    for (station, whose), group in groupby(ahead, key=_whose):
        slots = _lines(context, group)
        asker = context.directory.representatives.get(whose) if whose != person.code else None
        called = roster_swaps.called(asker) if asker else ""
        told = SlotsUnheld(roster_swaps.called(person), slots, called).render()
        own = (person.userid or "").lower()
        officers = [one for one in context.directory.officers_of(station) if one.lower() != own]
        await speaking.notify_members(context, officers, Purpose.NOTICE, told)
        if asker is not None and asker.userid:
            said = StandInOnLeave(roster_swaps.called(person), slots).render()
            await speaking.notify_members(context, [asker.userid], Purpose.NOTICE, said)
    return _lines(context, sorted(ahead, key=lambda one: one.starts_at))


def _whose(one: DutyTime) -> tuple[str, str]:
    return one.slot.station_code, one.slot.representative_code


def _lines(context: Context, times: Iterable[DutyTime]) -> tuple[SlotLine, ...]:
    return tuple(roster_swaps.line(context, one) for one in sorted(times, key=lambda one: one.starts_at))
