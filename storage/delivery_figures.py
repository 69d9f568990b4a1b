"""What waits, what was sent and what was not: counted through indexes, so that it costs little with a million rows.

`stations` narrows every count to the cases of these stations that are not restricted; None is everything.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Result, Select, and_, case, func, literal_column, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import ApiGate, Broadcast, BroadcastRecipient, Case, Conversation, InboxRow, OutboxRow
from storage.outbox import Purpose
from storage.states import BroadcastState, InboxState, OutboxState

MOST_LOOKED_AT = 20_000  # rows that wait; where there are more, the oldest of them are told apart
AGES = (60, 300, 3600)  # seconds: where the columns of ages end
MUST_LEAVE = (Purpose.ANSWER, Purpose.REFERRAL, Purpose.RECEIPT)
_IN_PROGRESS = (
    BroadcastState.APPROVED,
    BroadcastState.SCHEDULED,
    BroadcastState.SENDING,
    BroadcastState.RECEIPT_WATCH,
)
Stations = Collection[str] | None
Key = TypeVar("Key")
Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of one purpose: all, those of each age (`AGES` and older), those not due yet, the oldest that is due."""

    purpose: str
    count: int
    ages: tuple[int, ...]
    later: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row that somebody waits for and that has not left."""

    row_id: int
    created_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Rows that failed for one reason and are tried again."""

    reason: str
    count: int
    since: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Parked:
    """Answers that wait for the constituent's next message, by why."""

    held: int = 0  # a person holds the session
    closed: int = 0  # the window is over
    spent: int = 0  # the budget is spent, or the platform said no
    old: int = 0  # of all these, older than a day

    @property
    def count(self) -> int:
        """All of them."""
        return self.held + self.closed + self.spent


@dataclass(frozen=True, slots=True)
class InProgress:
    """A notice that is on its way, or whose receipts are awaited."""

    broadcast_id: int
    state: str
    size: int
    due_at: datetime | None
    recipients: dict[str, int]


def _of(wanted: Select[*Row], stations: Stations) -> Select[*Row]:
    """Narrowed row by row, so that the database does not begin with all cases of the stations."""
    if stations is None:
        return wanted
    theirs = select(Case.id).where(
        Case.id == OutboxRow.case_id, Case.station_code.in_(stations), lanes.is_open_to_all()
    )
    return wanted.where(theirs.exists())


async def waiting(session: AsyncSession, now: datetime, stations: Stations = None) -> list[Waiting]:
    """What waits or is being sent, by purpose, the oldest `MOST_LOOKED_AT` of each state."""
    some = union_all(
        *[
            select(
                _of(select(OutboxRow.id), stations)
                .where(OutboxRow.state == state)
                .order_by(OutboxRow.due_at)
                .limit(MOST_LOOKED_AT)
                .subquery()
                .c.id
            )
            for state in (OutboxState.WAITING, OutboxState.LEASED)
        ]
    ).subquery()
    since = _since()
    due = since <= now
    edges = [now - timedelta(seconds=seconds) for seconds in AGES]
    younger = [_count(and_(due, since > edge)) for edge in edges]
    rows = await session.execute(
        select(OutboxRow.purpose, func.count(), _count(due), func.min(case((due, since))), *younger)
        .where(OutboxRow.id.in_(select(some.c.id)))
        .group_by(OutboxRow.purpose)
    )
    return [
        Waiting(purpose, count, _apart(*counts, is_due), count - is_due, oldest)
        for purpose, count, is_due, oldest, *counts in rows
    ]


def _since() -> ColumnElement[datetime]:
    """From when a row waits: once tried, since it was written, for its due time moves on with each attempt."""
    return case((OutboxRow.attempt == 0, OutboxRow.due_at), else_=OutboxRow.created_at)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _apart(*upto: int) -> tuple[int, ...]:
    """How many are in each span, of how many are up to each edge."""
    return tuple(count - before for before, count in zip((0, *upto), upto, strict=False))


async def count_in_state(session: AsyncSession, state: OutboxState) -> int:
    """How many rows are in a state, by its index alone."""
    counted = await session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.state == state))
    return counted or 0


async def sent_since(session: AsyncSession, since: datetime, stations: Stations = None) -> dict[str, int]:
    """What WeCom has taken since then, by purpose."""
    counted = _of(select(OutboxRow.purpose, func.count()), stations)
    rows = await session.execute(counted.where(OutboxRow.sent_at >= since).group_by(OutboxRow.purpose))
    return _pairs(rows)


async def sent_between(session: AsyncSession, since: datetime, until: datetime) -> dict[str, int]:
    """What WeCom has taken from `since` until just before `until`, by purpose."""
    rows = await session.execute(
        select(OutboxRow.purpose, func.count())
        .where(OutboxRow.sent_at >= since, OutboxRow.sent_at < until)
        .group_by(OutboxRow.purpose)
    )
    return _pairs(rows)


def _pairs(rows: Result[Key, int]) -> dict[Key, int]:
    return {row[0]: row[1] for row in rows}


async def ended_since(
    session: AsyncSession, state: OutboxState, since: datetime, stations: Stations = None
) -> dict[tuple[str, str], int]:
    """What ended as failed or dropped, by purpose and reason, of what was last due since then."""
    reason = func.coalesce(OutboxRow.reason, "")
    counted = _of(select(OutboxRow.purpose, reason, func.count()), stations)
    rows = await session.execute(
        counted.where(OutboxRow.state == state, OutboxRow.due_at >= since).group_by(OutboxRow.purpose, reason)
    )
    return {(purpose, reason): count for purpose, reason, count in rows}


