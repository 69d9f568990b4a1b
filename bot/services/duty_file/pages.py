"""Pages of a bound file in canonical bytes: the same data are always the same bytes. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.services.exports.words import printable

BOM = "\ufeff"  # or spreadsheet programs read the Chinese as something else
_RUN = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
}
_LONGEST_NAME = 40


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV (RFC 4180); what a spreadsheet program would run begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(value) for value in row] for row in rows])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else printable(str(value))
    return f"'{text}" if text.startswith(_RUN) and not text.lstrip("+-").isdigit() else text


def plain_name(words: str) -> str:
    """What people wrote, as part of a path that no file system trips over; perhaps empty."""
    plain = _NOT_IN_NAMES.sub("", unicodedata.normalize("NFC", words)).strip(" .")
    return plain[:_LONGEST_NAME].strip(" .")


def file_name(number: int, title: str, name: str, content_type: str) -> str:
    """What a paper is called in the set: its number first, then words that no file system trips over."""
    ending = _ENDING.search(name.strip())
    kept = ending[0].lower() if ending else _ENDINGS.get(content_type.partition(";")[0].strip().lower(), "")
    words = title or (name.strip()[: -len(ending[0])] if ending else name)
    plain = plain_name(words)
    return f"{number:06d}{f'-{plain}' if plain else ''}{kept}"
