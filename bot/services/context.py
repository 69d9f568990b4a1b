"""What every use case is handed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import Roster
from config.rules import Rules
from storage.crypto import Vault


@dataclass(frozen=True, slots=True)
class Context:
    """One unit of work: its session, its instant, and what the installation is made of."""

    session: AsyncSession
    now: datetime
    vault: Vault
    roster: Roster
    rules: Rules
    zone: ZoneInfo
    public_url: str

    @property
    def privacy_url(self) -> str:
        """The full privacy notice."""
        return f"{self.public_url}/privacy"
