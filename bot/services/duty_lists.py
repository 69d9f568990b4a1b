"""值班: the next days' duty times as lists to read."""

from collections.abc import Iterable
from datetime import timedelta

from bot.notices.member_rosters import DutyLine, DutyList
from bot.services import duty_times, people, roster_swaps
from bot.services.context import Context
from bot.services.duty_times import DutyTime, Span
from bot.services.people import Member

DAYS = 14
_MOST_STATIONS = 300  # the centre of a whole province looks after more than anybody reads in a chat


async def duty_list(context: Context, member: Member) -> DutyList:
    """Own slots for a representative, those of the stations they look after for staff; what is over is left out."""
    today = context.local_now.date()
    span = Span(today - timedelta(days=1), today + timedelta(days=DAYS - 1), context.zone)
    own = stations = None
    if member.representative is not None:
        found = await duty_times.of_representative(context.session, member.representative.code, span)
        own = tuple(_line(context, one, named=False) for one in _ahead(context, found))
    if codes := stations_of(context, member)[:_MOST_STATIONS]:
        found = await duty_times.of_stations(context.session, codes, span)
        stations = tuple(_line(context, one, named=True) for one in _ahead(context, found))
    return DutyList(DAYS, own, stations)


def stations_of(context: Context, member: Member) -> list[str]:
    """The stations whose duty times this member looks after: their queue, and the station they belong to."""
    own = member.staff.station_code if member.staff else None
    codes = dict.fromkeys([*([own] if own else []), *people.queue_of(context, member)])
    return [code for code in codes if code in context.directory.stations]


def _ahead(context: Context, times: Iterable[DutyTime]) -> Iterable[DutyTime]:
    return (one for one in times if one.ends_at > context.now)


def _line(context: Context, one: DutyTime, *, named: bool) -> DutyLine:
    who = _name(context, one.holder) if named else ""
    instead_of = _name(context, one.slot.representative_code) if one.is_swapped else ""
    return DutyLine(roster_swaps.line(context, one), who, instead_of, one.away)


def _name(context: Context, code: str) -> str:
    person = context.directory.representatives.get(code)
    return roster_swaps.called(person) if person else code
