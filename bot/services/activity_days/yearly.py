"""How often each representative has come this year, beside how often they should (domain E5)."""

from datetime import date

from bot.notices.activity_day_rosters import YearCount, YearCounts
from bot.services.activity_days import facts
from bot.services.context import Context
from bot.services.people import Member
from storage import activity_rosters, region_reading


async def show(context: Context, member: Member) -> YearCounts:
    """Of the stations that a member works: who has come, or said to come, less often than the rule says."""
    year, least = facts.today(context).year, context.rules.activity_days_a_year
    stations = facts.works_at(context, member, context.directory.stations)
    homes = dict(await region_reading.assigned_to(context.session, stations))
    came = await activity_rosters.count_attended(
        context.session, list(homes), date(year, 1, 1), date(year + 1, 1, 1)
    )
    behind = [code for code in homes if came.get(code, 0) < least]
    names = await facts.places(context, {homes[code] for code in behind})
    lines = [
        YearCount(facts.name_of(context, code), names[homes[code]].name, came.get(code, 0))
        for code in sorted(behind, key=lambda code: (homes[code], came.get(code, 0), code))
    ]
    return YearCounts(year, least, len(homes), tuple(lines))
