"""Who wants to hear of a station's days or live sessions: once for a conversation, station and kind."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Subscription

ACTIVITY, LIVE = "activity", "live"
KINDS = (ACTIVITY, LIVE)


async def subscribers(session: AsyncSession, station_codes: Collection[str], kind: str) -> Sequence[int]:
    """The conversations that subscribed to any of these stations, each once, in order."""
    found = await session.scalars(
        select(Subscription.conversation_id)
        .where(
            Subscription.station_code.in_(station_codes), Subscription.kind == kind, Subscription.ended_at.is_(None)
        )
        .distinct()
        .order_by(Subscription.conversation_id)
    )
    return found.all()


async def part_of_subscribers(
    session: AsyncSession, station_codes: Collection[str], kind: str, after_id: int, most: int
) -> Sequence[tuple[int, int]]:
    """(number of the subscription, conversation) behind a number, in order; who has several comes several times."""
    rows = await session.execute(
        select(Subscription.id, Subscription.conversation_id)
        .where(
            Subscription.id > after_id,
            Subscription.station_code.in_(station_codes),
            Subscription.kind == kind,
            Subscription.ended_at.is_(None),
        )
        .order_by(Subscription.id)
        .limit(most)
    )
    return [(number, conversation) for number, conversation in rows]


async def still_subscribed(
    session: AsyncSession, conversations: Collection[int], station_codes: Collection[str]
) -> set[int]:
    """Those of these conversations that want to hear anything of one of these stations."""
    found = await session.scalars(
        select(Subscription.conversation_id).where(
            Subscription.conversation_id.in_(conversations),
            Subscription.station_code.in_(station_codes),
            Subscription.ended_at.is_(None),
        )
    )
    return set(found)


async def standing(session: AsyncSession, conversation_id: int) -> Sequence[Subscription]:
    """What a conversation is subscribed to."""
    found = await session.scalars(
        select(Subscription)
        .where(Subscription.conversation_id == conversation_id, Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    )
    return found.all()


async def subscribe(
    session: AsyncSession, conversation_id: int, station_code: str, kind: str, now: datetime
) -> bool:
    """They want it from now on; False where they have it already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(Subscription).values(
        conversation_id=conversation_id, station_code=station_code, kind=kind, since=now
    )
    renewed = given.on_conflict_do_update(
        index_elements=["conversation_id", "station_code", "kind"],
        set_={"since": now, "ended_at": None},
        where=Subscription.ended_at.is_not(None),
    )
    return await session.scalar(renewed.returning(Subscription.id)) is not None


async def end(
    session: AsyncSession,
    conversation_id: int,
    now: datetime,
    *,
    station_code: str | None = None,
    kind: str | None = None,
) -> Sequence[tuple[str, str]]:
    """They do not want it any more, all of it or what is given; returns (station, kind) of what ended."""
    these = [Subscription.conversation_id == conversation_id, Subscription.ended_at.is_(None)]
    if station_code is not None:
        these.append(Subscription.station_code == station_code)
    if kind is not None:
        these.append(Subscription.kind == kind)
    ended = await session.execute(
        update(Subscription)
        .where(*these)
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
        .returning(Subscription.station_code, Subscription.kind)
    )
    return [(station, which) for station, which in ended]
