"""What pumps share, so that together they keep the limits of WeCom.

On PostgreSQL they pass a turnstile one at a time, so that each knows what the others sent before it decides what
may leave; SQLite has one pump and no need of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import BigInteger, Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import plain
from storage.models import ApiGate, OutboxRow
from storage.outbox import Channel
from storage.states import OutboxState

_TURNSTILE = 0x6C78_6F75_7462_6F78  # any number, as long as nothing else locks it
# The server knows of quiet times, when hardly anything is to leave: on a live evening it would gather and sort all
# of it for each turn, where an index has it in order. A turn asks for nothing that is quicker that way.
_LOCK = select(
    func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger)),
    func.set_config("enable_bitmapscan", "off", True),
)


@dataclass(frozen=True, slots=True)
class Departure:
    """A row that left for members, and when: at the latest by `at`, or it is on its way since."""

    row_id: int
    channel: Channel
    recipients: Sequence[str]
    at: datetime
    flying: bool


async def pass_turnstile(session: AsyncSession) -> bool:
    """Wait until no other pump is deciding, until this transaction ends; False where there is only this one."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    await plain.fetch(session, _LOCK, {"key": _TURNSTILE})
    return True


_DEPARTURES = select(
    OutboxRow.id, OutboxRow.channel, OutboxRow.recipients, OutboxRow.paced_at, OutboxRow.state
).where(OutboxRow.paced_at > bindparam("after"))


_OUTBOX = cast("Table", OutboxRow.__table__)
_MOVE = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(paced_at=bindparam("moved_to"))


async def departures_after(session: AsyncSession, after: datetime) -> list[Departure]:
    """What left, or was answered, after that instant of the turnstile."""
    found = await plain.fetch(session, _DEPARTURES, {"after": after})
    return [
        Departure(number, Channel(channel), recipients, at, state == OutboxState.LEASED)
        for number, channel, recipients, at, state in found
        if at is not None
    ]


async def move_departures(session: AsyncSession, *, after: datetime, until: datetime, by: timedelta) -> None:
    """What left in this span left so much later."""
    span = select(OutboxRow.id, OutboxRow.paced_at).where(OutboxRow.paced_at > after, OutboxRow.paced_at <= until)
    moved = [{"row": number, "moved_to": at + by} for number, at in await plain.fetch(session, span)]
    if moved:
        await plain.change(session, _MOVE, moved)


async def count_members_since(session: AsyncSession, since: datetime) -> int:
    """To how many members messages have left since then, each message counted for each member."""
    counted = await session.scalar(
        select(func.sum(func.json_array_length(OutboxRow.recipients))).where(
            OutboxRow.channel == Channel.APP, OutboxRow.paced_at >= since
        )
    )
    return int(counted or 0)


async def find_gates(session: AsyncSession) -> Sequence[ApiGate]:
    """How the APIs were left by whoever was refused last."""
    return (await session.scalars(select(ApiGate).execution_options(populate_existing=True))).all()


async def keep_gate(session: AsyncSession, gate: ApiGate) -> None:
    """For the other pumps, and after a restart."""
    await session.merge(gate)
