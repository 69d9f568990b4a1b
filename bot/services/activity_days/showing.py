"""Lists of days: for constituents who want to come, and for those who look after them."""

from collections.abc import Sequence
from datetime import timedelta

from bot.notices.activity_day import NextDays, NoStationKnown
from bot.notices.activity_day_desk import DayLine, DayList
from bot.services.activity_days import facts, public
from bot.services.context import Context
from bot.services.conversations import Caller
from bot.services.people import Member
from storage import activity_days, activity_rosters, region_reading
from storage.models import ActivityDay
from storage.states import ActivityState, AttendanceState

_KNOWN = frozenset({ActivityState.ANNOUNCED, ActivityState.REMINDED, ActivityState.OPEN})
_SHOWN = frozenset({ActivityState.CONFIRMED, ActivityState.ROSTER_OPEN, ActivityState.ROSTER_FIXED, *_KNOWN})
_MOST = 3
_LISTED = 12
_LOOKING_BACK = timedelta(days=35)


async def next_days(context: Context, caller: Caller) -> NextDays | NoStationKnown:
    """活动日: the next confirmed days of the station that a constituent came by, or had to do with last."""
    code = station_of(context, caller)
    place = (await facts.places(context, [code])).get(code) if code else None
    if code is None or place is None:
        return NoStationKnown()
    days = []
    for day in await _days_of(context, code):
        people = await public.people_at(context, day, code) if day.state in _KNOWN else ()
        days.append((await facts.describe(context, day), people))
    calendar = f"{context.public_url}/calendar/{code}.ics"
    return NextDays(place.name, place.address, place.phone, tuple(days), calendar)


async def _days_of(context: Context, station: str) -> Sequence[ActivityDay]:
    """Days that the station takes part in, and confirmed ones of its region whose sites are not chosen yet."""
    since = facts.today(context)
    here = await activity_days.of_station(context.session, station, since=since, states=_SHOWN)
    entry = context.directory.stations.get(station)
    regions = await region_reading.regions_above(context.session, entry.region_code if entry else None)
    ahead = [
        day
        for day in await activity_days.of_regions(
            context.session, regions, since=since, states=[ActivityState.CONFIRMED]
        )
        if day not in here and not await activity_days.sites_of(context.session, day.id)
    ]
    found = sorted([*here, *ahead], key=lambda day: (day.on_date, day.id))
    return [day for day in found if facts.ends_at(context, day) > context.now][:_MOST]


def station_of(context: Context, caller: Caller) -> str | None:
    """The station whose code they scanned, or that of the representative whose code it was, else the last one."""
    conversation = caller.conversation
    if conversation.scene == "rep":
        person = context.directory.representatives.get(conversation.scene_param)
        if person is not None and person.station_code:
            return person.station_code
    if conversation.scene in ("station", "day") and conversation.scene_param in context.directory.stations:
        return conversation.scene_param
    return caller.constituent.last_station_code


async def line_of(context: Context, day: ActivityDay) -> DayLine:
    """A day in one line: its state, its sites, and how the roster stands."""
    roster = [one.state for one in await activity_rosters.roster_of(context.session, day.id)]
    sites = await activity_days.sites_of(context.session, day.id)
    going = sum(state in (AttendanceState.ACCEPTED, *facts.HERE) for state in roster)
    asked = roster.count(AttendanceState.INVITED)
    return DayLine(await facts.describe(context, day), day.state.value, len(sites), going, asked)


async def for_member(context: Context, member: Member) -> DayList:
    """What is ahead and what is not filed yet, for the days that concern a member."""
    today = facts.today(context)
    days = await activity_days.listed(
        context.session,
        region_codes=None,
        first=today - _LOOKING_BACK,
        last=today + timedelta(days=context.rules.activity_ahead_days),
    )
    theirs = [day for day in days if _is_current(day) and await concerns(context, member, day)]
    return DayList(tuple([await line_of(context, day) for day in theirs[:_LISTED]]))


def _is_current(day: ActivityDay) -> bool:
    return day.state not in (ActivityState.CANCELLED, ActivityState.REPORTED, ActivityState.ARCHIVED)


async def concerns(context: Context, member: Member, day: ActivityDay) -> bool:
    """Whether a member looks after it, works one of its sites, or is on its roster."""
    if await facts.may_manage_day(context, member, day):
        return True
    if day.state is ActivityState.PLANNED:
        return False
    sites = [site.station_code for site in await activity_days.sites_of(context.session, day.id)]
    if not sites:
        own = {member.staff.station_code if member.staff else None}
        own.add(member.representative.station_code if member.representative else None)
        regions = await region_reading.regions_below(context.session, day.region_code)
        stations = context.directory.stations
        return any(code in stations and stations[code].region_code in regions for code in own if code)
    if facts.works_at(context, member, sites):
        return True
    person = member.representative
    return person is not None and (
        await activity_rosters.find_attendance(context.session, day.id, person.code) is not None
    )
