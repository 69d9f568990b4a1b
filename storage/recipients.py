"""The recipients of a notice: each is handed to the outbox once, in the commit that writes the row there."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import cast as narrow

from sqlalchemy import ColumnElement, CursorResult, String, Table, cast, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.chunks import CHUNK, chunks
from storage.models import BroadcastRecipient, Conversation
from storage.states import RECIPIENT, RecipientState

_P = RecipientState
_TABLE = narrow("Table", BroadcastRecipient.__table__)
_ADD = insert(_TABLE)


@dataclass(frozen=True, slots=True)
class Unsent:
    """A recipient that nothing was written for yet, locked until this transaction ends."""

    id: int
    name: str


async def add_all(
    session: AsyncSession, broadcast_id: int, recipients: Iterable[tuple[str, str]], now: datetime
) -> int:
    """Freeze the list: (recipient, name) each once; returns how many."""
    count = 0
    async for some in chunks(dict(recipients).items()):
        rows = [
            {
                "broadcast_id": broadcast_id,
                "recipient": recipient,
                "name": name,
                "state": _P.WAITING,
                "reason": "",
                "choice": "",
                "at": now,
            }
            for recipient, name in some
        ]
        await session.execute(_ADD, rows)
        count += len(rows)
    return count


async def add_conversations(session: AsyncSession, broadcast_id: int, numbers: Sequence[int], now: datetime) -> int:
    """The same for constituents: there may be very many, so the database copies their numbers itself."""
    copied = select(
        literal(broadcast_id),
        literal("c:") + cast(Conversation.id, String),  # as `storage.reminders.conversation` writes it
        literal(""),
        literal(_P.WAITING.value),
        literal(""),
        literal(""),
        literal(now, type_=BroadcastRecipient.at.type),
    )
    columns = ["broadcast_id", "recipient", "name", "state", "reason", "choice", "at"]
    count = 0
    async for some in chunks(sorted(set(numbers))):
        given = copied.where(Conversation.id.in_(some)).order_by(Conversation.id)
        added = await session.execute(insert(_TABLE).from_select(columns, given))
        count += narrow("CursorResult[Any]", added).rowcount
    return count


async def find(session: AsyncSession, broadcast_id: int, recipient: str) -> BroadcastRecipient | None:
    """One recipient of a notice, locked until this transaction ends."""
    found = await session.scalars(
        select(BroadcastRecipient)
        .where(BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.recipient == recipient)
        .with_for_update()
    )
    return found.one_or_none()


async def find_all(
    session: AsyncSession, broadcast_id: int, *states: RecipientState, most: int | None = None
) -> Sequence[BroadcastRecipient]:
    """The recipients in these states (all where none is named), in the order of the list."""
    query = select(BroadcastRecipient).where(BroadcastRecipient.broadcast_id == broadcast_id)
    if states:
        query = query.where(BroadcastRecipient.state.in_(states))
    return (await session.scalars(query.order_by(BroadcastRecipient.id).limit(most))).all()


async def stream(session: AsyncSession, broadcast_id: int) -> AsyncIterator[BroadcastRecipient]:
    """All recipients in the order of the list, a chunk at a time."""
    found = await session.stream_scalars(
        select(BroadcastRecipient)
        .where(BroadcastRecipient.broadcast_id == broadcast_id)
        .order_by(BroadcastRecipient.id)
        .execution_options(yield_per=CHUNK)
    )
    async for one in found:
        yield one


async def keys_of(session: AsyncSession, broadcast_id: int, *states: RecipientState) -> Sequence[tuple[str, str]]:
    """(recipient, name) of those in these states (all where none is named), in the order of the list."""
    query = select(BroadcastRecipient.recipient, BroadcastRecipient.name).where(
        BroadcastRecipient.broadcast_id == broadcast_id
    )
    if states:
        query = query.where(BroadcastRecipient.state.in_(states))
    return [(key, name) for key, name in await session.execute(query.order_by(BroadcastRecipient.id))]


async def waiting_part(
    session: AsyncSession, broadcast_id: int, after_id: int, most: int
) -> Sequence[tuple[int, str]]:
    """(number, recipient) of those that wait, behind a number, in the order of the list."""
    rows = await session.execute(
        select(BroadcastRecipient.id, BroadcastRecipient.recipient)
        .where(
            BroadcastRecipient.broadcast_id == broadcast_id,
            BroadcastRecipient.state == _P.WAITING,
            BroadcastRecipient.id > after_id,
        )
        .order_by(BroadcastRecipient.id)
        .limit(most)
    )
    return [(number, recipient) for number, recipient in rows]


async def claim_unsent(session: AsyncSession, broadcast_id: int, most: int) -> list[Unsent]:
    """Recipients that nothing was written for yet, in the order of the list."""
    rows = await session.execute(
        select(BroadcastRecipient.id, BroadcastRecipient.name)
        .where(
            BroadcastRecipient.broadcast_id == broadcast_id,
            BroadcastRecipient.state == _P.WAITING,
            BroadcastRecipient.outbox_id.is_(None),
        )
        .order_by(BroadcastRecipient.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [Unsent(*row) for row in rows]


async def note_handed_over(session: AsyncSession, ids: Collection[int], outbox_id: int) -> int:
    """This row of the outbox says it to them; belongs into the commit that writes the row."""
    return await _change([BroadcastRecipient.id.in_(ids)], session, outbox_id=outbox_id)


async def count_by_state(session: AsyncSession, broadcast_id: int) -> dict[RecipientState, int]:
    """How many recipients are in each state; a state without any is left out."""
    counted = await session.execute(
        select(BroadcastRecipient.state, func.count())
        .where(BroadcastRecipient.broadcast_id == broadcast_id)
        .group_by(BroadcastRecipient.state)
    )
    return {RecipientState(state): count for state, count in counted}


async def count_choices(session: AsyncSession, broadcast_id: int) -> dict[str, int]:
    """How many tapped each button."""
    counted = await session.execute(
        select(BroadcastRecipient.choice, func.count())
        .where(BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.state == _P.CONFIRMED)
        .group_by(BroadcastRecipient.choice)
    )
    return {choice: count for choice, count in counted}  # noqa: C416  a Row is no pair for mypy


async def move_these(
    session: AsyncSession,
    broadcast_id: int,
    recipients: Collection[str],
    state: RecipientState,
    now: datetime,
    *,
    reason: str = "",
) -> int:
    """Change the state of these recipients where the table allows it; returns how many."""
    moved = 0
    async for some in chunks(recipients):
        these = [BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.recipient.in_(some)]
        moved += await _move(session, these, state, now, reason)
    return moved


async def move_waiting(
    session: AsyncSession, broadcast_id: int, state: RecipientState, now: datetime, *, reason: str, written: bool
) -> int:
    """Change those that wait: with `written` all of them, else only those that nothing was written for."""
    these: list[ColumnElement[bool]] = [
        BroadcastRecipient.broadcast_id == broadcast_id,
        BroadcastRecipient.state == _P.WAITING,
    ]
    if not written:
        these.append(BroadcastRecipient.outbox_id.is_(None))
    return await _move(session, these, state, now, reason)


async def wait_again(session: AsyncSession, broadcast_id: int, now: datetime) -> int:
    """Those it failed for are sent it again; nobody else is."""
    these = [BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.state == _P.FAILED]
    return await _move(session, these, _P.WAITING, now, "", outbox_id=None)


async def note_recalled(
    session: AsyncSession, broadcast_id: int, recipients: Collection[str], now: datetime
) -> int:
    """It is gone from their phones."""
    changed = 0
    async for some in chunks(recipients):
        changed += await _change(_have_it(broadcast_id, some), session, recalled_at=now)
    return changed


async def count_having(session: AsyncSession, broadcast_id: int, recipients: Collection[str]) -> int:
    """On how many of their phones it is."""
    count = 0
    async for some in chunks(recipients):
        count += await session.scalar(select(func.count()).where(*_have_it(broadcast_id, some))) or 0
    return count


def _have_it(broadcast_id: int, recipients: Collection[str]) -> list[ColumnElement[bool]]:
    return [
        BroadcastRecipient.broadcast_id == broadcast_id,
        BroadcastRecipient.recipient.in_(recipients),
        BroadcastRecipient.state.in_((_P.SENT, _P.CONFIRMED)),
        BroadcastRecipient.recalled_at.is_(None),
    ]


async def _move(
    session: AsyncSession,
    these: Sequence[ColumnElement[bool]],
    state: RecipientState,
    now: datetime,
    reason: str,
    **values: object,
) -> int:
    before = [old for old, following in RECIPIENT.items() if state in following]
    where = [*these, BroadcastRecipient.state.in_(before)]
    return await _change(where, session, state=state, reason=reason[:32], at=now, **values)


async def _change(where: Sequence[ColumnElement[bool]], session: AsyncSession, **values: object) -> int:
    changed = await session.execute(
        update(BroadcastRecipient)
        .where(*where)
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(BroadcastRecipient.id)
    )
    return len(changed.all())
