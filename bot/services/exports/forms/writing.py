"""From the database through a template to a Word document or a PDF, whole or not at all."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports.duty import ExportRefused, NoSuchRepresentative, duty_rows
from bot.services.exports.forms import receptions, registers
from bot.services.exports.forms.fields import FORMS
from bot.services.exports.forms.people import Names, all_facts, load_names
from storage import duty, form_reading, people
from storage.crypto import Vault
from storage.duty import Chosen
from storage.form_reading import Asked

if TYPE_CHECKING:
    from bot.services.exports.forms.templates import Checked

FORMATS = ("docx", "pdf")
_IN_MEMORY = 1 << 20


class NoSuchStation(ExportRefused):
    """No station has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"--station {code}: no such station")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form, of whom or of which station, and when; hidden and restricted entries only with `closed`."""

    form: str
    representative: str | None = None
    station: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    closed: bool = False

    @property
    def period(self) -> str:
        """As it stands on the form."""
        if self.from_on is None and self.to_on is None:
            return "全部"
        return f"{self.from_on or '起始'} 至 {self.to_on or '今'}"


async def count(session: AsyncSession, wanted: Wanted) -> int:
    """How many entries, receptions or representatives the form will have: what a progress bar needs."""
    if wanted.form == "basic-form":
        return await form_reading.count_representatives(session, wanted.representative)
    if FORMS[wanted.form].subject == "station":
        return await form_reading.count_receptions(session, _asked(wanted))
    return sum((await duty.count_chosen(session, _chosen(wanted))).values())


def _chosen(wanted: Wanted) -> Chosen:
    return Chosen(wanted.representative, wanted.from_on, wanted.to_on, wanted.closed, wanted.station)


def _asked(wanted: Wanted) -> Asked:
    stations = None if wanted.station is None else [wanted.station]
    return Asked(stations, wanted.from_on, wanted.to_on, wanted.closed)


async def write_form(
    session: AsyncSession,
    vault: Vault,
    zone: ZoneInfo,
    wanted: Wanted,
    file: IO[bytes],
    *,
    file_format: str,
    templates_folder: Path | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Write one form; returns how many entries, receptions or representatives are in it.

    `file_format` is docx or pdf; the PDF is the same document set by this program. The same data, template and
    program give the same bytes. Raises `ExportRefused`, among them what is wrong with the office's own template.
    """
    template = await asyncio.to_thread(_template, wanted.form, templates_folder)
    await _check(session, wanted)
    done = 0

    def heard() -> None:
        nonlocal done
        done += 1
        progress(done)

    async with _values(session, vault, zone, wanted, heard) as values:
        await _write(template, values, file, file_format)
    return done


def _template(form: str, folder: Path | None) -> "Checked":
    from bot.services.exports.forms import templates

    return templates.load(form, folder)


async def _write(template: "Checked", values: dict[str, Any], file: IO[bytes], file_format: str) -> None:
    from bot.services.exports import printing
    from bot.services.exports.forms import filling

    if file_format == "docx":
        await filling.fill(template, values, file)
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as filled:  # has no name: nobody else can open it
        await filling.fill(template, values, filled)
        filled.seek(0)
        await asyncio.to_thread(printing.print_document, filled, file, template.form.title)


async def _check(session: AsyncSession, wanted: Wanted) -> None:
    if wanted.representative and await people.find_representative(session, wanted.representative) is None:
        raise NoSuchRepresentative(wanted.representative)
    if wanted.station and await people.find_station(session, wanted.station) is None:
        raise NoSuchStation(wanted.station)


@asynccontextmanager
async def _values(
    session: AsyncSession, vault: Vault, zone: ZoneInfo, wanted: Wanted, heard: Callable[[], None]
) -> AsyncIterator[dict[str, Any]]:
    names = await load_names(session)
    total = await count(session, wanted)
    if wanted.form == "basic-form":
        async with aclosing(_counted(session, wanted, names, heard)) as found:
            yield {"总数": total, "各位代表": found}
    elif FORMS[wanted.form].subject == "station":
        async with aclosing(receptions.pages(session, vault, zone, _asked(wanted), names, heard)) as pages:
            yield {"期间": wanted.period, "总数": total, "各次接待": pages}
    else:
        counts = await duty.count_chosen(session, _chosen(wanted))
        one_page = wanted.form == "record-book"
        rows = duty_rows(
            session,
            vault,
            zone,
            representative_code=wanted.representative,
            from_on=wanted.from_on,
            to_on=wanted.to_on,
            lanes=wanted.closed,
            by_representative=True,
            station_code=wanted.station,
        )
        sections = registers.sections(session, rows, counts, names, one_page=one_page, heard=heard)
        async with aclosing(rows), aclosing(sections) as each:
            yield {"期间": wanted.period, "总数": total, "各位代表": each}


async def _counted(
    session: AsyncSession, wanted: Wanted, names: Names, heard: Callable[[], None]
) -> AsyncGenerator[dict[str, Any], None]:
    async for one in all_facts(session, wanted.representative, names):
        yield one
        heard()
