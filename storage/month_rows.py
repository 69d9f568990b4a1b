"""The rows behind a month's figures: who was there, and who was received, with the duty entries made of them.

The same rows as `receptions.count_by_station` adds up. Of what is closed to others the numbers of people are there,
as in the figures, and neither the entry nor whose it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import lanes
from storage.activity_rosters import CAME
from storage.chunks import chunks
from storage.duty_reading import STANDING
from storage.models import ActivityDay, Attendance, Case, DutyEntry, Reception, Representative
from storage.states import AttendanceState

_Made = aliased(DutyEntry)  # what was made from the row, corrected since or not


@dataclass(frozen=True, slots=True)
class CameRow:
    """One attendance; `entry` is the duty entry that stands for it, None until it is made."""

    station: str
    on: date
    day: int
    name: str
    representative: str
    late: bool
    entry: int | None


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One reception; `day` is the activity day that it belongs to."""

    station: str
    on: date
    reception: int
    day: int | None
    people: int
    opinions: int
    proposals: int
    name: str
    representative: str
    entry: int | None


def _made_from(prefix: str, number: ColumnElement[int], code: ColumnElement[Any]) -> ColumnElement[bool]:
    subject = literal(f"{prefix}:").concat(cast(number, String))
    return and_(_Made.subject == subject, _Made.representative_code == code)


async def _standing(session: AsyncSession, made: Iterable[int | None]) -> dict[int, int]:
    """Which entry stands now for each of these firsts; withdrawn ones are left out.

    Asked by number, not in the join: few are ever corrected, and a database that knows so reads all entries for it.
    """
    found: dict[int, int] = {}
    async for some in chunks(sorted({one for one in made if one is not None})):
        rows = await session.execute(
            select(DutyEntry.id, DutyEntry.root_id).where(
                or_(DutyEntry.id.in_(some), DutyEntry.root_id.in_(some)), STANDING
            )
        )
        found |= {root or number: number for number, root in rows}
    return found


async def came(session: AsyncSession, station_codes: Collection[str], first: date, last: date) -> Sequence[CameRow]:
    """Whoever was there on the activity days of these local dates, both included, by station and day."""
    made = _made_from("attendance", Attendance.id.expression, Attendance.representative_code.expression)
    rows = await session.execute(
        select(
            Attendance.station_code,
            ActivityDay.on_date,
            Attendance.day_id,
            func.coalesce(Representative.name, ""),
            Attendance.representative_code,
            Attendance.state == AttendanceState.LATE,
            _Made.id,
        )
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .outerjoin(Representative, Representative.code == Attendance.representative_code)
        .outerjoin(_Made, made)
        .where(
            Attendance.station_code.in_(station_codes),
            Attendance.state.in_(CAME),
            ActivityDay.on_date.between(first, last),
        )
        .order_by(Attendance.station_code, ActivityDay.on_date, Attendance.id)
    )
    found: Sequence[Any] = rows.all()
    entries = await _standing(session, (row[-1] for row in found))
    return [CameRow(*(*row[:5], bool(row[5]), entries.get(row[6]))) for row in found]


async def received(
    session: AsyncSession, station_codes: Collection[str], first: date, last: date
) -> Sequence[ReceivedRow]:
    """Receptions of these local dates, both included, by station and day."""
    made = _made_from("reception", Reception.id.expression, Reception.representative_code.expression)
    rows = await session.execute(
        select(
            Reception.station_code,
            Reception.occurred_on,
            Reception.id,
            Reception.day_id,
            Reception.people,
            Reception.opinions,
            Reception.proposals,
            func.coalesce(Representative.name, ""),
            func.coalesce(Reception.representative_code, ""),
            _Made.id,
            or_(lanes.is_restricted(), and_(_Made.lane != "", _Made.released_at.is_(None))),
        )
        .outerjoin(Case, Case.id == Reception.case_id)
        .outerjoin(Representative, Representative.code == Reception.representative_code)
        .outerjoin(_Made, made)
        .where(Reception.station_code.in_(station_codes), Reception.occurred_on.between(first, last))
        .order_by(Reception.station_code, Reception.occurred_on, Reception.id)
    )
    found: Sequence[Any] = rows.all()
    entries = await _standing(session, (row[-2] for row in found))
    return [_received(row, entries) for row in found]


def _received(row: Sequence[Any], entries: Mapping[int, int]) -> ReceivedRow:
    *facts, name, representative, made, closed = row
    whose = ("", "", None) if closed else (name, representative, entries.get(made))
    return ReceivedRow(*(*facts, *whose))
