"""What every use case is handed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import Roster, SlotDay
from bot.assignment.topics.model import Ranked, Reading, TopicModel
from bot.calendars import OfficeCalendar
from bot.services.directory import Directory
from bot.services.likeness import Likeness
from config.rules import Rules
from storage import leaves, roster_swaps
from storage.cases import count_open_by_representative, count_opened_since
from storage.crypto import Vault
from storage.files import AttachmentFiles


class Standing:
    """Who can take a case now: read once a batch, kept up as cases are opened in it."""

    def __init__(self) -> None:
        self._load: dict[str, int] | None = None
        self._given: dict[str, int] = {}
        self._cap = 0
        self._away: frozenset[str] = frozenset()
        self._swaps: dict[SlotDay, str] = {}

    async def read(self, session: AsyncSession, local_now: datetime, cap: int) -> None:
        """Open cases, leave, swaps of today and last night, and where there is a cap (not 0) cases given today.

        A second call does nothing.
        """
        if self._load is not None:
            return
        midnight = local_now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._load = await count_open_by_representative(session)
        self._cap = cap
        self._given = await count_opened_since(session, midnight.astimezone(UTC)) if cap > 0 else {}
        today = local_now.date()
        self._away = await leaves.away_on(session, today)
        rows = await roster_swaps.agreed_between(session, today - timedelta(days=1), today)
        self._swaps = {SlotDay(station, whose, on, start): to for station, whose, on, start, to in rows}

    @property
    def load(self) -> Mapping[str, int]:
        """Open cases by the code of a representative."""
        return self._load or {}

    @property
    def away(self) -> frozenset[str]:
        """Those on leave today."""
        return self._away

    @property
    def swaps(self) -> Mapping[SlotDay, str]:
        """Who stands in for a slot that began today or the day before."""
        return self._swaps

    @property
    def full(self) -> frozenset[str]:
        """Those who were given as many cases today as they may be; nobody where there is no cap."""
        if self._cap <= 0:
            return frozenset()
        return frozenset(code for code, count in self._given.items() if count >= self._cap)

    def note_swap(self, slot: SlotDay, to_code: str) -> None:
        """Somebody else has a slot now; what is decided later in this batch knows it."""
        self._swaps[slot] = to_code

    def note_opened(self, representative_code: str | None) -> None:
        """One more waits."""
        if self._load is not None and representative_code:
            self._load[representative_code] = self._load.get(representative_code, 0) + 1
            self._given[representative_code] = self._given.get(representative_code, 0) + 1


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
    calendar: OfficeCalendar
    public_url: str
    model: TopicModel | None = None
    likeness: Likeness = field(default_factory=Likeness)
    standing: Standing = field(default_factory=Standing)
    readings: dict[str, Reading] = field(default_factory=dict)  # what the model said of texts read together
    kinds: dict[str, Ranked] = field(default_factory=dict)  # of those that were only glanced at
    joined: dict[int, object] = field(default_factory=dict)  # by chat: who took its last words to an open matter
    files: AttachmentFiles | None = None  # where the bytes of attachments are; only what serves people needs them

    @property
    def local_now(self) -> datetime:
        """The instant in the district's own time zone."""
        return self.now.astimezone(self.zone)

    @property
    def privacy_url(self) -> str:
        """The full privacy notice."""
        return f"{self.public_url}/privacy"
