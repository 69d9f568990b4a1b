"""The audit: who read or changed what, as a line a person can read; ids only, never content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditLine


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines; None and empty ask for nothing. `actors` in small letters, `acts` whole or by `beginnings`."""

    first: datetime | None = None
    before: datetime | None = None
    actors: tuple[str, ...] | None = None
    acts: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    subject: str = ""


def add_line(session: AsyncSession, *, actor: str, act: str, subject: str, at: datetime) -> None:
    """Write it in the commit of the change. `actor` is a userid or the name of a command."""
    session.add(AuditLine(at=at, actor=actor[:64], act=act[:64], subject=subject[:128]))


async def find(
    session: AsyncSession, sought: Sought, *, limit: int, before_id: int | None = None
) -> Sequence[AuditLine]:
    """The newest first, on from the line `before_id`; in the order of their index, so that no year is sorted."""
    wanted = _conditions(sought)
    if before_id is not None:
        at = select(AuditLine.at).where(AuditLine.id == before_id).scalar_subquery()
        wanted += [AuditLine.at <= at, or_(AuditLine.at < at, AuditLine.id < before_id)]
    newest = select(AuditLine).where(*wanted).order_by(AuditLine.at.desc(), AuditLine.id.desc())
    return (await session.scalars(newest.limit(limit))).all()


async def rule_changes(session: AsyncSession, begins: str, most: int) -> Sequence[AuditLine]:
    """The newest changes of rules whose line begins so, through an index of these few lines alone."""
    is_change = AuditLine.act == literal("rule changed", literal_execute=True)
    wanted = is_change, AuditLine.subject.startswith(begins, autoescape=True)
    newest = select(AuditLine).where(*wanted).order_by(AuditLine.at.desc(), AuditLine.id.desc())
    return (await session.scalars(newest.limit(most))).all()


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if sought.first is not None:
        wanted.append(AuditLine.at >= sought.first)
    if sought.before is not None:
        wanted.append(AuditLine.at < sought.before)
    if sought.actors is not None:
        wanted.append(func.lower(AuditLine.actor).in_(sought.actors))
    if sought.acts or sought.beginnings:
        begins = [AuditLine.act.startswith(one, autoescape=True) for one in sought.beginnings]
        wanted.append(or_(AuditLine.act.in_(sought.acts), *begins))
    if sought.subject:
        wanted.append(AuditLine.subject.contains(sought.subject, autoescape=True))
    return wanted
