"""今天: what waits for whoever opens the page, by its clock, and numbers that lead to the entries behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.activity_day import DayFacts
from bot.notices.delivery_desk import Figures
from bot.services import people
from bot.services.activity_days import facts as day_facts
from bot.services.console.inbox import Row, row_of, today_of, top
from bot.services.console.reach import desk_of
from bot.services.context import Context
from bot.services.people import Member
from bot.services.watching import figures
from storage import activity_days, case_lists, contact_tasks, live
from storage.case_lists import ANSWERED, EVERY, Reach, Wanted
from storage.models import LiveSession
from storage.states import ActivityState, LiveState

_SHOWN, _CALLS, _DAYS_AHEAD = 15, 50, 7
_CALLED_OFF = frozenset({ActivityState.CANCELLED, ActivityState.POSTPONED})
_ON_AIR = tuple(set(LiveState) - {LiveState.CANCELLED, LiveState.ARCHIVED, LiveState.DRAFT})


@dataclass(frozen=True, slots=True)
class Counts:
    """Each is the length of a list that the page leads to."""

    waiting: int
    late: int
    due_today: int
    unheard: int
    asked: int
    answered: int
    overdue: int  # departments that owe a reply since longer than they were asked for
    replied: int  # replies of departments that nobody has agreed to yet


@dataclass(frozen=True, slots=True)
class Airing:
    """A live session of these days."""

    title: str
    station: str
    starts_at: datetime
    ends_at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Today:
    """Everything the page shows; `emergencies` are those that nobody has confirmed."""

    at: datetime
    name: str
    place: str
    emergencies: tuple[Row, ...]
    waiting: tuple[Row, ...]
    counts: Counts
    calls: tuple[Row, ...]
    days: tuple[DayFacts, ...]
    airings: tuple[Airing, ...]
    delivery: Figures | None


async def look(context: Context, member: Member) -> Today:
    """As of now; it holds nothing that people wrote."""
    desk = desk_of(context, member)
    scope = figures.scope_of(context, member)
    station = context.directory.stations.get(member.staff.station_code or "") if member.staff else None
    return Today(
        at=context.now,
        name=people.name_of(context, member.userid),
        place=station.name if station else "",
        emergencies=await top(context, member, _everything(context, member, desk), Wanted(urgent=True), _SHOWN),
        waiting=await top(context, member, desk, Wanted(), _SHOWN),
        counts=await _counts(context, desk),
        calls=await _calls(context, member, desk),
        days=await _days(context, desk),
        airings=await _airings(context, desk),
        delivery=await figures.collect(context, scope) if scope else None,
    )


def _everything(context: Context, member: Member, desk: Reach) -> Reach:
    """The centre sees every emergency, whoever has it."""
    return Reach(None, restricted=desk.restricted) if people.is_centre(context, member) else desk


async def _calls(context: Context, member: Member, desk: Reach) -> tuple[Row, ...]:
    """Matters whose constituents somebody is to call."""
    centre = people.is_centre(context, member)
    found = await contact_tasks.open_at(context.session, desk.stations or (), centre=centre, limit=_CALLS)
    cases = {case.id: case for _, case in found if people.may_act_on(context, member, case)}
    return tuple(row_of(context, case) for case in cases.values())


async def _counts(context: Context, desk: Reach) -> Counts:
    session, now = context.session, context.now

    async def count(wanted: Wanted) -> int:
        return await case_lists.count(session, desk, wanted, now)

    return Counts(
        waiting=await count(Wanted()),
        late=await count(Wanted(late=True)),
        due_today=await count(Wanted(due=today_of(context))),
        unheard=await count(Wanted(unheard=True)),
        asked=await count(Wanted(asked=True)),
        answered=await count(Wanted(show=ANSWERED)),
        overdue=await count(Wanted(show=EVERY, overdue=True)),
        replied=await count(Wanted(show=EVERY, replied=True)),
    )


async def _days(context: Context, desk: Reach) -> tuple[DayFacts, ...]:
    """Activity days of today and the week ahead, of the regions around one's stations."""
    today = context.calendar.today(context.now)
    regions = None
    if desk.stations is not None and not desk.pooled:
        regions = {code for one in desk.stations for code in context.directory.regions_of(one)}
    found = await activity_days.listed(
        context.session, region_codes=regions, first=today, last=today + timedelta(days=_DAYS_AHEAD), limit=20
    )
    return tuple([await day_facts.describe(context, day) for day in found if day.state not in _CALLED_OFF])


async def _airings(context: Context, desk: Reach) -> tuple[Airing, ...]:
    stations = None if desk.pooled else desk.stations
    found = await live.in_states(context.session, _ON_AIR, stations)
    until = context.now + timedelta(days=_DAYS_AHEAD)
    return tuple(_airing(context, one) for one in found if context.now <= one.ends_at and one.starts_at < until)


def _airing(context: Context, one: LiveSession) -> Airing:
    station = context.directory.stations.get(one.station_code)
    return Airing(one.title, station.name if station else "", one.starts_at, one.ends_at, one.code)
