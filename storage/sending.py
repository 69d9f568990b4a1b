"""What pumps do to rows of the outbox: find those whose turn it is, lease them, record what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import plain
from storage.models import Conversation, OutboxRow
from storage.outbox import PRIORITIES, Channel
from storage.states import OutboxState, StateRefused

SAID_BY_ANOTHER = "said with another row"
_OUTBOX = cast("Table", OutboxRow.__table__)
_earlier = aliased(OutboxRow)
# As they are, not as parameters: else SQLite does not see that its partial index fits, and looks at all for each.
_WAITING: ColumnElement[OutboxState] = literal_column("'waiting'")
_SENT_STATE: ColumnElement[OutboxState] = literal_column("'sent'")
_PENDING: list[ColumnElement[OutboxState]] = [literal_column("'waiting'"), literal_column("'leased'")]
# One value for a row and no join, which might be one of all that waits with all that waits.
_FIRST_OF_ITS_LANE = OutboxRow.id == (
    select(func.min(_earlier.id))
    .where(_earlier.lane == OutboxRow.lane, _earlier.state.in_(_PENDING))
    .correlate(OutboxRow)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Span:
    """Of rows of this priority at most `most` are wanted."""

    priority: int
    most: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first pending row of a lane, and due."""

    id: int
    priority: int
    channel: Channel
    lane: str


