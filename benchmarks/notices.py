"""What the measurements and proofs share about notices and reminders: written straight into a bot's database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock
from bot.notices.broadcast import OK, Wording
from bot.services.broadcasts import announcing, approving, sending, writing
from bot.services.context import Context
from bot.services.office import Office, PeopleCache
from config.settings import PREFIX, Settings
from storage import broadcasts, reminders
from storage.crypto import Vault
from storage.database import Database
from storage.models import TunedRule
from storage.reminders import Plan


@asynccontextmanager
async def open_office(environment: Mapping[str, str]) -> AsyncIterator[Office]:
    """What units of work are made of, on the database of a bot's settings and beside the bot."""
    given = {name: environment.get(f"{PREFIX}{name.upper()}") for name in Settings.model_fields}
    settings = Settings(_env_file=None, **{name: value for name, value in given.items() if value is not None})
    database = Database(settings.database_url)
    try:
        yield Office(database, Vault(*settings.data_keys), SystemClock(), settings.zone, "", PeopleCache())
    finally:
        await database.close()


@asynccontextmanager
async def working(office: Office) -> AsyncIterator[Context]:
    """One transaction."""
    async with office.database.begin() as session:
        yield await office.open(session)


async def never_night(office: Office) -> None:
    """No quiet hours, or the figures would depend on the hour of the day."""
    async with working(office) as context:
        await context.session.merge(
            TunedRule(name="quiet_hours", value="", changed_at=context.now, changed_by="bench")
        )


async def approve(office: Office, text: str, userids: Sequence[str]) -> int:
    """A notice with 知道了 that two of the centre stand for, as the command does it; its number."""
    async with working(office) as context:
        author, reviewer = [one.userid for one in context.directory.staff() if one.role == "centre"][:2]
        broadcast = await writing.begin(context, author, Wording(text, buttons=OK), audience="list", again=True)
        hearers = await approving.hearers_of(context, broadcast, userids)
        await approving.submit(context, broadcast, hearers)
        await announcing.approve(context, broadcast, reviewer, hearers)
        return broadcast.id


async def send_again(office: Office, number: int) -> int:
    """To those it failed for; returns how many."""
    async with working(office) as context:
        broadcast = await broadcasts.find(context.session, number, lock=True)
        if broadcast is None:
            raise LookupError(number)
        return await sending.send_again(context, broadcast)


async def remind(office: Office, number: int, userids: Sequence[str]) -> None:
    """A reminder of a made-up meeting, due now."""
    now = datetime.now(UTC)
    plans = [
        Plan(f"bench:{number}", "e", "now", reminders.member(userid), now, now + timedelta(hours=1))
        for userid in userids
    ]
    async with working(office) as context:
        await reminders.add_all(context.session, plans, now)
