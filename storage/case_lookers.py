"""Who has which case open in a browser just now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import CaseLooker

_FORGOTTEN = timedelta(days=1)


async def note(session: AsyncSession, case_id: int, userid: str, now: datetime, still_since: datetime) -> bool:
    """Somebody has it open; False where they had it open after `still_since` already."""
    mine = (CaseLooker.case_id == case_id, CaseLooker.userid == userid.lower())
    before = await session.scalar(select(CaseLooker.seen_at).where(*mine))
    await session.execute(delete(CaseLooker).where(CaseLooker.seen_at < now - _FORGOTTEN))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(CaseLooker).values(case_id=case_id, userid=userid.lower(), seen_at=now)
    await session.execute(added.on_conflict_do_update(index_elements=["case_id", "userid"], set_={"seen_at": now}))
    return before is None or before < still_since


async def find(session: AsyncSession, case_id: int, since: datetime) -> Sequence[str]:
    """Who has had it open since then, in small letters."""
    found = await session.scalars(
        select(CaseLooker.userid)
        .where(CaseLooker.case_id == case_id, CaseLooker.seen_at >= since)
        .order_by(CaseLooker.userid)
    )
    return found.all()
