"""An import from a page: what would change and every fault first, then all of it or nothing, as by the command."""

import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices.two_person import AdministratorChange
from bot.services import imports
from bot.services.context import Context
from bot.services.imports import admins
from bot.services.imports.tables import TABLES
from bot.services.people import Member
from storage import audit
from storage.rules import note_roster_change

_DUTY, _LINKS = "duty", "contact_links"
_WORKBOOK = "workbook.xlsx"
NAMES = frozenset(table.file for table in TABLES)
Fresh = Callable[[AsyncSession], Awaitable[Context]]


@dataclass(frozen=True, slots=True)
class Changed:
    """What became, or would become, of one table."""

    name: str
    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did or would do; with faults it does nothing. `held` waits for a second person."""

    tables: tuple[Changed, ...] = ()
    faults: tuple[tuple[str, int, str, str], ...] = ()
    held: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """Rows that are new or other than before."""
        return sum(one.created + one.updated for one in self.tables)


def read(files: Mapping[str, bytes]) -> imports.Tables:
    """Files by the names of contract section 4, or one workbook under any name. It waits for the disk."""
    with tempfile.TemporaryDirectory(prefix="lianxin-import-") as folder:
        for name, content in files.items():
            plain = name.lower() if name.lower() in NAMES else _WORKBOOK
            (Path(folder) / plain).write_bytes(content)
        book = Path(folder) / _WORKBOOK
        return imports.read(book if book.exists() else Path(folder))


async def run(session: AsyncSession, fresh: Fresh, tables: imports.Tables) -> tuple[Outcome, imports.Summary]:
    """Write it in this session; whoever only wants to see takes it back. Raises `ImportRefused`."""
    summary = await imports.apply(session, tables)
    if _LINKS in tables.sheets:
        summary = summary.with_count(_LINKS, await imports.apply_links(await fresh(session), tables))
    if tables.has(_DUTY):
        summary = summary.with_count(_DUTY, await imports.apply_duty(await fresh(session), tables))
    chinese = {table.name: table.chinese for table in TABLES}
    rows = tuple(
        Changed(chinese.get(name, name), count.created, count.updated, count.unchanged)
        for name, count in summary.tables.items()
    )
    held = tuple(AdministratorChange(one.name, one.userid, one.role, one.before).words() for one in summary.held)
    return Outcome(rows, (), held), summary


def refused(error: imports.ImportRefused) -> Outcome:
    """Every fault, as a table has them."""
    return Outcome(faults=tuple((one.file, one.line, one.column, one.what) for one in error.faults))


async def note(context: Context, member: Member, summary: imports.Summary) -> None:
    """The audit line, the second person's question, and the word to every process that people changed."""
    session, now = context.session, context.now
    await admins.note(session, summary.held, now, held=True, pair=None)
    await admins.note(session, summary.administrators, now, held=False, pair=None)
    if not summary.changed:
        return
    if any(count.created + count.updated for name, count in summary.tables.items() if name != _DUTY):
        await note_roster_change(session, now, member.userid)
    changed = ", ".join(f"{name} +{one.created} ~{one.updated}" for name, one in summary.tables.items())
    audit.add_line(session, actor=member.userid, act="roster imported", subject=changed, at=now)
