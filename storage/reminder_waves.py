"""Steps that many are to hear: begun in one commit, written down as reminders in others, some at a time.

A wave is begun once for a subject, edition, step and audience, so it also says which steps were planned. Where it
has come to is written in the commit of each part, so a restart goes on where the last part ended.
"""

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import reminders
from storage.models import ReminderWave
from storage.reminders import Plan

SWEEP = "sweep"  # instead of an audience: nothing is said, what was planned for other editions is voided


def open_wave(subject: str, edition: str, step: str, due_at: datetime, useful_until: datetime) -> Plan:
    """A step as it is begun: a plan whose recipients are still to be listed."""
    return Plan(subject, edition, step, "", due_at, useful_until)


async def begin(session: AsyncSession, step: Plan, audience: str, now: datetime) -> bool:
    """Have a step written down for an audience, from now on; False where that was begun before."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(ReminderWave).values(
        subject=step.subject,
        edition=step.edition,
        step=step.step,
        audience=audience,
        due_at=step.due_at,
        useful_until=step.useful_until,
        after="",
        next_at=now,
    )
    begun = await session.execute(given.on_conflict_do_nothing().returning(ReminderWave.id))
    return begun.first() is not None


async def find_begun(session: AsyncSession, subject: str, edition: str) -> set[tuple[str, str]]:
    """(step, audience) of what was begun for a subject as it stands."""
    found = await session.execute(
        select(ReminderWave.step, ReminderWave.audience).where(
            ReminderWave.subject == subject, ReminderWave.edition == edition
        )
    )
    return {(step, audience) for step, audience in found}


async def claim(session: AsyncSession, now: datetime) -> ReminderWave | None:
    """The oldest wave that has something left to write, locked until this transaction ends; others skip it.

    Those of one subject come one after the other: who was told of a move need not be told again by a later step.
    """
    older = aliased(ReminderWave)
    waits = exists().where(
        older.subject == ReminderWave.subject, older.id < ReminderWave.id, older.next_at.is_not(None)
    )
    found = await session.scalars(
        select(ReminderWave)
        .where(ReminderWave.next_at.is_not(None), ReminderWave.next_at <= now, ~waits)
        .order_by(ReminderWave.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found.one_or_none()


async def void_earlier(
    session: AsyncSession, subject: str, *, keep_edition: str | None, reason: str, now: datetime
) -> None:
    """A subject was moved or called off: what was planned for any other edition is void.

    What stands in the outbox is withdrawn in this commit, and a part of the rest; the sweep does what is left.
    Until it has come by, a reminder of an earlier edition has nothing to say when it fires.
    """
    await _end(session, subject, keep_edition)
    await sweep(session, subject, keep_edition=keep_edition, reason=reason)
    await begin(session, Plan(subject, keep_edition or "", reason, "", now, now), SWEEP, now)


async def sweep(session: AsyncSession, subject: str, *, keep_edition: str | None, reason: str) -> int:
    """One part of it; returns how many rows were voided, 0 when nothing is left."""
    # In this order: a firing that was under way is over when its rows can be changed, and the outbox shows them.
    voided = await reminders.void_part(session, subject, keep_edition=keep_edition, reason=reason)
    return voided + await reminders.withdraw(session, subject, keep_edition=keep_edition, reason=reason)


async def _end(session: AsyncSession, subject: str, keep_edition: str | None) -> None:
    """Nothing more is written down for other editions."""
    these = [ReminderWave.subject == subject, ReminderWave.next_at.is_not(None), ReminderWave.audience != SWEEP]
    if keep_edition is not None:
        these.append(ReminderWave.edition != keep_edition)
    await session.execute(
        update(ReminderWave).where(*these).values(next_at=None).execution_options(synchronize_session=False)
    )
