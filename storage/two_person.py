"""Acts that need a second person: asked for, decided once, over after a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import TwoPersonAct
from storage.states import TwoPersonState

MOST = 200  # rows that one run of the job takes, or a list shows


def add(
    session: AsyncSession,
    kind: str,
    facts: Mapping[str, Any],
    *,
    asked_by: str,
    state: TwoPersonState,
    at: datetime,
    until: datetime,
    decided_by: str | None = None,
) -> TwoPersonAct:
    """Write one down; nobody is told by this."""
    decided_at = None if state is TwoPersonState.ASKED else at
    act = TwoPersonAct(
        kind=kind,
        facts=dict(facts),
        state=state,
        asked_by=asked_by,
        asked_at=at,
        expires_at=until,
        decided_by=decided_by,
        decided_at=decided_at,
    )
    session.add(act)
    return act


async def find(session: AsyncSession, number: int) -> TwoPersonAct | None:
    """One act, locked: it is decided once."""
    return await session.get(TwoPersonAct, number, with_for_update=True)


async def find_waiting(session: AsyncSession, now: datetime) -> Sequence[TwoPersonAct]:
    """Those that wait for a second person, oldest first."""
    asked = TwoPersonAct.state == TwoPersonState.ASKED
    found = await session.scalars(
        select(TwoPersonAct).where(asked, TwoPersonAct.expires_at > now).order_by(TwoPersonAct.id).limit(MOST)
    )
    return found.all()


async def find_same(
    session: AsyncSession, kind: str, facts: Mapping[str, Any], asked_by: str, now: datetime
) -> TwoPersonAct | None:
    """The very same that this person asked for already and that still waits."""
    waiting = await find_waiting(session, now)
    same = (one for one in waiting if (one.kind, one.facts, one.asked_by) == (kind, dict(facts), asked_by))
    return next(same, None)


async def find_untold(session: AsyncSession, now: datetime) -> Sequence[TwoPersonAct]:
    """Those of which nobody has heard, and those whose day is over."""
    over = (TwoPersonAct.state == TwoPersonState.ASKED) & (TwoPersonAct.expires_at <= now)
    found = await session.scalars(
        select(TwoPersonAct)
        .where(or_(over, TwoPersonAct.told_at.is_(None)))
        .order_by(TwoPersonAct.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    return found.all()