class Pending(NamedTuple):
    """A row whose turn it is, as it was claimed: what a pump needs to know, without the price of an object."""

    id: int
    channel: str
    purpose: str
    lane: str
    recipients: Sequence[str]
    conversation_id: int | None
    case_id: int | None
    entry_id: int | None
    key_id: int | None
    priority: int
    content_sealed: bytes
    attempt: int
    generation: int
    held_told: bool
    in_doubt: bool
    created_at: datetime
    expires_at: datetime | None
    task_id: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What WeCom said about a row it took at its `attempt`; `keeps_words` where it may have to be said again."""

    row_id: int
    attempt: int
    platform_id: str | None
    response_code: str | None
    reason: str | None
    keeps_words: bool


# --- whose turn it is ---------------------------------------------------------------------------------


def _heads_of(number: int, besides: Sequence[str]) -> Select[Any]:
    found = (
        select(OutboxRow.id, OutboxRow.priority, OutboxRow.channel, OutboxRow.lane)
        .where(
            OutboxRow.state == _WAITING,
            OutboxRow.priority == bindparam(f"priority{number}"),  # a range would not be found by the index
            OutboxRow.due_at <= bindparam("now"),
            OutboxRow.channel.in_(bindparam("channels", expanding=True)),
            *(
                not_(or_(OutboxRow.lane == lane, OutboxRow.lane.startswith(f"{lane}:", autoescape=True)))
                for lane in besides
            ),
            _FIRST_OF_ITS_LANE,
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(bindparam(f"most{number}"))
        .subquery(f"span{number}")
    )
    return select(found)


def _heads_in(spans: int, besides: Sequence[str] = ()) -> CompoundSelect[Any]:
    return union_all(*(_heads_of(number, besides) for number in range(spans)))


# Built once: putting a statement together costs as much as running it.
_HEADS = {spans: _heads_in(spans) for spans in range(1, len(PRIORITIES) + 1)}


async def find_heads(
    session: AsyncSession,
    now: datetime,
    spans: Sequence[Span],
    channels: Collection[Channel] = tuple(Channel),
    besides: Sequence[str] = (),
) -> list[Head]:
    """The first pending rows of their lanes that are due, in each span in the order in which they fell due.

    Only those that leave by `channels`, and not those whose lane is, or begins with, one of `besides`.
    """
    if not channels or not spans:
        return []
    given: dict[str, object] = {"now": now, "channels": list(channels)}
    for number, span in enumerate(spans):
        given |= {f"priority{number}": span.priority, f"most{number}": span.most}
    statement = _heads_in(len(spans), besides) if besides else _HEADS[len(spans)]
    found = await plain.fetch(session, statement, given)
    return [Head(number, priority, Channel(channel), lane) for number, priority, channel, lane in found]


_CLAIM = (
    select(*(_OUTBOX.c[name] for name in Pending._fields))
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)), _OUTBOX.c.state == _WAITING)
    .with_for_update(skip_locked=True)
)


async def claim(session: AsyncSession, ids: Sequence[int]) -> list[Pending]:
    """These rows in this order, locked until this transaction ends; without those that somebody else works on."""
    if not ids:
        return []
    found = {row[0]: Pending._make(row) for row in await plain.fetch(session, _CLAIM, {"ids": list(ids)})}
    return [found[number] for number in ids if number in found]


_CLAIM_CONVERSATIONS = (
    select(Conversation)
    .where(Conversation.id.in_(bindparam("ids", expanding=True)))
    .order_by(Conversation.id)
    .with_for_update(skip_locked=True, key_share=True)
    .execution_options(populate_existing=True)
)


async def claim_conversations(session: AsyncSession, ids: Collection[int]) -> dict[int, Conversation]:
    """The budgets as they are now, locked: a message that comes meanwhile renews them.

    Without those whose message is just being handled: pumps pass one at a time, and none waits for that.
    """
    if not ids:
        return {}
    return {one.id: one for one in await session.scalars(_CLAIM_CONVERSATIONS, {"ids": list(ids)})}


_LEASE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)), _OUTBOX.c.state == _WAITING)
    .values(
        state=OutboxState.LEASED,
        attempt=_OUTBOX.c.attempt + 1,
        lease_until=bindparam("until"),
        paced_at=bindparam("at"),
        reason=None,
    )
)


async def lease(session: AsyncSession, ids: Sequence[int], now: datetime, at: datetime, seconds: float) -> None:
    """Take rows for sending; the lease outlives the HTTP time-out, or two pumps could send the same row.

    `at` is the instant by which limits count it, from `pacing.pass_turnstile`. StateRefused where one is not
    waiting any more.
    """
    if not ids:
        return
    given = {"ids": list(ids), "until": now + timedelta(seconds=seconds), "at": at}
    if await plain.change(session, _LEASE, given) != len(ids):
        raise StateRefused(OutboxState.LEASED, OutboxState.LEASED)  # it is, or somebody put it aside


async def find_rows(session: AsyncSession, ids: Sequence[int], *, lock: bool = False) -> dict[int, OutboxRow]:
    """The rows whole, by their numbers: where more is to be written down than that they left or arrived."""
    if not ids:
        return {}
    wanted = select(OutboxRow).where(OutboxRow.id.in_(ids)).order_by(OutboxRow.id)
    return {row.id: row for row in await session.scalars(wanted.with_for_update() if lock else wanted)}


_EXTEND = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("ids", expanding=True)), _OUTBOX.c.state.in_(_PENDING))
    .values(state=OutboxState.LEASED, lease_until=bindparam("until"))
)


async def extend_leases(session: AsyncSession, ids: Sequence[int], now: datetime, seconds: float) -> None:
    """This pump still has them under way: nobody else begins."""
    if ids:
        given = {"ids": list(ids), "until": now + timedelta(seconds=seconds)}
        await plain.change(session, _EXTEND, given)


# --- what became of it --------------------------------------------------------------------------------


_SENT = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.id == bindparam("number"),
        _OUTBOX.c.attempt == bindparam("which"),
        _OUTBOX.c.state.in_(_PENDING),
    )
    .values(
        state=_SENT_STATE,
        lease_until=null(),
        sent_at=bindparam("sent"),
        paced_at=bindparam("at"),
        platform_id=bindparam("platform"),
        response_code=bindparam("response"),
        reason=bindparam("why"),
    )
)
_SENT_AND_FORGOTTEN = _SENT.values(content_sealed=b"")


async def note_sent(session: AsyncSession, receipts: Sequence[Receipt], now: datetime, at: datetime) -> None:
    """WeCom took them; of what somebody else has by now nothing is written.

    What was said is kept where the case is, so here it is forgotten unless it `keeps_words`.
    """
    for keeps, statement in ((True, _SENT), (False, _SENT_AND_FORGOTTEN)):
        some = sorted((one for one in receipts if one.keeps_words is keeps), key=_row_id)  # all lock in one order
        if some:
            await plain.change(session, statement, [_bind(one, now, at) for one in some])


_row_id = attrgetter("row_id")


def _bind(receipt: Receipt, now: datetime, at: datetime) -> dict[str, object]:
    return {
        "number": receipt.row_id,
        "which": receipt.attempt,
        "sent": now,
        "at": at,
        "platform": receipt.platform_id,
        "response": receipt.response_code,
        "why": receipt.reason,
    }


# --- rows that leave with another ---------------------------------------------------------------------


async def leave_with(session: AsyncSession, ids: Sequence[int], other_id: int, recipients: Sequence[str]) -> None:
    """`other_id` says it to their recipients, too; they hold their lanes until it has an end: order is kept."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == other_id)
        .values(recipients=list(recipients))
        .execution_options(synchronize_session="evaluate")  # whoever changes them later starts from this
    )
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(state=OutboxState.LEASED, lease_until=None, leaves_with=other_id, recipients=[])
        .execution_options(synchronize_session="evaluate")
    )


_other = aliased(OutboxRow)
_OTHERS_STATE = select(_other.state).where(_other.id == OutboxRow.leaves_with).scalar_subquery()


async def end_with_another(session: AsyncSession) -> int:
    """What leaves with another row ends as that one did; returns how many."""
    ended = 0
    for state in (OutboxState.SENT, OutboxState.DROPPED, OutboxState.FAILED):
        done = await session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.leaves_with.is_not(None),
                OutboxRow.state == OutboxState.LEASED,
                _OTHERS_STATE.in_((state,)),
            )
            .values(state=state, leaves_with=None, content_sealed=b"", reason=SAID_BY_ANOTHER)
            .execution_options(synchronize_session=False)
            .returning(OutboxRow.id)
        )
        ended += len(done.all())
    return ended
