"""The five totals from what people did and from the raw rows, without the report's own code."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.month.people import Tally
from storage.models import ActivityDay, Attendance, Representative


async def count_facts(session: AsyncSession, tally: Tally, first: date, last: date) -> dict[str, int]:
    """What the month report must say, by the names of its totals."""
    rows = await session.execute(
        select(Attendance.station_code, Representative.userid)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .join(Representative, Representative.code == Attendance.representative_code)
        .where(ActivityDay.on_date.between(first, last))
    )
    sites_of = {userid: station for station, userid in rows if userid}
    sites = {sites_of[userid] for userid in tally.came if userid in sites_of} | tally.desk_sites | tally.table_sites
    return {
        "attendances": len(tally.came),
        "sessions": len(sites),
        "received": tally.received + len(tally.at_tables),
        "opinions": tally.desk_opinions + tally.table_matters,
        "proposals": tally.desk_proposals,
    }
