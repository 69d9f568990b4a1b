"""Putting everything that lies under the data key itself under another one, a few rows at a time.

Nothing says where it stopped: a value that the first key opens is done, so whoever was killed begins anew and
passes over what is done. A row that somebody changed or erased meanwhile is left as they made it.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.crypto import Unreadable, Vault
from storage.models import (
    CalendarAddress,
    ContentKeyRow,
    Conversation,
    Erasure,
    FileAddress,
    InboxRow,
    MemberDesk,
    OutboxRow,
)

BATCH = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One column of what lies under the data key, and how its rows are walked."""

    key: InstrumentedAttribute[Any]
    sealed: InstrumentedAttribute[Any]
    only: tuple[ColumnElement[bool], ...] = ()

    @property
    def name(self) -> str:
        """As a person reads it."""
        return f"{self.key.class_.__tablename__}.{self.sealed.key}"


PLACES = (
    Place(ContentKeyRow.id, ContentKeyRow.wrapped),
    Place(InboxRow.id, InboxRow.body_sealed),
    Place(OutboxRow.id, OutboxRow.content_sealed, (OutboxRow.key_id.is_(None),)),
    Place(Conversation.id, Conversation.held_sealed),
    Place(MemberDesk.userid, MemberDesk.held_sealed),
    Place(MemberDesk.userid, MemberDesk.filing_title_sealed),
    Place(Erasure.id, Erasure.told_sealed),
    Place(CalendarAddress.digest, CalendarAddress.token_sealed),
    Place(FileAddress.digest, FileAddress.token_sealed),
)


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did: up to which row, how many it saw, put under the first key, and could not open."""

    up_to: Any
    seen: int
    resealed: int
    unreadable: int


async def count(session: AsyncSession) -> int:
    """How many values there are to look at."""
    total = 0
    for place in PLACES:
        rows = select(func.count()).select_from(place.key.class_)
        total += await session.scalar(rows.where(_filled(place), *place.only)) or 0
    return total


async def step(session: AsyncSession, vault: Vault, place: Place, after: Any, batch: int = BATCH) -> Step | None:
    """The next rows of a column after the one given (None: the first); None when there are no more."""
    rows = await _next(session, place, after, batch)
    if not rows:
        return None
    resealed = unreadable = 0
    for key, sealed in rows:
        try:
            anew = vault.reseal(sealed)
        except Unreadable:
            unreadable += 1
            continue
        if anew is not None:
            resealed += await _replace(session, place, key, sealed, anew)
    return Step(rows[-1][0], len(rows), resealed, unreadable)


async def _next(session: AsyncSession, place: Place, after: Any, batch: int) -> list[tuple[Any, bytes]]:
    query = select(place.key, place.sealed).where(_filled(place), *place.only).order_by(place.key).limit(batch)
    if after is not None:
        query = query.where(place.key > after)
    return [(key, sealed) for key, sealed in await session.execute(query)]


async def _replace(session: AsyncSession, place: Place, key: Any, sealed: bytes, anew: bytes) -> int:
    """Only where it is still what was read: a key that was destroyed meanwhile stays destroyed."""
    table = place.key.class_.__table__
    same = update(table).where(table.c[place.key.key] == key, table.c[place.sealed.key] == sealed)
    done = await session.execute(same.values({place.sealed.key: anew}))
    return cast("CursorResult[Any]", done).rowcount


def _filled(place: Place) -> ColumnElement[bool]:
    """Neither absent nor emptied by an erasure."""
    return place.sealed.is_not(None) & (func.length(place.sealed) > 0)
