"""What the service centre wrote instead of a notice's own sentence: each change a version, the newest counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import NoticeText
from storage.rules import note_texts_change


async def current(session: AsyncSession) -> dict[str, NoticeText]:
    """The newest version of each sentence that was ever changed; an empty text is its default again."""
    newest = select(NoticeText.notice, func.max(NoticeText.version).label("version")).group_by(NoticeText.notice)
    last = newest.subquery()
    found = await session.scalars(
        select(NoticeText).join(last, (last.c.notice == NoticeText.notice) & (last.c.version == NoticeText.version))
    )
    return {one.notice: one for one in found}


async def history(session: AsyncSession, notice: str, most: int) -> Sequence[NoticeText]:
    """The versions of one sentence, the newest first."""
    found = await session.scalars(
        select(NoticeText).where(NoticeText.notice == notice).order_by(NoticeText.version.desc()).limit(most)
    )
    return found.all()


async def put(session: AsyncSession, notice: str, version: int, text: str, now: datetime, by: str) -> None:
    """The next version; every process reads it before it says anything more.

    Raises `IntegrityError` where somebody else wrote this version first.
    """
    session.add(NoticeText(notice=notice, version=version, text=text, changed_at=now, changed_by=by))
    await session.flush()
    await note_texts_change(session, f"{notice} {version} {now.isoformat()}", now, by)
