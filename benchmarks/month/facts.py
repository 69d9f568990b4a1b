"""The five totals from what people did and from the raw rows, without the report's own code."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.month.people import Tally
from storage.models import ActivityDay, Attendance, Representative


async def count_facts(session: AsyncSession, tally: Tally, first: date, last: date) -> dict[str, int]:
    """What the month report must say, by the names of its totals."""
    rows = await session.execute(
        select(Attendance.day_id, Attendance.station_code, Representative.userid)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .join(Representative, Representative.code == Attendance.representative_code)
        .where(ActivityDay.on_date.between(first, last))
    )
    placed = {(day, userid): (day, station) for day, station, userid in rows if userid}
    sites = {placed[came] for came in tally.came if came in placed} | tally.sites
    return {
        "attendances": len(tally.came),
        "sessions": len(sites),
        "received": tally.received + len(tally.at_tables),
        "opinions": tally.desk_opinions + tally.table_matters,
        "proposals": tally.desk_proposals,
    }
