"""The bound file of a representative and term as one archive: the same data, the same bytes (domain E8).

First the set with its page list and digest, which anybody can work out again; after it the paper forms of the term
as PDF, for whoever wants to print. These are not in the digest of the set: they say the same in another form.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, cast
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.duty_file.binding import BoundSet
from bot.services.duty_file.terms import Term
from bot.services.exports.forms.templates import fixed
from bot.services.exports.forms.writing import Wanted, write_form
from storage.crypto import Vault

PRINTS = "打印件"
_PRINTED = (
    ("basic-form", "基本信息登记表"),
    ("duty-register", "履职登记表"),
    ("record-book", "履行职责记录本"),
)
_IN_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Archived:
    """What was written: how many pages the set has, its digest, and the digest of the archive itself."""

    pages: int
    digest: str
    archive_digest: str


async def write_archive(
    session: AsyncSession,
    vault: Vault,
    zone: ZoneInfo,
    bound: BoundSet,
    representative: str,
    term: Term,
    file: IO[bytes],
    *,
    closed: bool,
    templates_folder: Path | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Archived:
    """Write the set and the forms; `progress` hears how many files are done. Raises `ExportRefused`."""
    hashed = _Hashed(file)
    done = 0
    with zipfile.ZipFile(cast("IO[bytes]", hashed), "w") as package:
        async with aclosing(bound.walk()) as parts:
            async for path, stream in parts:
                with package.open(fixed(path), "w", force_zip64=True) as member:
                    async for chunk in stream:
                        member.write(chunk)
                done += 1
                progress(done)
        for form, title in _PRINTED:
            wanted = Wanted(form, representative, None, *_days(form, term), closed)
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as printed:
                await write_form(
                    session, vault, zone, wanted, printed, file_format="pdf", templates_folder=templates_folder
                )
                printed.seek(0)
                with package.open(fixed(f"{PRINTS}/{title}.pdf"), "w", force_zip64=True) as member:
                    while chunk := printed.read(_IN_MEMORY):
                        member.write(chunk)
            done += 1
            progress(done)
    return Archived(len(bound.pages), bound.digest, hashed.digest())


def _days(form: str, term: Term) -> tuple[date | None, date | None]:
    return (None, None) if form == "basic-form" else (term.first_on, term.last_on)


class _Hashed:
    """A file that is written from its beginning to its end, and its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def write(self, content: bytes, /) -> int:
        """The next bytes."""
        self._hash.update(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Nothing stays behind."""
        self._file.flush()

    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return self._hash.hexdigest()
