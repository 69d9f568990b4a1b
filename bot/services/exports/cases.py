"""The case register (contract section 6): what became of each matter, and what was said where that is asked for."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

import orjson
from openpyxl import Workbook
from sqlalchemy.ext.asyncio import AsyncSession

from bot import masking
from bot.assignment.taxonomy import TOPIC_NAMES
from bot.services.exports import xlsx
from bot.services.exports.cells import Value, cell
from bot.services.exports.duty import ExportRefused
from bot.services.exports.words import ERASED
from bot.services.exports.writing import STANDARD_OUTPUT, NotToStandardOutput, opened_file
from storage import case_reading, people
from storage.case_reading import Chosen
from storage.crypto import Unreadable, Vault
from storage.database import Database
from storage.keys import find_key, forget_opened
from storage.models import Case, Message

BATCH = 200  # cases whose messages are read together
RECALLED = "（本人已撤回）"
_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_OMIT_MICROSECONDS
_CASES = ("事项编号", "站点", "代表", "分类", "紧急程度", "状态", "登记时间", "期限", "留言条数")
_MESSAGES = ("事项编号", "留言号", "谁", "时间", "类型", "内容")
_WIDTHS = {"事项": (20, 16, 14, 16, 10, 10, 18, 18, 10), "留言": (20, 10, 16, 18, 10, 80)}


class NoSuchStation(ExportRefused):
    """No station has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"--station {code}: no such station")


