"""What happened and has no duty entry yet: attendances, live sessions, desk receptions, meetings agreed to."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.activity_rosters import CAME
from storage.models import (
    ActivityDay,
    Attendance,
    Broadcast,
    BroadcastRecipient,
    DutyEntry,
    LiveSession,
    Reception,
)
from storage.states import BroadcastState, LiveState, RecipientState

ENDED = (
    LiveState.ENDED,
    LiveState.SORTED,
    LiveState.CLAIMED,
    LiveState.PUBLISHED,
    LiveState.FOLLOWED_UP,
    LiveState.ARCHIVED,
)
HELD = (BroadcastState.SENT, BroadcastState.RECEIPT_WATCH, BroadcastState.CLOSED)


def attendance(number: int) -> str:
    """The subject of an entry that was made from an attendance."""
    return f"attendance:{number}"


def reception(number: int) -> str:
    """The subject of an entry that was made from a reception."""
    return f"reception:{number}"


def live(number: int) -> str:
    """The subject of the entries that were made from a live session."""
    return f"live:{number}"


def notice(number: int) -> str:
    """The subject of the entries that were made from a notice of a meeting."""
    return f"notice:{number}"


def _unmade(prefix: str, number: ColumnElement[Any], code: ColumnElement[Any]) -> ColumnElement[bool]:
    made = select(DutyEntry.id).where(
        DutyEntry.subject == literal(prefix).concat(cast(number, String)), DutyEntry.representative_code == code
    )
    return ~made.exists()


async def attendances(
    session: AsyncSession, closed_since: datetime, most: int
) -> Sequence[tuple[Attendance, ActivityDay]]:
    """Who was there on a day that is over."""
    found = await session.execute(
        select(Attendance, ActivityDay)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            ActivityDay.closed_at >= closed_since,
            Attendance.state.in_(CAME),
            _unmade("attendance:", Attendance.id.expression, Attendance.representative_code.expression),
        )
        .order_by(Attendance.id)
        .limit(most)
    )
    return [(one, day) for one, day in found]


async def find_attendance_behind(session: AsyncSession, entry: DutyEntry) -> Attendance | None:
    """The attendance that an entry, or the first of its line of corrections, was made from; locked."""
    root = await session.get(DutyEntry, entry.root_id) if entry.root_id is not None else entry
    kind, _, number = (root.subject or "" if root is not None else "").partition(":")
    if kind != "attendance" or not number.isdigit():
        return None
    return await session.get(Attendance, int(number), with_for_update=True)


async def desk_receptions(
    session: AsyncSession, noted_since: datetime, today: date, most: int
) -> Sequence[Reception]:
    """Receptions at a desk that are settled, or of an earlier day."""
    found = await session.scalars(
        select(Reception)
        .where(
            Reception.source == "desk",
            Reception.representative_code.is_not(None),
            Reception.noted_at >= noted_since,
            or_(Reception.outcome != "", Reception.occurred_on < today),
            _unmade("reception:", Reception.id.expression, Reception.representative_code.expression),
        )
        .order_by(Reception.id)
        .limit(most)
    )
    return found.all()


async def live_sessions(session: AsyncSession, since: datetime, until: datetime) -> Sequence[LiveSession]:
    """Sessions that ended between two instants."""
    found = await session.scalars(
        select(LiveSession)
        .where(LiveSession.state.in_(ENDED), LiveSession.ended_at >= since, LiveSession.ended_at <= until)
        .order_by(LiveSession.id)
    )
    return found.all()


async def made_from(session: AsyncSession, subjects: Collection[str]) -> set[tuple[str, str]]:
    """Which representatives have an entry of these subjects."""
    found = await session.execute(
        select(DutyEntry.subject, DutyEntry.representative_code).where(DutyEntry.subject.in_(subjects))
    )
    return {(subject or "", code) for subject, code in found}


async def meetings(
    session: AsyncSession, choice: str, since: datetime
) -> Sequence[tuple[Broadcast, Sequence[str]]]:
    """Notices to which somebody answered with this button, and the userids of those who did."""
    found = await session.execute(
        select(Broadcast, BroadcastRecipient.name)
        .join(
            BroadcastRecipient,
            and_(
                BroadcastRecipient.broadcast_id == Broadcast.id,
                BroadcastRecipient.choice == choice,
                BroadcastRecipient.state == RecipientState.CONFIRMED,
            ),
        )
        .where(Broadcast.state.in_(HELD), Broadcast.sent_at >= since)
        .order_by(Broadcast.id, BroadcastRecipient.id)
    )
    grouped: dict[int, tuple[Broadcast, list[str]]] = {}
    for broadcast, userid in found:
        grouped.setdefault(broadcast.id, (broadcast, []))[1].append(userid)
    return list(grouped.values())
