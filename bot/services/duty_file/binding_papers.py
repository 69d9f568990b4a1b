"""Papers, pictures and other evidence of a bound file: what each is called, and its bytes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.notices import duty_file_pages as words
from bot.services.duty_file.pages import file_name
from bot.services.exports.duty import DutyRow
from config.duty_sections import Section
from storage import duty_file
from storage.crypto import ContentKey, Unreadable, Vault
from storage.files import AttachmentFiles
from storage.keys import find_key
from storage.models import Attachment, FileDocument

CHUNK = 256 * 1024
Named = tuple[str, str, AsyncIterator[bytes]]
REST = "*"  # evidence of every sort that no other section takes


@dataclass(frozen=True, slots=True)
class Sorts:
    """Which evidence a section takes: of this sort, or of every sort but these."""

    only: str
    but: frozenset[str] = frozenset()

    def has(self, kind: str) -> bool:
        """Whether an attachment of this kind belongs there."""
        return kind == self.only if self.only != REST else kind not in self.but


def sorts_of(section: Section, sections: Mapping[str, Section]) -> Sorts | None:
    """Pictures and the like where a section names them; the rest stands in the section of every group."""
    if section.evidence:
        return Sorts(section.evidence)
    if "*" not in section.groups:
        return None
    return Sorts(REST, frozenset(one.evidence for one in sections.values() if one.evidence))


def evidence_ids(evidence: tuple[str, ...]) -> list[int]:
    """The numbers of attachments among what stands behind an entry."""
    named = [one.partition(":") for one in evidence]
    return [int(number) for what, _, number in named if what == "attachment" and number.isdigit()]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the bytes are."""

    session: AsyncSession
    vault: Vault
    files: AttachmentFiles

    async def paper(self, paper: FileDocument, attachment: Attachment) -> Named:
        """A paper of a section: its file name, its title and its bytes."""
        key = await find_key(self.session, self.vault, paper.key_id)
        title = key.open_text(paper.title_sealed) if key else ""
        return self._named(paper.id, title, attachment, key)

    async def evidence(self, row: DutyRow, takes: Sorts) -> AsyncGenerator[Named, None]:
        """The evidence of an entry that belongs to a section, in the order in which it came."""
        ids = evidence_ids(row.evidence)
        found = await duty_file.attachments(self.session, ids)
        for number in sorted(found):
            attachment = found[number]
            if takes.has(attachment.kind):
                key = await find_key(self.session, self.vault, attachment.key_id)
                title = words.evidence_title(row.entry, row.occurred_on, row.kind_name)
                name, _, content = self._named(number, title, attachment, key)
                yield name, title, content

    def _named(self, number: int, title: str, attachment: Attachment, key: ContentKey | None) -> Named:
        name = key.open_text(attachment.name_sealed) if key else ""
        path = file_name(number, title, name, attachment.content_type)
        return path, title or name, self._bytes(attachment, key)

    async def _bytes(self, attachment: Attachment, key: ContentKey | None) -> AsyncGenerator[bytes, None]:
        """In pieces; where they were erased or never came, a line that says so."""
        if key is None:
            yield words.ERASED_PAPER.encode()
            return
        try:
            content = await asyncio.to_thread(self.files.read, attachment.id, key)
        except (FileNotFoundError, Unreadable):
            yield words.LOST_PAPER.encode()
            return
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]
