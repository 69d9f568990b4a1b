"""The inbox: everything that came in, once, in order within a lane."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Dialect, Integer, Select, Table, bindparam, func, literal_column, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler

from storage import plain
from storage.models import InboxRow
from storage.states import INBOX, InboxState, StateRefused, check

MEMBERS = "app"  # the source of what representatives and staff say and tap
_INBOX = cast("Table", InboxRow.__table__)
_earlier = aliased(InboxRow)
# As it is, not as a parameter: else SQLite does not see that its partial index fits, and scans the table.
_WAITING: ColumnElement[InboxState] = literal_column(f"'{InboxState.WAITING}'")


class Waiting(NamedTuple):
    """A row as it is handled: what came, sealed, and how often it was tried."""

    id: int
    key: str
    lane: str
    body_sealed: bytes | None
    attempt: int


# PostgreSQL knows of quiet times, when hardly anything waits: on a live evening it would join all that waits with
# itself. So this is one value for a row, and the only index that fits it (without a source) is that of lanes.
_FIRST_OF_LANE = (
    select(func.min(_earlier.id))
    .where(_earlier.lane == InboxRow.lane, _earlier.state == _WAITING)
    .correlate(InboxRow)
    .scalar_subquery()
)


def _heads(said_by: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Built once: putting a statement together costs as much as running it."""
    return (
        select(*(_INBOX.c[name] for name in Waiting._fields))
        .where(
            InboxRow.state == _WAITING,
            said_by,
            InboxRow.due_at <= bindparam("now"),
            InboxRow.id == _FIRST_OF_LANE,
        )
        .order_by(InboxRow.id)  # by a partial index of its own: the first of many that wait cost as much as of few
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_MEMBERS: ColumnElement[str] = literal_column(f"'{MEMBERS}'")
_HEADS_OF_MEMBERS, _HEADS_OF_OTHERS = _heads(InboxRow.source == _MEMBERS), _heads(InboxRow.source != _MEMBERS)
_head, _later = aliased(InboxRow), aliased(InboxRow)
_WAITS_BEHIND = (
    _later.lane == _head.lane,
    _later.id > _head.id,
    _later.state == _WAITING,
)
_HEADS_GIVEN = _head.id.in_(bindparam("heads", expanding=True))
_LAST_BEHIND = (  # not all that one lane has: somebody may have written a thousand times
    select(_later.id)
    .where(*_WAITS_BEHIND)
    .order_by(_later.id)
    .limit(1)
    .offset(bindparam("most", type_=Integer) - 1)
    .scalar_subquery()
)
_FEW_BEHIND = (
    select(*(getattr(_later, name) for name in Waiting._fields))
    .where(*_WAITS_BEHIND)
    .order_by(_later.id)
    .limit(bindparam("most", type_=Integer))
    .lateral("behind")
)
_BEHIND: dict[str, Select[Any]] = {
    "sqlite": select(*(_INBOX.c[name] for name in Waiting._fields))
    .join(_head, _head.lane == InboxRow.lane)
    .where(
        _HEADS_GIVEN,
        InboxRow.state == _WAITING,
        InboxRow.id > _head.id,
        InboxRow.id <= func.coalesce(_LAST_BEHIND, literal_column(str(2**62))),
    )
    .order_by(InboxRow.id),
    # each lane by itself: the server would rather look through all that waits, of which it knows nothing
    "postgresql": select(_FEW_BEHIND)
    .select_from(_head)
    .join(_FEW_BEHIND, true())
    .where(_HEADS_GIVEN)
    .order_by(_FEW_BEHIND.c.id),
}
_NEWEST = select(func.max(_INBOX.c.id))
_DONE = (
    update(_INBOX)
    .where(_INBOX.c.id.in_(bindparam("ids", expanding=True)), _INBOX.c.state == _WAITING)
    .values(state=InboxState.DONE, body_sealed=None)
)
_KEEP = {
    dialect.dialect.name: dialect.insert(_INBOX)
    .values(state=_WAITING, attempt=literal_column("0"))
    .on_conflict_do_nothing()
    for dialect in (postgresql, sqlite)
}
_PUSHED = ("source", "key", "lane", "body_sealed", "received_at", "due_at")
_COUNTED = {name: keep.returning(_INBOX.c.id) for name, keep in _KEEP.items()}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing to be kept; `key` is the platform's own id for it within `source`."""

    source: str
    key: str
    lane: str
    body_sealed: bytes
    received_at: datetime


async def add_all(session: AsyncSession, arrivals: Sequence[Arrival]) -> int:
    """Keep what is not there yet; returns how many were new."""
    if not arrivals:
        return 0
    connection = await session.connection()
    added = await connection.execute(
        _COUNTED[connection.dialect.name],
        [
            {
                "source": a.source,
                "key": a.key,
                "lane": a.lane,
                "body_sealed": a.body_sealed,
                "received_at": a.received_at,
                "due_at": a.received_at,
            }
            for a in arrivals
        ],
    )
    return len(added.all())


async def keep_all(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> None:
    """The same where nobody asks how many were new: as fast as the driver takes rows, for people wait for it."""
    statement, instant = _prepared(connection.dialect)
    rows = [(a.source, a.key, a.lane, a.body_sealed, at := instant(a.received_at), at) for a in arrivals]
    await connection.exec_driver_sql(statement, rows)


@cache
def _prepared(dialect: Dialect) -> tuple[str, Callable[[datetime], object]]:
    """The statement as the driver takes it, and what makes an instant of the driver's."""
    statement = _KEEP[dialect.name].compile(dialect=dialect, column_keys=_PUSHED)
    if tuple(cast("SQLCompiler", statement).positiontup or ()) != _PUSHED:
        raise AssertionError("the driver wants the columns in another order")
    instant = _INBOX.c.received_at.type.dialect_impl(dialect).bind_processor(dialect)
    return str(statement), instant or (lambda moment: moment)


async def claim_heads(session: AsyncSession, now: datetime, limit: int, *, of_members: bool) -> Sequence[Waiting]:
    """The first waiting row of each lane, oldest first, locked until this transaction ends.

    `of_members`: of what representatives and staff say and tap, else of what constituents do.
    """
    heads = _HEADS_OF_MEMBERS if of_members else _HEADS_OF_OTHERS
    return [Waiting._make(row) for row in await plain.fetch(session, heads, {"now": now, "most": limit})]


async def find_behind(session: AsyncSession, heads: Sequence[Waiting], most: int) -> dict[str, list[Waiting]]:
    """What waits behind claimed heads, in order, at most so many by each lane; nobody else takes it before them."""
    behind: dict[str, list[Waiting]] = {}
    statement = _BEHIND[session.get_bind().dialect.name]
    given = {"heads": [head.id for head in heads], "most": most}
    for row in map(Waiting._make, await plain.fetch(session, statement, given)):
        behind.setdefault(row.lane, []).append(row)
    return behind


async def newest_id(session: AsyncSession) -> int:
    """The number of the row that came last; 0 where nothing has."""
    return await plain.fetch_one(session, _NEWEST) or 0


async def mark_done(session: AsyncSession, ids: Sequence[int]) -> None:
    """Handled: the platform's keys stay, the words go. StateRefused where one is not waiting any more."""
    if ids:
        _expect(await plain.change(session, _DONE, {"ids": list(ids)}), len(ids), InboxState.DONE)


async def mark_failed(session: AsyncSession, inbox_id: int, reason: str, *, retry_at: datetime | None) -> None:
    """Count an attempt that failed; without `retry_at` a person has to look."""
    left: dict[str, object] = {"state": InboxState.PARKED} if retry_at is None else {"due_at": retry_at}
    failed = update(_INBOX).where(_INBOX.c.id == inbox_id, _INBOX.c.state == _WAITING)
    values = {"attempt": _INBOX.c.attempt + 1, "reason": reason, **left}
    _expect(await plain.change(session, failed.values(values), {}), 1, InboxState.PARKED)


def _expect(marked: int, wanted: int, state: InboxState) -> None:
    if marked != wanted:
        raise StateRefused(InboxState.DONE, state)  # it is, or somebody put it aside


async def find_parked(session: AsyncSession, inbox_id: int) -> InboxRow | None:
    """The row of this number if it was put aside for a person, locked until this transaction ends."""
    row = await session.get(InboxRow, inbox_id, with_for_update=True)
    return row if row is not None and row.state is InboxState.PARKED else None


def mark_waiting(row: InboxRow, now: datetime) -> None:
    """To be handled again as if it had just come."""
    row.state = check(INBOX, row.state, InboxState.WAITING)
    row.attempt = 0
    row.due_at = now
    row.reason = None


async def count_waiting(session: AsyncSession) -> int:
    """How many rows wait to be handled."""
    counted = await session.scalar(
        select(func.count()).select_from(InboxRow).where(InboxRow.state == InboxState.WAITING)
    )
    return counted or 0
