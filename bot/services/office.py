"""What every unit of work of one process is made of: built once, in the composition root."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import Roster
from bot.clock import Clock
from bot.services.context import Context
from bot.services.rosters import load_roster
from storage.crypto import Vault
from storage.database import Database
from storage.rules import get_standing


@dataclass(slots=True)
class RosterCache:
    """The roster as assignment reads it, built anew when an import changed it."""

    version: str | None = None
    roster: Roster | None = None

    async def get(self, session: AsyncSession, version: str) -> Roster:
        """The roster of this version."""
        if self.roster is None or self.version != version:
            self.roster = await load_roster(session)
            self.version = version
        return self.roster


@dataclass(frozen=True, slots=True)
class Office:
    """What every unit of work is made of, besides its session and its instant."""

    database: Database
    vault: Vault
    clock: Clock
    zone: ZoneInfo
    public_url: str
    rosters: RosterCache

    async def open(self, session: AsyncSession) -> Context:
        """A context on an open session."""
        rules, roster_version = await get_standing(session)
        roster = await self.rosters.get(session, roster_version)
        return Context(session, self.clock.now(), self.vault, roster, rules, self.zone, self.public_url)
