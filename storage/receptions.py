"""People received face to face, and what is counted from them. Figures are always counted from the raw rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.activity_rosters import CAME
from storage.models import ActivityDay, ActivitySite, Attendance, Case, DutyEntry, Reception


@dataclass(frozen=True, slots=True)
class Counts:
    """What one site counts, or several together."""

    attendances: int = 0  # present or late
    sessions: int = 0  # site-days with somebody there or somebody received
    received: int = 0  # people
    opinions: int = 0
    proposals: int = 0


async def find_by_source(session: AsyncSession, source_key: str) -> Reception | None:
    """The reception that was noted from a message."""
    found = await session.scalars(select(Reception).where(Reception.source_key == source_key))
    return found.one_or_none()


async def find_of_case(session: AsyncSession, case_id: int) -> Reception | None:
    """The reception that a case came from."""
    found = await session.scalars(select(Reception).where(Reception.case_id == case_id).limit(1))
    return found.one_or_none()


async def find_behind(session: AsyncSession, entry: DutyEntry) -> Reception | None:
    """The reception that an entry, or the first of its line of corrections, was made from; locked."""
    root = await session.get(DutyEntry, entry.root_id) if entry.root_id is not None else entry
    kind, _, number = (root.subject or "" if root is not None else "").partition(":")
    if kind != "reception" or not number.isdigit():
        return None
    return await session.get(Reception, int(number), with_for_update=True)


async def has_received(session: AsyncSession, day_id: int, constituent_id: int) -> bool:
    """Whether a constituent was counted on a day already."""
    found = await session.scalar(
        select(Reception.id)
        .join(Case, Case.id == Reception.case_id)
        .where(Reception.day_id == day_id, Case.constituent_id == constituent_id)
        .limit(1)
    )
    return found is not None


async def of_site(session: AsyncSession, day_id: int, station_code: str) -> Sequence[Reception]:
    """What was noted at a site, in order."""
    found = await session.scalars(
        select(Reception)
        .where(Reception.day_id == day_id, Reception.station_code == station_code)
        .order_by(Reception.id)
    )
    return found.all()


async def count_site(session: AsyncSession, day_id: int, station_code: str) -> Counts:
    """One site's figures, from attendances and receptions."""
    came = await session.scalar(
        select(func.count()).where(
            Attendance.day_id == day_id, Attendance.station_code == station_code, Attendance.state.in_(CAME)
        )
    )
    rows, received, opinions, proposals = (
        await session.execute(
            select(
                func.count(),
                func.coalesce(func.sum(Reception.people), 0),
                func.coalesce(func.sum(Reception.opinions), 0),
                func.coalesce(func.sum(Reception.proposals), 0),
            ).where(Reception.day_id == day_id, Reception.station_code == station_code)
        )
    ).one()
    held = 1 if came or rows else 0
    return Counts(came or 0, held, int(received), int(opinions), int(proposals))


async def count_by_station(
    session: AsyncSession, station_codes: Collection[str], first: date, last: date
) -> Mapping[str, Counts]:
    """Figures of each station for local dates, both included; receptions on other days than activity days too."""
    came = await session.execute(
        select(Attendance.station_code, Attendance.day_id, func.count())
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.station_code.in_(station_codes),
            Attendance.state.in_(CAME),
            ActivityDay.on_date.between(first, last),
        )
        .group_by(Attendance.station_code, Attendance.day_id)
    )
    noted = await session.execute(
        select(
            Reception.station_code,
            Reception.day_id,
            func.sum(Reception.people),
            func.sum(Reception.opinions),
            func.sum(Reception.proposals),
        )
        .where(Reception.station_code.in_(station_codes), Reception.occurred_on.between(first, last))
        .group_by(Reception.station_code, Reception.day_id)
    )
    attendances: dict[str, int] = {}
    held: dict[str, set[int]] = {}
    figures: dict[str, list[int]] = {}
    for station, day_id, count in came:
        attendances[station] = attendances.get(station, 0) + count
        held.setdefault(station, set()).add(day_id)
    for station, noted_on, people, opinions, proposals in noted:
        if noted_on is not None:
            held.setdefault(station, set()).add(noted_on)
        sums = figures.setdefault(station, [0, 0, 0])
        sums[:] = [sums[0] + int(people), sums[1] + int(opinions), sums[2] + int(proposals)]
    return {
        code: Counts(attendances.get(code, 0), len(held.get(code, ())), *figures.get(code, (0, 0, 0)))
        for code in sorted(attendances.keys() | held.keys() | figures.keys())
    }


async def sites_between(
    session: AsyncSession, station_codes: Collection[str], first: date, last: date
) -> Sequence[ActivitySite]:
    """Sites of the days of these dates that were held or are to be held, with what their officers filed."""
    found = await session.scalars(
        select(ActivitySite)
        .join(ActivityDay, ActivityDay.id == ActivitySite.day_id)
        .where(
            ActivitySite.station_code.in_(station_codes),
            ActivityDay.on_date.between(first, last),
            ActivityDay.closed_at.is_not(None),
        )
        .order_by(ActivitySite.station_code, ActivitySite.day_id)
    )
    return found.all()
