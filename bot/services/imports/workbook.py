"""Reading one `.xlsx` workbook as rows of text."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

# everything that openpyxl was seen to raise on files that are not, or no longer, workbooks
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # what both XML parsers raise
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
)


class Unreadable(Exception):
    """Not a workbook; the text is Chinese and says what to do."""


def read(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """(sheet, its numbered rows) for each sheet whose name is wanted."""
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield from _read(path, is_wanted)
    except FileNotFoundError as error:
        raise Unreadable("没有这个文件或文件夹") from error
    except (*_BROKEN, InvalidFileException) as error:
        raise Unreadable("打不开这个工作簿；请确认它是没有密码的 .xlsx 文件，用 Excel 打开后另存一次") from error


def _read(path: Path, is_wanted: Callable[[str], bool]) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    from openpyxl import load_workbook

    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            return [
                (sheet.title.strip(), _lines(sheet)) for sheet in book.worksheets if is_wanted(sheet.title.strip())
            ]
        finally:
            book.close()


def _lines(sheet: Any) -> list[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # some programs write a wrong size into the file, and rows would be lost
    return [
        (number, [_word(value) for value in cells])
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]


def _word(value: Any) -> str:
    """A cell as one would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
