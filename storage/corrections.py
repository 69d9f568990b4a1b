"""Decisions that somebody put right, counted by the rule that had made them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Case, Correction


def add(session: AsyncSession, case: Case, *, by: str, what: str, at: datetime, reason: str = "") -> None:
    """Note that `by` (constituent, representative, officer, centre) put `what` of a case right."""
    session.add(
        Correction(case_id=case.id, at=at, by=by, rule=case.decided_by or "unknown", what=what, reason=reason)
    )


async def note_reason(session: AsyncSession, case_id: int, reason: str) -> None:
    """Why the last change of a case was made."""
    last = await session.scalars(
        select(Correction).where(Correction.case_id == case_id).order_by(Correction.id.desc()).limit(1)
    )
    if (correction := last.one_or_none()) is not None:
        correction.reason = reason


async def count_by_rule(
    session: AsyncSession, since: datetime, *, restricted: bool = False
) -> list[tuple[str, int, int]]:
    """(rule, cases decided, cases of these that somebody put right) since then, the most corrected first.

    Without `restricted` for those who may not know that there are such cases.
    """
    wanted = [Case.opened_at >= since, *([] if restricted else [lanes.is_open_to_all()])]
    decided = await session.execute(select(Case.decided_by, func.count()).where(*wanted).group_by(Case.decided_by))
    put_right = await session.execute(
        select(Correction.rule, func.count(func.distinct(Correction.case_id)))
        .join(Case, Case.id == Correction.case_id)
        .where(*wanted)
        .group_by(Correction.rule)
    )
    made = {rule or "unknown": count for rule, count in decided}
    wrong = {rule: count for rule, count in put_right}  # noqa: C416  a Row is no pair for mypy
    rows = [(rule, made.get(rule, 0), wrong.get(rule, 0)) for rule in {*made, *wrong}]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))


async def topics_put_right(session: AsyncSession, limit: int) -> Sequence[Case]:
    """The newest cases whose topic somebody put right; none that is restricted, erased or without a topic."""
    wrong = select(Correction.case_id).where(Correction.what == "topic")
    wanted = [Case.id.in_(wrong), Case.topic.is_not(None), Case.erased_at.is_(None), lanes.is_open_to_all()]
    return (await session.scalars(select(Case).where(*wanted).order_by(Case.id.desc()).limit(limit))).all()


async def newest_cases(session: AsyncSession, limit: int) -> Sequence[Case]:
    """What came in last; none that is restricted or erased."""
    wanted = [Case.erased_at.is_(None), lanes.is_open_to_all()]
    return (await session.scalars(select(Case).where(*wanted).order_by(Case.id.desc()).limit(limit))).all()


async def count_of(session: AsyncSession, case_id: int, *, by: str, what: str) -> int:
    """How often this was put right in a case by that side."""
    counted = await session.scalar(
        select(func.count())
        .select_from(Correction)
        .where(Correction.case_id == case_id, Correction.by == by, Correction.what == what)
    )
    return counted or 0
