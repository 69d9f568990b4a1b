"""The heads of the ledger as they were published day by day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import LedgerDay, LedgerHead, LedgerLine


async def publish(session: AsyncSession, on_date: date, until: datetime, now: datetime) -> Sequence[LedgerDay]:
    """Note the last line before `until`, the end of a local day, of each chain; what was noted once stays."""
    for chain in (await session.scalars(select(LedgerHead.chain).order_by(LedgerHead.chain))).all():
        last = await _last_before(session, chain, until)
        if last is not None and await session.get(LedgerDay, (chain, on_date)) is None:
            session.add(LedgerDay(chain=chain, on_date=on_date, seq=last.seq, digest=last.digest, published_at=now))
    await session.flush()
    return await published(session, on_date)


async def _last_before(session: AsyncSession, chain: str, until: datetime) -> LedgerLine | None:
    found = await session.scalars(
        select(LedgerLine)
        .where(LedgerLine.chain == chain, LedgerLine.at < until)
        .order_by(LedgerLine.seq.desc())
        .limit(1)
    )
    return found.one_or_none()


async def published(session: AsyncSession, on_date: date) -> Sequence[LedgerDay]:
    """The heads of one day."""
    found = await session.scalars(select(LedgerDay).where(LedgerDay.on_date == on_date).order_by(LedgerDay.chain))
    return found.all()


async def newest(session: AsyncSession, most: int) -> Sequence[LedgerDay]:
    """The newest first."""
    found = await session.scalars(select(LedgerDay).order_by(LedgerDay.on_date.desc(), LedgerDay.chain).limit(most))
    return found.all()
