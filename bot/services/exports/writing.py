"""From the database to a file, whole or not at all."""

import secrets
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import IO
from zoneinfo import ZoneInfo

from bot.services.exports import jsonl, xlsx
from bot.services.exports.duty import DutyRow, ExportRefused, duty_rows
from bot.services.exports.forms import writing as forms
from storage.crypto import Vault
from storage.database import Database

STANDARD_OUTPUT = "-"
_STREAMED = "jsonl"
Writer = Callable[[AsyncIterator[DutyRow], IO[bytes]], Awaitable[None]]
WRITERS: MappingProxyType[str, Writer] = MappingProxyType({"jsonl": jsonl.write, "xlsx": xlsx.write})


class NotToStandardOutput(ExportRefused):
    """Only JSON lines can be written to standard output."""

    def __init__(self, file_format: str) -> None:
        self.file_format = file_format
        super().__init__(f"{file_format} cannot go to standard output: name a file")


async def export_duty(
    database: Database,
    vault: Vault,
    zone: ZoneInfo,
    *,
    representative: str | None,
    from_on: date | None,
    to_on: date | None,
    format: str,  # noqa: A002  the option's name
    output: str,
    progress: Callable[[int], None],
    lanes: bool = False,
    templates: Path | None = None,
) -> int:
    """Write duty entries to `output` (`-` is standard output, for jsonl); returns how many.

    `format` is jsonl, xlsx, docx or pdf; the last two are the form 履职登记表, from the office's own template where
    the folder `templates` has one. `lanes` takes hidden and restricted entries in; `progress` hears the count.
    A file that was there is replaced when the new one is whole. Raises `ExportRefused`, and OSError where the file
    cannot be written.
    """
    if output == STANDARD_OUTPUT and format != _STREAMED:
        raise NotToStandardOutput(format)
    if format in forms.FORMATS:
        wanted = forms.Wanted("duty-register", representative, None, from_on, to_on, lanes)
        return await export_form(
            database, vault, zone, wanted, file_format=format, output=output, progress=progress, templates=templates
        )
    write, written = WRITERS[format], 0

    async def counted(rows: AsyncIterator[DutyRow]) -> AsyncGenerator[DutyRow, None]:
        nonlocal written
        async for row in rows:
            yield row
            written += 1
            progress(written)

    async with database.read() as session:
        rows = duty_rows(
            session, vault, zone, representative_code=representative, from_on=from_on, to_on=to_on, lanes=lanes
        )
        async with aclosing(rows), aclosing(counted(rows)) as told:
            with opened_file(output) as file:
                await write(told, file)
    return written


async def export_form(
    database: Database,
    vault: Vault,
    zone: ZoneInfo,
    wanted: forms.Wanted,
    *,
    file_format: str,
    output: str,
    progress: Callable[[int], None],
    templates: Path | None = None,
) -> int:
    """Write one of the paper forms to `output`, docx or pdf; returns how many entries, receptions or people.

    Raises `ExportRefused`, and OSError where the file cannot be written.
    """
    if output == STANDARD_OUTPUT:
        raise NotToStandardOutput(file_format)
    async with database.read() as session:
        with opened_file(output) as file:
            return await forms.write_form(
                session,
                vault,
                zone,
                wanted,
                file,
                file_format=file_format,
                templates_folder=templates,
                progress=progress,
            )


@contextmanager
def opened_file(output: str) -> Iterator[IO[bytes]]:
    """A file that takes the place of the old one at the end; a pipe or device is written as it is."""
    if output == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    target = target.resolve()  # through a link to the file that it names
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
