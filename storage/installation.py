"""Which installation a database is: a random name, made when first asked for."""

import secrets

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Installation


async def get_name(session: AsyncSession) -> str:
    """The same for every process on this database; 16 hex digits."""
    asked = select(Installation.name)
    name = await session.scalar(asked)
    if name is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        made = dialect.insert(Installation).values(id=1, name=secrets.token_hex(8))
        await session.execute(made.on_conflict_do_nothing())
        name = await session.scalar(asked)
    return name or ""
