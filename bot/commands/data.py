"""`import`, `migrate` and `verify`: what reads or writes the record and ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from bot import memory
from bot.clock import SystemClock
from bot.commands.running import BROKEN, load_settings, refuse, run
from bot.notices.two_person import AdministratorChange
from bot.services import imports
from bot.services.context import Context
from bot.services.duty import publishing
from bot.services.imports import admins
from bot.services.imports.admins import Pair
from bot.services.office import Office, PeopleCache
from bot.services.verification import find_violations
from config.settings import Need, Settings
from storage import audit, data_keys, migrate
from storage.data_keys import WrongDataKey
from storage.database import Database, DatabaseUnreachable
from storage.ledger import Violation
from storage.migrate import SchemaBehind
from storage.rules import note_roster_change

DUTY, LINKS = "duty", "contact_links"  # sheets with what is kept sealed
out = Console(highlight=False, soft_wrap=True)
on_error = Console(stderr=True, highlight=False)


@asynccontextmanager
async def opened(settings: Settings, *, ready: bool = True) -> AsyncIterator[Database]:
    """The database of the settings, at the current schema unless told otherwise."""
    try:
        database = Database(settings.database_url)
        await database.knock()
    except DatabaseUnreachable as unreachable:
        refuse(unreachable)
    try:
        if ready:
            await migrate.ensure(database)
        yield database
    except SchemaBehind as behind:
        refuse(behind)
    finally:
        await database.close()


def migrate_command(phase: str = "") -> int:
    """Bring the database to the current schema; with phase `pre` as far as bots of the version before can go on."""
    if phase not in ("", migrate.PRE, migrate.POST):
        refuse(f"--phase: {phase}: choose {migrate.PRE} or {migrate.POST}")
    settings = load_settings()

    async def work() -> int:
        async with opened(settings, ready=False) as database:
            before, after = await migrate.upgrade(database, only_pre=phase == migrate.PRE)
        newest = migrate.newest_revision()
        said = "current" if after == newest else f"as far as {migrate.PRE} steps go, {newest} is the newest"
        out.print(f"schema {before or 'empty'} -> {after}" if before != after else f"schema {after}: {said}")
        return 0

    return run(work)


def import_command(path: Path, *, dry_run: bool, pair: Pair | None = None) -> int:
    """Load a folder or a workbook, all or nothing; `pair` are the two who stand for a change of administrators."""
    settings = load_settings()
    try:
        with on_error.status(f"reading {path}"):
            tables = imports.read(path)
    except imports.ImportRefused as refused:
        refuse(*refused.faults)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")
    if tables.has(DUTY) or tables.has(LINKS):
        settings = load_settings(Need.DATA_KEY)

    async def work() -> int:
        async with opened(settings) as database:
            try:
                with on_error.status("writing"):
                    summary = await _apply(settings, database, tables, dry_run=dry_run, pair=pair)
            except imports.ImportRefused as refused:
                refuse(*refused.faults)
        for name, count in summary.tables.items():
            out.print(f"{name}: 新增 {count.created}，更新 {count.updated}，未变 {count.unchanged}")
        for one in summary.held:
            change = AdministratorChange(one.name, one.userid, one.role, one.before).words()
            out.print(f"staff：{change}，要另一个人在企业微信里同意后才生效")
        if dry_run:
            out.print("试运行：没有写入任何内容")
        return 0

    return run(work)


async def _apply(
    settings: Settings, database: Database, tables: imports.Tables, *, dry_run: bool, pair: Pair | None
) -> imports.Summary:
    async with database.begin() as session:
        before = {one: known.role for one, known in (await imports.load_existing(session)).staff.items()}
        summary = await imports.apply(session, tables, two_agreed=pair is not None)
        if pair is not None and (faults := admins.faults_of(before, summary.administrators, pair)):
            refuse(*faults)
        if LINKS in tables.sheets:
            written = await imports.apply_links(await _context(settings, database, session), tables)
            summary = summary.with_count(LINKS, written)
        if tables.has(DUTY):
            written = await imports.apply_duty(await _context(settings, database, session), tables)
            summary = summary.with_count(DUTY, written)
        if dry_run:
            await session.rollback()
            return summary
        now = SystemClock().now()
        await admins.note(session, summary.held, now, held=True, pair=None)
        await admins.note(session, summary.administrators, now, held=False, pair=pair)
        if summary.changed:
            if any(count.created + count.updated for name, count in summary.tables.items() if name != DUTY):
                await note_roster_change(session, now, "import")
            changed = ", ".join(f"{name} +{n.created} ~{n.updated}" for name, n in summary.tables.items())
            audit.add_line(session, actor="import", act="roster imported", subject=changed, at=now)
    return summary


async def _context(settings: Settings, database: Database, session: AsyncSession) -> Context:
    """People and rules as this session sees them, what it has written itself included."""
    try:
        vault = await data_keys.open_vault(session, settings.data_keys, SystemClock().now())
    except WrongDataKey as wrong:
        refuse(wrong)
    office = Office(database, vault, SystemClock(), settings.zone, settings.public_url, PeopleCache())
    return await office.open(session)


async def _chain(*streams: AsyncIterator[Violation]) -> AsyncIterator[Violation]:
    """One after the other."""
    for stream in streams:
        async for violation in stream:
            yield violation


def verify_command(against: Path | None = None) -> int:
    """Check the duty ledger and the invariants; `against` is what somebody saved of the ledger's heads."""
    settings = load_settings()
    try:
        heads = publishing.parse_heads(against.read_text("utf-8-sig").splitlines()) if against else []
    except OSError as error:
        refuse(f"{against}: {error.strerror}")
    except ValueError as error:
        refuse(f"{against}: {error}")

    async def work() -> int:
        found = 0
        async with opened(settings) as database, database.read() as session:
            async for violation in _chain(find_violations(session), publishing.find_differences(session, heads)):
                found += 1
                out.print(f"{violation.where}: {violation.what}")
        if heads and not found:
            out.print(f"{len(heads)} saved lines are in the ledger as they were")
        out.print(f"{found} violations" if found else "verified: the ledger and every invariant hold")
        return BROKEN if found else 0

    with memory.calm():  # row after row passes by, and none of them is part of a cycle
        return run(work)
