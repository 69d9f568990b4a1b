"""Content keys: one for each case and each constituent."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import batch_reading, numbering, plain, unit_of_work
from storage.chunks import chunks
from storage.crypto import ContentKey, Vault
from storage.models import ContentKeyRow

_KEYS = cast("Table", ContentKeyRow.__table__)
# Built once: putting a statement together costs as much as running it.
_ADD = insert(_KEYS)
_FIND = select(_KEYS.c.wrapped).where(_KEYS.c.id == bindparam("key"))


class KeyDestroyed(Exception):
    """What was sealed with this key has been erased."""

    def __init__(self, key_id: int) -> None:
        self.key_id = key_id
        super().__init__(f"content key {key_id} was destroyed")


async def add_key(session: AsyncSession, vault: Vault, *, at_once: bool = True) -> tuple[int, ContentKey]:
    """Make and keep a content key; not `at_once`: with the next flush, before the objects that refer to it."""
    key, wrapped = vault.make_key()
    row_id = await numbering.next_id(session, ContentKeyRow)
    row = {"id": row_id, "wrapped": wrapped}
    if at_once:
        await plain.change(session, _ADD, row)
    else:
        unit_of_work.write(session, ContentKeyRow, row)
    _opened(session)[row_id] = key
    return row_id, key


async def add_keys(session: AsyncSession, vault: Vault, count: int) -> list[tuple[int, ContentKey]]:
    """Make and keep several content keys in one statement."""
    made = [vault.make_key() for _ in range(count)]
    ids = await numbering.take(session, ContentKeyRow, count)
    rows = [{"id": row_id, "wrapped": wrapped} for row_id, (_, wrapped) in zip(ids, made, strict=True)]
    if rows:
        await session.execute(insert(_KEYS), rows)
    return [(row_id, key) for row_id, (key, _) in zip(ids, made, strict=True)]


async def get_key(session: AsyncSession, vault: Vault, key_id: int) -> ContentKey:
    """The content key; raise `KeyDestroyed` when it has been erased. Unwrapped once a session."""
    opened = _opened(session)
    if key_id not in opened:
        wrapped = batch_reading.take_key(session, key_id) or await _find_wrapped(session, key_id)
        if wrapped is None:
            raise KeyDestroyed(key_id)
        opened[key_id] = vault.unwrap(wrapped)
    return opened[key_id]


async def _find_wrapped(session: AsyncSession, key_id: int) -> bytes | None:
    wrapped: bytes | None = await plain.fetch_one(session, _FIND, {"key": key_id})
    return wrapped


async def find_key(session: AsyncSession, vault: Vault, key_id: int) -> ContentKey | None:
    """The content key, or None when it has been erased."""
    try:
        return await get_key(session, vault, key_id)
    except KeyDestroyed:
        return None


async def open_ahead(session: AsyncSession, vault: Vault, key_ids: Iterable[int]) -> None:
    """Unwrap many keys in a statement or two, so that whoever reads many rows does not ask for each of them."""
    opened = _opened(session)
    async for some in chunks(sorted({*key_ids} - opened.keys())):
        rows = await session.execute(
            select(ContentKeyRow.id, ContentKeyRow.wrapped).where(
                ContentKeyRow.id.in_(some), ContentKeyRow.wrapped.is_not(None)
            )
        )
        opened.update({row_id: vault.unwrap(wrapped) for row_id, wrapped in rows if wrapped is not None})


def forget_opened(session: AsyncSession) -> None:
    """Drop the keys that were unwrapped in this session: whoever reads a whole record would hold them all."""
    _opened(session).clear()


def _opened(session: AsyncSession) -> dict[int, ContentKey]:
    opened: dict[int, ContentKey] = session.info.setdefault("content_keys", {})
    return opened