async def parked(session: AsyncSession, now: datetime, stations: Stations = None) -> Parked:
    """What waits for the constituent, as their chats stand now."""
    held = Conversation.human_userid.is_not(None)
    closed = and_(~held, or_(Conversation.window_until.is_(None), Conversation.window_until <= now))
    old = _count(OutboxRow.created_at < now - timedelta(days=1))
    counted = _of(select(func.count(), _count(held), _count(closed), old), stations).select_from(OutboxRow)
    row = (
        await session.execute(
            counted.outerjoin(Conversation, Conversation.id == OutboxRow.conversation_id).where(
                OutboxRow.state == OutboxState.PARKED
            )
        )
    ).one()
    return Parked(held=row[1], closed=row[2], spent=row[0] - row[1] - row[2], old=row[3])


async def budgets(session: AsyncSession, now: datetime, stations: Stations = None) -> dict[int, int]:
    """How many chats with an open window may still be sent so many messages."""
    wanted = select(Conversation.budget_left, func.count()).where(Conversation.window_until > now)
    if stations is not None:
        theirs = select(Case.id).where(
            Case.conversation_id == Conversation.id, Case.station_code.in_(stations), lanes.is_open_to_all()
        )
        wanted = wanted.where(theirs.exists())
    rows = await session.execute(wanted.group_by(Conversation.budget_left))
    return _pairs(rows)


async def oldest_unsent(session: AsyncSession, stations: Stations = None) -> datetime | None:
    """Since when the oldest answer, referral or receipt waits that is neither parked nor sent."""
    wanted = _of(select(func.min(_since())), stations).where(*_UNSENT)
    found: datetime | None = await session.scalar(wanted)
    return found


def _literally(word: StrEnum) -> ColumnElement[str]:
    """As it is, not as a parameter: else SQLite does not see that its partial index fits."""
    return literal_column(f"'{word}'")


_UNSENT: tuple[ColumnElement[bool], ...] = (
    OutboxRow.state.in_([_literally(state) for state in (OutboxState.WAITING, OutboxState.LEASED)]),
    OutboxRow.purpose.in_([_literally(purpose) for purpose in MUST_LEAVE]),
)


async def unsent(session: AsyncSession, most: int) -> list[Unsent]:
    """The oldest answers, referrals and receipts that are neither parked nor sent."""
    rows = await session.execute(
        select(OutboxRow.id, OutboxRow.created_at, func.coalesce(OutboxRow.reason, ""))
        .where(*_UNSENT)
        .order_by(OutboxRow.created_at)
        .limit(most)
    )
    return [Unsent(row_id, created_at, reason) for row_id, created_at, reason in rows]


async def stuck(session: AsyncSession) -> list[Stuck]:
    """Why rows are tried again, among the `MOST_LOOKED_AT` that have been due for longest."""
    some = (
        select(OutboxRow.id)
        .where(OutboxRow.state == OutboxState.WAITING)
        .order_by(OutboxRow.due_at)
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    rows = await session.execute(
        select(OutboxRow.reason, func.count(), func.min(OutboxRow.created_at), func.max(OutboxRow.attempt))
        .where(OutboxRow.id.in_(select(some.c.id)), OutboxRow.reason.is_not(None))
        .group_by(OutboxRow.reason)
    )
    return [Stuck(str(reason), count, since, attempts) for reason, count, since, attempts in rows]


async def notices_in_progress(session: AsyncSession, most: int, userid: str | None = None) -> list[InProgress]:
    """Notices that are on their way or watched, the newest first; those that `userid` stands for, or all."""
    wanted = select(Broadcast).where(Broadcast.state.in_(_IN_PROGRESS))
    if userid is not None:
        stand_for = (Broadcast.author_userid, Broadcast.reviewer_userid)
        wanted = wanted.where(or_(*[func.lower(column) == userid.lower() for column in stand_for]))
    found = await session.scalars(wanted.order_by(Broadcast.id.desc()).limit(most))
    listed = found.all()
    rows = await session.execute(
        select(BroadcastRecipient.broadcast_id, BroadcastRecipient.state, func.count())
        .where(BroadcastRecipient.broadcast_id.in_([one.id for one in listed]))
        .group_by(BroadcastRecipient.broadcast_id, BroadcastRecipient.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for broadcast_id, state, count in rows:
        counts.setdefault(broadcast_id, {})[str(state)] = count
    return [
        InProgress(one.id, one.state.value, one.size or 0, one.due_at, counts.get(one.id, {})) for one in listed
    ]


async def count_inbox(session: AsyncSession) -> tuple[int, int]:
    """What came in and waits to be handled, and what a person has to look at."""
    counts = []
    for state in (InboxState.WAITING, InboxState.PARKED):
        wanted = select(func.count()).select_from(InboxRow).where(InboxRow.state == _literally(state))
        counts.append(await session.scalar(wanted) or 0)
    return counts[0], counts[1]


async def blocked_apis(session: AsyncSession, now: datetime) -> dict[str, datetime]:
    """The APIs of WeCom that are left alone after a limit was reached, and until when."""
    rows = await session.execute(
        select(ApiGate.api, ApiGate.blocked_until).where(ApiGate.blocked_until > now).order_by(ApiGate.api)
    )
    return {api: until for api, until in rows if until is not None}
