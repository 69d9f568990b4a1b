"""What staff see of reminders: counts by subject and step, and which stations a subject concerns."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import ActivityDay, ActivitySite, Case, LiveSession, OutboxRow, Referral, Reminder, ReminderWave
from storage.states import ReminderState

_MOST = 500  # lines of a count


@dataclass(frozen=True, slots=True)
class Counted:
    """So many reminders of one step."""

    subject: str
    step: str
    state: str
    count: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Concern:
    """The stations that a subject concerns, with its own title or its date where it has one."""

    stations: frozenset[str]
    title: str = ""
    on_date: date | None = None


async def waiting_until(session: AsyncSession, until: datetime) -> list[Counted]:
    """What is written down to be said before then, by subject and step."""
    return await _count(session, "waiting", Reminder.due_at < until)


async def unsaid_since(session: AsyncSession, since: datetime) -> list[Counted]:
    """What became due since then and is held, or was dropped, by subject and step."""
    held = await _count(session, "held", Reminder.due_at >= since)
    return [*held, *await _count(session, "dropped", Reminder.due_at >= since)]


@dataclass(frozen=True, slots=True)
class WaveCount:
    """So many of one step to one kind of recipient (`m` members, `c` constituents) that stand alike.

    `state` is that of the reminder; for what was handed to the outbox `left` is the state of its row there.
    """

    subject: str
    edition: str
    step: str
    recipient: str
    state: str
    left: str
    count: int
    due_at: datetime
    fired_at: datetime | None


async def by_wave(session: AsyncSession, subjects: Collection[str]) -> list[WaveCount]:
    """How the reminders of these subjects stand, by step, recipients and state; void ones are left out."""
    kind = func.substr(Reminder.recipient, 1, 1)
    found = await session.execute(
        select(
            Reminder.subject,
            Reminder.edition,
            Reminder.step,
            kind,
            Reminder.state,
            OutboxRow.state,
            func.count(),
            func.min(Reminder.due_at),
            func.max(Reminder.fired_at),
        )
        .outerjoin(OutboxRow, OutboxRow.id == Reminder.outbox_id)
        .where(Reminder.subject.in_(subjects), Reminder.state != ReminderState.VOID)
        .group_by(Reminder.subject, Reminder.edition, Reminder.step, kind, Reminder.state, OutboxRow.state)
        .order_by(func.min(Reminder.due_at), Reminder.step)
        .limit(_MOST)
    )
    return [
        WaveCount(subject, edition, step, recipient, state.value, left.value if left else "", *rest)
        for subject, edition, step, recipient, state, left, *rest in found
    ]


async def waves_of(session: AsyncSession, subjects: Collection[str]) -> dict[tuple[str, str, str], datetime]:
    """When each step that was begun was to be said, by subject, edition and step; for what is put off since."""
    rows = await session.execute(
        select(ReminderWave.subject, ReminderWave.edition, ReminderWave.step, func.min(ReminderWave.due_at))
        .where(ReminderWave.subject.in_(subjects))
        .group_by(ReminderWave.subject, ReminderWave.edition, ReminderWave.step)
    )
    return {(subject, edition, step): due_at for subject, edition, step, due_at in rows}


async def _count(session: AsyncSession, state: str, when: object) -> list[Counted]:
    found = await session.execute(
        select(Reminder.subject, Reminder.step, func.count(), func.min(Reminder.due_at))
        .where(Reminder.state == literal_column(f"'{state}'"), when)  # type: ignore[arg-type]
        .group_by(Reminder.subject, Reminder.step)
        .order_by(func.min(Reminder.due_at), Reminder.subject, Reminder.step)
        .limit(_MOST)
    )
    return [Counted(subject, step, state, count, due_at) for subject, step, count, due_at in found]


async def concerns(session: AsyncSession, subjects: Iterable[str]) -> dict[str, Concern]:
    """Whom these subjects concern; what is not known by its stations is left out."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        kind, _, number = subject.partition(":")
        if number.isdecimal():
            numbers[kind].add(int(number))
    return {
        **await _days(session, numbers["day"]),
        **await _sessions(session, numbers["live"]),
        **await _cases(session, numbers["case"]),
        **await _referrals(session, numbers["referral"]),
    }


async def _days(session: AsyncSession, ids: set[int]) -> dict[str, Concern]:
    if not ids:
        return {}
    found = await session.execute(
        select(ActivityDay.id, ActivityDay.on_date, ActivitySite.station_code)
        .join(ActivitySite, ActivitySite.day_id == ActivityDay.id)
        .where(ActivityDay.id.in_(ids))
    )
    stations: defaultdict[tuple[int, date], set[str]] = defaultdict(set)
    for number, on_date, station in found:
        stations[number, on_date].add(station)
    return {
        f"day:{number}": Concern(frozenset(codes), on_date=on_date) for (number, on_date), codes in stations.items()
    }


async def _sessions(session: AsyncSession, ids: set[int]) -> dict[str, Concern]:
    if not ids:
        return {}
    found = await session.execute(
        select(LiveSession.id, LiveSession.title, LiveSession.station_code).where(LiveSession.id.in_(ids))
    )
    return {f"live:{number}": Concern(frozenset({station}), title) for number, title, station in found}


async def _cases(session: AsyncSession, ids: set[int]) -> dict[str, Concern]:
    if not ids:
        return {}
    found = await session.execute(
        select(Case.id, Case.station_code).where(Case.id.in_(ids), lanes.is_open_to_all())
    )
    return {f"case:{number}": Concern(frozenset({station or ""})) for number, station in found}


async def _referrals(session: AsyncSession, ids: set[int]) -> dict[str, Concern]:
    if not ids:
        return {}
    found = await session.execute(
        select(Referral.id, Case.station_code)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.id.in_(ids), lanes.is_open_to_all())
    )
    return {f"referral:{number}": Concern(frozenset({station or ""})) for number, station in found}
