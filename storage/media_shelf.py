"""Attachments that lie with WeCom: uploaded once, used by all processes until they expire (document 90253)."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ShelvedMedia


async def find(session: AsyncSession, attachment_id: int, now: datetime) -> ShelvedMedia | None:
    """What lies there, or is being brought there, and until when."""
    return await session.scalar(
        select(ShelvedMedia).where(ShelvedMedia.attachment_id == attachment_id, ShelvedMedia.until > now)
    )


async def claim(session: AsyncSession, attachment_id: int, now: datetime, until: datetime) -> bool:
    """Whether the caller brings it there, by `until` at the latest; False where it is there or another does."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(ShelvedMedia).values(attachment_id=attachment_id, kind="", media_id=None, until=until)
    claimed = await session.scalars(
        made.on_conflict_do_update(
            index_elements=["attachment_id"],
            set_={"kind": "", "media_id": None, "until": until},
            where=ShelvedMedia.until <= now,
        ).returning(ShelvedMedia.attachment_id)
    )
    return claimed.one_or_none() is not None


async def put(session: AsyncSession, attachment_id: int, kind: str, media_id: str, until: datetime) -> None:
    """It lies there until `until`."""
    await session.execute(
        update(ShelvedMedia)
        .where(ShelvedMedia.attachment_id == attachment_id)
        .values(kind=kind, media_id=media_id, until=until)
        .execution_options(synchronize_session=False)
    )


async def forget(session: AsyncSession, attachment_id: int, media_id: str | None = None) -> None:
    """It does not lie there: only where this is the id that is kept, or where it never arrived."""
    await session.execute(
        delete(ShelvedMedia)
        .where(ShelvedMedia.attachment_id == attachment_id, ShelvedMedia.media_id == media_id)
        .execution_options(synchronize_session=False)
    )


async def remove(session: AsyncSession, attachment_id: int) -> None:
    """Nothing of it is to be said to anybody any more; what lies with WeCom expires there."""
    await session.execute(
        delete(ShelvedMedia)
        .where(ShelvedMedia.attachment_id == attachment_id)
        .execution_options(synchronize_session=False)
    )


async def forget_unfinished(session: AsyncSession) -> None:
    """At the start of the one process that owns the database: nobody is bringing anything."""
    await session.execute(
        delete(ShelvedMedia).where(ShelvedMedia.media_id.is_(None)).execution_options(synchronize_session=False)
    )
