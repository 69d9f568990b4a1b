"""Lists of cases for the console: narrowed to what somebody may know of, page after page along a key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy import case as sql_case
from sqlalchemy.ext.asyncio import AsyncSession

from storage import lanes
from storage.models import Case, ContentKeyRow, Message, WorkOrder
from storage.states import WAITING_FOR_ANSWER, CaseState, OrderState

WAITING, ANSWERED, CLOSED, EVERY = "waiting", "answered", "closed", "all"
SHOWS = (WAITING, ANSWERED, CLOSED, EVERY)
NOBODY = "-"  # as owner: no representative has it


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases a member may meet in a list. Restricted ones are asked about one by one besides.

    `stations` None is every one; `led` are those that come to a lead when their clock does; `pooled` adds those
    whose clock has come to the service centre, and those without a station.
    """

    stations: tuple[str, ...] | None
    led: tuple[str, ...] = ()
    representative: str | None = None
    restricted: bool = False
    pooled: bool = False

    def where(self) -> ColumnElement[bool]:
        """As a condition on a case; erased ones are in no list."""
        mine: list[ColumnElement[bool]] = [true()] if self.stations is None else []
        if self.stations:
            mine += [lanes.is_at(column, self.stations) for column in (Case.station_code, Case.also_station_code)]
        if self.led:
            mine.append(and_(Case.station_code.in_(self.led), Case.clock_step.in_(("lead", "centre"))))
        if self.representative:
            mine.append(Case.representative_code == self.representative)
        if self.pooled:
            mine += [Case.station_code.is_(None), Case.clock_step == "centre"]
        allowed = and_(or_(false(), *mine), lanes.is_open_to_all())
        reached = or_(allowed, lanes.is_restricted()) if self.restricted else allowed
        return and_(reached, Case.erased_at.is_(None))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of it is asked for; empty fields ask for nothing in particular."""

    show: str = WAITING
    station: str = ""
    topic: str = ""
    owner: str = ""
    cluster: int = 0
    late: bool = False  # promised for earlier and not answered
    unheard: bool = False  # nobody has taken it up
    urgent: bool = False  # an emergency that nobody has confirmed
    asked: bool = False  # the constituent was asked something
    handed: bool = False  # a department owes a reply
    overdue: bool = False  # it owes one since longer than it was asked for
    replied: bool = False  # its reply waits for the owner's word
    due: tuple[datetime, datetime] | None = None  # an answer is owed from the first instant on, before the second

    def where(self, now: datetime) -> list[ColumnElement[bool]]:
        """As conditions on a case."""
        found: list[ColumnElement[bool]] = []
        if self.show != EVERY:
            found.append(Case.state.in_(_STATES[self.show]))
        equal = ((Case.station_code, self.station), (Case.topic, self.topic), (Case.cluster_id, self.cluster))
        found += [column == value for column, value in equal if value]
        if self.owner:
            code = None if self.owner == NOBODY else self.owner
            found.append(Case.representative_code.is_(None) if code is None else Case.representative_code == code)
        if self.late:
            promised = func.coalesce(Case.promised_at, Case.due_at)
            found += [Case.state.in_(WAITING_FOR_ANSWER), Case.waiting_since.is_(None), promised < now]
        if self.unheard:
            found.append(Case.state.in_((CaseState.ASSIGNED, CaseState.REOPENED)))
        if self.urgent:
            found.append(Case.alert_due_at.is_not(None))
        if self.due is not None:
            found += [Case.due_at >= self.due[0], Case.due_at < self.due[1], Case.waiting_since.is_(None)]
        if self.asked:
            found.append(Case.waiting_since.is_not(None))
        if self.handed:
            found.append(Case.handed_until.is_not(None))
        if self.overdue:
            found.append(Case.handed_until <= now)
        if self.replied:
            found.append(Case.id.in_(select(WorkOrder.case_id).where(WorkOrder.state == OrderState.REPLIED)))
        return found


_STATES: dict[str, frozenset[CaseState]] = {
    WAITING: WAITING_FOR_ANSWER,
    ANSWERED: frozenset({CaseState.ANSWERED}),
    CLOSED: frozenset({CaseState.CLOSED}),
}


def _query(reach: Reach, wanted: Wanted, now: datetime) -> Select[Case]:
    return select(Case).where(reach.where(), *wanted.where(now))


async def by_clock(
    session: AsyncSession,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    after: tuple[datetime, int] | None,
    most: int,
) -> Sequence[Case]:
    """Those due first come first; `after` is the last key (due, id) of the page before."""
    query = _query(reach, wanted, now)
    if after is not None:
        query = query.where(tuple_(Case.due_at, Case.id) > after)
    return (await session.scalars(query.order_by(Case.due_at, Case.id).limit(most))).all()


async def newest(
    session: AsyncSession, reach: Reach, wanted: Wanted, now: datetime, before: int | None, most: int
) -> Sequence[Case]:
    """The latest opened come first; `before` is the last id of the page before."""
    query = _query(reach, wanted, now)
    if before is not None:
        query = query.where(Case.id < before)
    return (await session.scalars(query.order_by(Case.id.desc()).limit(most))).all()


async def count(session: AsyncSession, reach: Reach, wanted: Wanted, now: datetime) -> int:
    """How many there are; restricted ones that somebody else may read among them, where `reach` has restricted."""
    query = select(func.count()).select_from(Case).where(reach.where(), *wanted.where(now))
    return await session.scalar(query) or 0


async def count_by_station(session: AsyncSession, now: datetime) -> dict[str, tuple[int, int]]:
    """How many cases of each station owe an answer, and of these how many since longer than was promised."""
    late = and_(Case.waiting_since.is_(None), func.coalesce(Case.promised_at, Case.due_at) < now)
    counted = await session.execute(
        select(Case.station_code, func.count(), func.sum(sql_case((late, 1), else_=0)))
        .where(Case.state.in_(WAITING_FOR_ANSWER), lanes.is_open_to_all(), Case.station_code.is_not(None))
        .group_by(Case.station_code)
    )
    return {str(code): (waiting, int(overdue or 0)) for code, waiting, overdue in counted}


async def first_words(session: AsyncSession, case_ids: Collection[int]) -> dict[int, Message]:
    """The first message of each case by its constituent that was not taken back."""
    first = (
        select(func.min(Message.id))
        .where(
            Message.case_id.in_(case_ids),
            Message.author == "constituent",
            Message.recalled_at.is_(None),
            Message.text_sealed.is_not(None),
        )
        .group_by(Message.case_id)
    )
    found = await session.scalars(select(Message).where(Message.id.in_(first)))
    return {one.case_id: one for one in found}


async def wrapped_keys(session: AsyncSession, key_ids: Collection[int]) -> dict[int, bytes]:
    """The wrapped content keys of these numbers that were not destroyed."""
    rows = await session.execute(
        select(ContentKeyRow.id, ContentKeyRow.wrapped).where(
            ContentKeyRow.id.in_(key_ids), ContentKeyRow.wrapped.is_not(None)
        )
    )
    return {row_id: wrapped for row_id, wrapped in rows if wrapped is not None}


async def get_numbered(session: AsyncSession, number: str) -> Case | None:
    """The case of exactly this number."""
    return (await session.scalars(select(Case).where(Case.number == number))).one_or_none()
