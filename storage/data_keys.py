"""Which data keys a database is under; the keys themselves are in the settings and nowhere else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crypto import ContentKey, Unreadable, Vault, marking_of
from storage.models import ContentKeyRow, DataKey


class WrongDataKey(Exception):
    """None of the keys of the settings opens this database."""

    def __init__(self, given: Sequence[str], wanted: Sequence[str]) -> None:
        self.given, self.wanted = tuple(given), tuple(wanted)
        asked = f"; it is under {' or '.join(wanted)}" if wanted else ""
        super().__init__(
            f"LIANXIN_DATA_KEY: this database cannot be opened with key {' or '.join(given)}{asked}. "
            "Put the key back from where it was saved (docs/how-to/rotate-the-data-key.md); nothing was changed"
        )


async def open_vault(session: AsyncSession, keys: Sequence[bytes], now: datetime) -> Vault:
    """The vault of the settings' keys; the first is noted when it is new here. Raises `WrongDataKey`."""
    vault = await read_vault(session, keys)
    known = await session.get(DataKey, vault.fingerprint)
    if known is None:
        await _note(session, vault, now)
    elif known.left_at is not None:  # somebody goes back to it
        known.left_at = None
    return vault


async def read_vault(session: AsyncSession, keys: Sequence[bytes]) -> Vault:
    """The same without writing anything."""
    vault = Vault(*keys)
    vault.marking = await _marking(session, vault, keys)
    return vault


async def _note(session: AsyncSession, vault: Vault, now: datetime) -> None:
    row = {
        "fingerprint": vault.fingerprint,
        "marking_sealed": vault.seal(vault.marking),
        "seen_at": now,
        "backed_up_by": "",
    }
    try:
        async with session.begin_nested():
            await session.execute(insert(DataKey), [row])
    except IntegrityError:
        return  # another process came first and wrote the same


async def _marking(session: AsyncSession, vault: Vault, keys: Sequence[bytes]) -> bytes:
    rows = list(await session.scalars(select(DataKey)))
    in_use = [row for row in rows if row.left_at is None]
    for row in in_use:
        if row.fingerprint in vault.fingerprints:
            return vault.open(row.marking_sealed)
    if rows:
        raise WrongDataKey(vault.fingerprints, [row.fingerprint for row in in_use])
    return await _marking_of_the_first(session, vault, keys)


async def _marking_of_the_first(session: AsyncSession, vault: Vault, keys: Sequence[bytes]) -> bytes:
    """A database from before keys were noted is under the one that opens its oldest content key."""
    oldest = select(ContentKeyRow.wrapped).where(ContentKeyRow.wrapped.is_not(None)).order_by(ContentKeyRow.id)
    wrapped = await session.scalar(oldest.limit(1))
    if wrapped is None:
        return vault.marking
    for raw in keys:
        try:
            ContentKey(raw).open(wrapped)
        except Unreadable:
            continue
        return marking_of(raw)
    raise WrongDataKey(vault.fingerprints, ())


async def find(session: AsyncSession, fingerprint: str) -> DataKey | None:
    """What is known of a key."""
    return await session.get(DataKey, fingerprint)


async def all_known(session: AsyncSession) -> list[DataKey]:
    """Every key the database was ever under, the first first."""
    return list(await session.scalars(select(DataKey).order_by(DataKey.seen_at, DataKey.fingerprint)))


async def note_left(session: AsyncSession, kept: str, now: datetime) -> None:
    """Nothing is under any other key any more."""
    others = update(DataKey).where(DataKey.fingerprint != kept, DataKey.left_at.is_(None))
    await session.execute(others.values(left_at=now))
