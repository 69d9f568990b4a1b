"""What became of a notice for each recipient (contract section 6); no words of the notice are in it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

import orjson
from openpyxl import Workbook
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.exports import xlsx
from bot.services.exports.cells import cell
from bot.services.exports.duty import ExportRefused
from bot.services.exports.writing import STANDARD_OUTPUT, NotToStandardOutput, opened_file
from storage import broadcasts, recipients
from storage.database import Database
from storage.models import BroadcastRecipient
from storage.states import RecipientState

_STREAMED = "jsonl"
_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_OMIT_MICROSECONDS
_HEADINGS = (("userid", 30), ("state", 14), ("reason", 20), ("at", 20), ("choice", 12), ("recalled_at", 20))
_TITLE = "通知回执"
_STATES = {RecipientState.SKIPPED: "failed"}  # the contract has four; the reason says why


class NoSuchBroadcast(ExportRefused):
    """No notice has this number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"no notice has the number {number}")


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient: `state` is sent, failed, waiting or confirmed; times are local and carry their offset.

    A constituent's `userid` is `c:` with the number of their conversation.
    """

    userid: str
    state: str
    reason: str
    at: datetime
    choice: str
    recalled_at: datetime | None


async def recipient_rows(session: AsyncSession, zone: ZoneInfo, number: int) -> AsyncGenerator[RecipientRow, None]:
    """The recipients in the order of the frozen list; raise `NoSuchBroadcast`."""
    if await broadcasts.find(session, number) is None:
        raise NoSuchBroadcast(number)
    async for one in recipients.stream(session, number):
        yield _row(one, zone)


def _row(one: BroadcastRecipient, zone: ZoneInfo) -> RecipientRow:
    return RecipientRow(
        userid=one.name or one.recipient,
        state=_STATES.get(one.state, one.state.value),
        reason=one.reason,
        at=one.at.astimezone(zone),
        choice=one.choice,
        recalled_at=one.recalled_at.astimezone(zone) if one.recalled_at else None,
    )


async def export_broadcast(
    database: Database,
    zone: ZoneInfo,
    *,
    number: int,
    format: str,  # noqa: A002  the option's name
    output: str,
) -> int:
    """Write the recipients of a notice to `output` (`-` is standard output, for jsonl); returns how many.

    `format` is jsonl or xlsx. Raises `ExportRefused`, and OSError where the file cannot be written.
    """
    if output == STANDARD_OUTPUT and format != _STREAMED:
        raise NotToStandardOutput(format)
    written = 0

    async def counted(rows: AsyncIterator[RecipientRow]) -> AsyncGenerator[RecipientRow, None]:
        nonlocal written
        async for row in rows:
            yield row
            written += 1

    async with database.read() as session:
        rows = recipient_rows(session, zone, number)
        first = await anext(rows, None)  # a number that is not there leaves an old file as it is
        async with aclosing(rows), aclosing(counted(_chained(first, rows))) as told:
            with opened_file(output) as file:
                await (write_jsonl if format == _STREAMED else write_xlsx)(told, file)
    return written


async def _chained(
    first: RecipientRow | None, rest: AsyncIterator[RecipientRow]
) -> AsyncGenerator[RecipientRow, None]:
    if first is not None:
        yield first
    async for row in rest:
        yield row


async def write_jsonl(rows: AsyncIterator[RecipientRow], file: IO[bytes]) -> None:
    """One object a line."""
    async for row in rows:
        file.write(orjson.dumps(row, option=_OPTIONS))


async def write_xlsx(rows: AsyncIterator[RecipientRow], file: IO[bytes]) -> None:
    """One sheet with headings; a userid that a spreadsheet would run stays text."""
    book = Workbook(write_only=True)
    try:
        sheet = book.create_sheet(_TITLE)
        sheet.freeze_panes = "A2"
        for index, (_, width) in enumerate(_HEADINGS):
            sheet.column_dimensions[chr(ord("A") + index)].width = width
        sheet.append([cell(sheet, heading) for heading, _ in _HEADINGS])
        async for row in rows:
            values = (row.userid, row.state, row.reason, row.at, row.choice, row.recalled_at)
            sheet.append([cell(sheet, value) for value in values])
        await asyncio.to_thread(book.save, file)
    except BaseException:
        xlsx.discard(book)
        raise
