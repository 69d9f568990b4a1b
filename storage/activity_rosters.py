"""The rosters of activity days: who is asked, who comes, who stands in for whom, who was there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.activity_days import AFTER, BEFORE_START, CALLED_OFF
from storage.chunks import chunks
from storage.models import ActivityDay, Attendance
from storage.states import ATTENDANCE, ActivityState, AttendanceState

_T = AttendanceState
CAME = (_T.PRESENT, _T.LATE)


async def roster_of(session: AsyncSession, day_id: int) -> Sequence[Attendance]:
    """Everyone on the roster of a day, by number."""
    found = await session.scalars(select(Attendance).where(Attendance.day_id == day_id).order_by(Attendance.id))
    return found.all()


async def codes_of(session: AsyncSession, day_id: int) -> set[str]:
    """The representatives on the roster of a day, whatever became of their places."""
    found = await session.scalars(select(Attendance.representative_code).where(Attendance.day_id == day_id))
    return set(found)


async def unasked(session: AsyncSession, day_id: int, after_id: int, most: int) -> Sequence[Attendance]:
    """Places behind a number whose people were not asked for this date yet, in order."""
    found = await session.scalars(
        select(Attendance)
        .where(
            Attendance.day_id == day_id,
            Attendance.id > after_id,
            Attendance.state == _T.INVITED,
            Attendance.asked_at.is_(None),
        )
        .order_by(Attendance.id)
        .limit(most)
    )
    return found.all()


async def add_places(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Write places on a roster, many at a time."""
    async for some in chunks(rows):
        await session.execute(insert(Attendance), some)


async def unreplaced(session: AsyncSession, day_id: int, reason: str, most: int) -> Sequence[Attendance]:
    """Places of those who could not come from the beginning, for whom nobody was looked for yet."""
    found = await session.scalars(
        select(Attendance)
        .where(
            Attendance.day_id == day_id,
            Attendance.state == _T.DECLINED,
            Attendance.reason == reason,
            Attendance.answered_at.is_(None),
        )
        .order_by(Attendance.id)
        .limit(most)
    )
    return found.all()


async def stood_in_for(session: AsyncSession, day_id: int) -> set[str]:
    """The representatives in whose place somebody else was asked."""
    found = await session.scalars(
        select(Attendance.stands_in_for).where(Attendance.day_id == day_id, Attendance.stands_in_for.is_not(None))
    )
    return {code for code in found if code}


async def ask_anew(
    session: AsyncSession, day_id: int, heard: Collection[str], now: datetime, *, besides: Collection[str]
) -> None:
    """The date changed: everyone on the roster is to be asked; `heard` are asked now, by the notice of the change.

    Left as they are: who was replaced, who came or was absent, and whose reason is one of `besides`.
    """
    settled = (_T.REPLACED, _T.PRESENT, _T.LATE, _T.ABSENT)
    changed = (
        update(Attendance)
        .where(Attendance.day_id == day_id, Attendance.state.not_in(settled), Attendance.reason.not_in(besides))
        .values(state=_T.INVITED, reason="", asked_at=None, answered_at=None)
    )
    await session.execute(changed)
    async for some in chunks(heard):
        await session.execute(
            update(Attendance)
            .where(
                Attendance.day_id == day_id,
                Attendance.state == _T.INVITED,
                Attendance.answered_at.is_(None),
                Attendance.representative_code.in_(some),
            )
            .values(asked_at=now)
        )


async def note_absent(session: AsyncSession, day_id: int) -> int:
    """Whoever was expected and did not come was absent; returns how many."""
    expected = [state for state in (_T.INVITED, _T.ACCEPTED) if _T.ABSENT in ATTENDANCE[state]]
    changed = await session.execute(
        update(Attendance)
        .where(Attendance.day_id == day_id, Attendance.state.in_(expected))
        .values(state=_T.ABSENT)
        .returning(Attendance.id)
    )
    return len(changed.all())


async def find_attendance(
    session: AsyncSession, day_id: int, representative_code: str, *, lock: bool = False
) -> Attendance | None:
    """A representative's place on a day."""
    query = select(Attendance).where(
        Attendance.day_id == day_id, Attendance.representative_code == representative_code
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def attendances_on(
    session: AsyncSession, representative_code: str, on_date: date
) -> Sequence[tuple[Attendance, ActivityDay]]:
    """A representative's places on the days of a date that are not called off."""
    rows = await session.execute(
        select(Attendance, ActivityDay)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.representative_code == representative_code,
            ActivityDay.on_date == on_date,
            ActivityDay.state.in_((*BEFORE_START, ActivityState.OPEN, *AFTER)),
        )
        .order_by(ActivityDay.id)
    )
    return [(attendance, day) for attendance, day in rows]


async def count_attended(session: AsyncSession, codes: Collection[str], since: date, until: date) -> dict[str, int]:
    """How often each came, or is going to come, from `since` to before `until`; who never did is left out."""
    rows = await session.execute(
        select(Attendance.representative_code, func.count())
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.representative_code.in_(codes),
            Attendance.state.in_((*CAME, _T.ACCEPTED)),
            ActivityDay.on_date >= since,
            ActivityDay.on_date < until,
            ActivityDay.state.not_in(CALLED_OFF),
        )
        .group_by(Attendance.representative_code)
    )
    return {str(code): count for code, count in rows}
