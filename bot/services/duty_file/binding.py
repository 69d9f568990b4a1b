"""届末汇总装订: the file of a term as a set of files in a fixed order, with a page list and one digest (domain E8).

The bytes are canonical: text, no dates of making, nothing that depends on the machine. The same data give the same
files and the same digest, today and in ten years.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.assignment.taxonomy import name_topics
from bot.notices import duty_file_pages as words
from bot.services.duty_file import binding_papers as papers
from bot.services.duty_file.pages import BOM, csv_lines, plain_name
from bot.services.duty_file.terms import Term
from bot.services.exports.duty import DutyRow, NoSuchRepresentative, duty_rows
from config import duty_kinds, duty_sections
from config.duty_kinds import OTHER, DutyKind
from config.duty_sections import Section
from storage import duty_file, duty_file_checks, duty_file_reading, people
from storage.crypto import Vault
from storage.files import AttachmentFiles
from storage.keys import find_key
from storage.models import FileBinding, Representative
from storage.rules import get_standing

Stream = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a bound set; `size` in bytes, `digest` is SHA-256 in hexadecimal."""

    number: int
    path: str
    title: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class _Part:
    path: str
    title: str
    stream: Stream


class BoundSet:
    """What `bound_set` gives: walk it once, then `pages` and `digest` are known."""

    def __init__(self, reader: "_Reader") -> None:
        self._reader = reader
        self.pages: list[Page] = []
        self.digest = ""

    async def walk(self) -> AsyncGenerator[tuple[str, Stream], None]:
        """(path, bytes) of each file, in the fixed order; what is left of a stream is read before the next comes.

        The last two are the page list and the digest: SHA-256 over a line `PATH SIZE SHA256` for each page.
        """
        async with aclosing(self._reader.parts()) as parts:
            async for part in parts:
                counted = _Counted(part.stream)
                yield part.path, counted.read()
                await counted.drain()
                page = Page(len(self.pages) + 1, part.path, part.title, counted.size, counted.hash.hexdigest())
                self.pages.append(page)
        self.digest = digest_of(self.pages)
        yield words.PAGE_LIST, _once(_page_list(self.pages))
        yield words.DIGEST, _once(f"{self.digest}\n".encode())


