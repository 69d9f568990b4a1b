"""Reading cases out as a whole register, with what was said in them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Case, Message


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases: of a station, opened from `since` on and before `until`; restricted ones or not."""

    station_code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    restricted: bool = False

    @classmethod
    def on(
        cls, station: str | None, first: date | None, last: date | None, zone: ZoneInfo, *, restricted: bool
    ) -> Self:
        """Cases opened on local days, both included."""
        return cls(
            station,
            datetime.combine(first, time(), zone) if first else None,
            datetime.combine(last + timedelta(days=1), time(), zone) if last and last < date.max else None,
            restricted,
        )

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions on a case."""
        wanted: list[ColumnElement[bool]] = []
        if self.station_code:
            wanted.append(Case.station_code == self.station_code)
        if self.since:
            wanted.append(Case.opened_at >= self.since)
        if self.until:
            wanted.append(Case.opened_at < self.until)
        if not self.restricted:
            wanted.append(lanes.is_open_to_all())
        return wanted


async def count(session: AsyncSession, chosen: Chosen) -> int:
    """How many `stream` gives."""
    return await session.scalar(select(func.count()).select_from(Case).where(*chosen.where())) or 0


async def stream(session: AsyncSession, chosen: Chosen) -> AsyncIterator[Case]:
    """Cases in the order in which they were opened."""
    async for case in await session.stream_scalars(select(Case).where(*chosen.where()).order_by(Case.id)):
        yield case


async def messages_of(session: AsyncSession, case_ids: Sequence[int]) -> dict[int, list[Message]]:
    """What was said in these cases, in order."""
    query = select(Message).where(Message.case_id.in_(case_ids)).order_by(Message.case_id, Message.id)
    found: dict[int, list[Message]] = {}
    for message in await session.scalars(query):
        found.setdefault(message.case_id, []).append(message)
    return found
