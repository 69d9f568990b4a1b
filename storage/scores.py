"""What points are counted from, as it stood at an instant; rule sets, publications and appeals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import ledger
from storage.duty_reading import Viewer, visible
from storage.models import (
    ActivityDay,
    Attendance,
    DutyEntry,
    DutyStamp,
    ScoreAppeal,
    ScorePublication,
    ScoreRuleSet,
)
from storage.states import AttendanceState

# Closed entries are scored for nobody: a sum would speak of them. No member is called so.
_ANYBODY = Viewer("no one", None, None)
_WORDS = (ledger.CONFIRMED, ledger.DISPUTED, ledger.PASSED, ledger.RETURNED)


@dataclass(frozen=True, slots=True)
class ScoredEntry:
    """An entry as it stood."""

    number: int
    kind: str
    on: date
    people: int
    confirmed: bool
    passed: bool
    evidence: bool


async def entries_of(
    session: AsyncSession, representative_code: str, first: date, last: date, as_of: datetime
) -> Sequence[ScoredEntry]:
    """What stood at `as_of` of a representative's entries of these local days, by number; closed ones never."""
    then = [
        DutyEntry.representative_code == representative_code,
        DutyEntry.occurred_on.between(first, last),
        DutyEntry.withdrawn.is_(False),
        or_(DutyEntry.recorded_at.is_(None), DutyEntry.recorded_at <= as_of),
        or_(DutyEntry.corrected_at.is_(None), DutyEntry.corrected_at > as_of),
        visible(_ANYBODY),
    ]
    query = select(
        DutyEntry.id, DutyEntry.kind, DutyEntry.occurred_on, DutyEntry.people, DutyEntry.own, DutyEntry.evidence
    )
    rows = (await session.execute(query.where(*then).order_by(DutyEntry.id))).all()
    said = await _last_words(session, [row.id for row in rows], as_of)
    return [
        ScoredEntry(
            row.id,
            row.kind,
            row.occurred_on,
            row.people,
            _is_confirmed(row.own, said.get(row.id, {})),
            _is_passed(said.get(row.id, {})),
            bool(row.evidence),
        )
        for row in rows
    ]


Words = dict[str, datetime]


async def _last_words(session: AsyncSession, numbers: Collection[int], as_of: datetime) -> dict[int, Words]:
    found: dict[int, Words] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), 500):
        rows = await session.execute(
            select(DutyStamp.entry_id, DutyStamp.event, func.max(DutyStamp.at))
            .where(
                DutyStamp.entry_id.in_(wanted[start : start + 500]),
                DutyStamp.event.in_(_WORDS),
                DutyStamp.at <= as_of,
            )
            .group_by(DutyStamp.entry_id, DutyStamp.event)
        )
        for entry_id, event, at in rows:
            found.setdefault(entry_id, {})[event] = at
    return found


def _is_confirmed(own: bool, said: Words) -> bool:
    agreed, disputed = said.get(ledger.CONFIRMED), said.get(ledger.DISPUTED)
    if disputed is None:
        return own or agreed is not None
    return agreed is not None and agreed > disputed


def _is_passed(said: Words) -> bool:
    passed, returned = said.get(ledger.PASSED), said.get(ledger.RETURNED)
    return passed is not None and (returned is None or passed > returned)


async def absences_of(
    session: AsyncSession, representative_code: str, first: date, last: date
) -> Sequence[tuple[int, date]]:
    """Activity days to which a representative was expected and did not come: number of the attendance, day."""
    rows = await session.execute(
        select(Attendance.id, ActivityDay.on_date)
        .join(ActivityDay, ActivityDay.id == Attendance.day_id)
        .where(
            Attendance.representative_code == representative_code,
            Attendance.state == AttendanceState.ABSENT,
            ActivityDay.on_date.between(first, last),
        )
        .order_by(Attendance.id)
    )
    return [(number, on) for number, on in rows]


async def rule_sets(session: AsyncSession) -> Sequence[ScoreRuleSet]:
    """The office's own, every version."""
    found = await session.scalars(select(ScoreRuleSet).order_by(ScoreRuleSet.name, ScoreRuleSet.version))
    return found.all()


async def find_rule_set(session: AsyncSession, name: str, version: int) -> ScoreRuleSet | None:
    """One version of the office's own."""
    return await session.get(ScoreRuleSet, (name, version))


async def last_version(session: AsyncSession, name: str) -> int:
    """The last version of this name; 0 where there is none."""
    return await session.scalar(select(func.max(ScoreRuleSet.version)).where(ScoreRuleSet.name == name)) or 0


async def find_publication(
    session: AsyncSession, first: date | None = None, last: date | None = None
) -> ScorePublication | None:
    """The newest publication, of a period where one is given."""
    query = select(ScorePublication)
    if first is not None and last is not None:
        query = query.where(ScorePublication.first_on == first, ScorePublication.last_on == last)
    return (await session.scalars(query.order_by(ScorePublication.id.desc()).limit(1))).one_or_none()


async def find_appeal(session: AsyncSession, appeal_id: int) -> ScoreAppeal | None:
    """An appeal; locked until this transaction ends."""
    found = await session.scalars(select(ScoreAppeal).where(ScoreAppeal.id == appeal_id).with_for_update())
    return found.one_or_none()


async def find_appeal_of(session: AsyncSession, source_key: str) -> ScoreAppeal | None:
    """The appeal that a message made."""
    return (await session.scalars(select(ScoreAppeal).where(ScoreAppeal.source_key == source_key))).one_or_none()


async def open_appeals(session: AsyncSession, most: int) -> Sequence[ScoreAppeal]:
    """Those without an answer, the oldest first."""
    found = await session.scalars(
        select(ScoreAppeal).where(ScoreAppeal.answered_at.is_(None)).order_by(ScoreAppeal.id).limit(most)
    )
    return found.all()


async def count_appeals(session: AsyncSession) -> tuple[int, int]:
    """How many there are, and how many of them were answered."""
    row = (await session.execute(select(func.count(ScoreAppeal.id), func.count(ScoreAppeal.answered_at)))).one()
    return int(row[0]), int(row[1])
