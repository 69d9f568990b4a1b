"""What every unit of work of one process is made of: built once, in the composition root."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment import Roster
from bot.calendars import OfficeCalendar, build_office_calendar
from bot.clock import Clock
from bot.notices.wordings import use as use_wordings
from bot.services.context import Context
from bot.services.directory import Directory, load_directory
from bot.services.likeness import Likeness
from bot.services.models import ModelShelf
from bot.services.rosters import load_roster
from bot.services.wordings import WordingCache
from bot.throttle import Knocks
from config.rules import Rules
from config.settings import SHIPPED_MODEL
from storage import holidays
from storage.crypto import Vault
from storage.database import Database
from storage.files import AttachmentFiles
from storage.rules import get_everything


@dataclass(frozen=True, slots=True)
class People:
    """Everyone and everywhere as of one version of the roster."""

    version: str
    roster: Roster
    directory: Directory


class PeopleCache:
    """Reads people and places anew when an import changed them."""

    def __init__(self) -> None:
        self._people: People | None = None

    async def get(self, session: AsyncSession, version: str) -> People:
        """The people of this version."""
        if self._people is None or self._people.version != version:
            self._people = People(version, await load_roster(session), await load_directory(session))
        return self._people


class CalendarCache:
    """Builds the calendar anew when an import changed the holidays, or staff a rule."""

    def __init__(self) -> None:
        self._made_of: tuple[str, Rules] | None = None
        self._calendar: OfficeCalendar | None = None

    async def get(self, session: AsyncSession, version: str, rules: Rules, zone: ZoneInfo) -> OfficeCalendar:
        """The calendar of this version of the roster, which holidays are part of, and these rules."""
        if self._calendar is None or self._made_of != (version, rules):
            self._calendar = build_office_calendar(rules, await holidays.get_all(session), zone)
            self._made_of = (version, rules)
        return self._calendar


@dataclass(frozen=True, slots=True)
class Office:
    """What every unit of work is made of, besides its session and its instant."""

    database: Database
    vault: Vault
    clock: Clock
    zone: ZoneInfo
    public_url: str
    people: PeopleCache
    model: ModelShelf = field(default_factory=lambda: ModelShelf(SHIPPED_MODEL))
    likeness: Likeness = field(default_factory=Likeness)
    calendar: CalendarCache = field(default_factory=CalendarCache)
    texts: WordingCache = field(default_factory=WordingCache)
    knocks: Knocks = field(default_factory=Knocks)
    files: AttachmentFiles | None = None

    async def open(self, session: AsyncSession) -> Context:
        """A context on an open session; what this task says from now on is said in the centre's own words."""
        rules, roster_version, texts_version = await get_everything(session)
        use_wordings(await self.texts.get(session, texts_version))
        people = await self.people.get(session, roster_version)
        return Context(
            session,
            self.clock.now(),
            self.vault,
            people.roster,
            people.directory,
            rules,
            self.zone,
            await self.calendar.get(session, roster_version, rules, self.zone),
            self.public_url,
            self.model.get(),
            self.likeness,
            files=self.files,
        )
