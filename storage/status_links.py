"""The addresses of the pages that say how far a matter is: one stands for a case; tokens are kept as digests."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import unit_of_work
from storage.models import Case, StatusLink
from storage.tokens import digest


def add(session: AsyncSession, case_id: int, token: str, token_sealed: bytes, at: datetime) -> None:
    """Put an address on record."""
    row = {"digest": digest(token), "case_id": case_id, "token_sealed": token_sealed, "issued_at": at}
    unit_of_work.write(session, StatusLink, row)


async def find(session: AsyncSession, token: str) -> StatusLink | None:
    """The address of exactly this token, ended or not."""
    return await session.get(StatusLink, digest(token))


async def standing(session: AsyncSession, case_ids: Collection[int]) -> Sequence[StatusLink]:
    """The addresses of some cases that still work, the newest last."""
    found = await session.scalars(
        select(StatusLink)
        .where(StatusLink.case_id.in_(case_ids), StatusLink.ended_at.is_(None))
        .order_by(StatusLink.issued_at, StatusLink.digest)
    )
    return found.all()


async def end(session: AsyncSession, token: str, at: datetime) -> bool:
    """This address works no more; False where it did not before."""
    return await _end(session, StatusLink.digest == digest(token), at) == 1


async def end_all_of(session: AsyncSession, constituent_id: int, at: datetime) -> int:
    """No address of any of their cases works any more; returns how many did."""
    theirs = select(Case.id).where(Case.constituent_id == constituent_id)
    return await _end(session, StatusLink.case_id.in_(theirs), at)


async def _end(session: AsyncSession, these: object, at: datetime) -> int:
    ended = await session.execute(
        update(StatusLink)
        .where(these, StatusLink.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=at, token_sealed=None)
        .execution_options(synchronize_session="fetch")
        .returning(StatusLink.digest)
    )
    return len(ended.all())
