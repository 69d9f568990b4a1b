"""活动日 编号: one day as a member may look at it, with the sites that are theirs."""

from collections.abc import Sequence

from bot.notices.activity_day_shown import LISTED_SITES, DayShown, ShownSite
from bot.services.activity_days import facts, reporting, showing
from bot.services.activity_days.planning import DayRefused
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_days, activity_rosters, receptions
from storage.models import ActivityDay, ActivitySite, Attendance
from storage.states import ActivityState

_COUNTED = frozenset({ActivityState.OPEN, *activity_days.AFTER})


async def look(context: Context, member: Member, day_id: int) -> DayShown:
    """The day, who is on the roster of each of their sites, and what was counted there. Raises `DayRefused`."""
    day = await activity_days.get_day(context.session, day_id)
    if day is None or not await showing.concerns(context, member, day):
        raise DayRefused("not_found")
    roster = await activity_rosters.roster_of(context.session, day.id)
    sites = await sites_for(context, member, day, roster)
    names = await facts.places(context, [site.station_code for site in sites[:LISTED_SITES]])
    shown = [
        await _show(context, day, site, names[site.station_code].name, roster) for site in sites[:LISTED_SITES]
    ]
    return DayShown(
        await facts.describe(context, day),
        day.state.value,
        day.planned_on,
        tuple(shown),
        len(sites),
        day.report_due_on,
    )


async def sites_for(
    context: Context, member: Member, day: ActivityDay, roster: Sequence[Attendance]
) -> list[ActivitySite]:
    """Whoever looks after the day sees every site, others those that they work or are on the roster of."""
    sites = list(await activity_days.sites_of(context.session, day.id))
    if await facts.may_manage_day(context, member, day):
        return sites
    code = member.representative.code if member.representative else None
    stands = {one.station_code for one in roster if one.representative_code == code}
    works = set(facts.works_at(context, member, [site.station_code for site in sites]))
    return [site for site in sites if site.station_code in stands | works]


async def _show(
    context: Context, day: ActivityDay, site: ActivitySite, name: str, roster: Sequence[Attendance]
) -> ShownSite:
    people = tuple(
        (facts.name_of(context, one.representative_code), one.state.value)
        for one in roster
        if one.station_code == site.station_code
    )
    if day.state not in _COUNTED:
        return ShownSite(name, people)
    counts = await receptions.count_site(context.session, day.id, site.station_code)
    return ShownSite(name, people, reporting.figures_of(counts), site.reported_at is not None)
