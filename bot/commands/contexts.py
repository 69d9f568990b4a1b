"""A unit of work for a command: what handlers and jobs are handed, on the database of the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import SystemClock
from bot.commands.data import opened
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from config.settings import Settings
from storage.crypto import Vault


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Context]:
    """One transaction, committed at the end; the settings need the data key."""
    async with opened(settings) as database:
        vault = Vault(settings.data_key_bytes)
        office = Office(database, vault, SystemClock(), settings.zone, settings.public_url, PeopleCache())
        async with database.begin() as session:
            yield await office.open(session)
