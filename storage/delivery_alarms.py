"""Alarms about delivery: one row from when something was noticed until it is over, shared by every process."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DeliveryAlarm

LATE, REFUSED = "late", "refused"
SEEN_EVERY = timedelta(seconds=30)  # what is noticed more often is the same sighting


async def note(session: AsyncSession, kind: str, errcode: int, now: datetime) -> tuple[DeliveryAlarm, bool]:
    """The open alarm of this kind and code, seen now; True when it is new."""
    known = await _find_open(session, kind, errcode)
    if known is not None:
        if now - known.seen_at >= SEEN_EVERY:
            known.seen_at, known.times = now, known.times + 1
        return known, False
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(DeliveryAlarm).values(
        kind=kind, errcode=errcode, started_at=now, seen_at=now, times=1, waiting=0, reason=""
    )
    added = await session.execute(made.on_conflict_do_nothing().returning(DeliveryAlarm.id))
    is_new = added.scalar_one_or_none() is not None
    alarm = await _find_open(session, kind, errcode)
    if alarm is None:
        raise LookupError("an alarm that was just noted is there")
    return alarm, is_new


async def _find_open(session: AsyncSession, kind: str, errcode: int) -> DeliveryAlarm | None:
    found = await session.scalars(
        select(DeliveryAlarm).where(
            DeliveryAlarm.kind == kind, DeliveryAlarm.errcode == errcode, DeliveryAlarm.cleared_at.is_(None)
        )
    )
    return found.one_or_none()


async def find_open(session: AsyncSession) -> Sequence[DeliveryAlarm]:
    """Every alarm that is not over, the oldest first."""
    found = await session.scalars(
        select(DeliveryAlarm).where(DeliveryAlarm.cleared_at.is_(None)).order_by(DeliveryAlarm.id)
    )
    return found.all()


async def find_last(session: AsyncSession) -> DeliveryAlarm | None:
    """The last alarm that staff were told of, over or not."""
    found = await session.scalars(
        select(DeliveryAlarm).where(DeliveryAlarm.told_at.is_not(None)).order_by(DeliveryAlarm.id.desc()).limit(1)
    )
    return found.one_or_none()