class MessageUnreadable(ExportRefused):
    """A text was sealed under another data key, or changed."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"case {number}: a text cannot be read with this LIANXIN_DATA_KEY")


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One thing said; `at` is local. `text` is None where texts were not asked for or there is none."""

    id: int
    author: str
    at: datetime
    kind: str
    text: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case; `station` and `representative` are codes or None, times are local."""

    number: str
    station: str | None
    representative: str | None
    topic: str | None
    urgency: str
    state: str
    opened_at: datetime
    due_at: datetime
    messages: tuple[CaseMessage, ...]


async def case_rows(
    session: AsyncSession, vault: Vault, zone: ZoneInfo, wanted: Chosen, *, with_texts: bool
) -> AsyncGenerator[CaseRow, None]:
    """Cases in the order in which they were opened. Raises `NoSuchStation`, `MessageUnreadable`."""
    if wanted.station_code and await people.find_station(session, wanted.station_code) is None:
        raise NoSuchStation(wanted.station_code)
    batch: list[Case] = []
    async for case in case_reading.stream(session, wanted):
        batch.append(case)
        if len(batch) == BATCH:
            for row in await _read(session, vault, zone, batch, with_texts=with_texts):
                yield row
            batch = []
    for row in await _read(session, vault, zone, batch, with_texts=with_texts):
        yield row


async def _read(
    session: AsyncSession, vault: Vault, zone: ZoneInfo, batch: Sequence[Case], *, with_texts: bool
) -> list[CaseRow]:
    said = await case_reading.messages_of(session, [case.id for case in batch])
    rows = []
    for case in batch:
        texts = await _texts(session, vault, case, said.get(case.id, [])) if with_texts else {}
        messages = tuple(_message(one, zone, texts.get(one.id)) for one in said.get(case.id, []))
        rows.append(_row(case, zone, messages))
    forget_opened(session)
    return rows


async def _texts(session: AsyncSession, vault: Vault, case: Case, said: Sequence[Message]) -> dict[int, str]:
    try:
        key = await find_key(session, vault, case.key_id)
        if key is None:
            return {one.id: ERASED for one in said}
        return {
            one.id: RECALLED if one.recalled_at is not None else _shown(one, key.open_text(one.text_sealed))
            for one in said
            if one.text_sealed is not None or one.recalled_at is not None
        }
    except Unreadable as error:
        raise MessageUnreadable(case.number) from error


def _shown(one: Message, text: str) -> str:
    """What a constituent wrote without what is private in it; `原文` shows it to whoever has the case."""
    return masking.hide(text) if one.author == "constituent" else text


def _message(one: Message, zone: ZoneInfo, text: str | None) -> CaseMessage:
    return CaseMessage(one.id, one.author, one.said_at.astimezone(zone), one.kind, text)


def _row(case: Case, zone: ZoneInfo, messages: tuple[CaseMessage, ...]) -> CaseRow:
    return CaseRow(
        number=case.number,
        station=case.station_code,
        representative=case.representative_code,
        topic=case.topic,
        urgency=case.urgency,
        state=case.state.value,
        opened_at=case.opened_at.astimezone(zone),
        due_at=case.due_at.astimezone(zone),
        messages=messages,
    )


async def export_cases(
    database: Database,
    vault: Vault,
    zone: ZoneInfo,
    wanted: Chosen,
    *,
    with_texts: bool,
    format: str,  # noqa: A002  the option's name
    output: str,
    progress: Callable[[int], None],
) -> int:
    """Write cases to `output` (`-` is standard output, for jsonl); returns how many.

    `format` is jsonl or xlsx. Raises `ExportRefused`, and OSError where the file cannot be written.
    """
    if output == STANDARD_OUTPUT and format != "jsonl":
        raise NotToStandardOutput(format)
    written = 0

    async def counted(rows: AsyncIterator[CaseRow]) -> AsyncGenerator[CaseRow, None]:
        nonlocal written
        async for row in rows:
            yield row
            written += 1
            progress(written)

    async with database.read() as session:
        rows = case_rows(session, vault, zone, wanted, with_texts=with_texts)
        async with aclosing(rows), aclosing(counted(rows)) as told:
            with opened_file(output) as file:
                await (write_jsonl if format == "jsonl" else write_xlsx)(told, file)
    return written


async def write_jsonl(rows: AsyncIterator[CaseRow], file: IO[bytes]) -> None:
    """One object a line; times are ISO 8601 with the offset of their zone."""
    async for row in rows:
        plain = orjson.loads(orjson.dumps(row, option=_OPTIONS))
        plain["messages"] = [
            {"id": one["id"], "from": one["author"], "at": one["at"], "kind": one["kind"], "text": one["text"]}
            for one in plain["messages"]
        ]
        file.write(orjson.dumps(plain, option=orjson.OPT_APPEND_NEWLINE))


async def write_xlsx(rows: AsyncIterator[CaseRow], file: IO[bytes]) -> None:
    """Sheets with the cases and with what was said, and further ones for what does not fit."""
    book = Workbook(write_only=True)
    try:
        cases, messages = _Sheets(book, "事项", _CASES), _Sheets(book, "留言", _MESSAGES)
        async for row in rows:
            cases.append(_case_values(row))
            for one in row.messages:
                messages.append((row.number, one.id, one.author, one.at, one.kind, one.text))
        await asyncio.to_thread(book.save, file)
    except BaseException:
        xlsx.discard(book)
        raise


class _Sheets:
    """Rows of one kind; a further sheet is begun when one is full."""

    def __init__(self, book: Any, title: str, headings: Sequence[str]) -> None:
        self._book, self._title, self._headings = book, title, headings
        self._number = self._used = 0
        self._open()

    def append(self, values: Sequence[Value]) -> None:
        """A row."""
        if self._used == xlsx.SHEET_ROWS:
            self._open()
        self._sheet.append([cell(self._sheet, value) for value in values])
        self._used += 1

    def _open(self) -> None:
        self._number += 1
        self._sheet = self._book.create_sheet(f"{self._title}{self._number if self._number > 1 else ''}")
        self._sheet.freeze_panes = "A2"
        for index, width in enumerate(_WIDTHS[self._title]):
            self._sheet.column_dimensions[chr(ord("A") + index)].width = width
        self._sheet.append([cell(self._sheet, heading) for heading in self._headings])
        self._used = 1


def _case_values(row: CaseRow) -> tuple[Value, ...]:
    topic = TOPIC_NAMES.get(row.topic or "", row.topic)
    told = (row.number, row.station, row.representative, topic, row.urgency, row.state)
    return (*told, row.opened_at, row.due_at, len(row.messages))
