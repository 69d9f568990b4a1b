"""Many duty entries at once: years on paper, another system's record. As provable as one by one.

Each entry has a key of its own and its line in the chain, as `storage.duty.write` gives it; nobody is asked or
told. The caller decides where to commit: between two calls of `load` is a good place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import duty, ledger
from storage.crypto import Vault
from storage.duty import NewEntry
from storage.keys import add_keys
from storage.ledger import Fact
from storage.models import DutyEntry

CHUNK = 2000  # entries a statement


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the bot stamps on an entry: one of `ledger.STAMPS` that nobody has to say."""

    entry_id: int
    event: str
    at: datetime


async def load(session: AsyncSession, vault: Vault, chain: str, entries: Iterable[NewEntry]) -> list[int]:
    """Put entries of one chain on record, in their order; returns their numbers.

    An entry of an exchange (`case_id`) or with a `subject` that is on record already is refused by the database.
    """
    rest, numbers = iter(entries), list[int]()
    while some := list(islice(rest, CHUNK)):
        keys = await add_keys(session, vault, len(some))
        sealed = [(new, *key) for new, key in zip(some, keys, strict=True)]
        numbers += await duty.write_all(session, chain, sealed)
        await ledger.write_lines(session)  # or the lines of a whole year would wait in memory
    return numbers


async def stamp(session: AsyncSession, chain: str, stamps: Sequence[Stamp]) -> None:
    """Stamp entries of one chain, in the given order, each with its line; the last one of a kind is what they show.

    What somebody said of an entry has a row and a note of its own: `storage.duty.say_of`.
    """
    said = sorted({one.event for one in stamps} & ledger.SAID)
    if said:
        raise ValueError(f"{', '.join(said)}: is said by somebody, one by one")
    for first in range(0, len(stamps), CHUNK):
        await _stamp(session, chain, stamps[first : first + CHUNK])


async def _stamp(session: AsyncSession, chain: str, stamps: Sequence[Stamp]) -> None:
    shown: dict[str, dict[int, datetime | None]] = {}
    for one in stamps:
        column, holds = ledger.STAMPS[one.event]
        shown.setdefault(column, {})[one.entry_id] = one.at if holds else None
    table = DutyEntry.__table__
    connection = await session.connection()
    for column, values in shown.items():
        statement = (
            update(table).where(table.c.id == bindparam("entry")).values({column: bindparam("shown")})  # type: ignore[arg-type]
        )
        await connection.execute(statement, [{"entry": entry, "shown": at} for entry, at in values.items()])
    facts = [
        Fact(one.event, one.entry_id, ledger.stamp_digest(one.entry_id, one.event, one.at), one.at)
        for one in stamps
    ]
    ledger.add_lines(session, chain, facts)
    await ledger.write_lines(session)