class _Counted:
    """A stream that is counted and digested as it is read."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self.size, self.hash = stream, 0, hashlib.sha256()

    async def read(self) -> AsyncGenerator[bytes, None]:
        async for chunk in self._stream:
            self.size += len(chunk)
            self.hash.update(chunk)
            yield chunk

    async def drain(self) -> None:
        async for _ in self.read():
            pass


def digest_of(pages: Sequence[Page]) -> str:
    """The digest of a set: anybody who has the files can work it out again."""
    lines = "".join(f"{page.path} {page.size} {page.digest}\n" for page in pages)
    return hashlib.sha256(lines.encode()).hexdigest()


def _page_list(pages: Sequence[Page]) -> bytes:
    rows = [(page.number, page.path, page.title, page.size, page.digest) for page in pages]
    return BOM.encode() + csv_lines([words.PAGE_COLUMNS, *rows])


async def _once(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


async def bound_set(
    session: AsyncSession,
    representative_code: str,
    term: Term,
    *,
    vault: Vault,
    files: AttachmentFiles,
    zone: ZoneInfo,
    closed: bool = False,
) -> BoundSet:
    """The file of one representative in a term, to be written out: `async for path, stream in bound.walk()`.

    `term` comes from `terms.get_term(session, rules, representative_code, on)`; `files` holds the bytes of pictures
    and papers. Hidden and restricted entries only with `closed`, for those who may see them (an audit line is the
    caller's). Memory is bounded by the largest single paper. Use a session that reads one view and leave it open
    until the walk is over. Afterwards `bound.pages` and `bound.digest`, and `note_bound` to put it on record.
    Raises `NoSuchRepresentative`; while walking `SummaryUnreadable` where the data key is another.
    """
    person = await people.find_representative(session, representative_code)
    if person is None:
        raise NoSuchRepresentative(representative_code)
    rules, _ = await get_standing(session)
    known, sections = duty_kinds.standing(rules.duty_kinds), duty_sections.standing(rules.duty_sections)
    station = await people.find_station(session, person.station_code) if person.station_code else None
    shelf = papers.Shelf(session, vault, files)
    name = station.name if station else ""
    return BoundSet(_Reader(session, vault, zone, shelf, person, name, term, known, sections, closed))


async def note_bound(
    session: AsyncSession,
    representative_code: str,
    term: Term,
    bound: BoundSet,
    *,
    closed: bool,
    at: datetime,
    by: str,
) -> FileBinding:
    """Put a binding on record, in the caller's commit; the sealed years of the term are bound by it.

    Only a term that is over binds its years. The same set again is the same binding.
    """
    binding = FileBinding(
        representative_code=representative_code,
        term=term.name[:64],
        first_on=term.first_on,
        last_on=term.last_on,
        closed=closed,
        digest=bound.digest,
        pages=len(bound.pages),
        bound_at=at,
        bound_by=by[:64],
    )
    kept = await duty_file.note_binding(session, binding)
    await duty_file_checks.bind(session, representative_code, term.first_on.year, term.last_on, at)
    return kept


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what the pages are made of."""

    session: AsyncSession
    vault: Vault
    zone: ZoneInfo
    shelf: papers.Shelf
    person: Representative
    station: str
    term: Term
    kinds: Mapping[str, DutyKind]
    sections: Mapping[str, Section]
    closed: bool

    async def parts(self) -> AsyncGenerator[_Part, None]:
        """Section by section, then what proves them."""
        for number, section in enumerate(self.sections.values(), start=1):
            name = plain_name(section.name) or plain_name(section.code)
            folder = f"{number:02d}-{name}"
            if section.fields:
                yield _Part(f"{folder}/{name}.csv", section.name, self._form())
            if section.kinds or section.groups:
                yield _Part(f"{folder}/{name}.csv", section.name, self._table(self._chosen(section)))
            async for part in self._evidence(section, folder):
                yield part
            async for part in self._papers(section, folder):
                yield part
        yield _Part(words.CHECKS, words.CHECKS_TITLE, self._checks())
        yield _Part(words.GAPS, words.GAPS_TITLE, self._gaps())
        yield _Part(words.LEDGER, words.LEDGER_TITLE, self._ledger())

    def _rows(self) -> AsyncGenerator[DutyRow, None]:
        return duty_rows(
            self.session,
            self.vault,
            self.zone,
            representative_code=self.person.code,
            from_on=self.term.first_on,
            to_on=self.term.last_on,
            lanes=self.closed,
        )

    def _chosen(self, section: Section) -> Callable[[DutyRow], bool]:
        def stands(row: DutyRow) -> bool:
            kind = self.kinds.get(row.kind)
            return section.takes(row.kind, kind.group if kind else OTHER)

        return stands

    async def _table(self, wanted: Callable[[DutyRow], bool]) -> AsyncGenerator[bytes, None]:
        yield BOM.encode() + csv_lines([words.ENTRY_COLUMNS])
        async with aclosing(self._rows()) as rows:
            async for row in rows:
                if wanted(row):
                    yield csv_lines([words.entry_cells(row)])

    async def _form(self) -> AsyncGenerator[bytes, None]:
        """基本信息登记表: what the roster says."""
        facts = words.form_rows(
            self.person,
            name_topics(self.person.specialities),
            self.station,
            self.term.name,
            self.term.first_on,
            self.term.last_on,
        )
        yield BOM.encode() + csv_lines([words.FORM_COLUMNS, *facts])

    async def _evidence(self, section: Section, folder: str) -> AsyncGenerator[_Part, None]:
        """Pictures where the section takes them; what is no picture stands with the register."""
        takes = papers.sorts_of(section, self.sections)
        if takes is None:
            return
        async with aclosing(self._rows()) as rows:
            async for row in rows:
                async for name, title, content in self.shelf.evidence(row, takes):
                    yield _Part(f"{folder}/{name}", title, content)

    async def _papers(self, section: Section, folder: str) -> AsyncGenerator[_Part, None]:
        found = await duty_file.papers_of(self.session, self.person.code, self.term.first_on, self.term.last_on)
        for paper, attachment in found:
            if paper.section == section.code:
                name, title, content = await self.shelf.paper(paper, attachment)
                yield _Part(f"{folder}/{name}", title, content)

    async def _checks(self) -> AsyncGenerator[bytes, None]:
        """年度检查: when each year was confirmed, reviewed, published and sealed, and what was waived."""
        yield BOM.encode() + csv_lines([words.CHECK_COLUMNS])
        years = range(self.term.first_on.year, self.term.last_on.year + 1)
        for check in await duty_file_checks.of_years(self.session, self.person.code, years):
            told = (check.year, check.confirmed_at, check.reviewed_at, check.published_at, check.sealed_at)
            yield csv_lines([[*(self._day(one) for one in told), check.reviewed_by, check.digest]])

    def _day(self, value: object) -> object:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    async def _gaps(self) -> AsyncGenerator[bytes, None]:
        """年度检查缺项: what the checks found missing, and whether it was filled or waived, and why."""
        yield BOM.encode() + csv_lines([words.GAP_COLUMNS])
        years = range(self.term.first_on.year, self.term.last_on.year + 1)
        names = {code: section.name for code, section in self.sections.items()}
        for check in await duty_file_checks.of_years(self.session, self.person.code, years):
            key = await find_key(self.session, self.vault, check.key_id) if check.key_id else None
            for gap in await duty_file_checks.gaps(self.session, check.id):
                reason = key.open_text(gap.reason_sealed) if key else ""
                told = (words.gap_name(gap.subject, names), self._day(gap.filled_at), self._day(gap.waived_at))
                yield csv_lines([(check.year, *told, gap.waived_by, reason)])

    async def _ledger(self) -> AsyncGenerator[bytes, None]:
        """履职账本: the line of each entry, by which it can be compared with the published heads."""
        yield BOM.encode() + csv_lines([words.LEDGER_COLUMNS])
        lines = duty_file_reading.ledger_lines(
            self.session, self.person.code, self.term.first_on, self.term.last_on, closed=self.closed
        )
        async for line in lines:
            at = line.at.astimezone(self.zone).isoformat(timespec="seconds")
            yield csv_lines([(line.chain, line.seq, line.event, line.entry_id, at, line.digest)])


async def find_digest(bound: BoundSet) -> str:
    """Walk a set that nobody writes out, for its digest alone."""
    async with aclosing(bound.walk()) as parts:
        async for _, stream in parts:
            async for _chunk in stream:
                await asyncio.sleep(0)
    return bound.digest


def is_over(term: Term, today: date) -> bool:
    """Whether a term has ended before this local day."""
    return term.last_on < today
