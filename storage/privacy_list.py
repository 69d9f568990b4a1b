"""The list of erasures outside the database: a restored copy from before them is erased again by it.

One line of JSON an erasure: numbers of keys and messages with their prints, a keyed digest of whose it was, no
word of anything. Lines are only added; the file is never restored over a newer one.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from storage.models import Erasure

FILE = "erased.jsonl"
_FIELDS = ("what", "person_mark", "keys", "messages", "attachments", "previous", "digest")


class BadList(ValueError):
    """A line that cannot be read, other than a last one that was cut off while it was written."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}: line {line}: is no line of a list of erasures")


def path_in(data_folder: Path) -> Path:
    """Where the list is."""
    return data_folder / FILE


def add(path: Path, rows: Iterable[Erasure]) -> None:
    """Add lines and wait until they are on the disk; a line that is there already does no harm."""
    lines = b"".join(_line(row) for row in rows)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and not _ends_whole(path)
    with path.open("ab") as file:
        file.write((b"\n" if torn else b"") + lines)
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _line(row: Erasure) -> bytes:
    instants = {"at": row.at, "written_before": row.written_before}
    return orjson.dumps({**instants, **{name: getattr(row, name) for name in _FIELDS}}) + b"\n"


def read(path: Path) -> Sequence[Erasure]:
    """Erasures as rows of no session, each once, in order; none where there is no file. Raises `BadList`."""
    if not path.exists():
        return []
    found: dict[str, Erasure] = {}
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _row(orjson.loads(line))
        except (ValueError, KeyError, TypeError):
            if _is_torn(lines, number):
                continue
            raise BadList(path, number) from None
        found.setdefault(row.digest, row)
    return list(found.values())


def _is_torn(lines: Sequence[bytes], number: int) -> bool:
    """A line without an end: the machine stopped while it was written, and it was written again after it."""
    return not lines[number - 1].endswith(b"}")


def _row(value: dict[str, object]) -> Erasure:
    before = value["written_before"]
    return Erasure(
        at=datetime.fromisoformat(str(value["at"])),
        written_before=datetime.fromisoformat(str(before)) if before else None,
        **{name: value[name] for name in _FIELDS},
    )
