"""How many watched, as WeCom counts them after the end; that a session has no figures is on record too."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage import live as stored

log = logging.getLogger(__name__)
KEEP_ASKING = timedelta(days=3)
_BY = "live"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a broadcast had: people, comments, people who spoke, and the time they watched together."""

    viewers: int
    comments: int
    mics: int
    watch_seconds: int


async def note(session: AsyncSession, session_id: int, figures: Figures) -> None:
    """Write them down; WeCom is not asked again."""
    live = await stored.find(session, session_id, lock=True)
    if live is None:
        return
    live.viewers, live.comments = figures.viewers, figures.comments
    live.mics, live.watch_seconds = figures.mics, figures.watch_seconds
    live.figures_due_at = None
    log.info("watch figures are here", extra={"live_session": live.id, "viewers": figures.viewers})


async def note_failure(
    session: AsyncSession, session_id: int, now: datetime, again_at: datetime, *, final: bool
) -> None:
    """WeCom did not say: it is asked again, for three days after the end, and not where it never will."""
    live = await stored.find(session, session_id, lock=True)
    if live is None or live.figures_due_at is None:
        return
    if not final and now < (live.ended_at or live.ends_at) + KEEP_ASKING:
        live.figures_due_at = again_at
        return
    live.figures_due_at = None
    audit.add_line(session, actor=_BY, act="no watch figures", subject=f"live {live.id} {live.code}", at=now)
