"""Content keys: one for each case and each constituent."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage import numbering
from storage.crypto import ContentKey, Vault
from storage.models import ContentKeyRow


class KeyDestroyed(Exception):
    """What was sealed with this key has been erased."""

    def __init__(self, key_id: int) -> None:
        self.key_id = key_id
        super().__init__(f"content key {key_id} was destroyed")


async def add_key(session: AsyncSession, vault: Vault) -> tuple[int, ContentKey]:
    """Make and keep a content key."""
    key, wrapped = vault.make_key()
    row = ContentKeyRow(wrapped=wrapped)
    session.add(row)
    await session.flush()
    _opened(session)[row.id] = key
    return row.id, key


async def add_keys(session: AsyncSession, vault: Vault, count: int) -> list[tuple[int, ContentKey]]:
    """Make and keep several content keys in one statement."""
    made = [vault.make_key() for _ in range(count)]
    ids = await numbering.take(session, ContentKeyRow, count)
    rows = [{"id": row_id, "wrapped": wrapped} for row_id, (_, wrapped) in zip(ids, made, strict=True)]
    if rows:
        await session.execute(insert(ContentKeyRow.__table__), rows)  # type: ignore[arg-type]
    return [(row_id, key) for row_id, (key, _) in zip(ids, made, strict=True)]


async def get_key(session: AsyncSession, vault: Vault, key_id: int) -> ContentKey:
    """The content key; raise `KeyDestroyed` when it has been erased. Unwrapped once a session."""
    opened = _opened(session)
    if key_id not in opened:
        row = await session.get(ContentKeyRow, key_id)
        if row is None or row.wrapped is None:
            raise KeyDestroyed(key_id)
        opened[key_id] = vault.unwrap(row.wrapped)
    return opened[key_id]


async def find_key(session: AsyncSession, vault: Vault, key_id: int) -> ContentKey | None:
    """The content key, or None when it has been erased."""
    try:
        return await get_key(session, vault, key_id)
    except KeyDestroyed:
        return None


def forget_opened(session: AsyncSession) -> None:
    """Drop the keys that were unwrapped in this session: whoever reads a whole record would hold them all."""
    _opened(session).clear()


def _opened(session: AsyncSession) -> dict[int, ContentKey]:
    opened: dict[int, ContentKey] = session.info.setdefault("content_keys", {})
    return opened
