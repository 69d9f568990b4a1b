"""Cells of a workbook that a spreadsheet program shows and never runs."""

from datetime import datetime
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.services.exports.words import is_risky, printable

MOST = 32_767  # characters that a spreadsheet program takes in one cell
CUT = "……（未完）"
Value = str | int | float | datetime | None
_WRAP = Alignment(vertical="top", wrap_text=True)
HEAD, BOLD, TITLE = PatternFill("solid", fgColor="DDE6F0"), Font(bold=True), Font(bold=True, size=14)
OVER = Alignment(wrap_text=False)  # a title stands over the columns beside it


def cell(sheet: Any, value: Value) -> Any:
    """A cell of a sheet that is written in one go; a time is shown as it is on the clock."""
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, datetime):
        made: Any = WriteOnlyCell(sheet, value.replace(tzinfo=None, microsecond=0))
        made.number_format = "yyyy-mm-dd hh:mm"
        return made
    return WriteOnlyCell(sheet, value)


def put(sheet: Any, row: int, column: int, value: Value) -> Any:
    """A cell of a sheet that is held whole, such as one with charts."""
    if not isinstance(value, str):
        return sheet.cell(row, column, value)
    text = printable(value)
    made = sheet.cell(row, column)
    made.value = None
    made._value, made.data_type = text, "s"
    made.alignment = _WRAP
    made.quotePrefix = is_risky(text)
    return made


def set_paper(sheet: Any, heads: int) -> None:
    """A4 across, as wide as a page; the first rows, so many, on each page."""
    sheet.page_setup.paperSize, sheet.page_setup.orientation = (
        Worksheet.PAPERSIZE_A4,
        Worksheet.ORIENTATION_LANDSCAPE,
    )
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if heads:
        sheet.print_title_rows = f"1:{heads}"


def _text(sheet: Any, value: str) -> Any:
    """A cell that is text whatever it begins with, also after someone has edited it."""
    text = printable(value)
    text = text if len(text) <= MOST else text[: MOST - len(CUT)] + CUT
    made: Any = WriteOnlyCell(sheet, text)
    made.data_type = "s"
    made.alignment = _WRAP
    if is_risky(text):
        made.quotePrefix = True  # what a spreadsheet program sets for a typed leading apostrophe
    return made
