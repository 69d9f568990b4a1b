"""What a job that runs once for each period has done, and how far one that works in pieces has come."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import JobMark

NEVER = ""  # the period of a job that has not run yet


async def claim(session: AsyncSession, name: str, now: datetime) -> JobMark:
    """The mark of a job, made where it never ran; locked until this transaction ends: one scheduler works on it."""
    mark = await session.get(JobMark, name, with_for_update=True)
    if mark is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        made = dialect.insert(JobMark).values(name=name, period=NEVER, at=now, facts={})
        await session.execute(made.on_conflict_do_nothing())
        mark = await session.get_one(JobMark, name, with_for_update=True)
    return mark


async def begin(session: AsyncSession, name: str, period: str, now: datetime) -> bool:
    """Whether the job is still to be done for this period; it is marked as done in the same commit."""
    mark = await claim(session, name, now)
    if mark.period == period:
        return False
    put(mark, period, now)
    return True


def put(mark: JobMark, period: str, now: datetime, facts: Any = None) -> None:
    """Write the mark, with what the job wants to know next time."""
    mark.period, mark.at, mark.facts = period, now, facts if facts is not None else {}
