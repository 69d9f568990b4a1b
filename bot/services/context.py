"""What every use case is handed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import Roster
from bot.services.directory import Directory
from config.rules import Rules
from storage.cases import count_open_by_representative
from storage.crypto import Vault


class OpenLoad:
    """How many cases wait for each representative: counted once a batch, kept up as cases are opened in it."""

    def __init__(self) -> None:
        self._load: dict[str, int] | None = None

    async def get(self, session: AsyncSession) -> Mapping[str, int]:
        """By representative code."""
        if self._load is None:
            self._load = await count_open_by_representative(session)
        return self._load

    def note_opened(self, representative_code: str | None) -> None:
        """One more waits."""
        if self._load is not None and representative_code:
            self._load[representative_code] = self._load.get(representative_code, 0) + 1


@dataclass(frozen=True, slots=True)
class Context:
    """One unit of work: its session, its instant, and what the installation is made of."""

    session: AsyncSession
    now: datetime
    vault: Vault
    roster: Roster
    directory: Directory
    rules: Rules
    zone: ZoneInfo
    public_url: str
    load: OpenLoad = field(default_factory=OpenLoad)

    @property
    def privacy_url(self) -> str:
        """The full privacy notice."""
        return f"{self.public_url}/privacy"
