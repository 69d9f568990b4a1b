"""A unit of work for a command: what handlers and jobs are handed, on the database of the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SystemClock
from bot.commands.data import opened
from bot.commands.running import refuse
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from config.settings import Settings
from storage import data_keys
from storage.crypto import Vault
from storage.data_keys import WrongDataKey


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Context]:
    """One transaction, committed at the end; the settings need the data key."""
    async with opened(settings) as database, database.begin() as session:
        vault = await open_vault(session, settings)
        office = Office(database, vault, SystemClock(), settings.zone, settings.public_url, PeopleCache())
        yield await office.open(session)


async def open_vault(session: AsyncSession, settings: Settings) -> Vault:
    """The vault of the settings' data keys, or a refusal where none opens this database."""
    try:
        return await data_keys.open_vault(session, settings.data_keys, SystemClock().now())
    except WrongDataKey as wrong:
        refuse(wrong)
