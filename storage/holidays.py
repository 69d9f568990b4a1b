"""The office's own table of days off and make-up working days, on top of the shipped one."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Holiday


async def get_all(session: AsyncSession) -> Mapping[date, str]:
    """Each day with `off` or `work`."""
    rows = await session.execute(select(Holiday.day, Holiday.kind))
    return {day: kind for day, kind in rows}  # noqa: C416  a Row is no pair for mypy
