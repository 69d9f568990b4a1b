"""The duty register as a PDF; Chinese is set in the reader's own Song font, so no font file is needed.

Characters beyond the basic plane (rare name characters, emoji) are not in that font's encoding and print as 〓.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import IO, Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from bot.services.exports.duty import DutyRow
from bot.services.exports.register import COLUMNS, MARGIN, Register, Section, gather
from bot.services.exports.words import EMPTY, TITLE

FONT = "STSong-Light"
_BEYOND_FONT = re.compile("[\U00010000-\U0010ffff]")
_CELL = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
_HEADING = ParagraphStyle("heading", parent=_CELL, fontSize=11, leading=18)
_TITLE = ParagraphStyle("title", parent=_CELL, fontSize=18, leading=28, alignment=TA_CENTER)
_EMPTY = ParagraphStyle("empty", parent=_CELL, alignment=TA_CENTER)
_GRID = [
    ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
]


async def write(rows: AsyncIterator[DutyRow], file: IO[bytes]) -> None:
    """A4, each representative on pages of their own, headings repeated on every page, pages numbered x/y."""
    register = await gather(rows)
    await asyncio.to_thread(_build, register, file)


def _build(register: Register, file: IO[bytes]) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN * mm,
        rightMargin=MARGIN * mm,
        topMargin=MARGIN * mm,
        bottomMargin=MARGIN * mm,
        title=TITLE,
    )
    story: list[Any] = [_paragraph(TITLE, _TITLE)]
    for number, section in enumerate(register.sections):
        story += [PageBreak()] if number else []
        story += _set_section(section)
    if not register.sections:
        story.append(_paragraph(EMPTY, _EMPTY))
    document.build(story, canvasmaker=partial(_NumberedCanvas, entries=register.entries))


def _set_section(section: Section) -> list[Any]:
    heading = f"代表：{section.heading}，共 {len(section.lines)} 条"
    table = LongTable(
        [_cells([name for name, _ in COLUMNS]), *map(_cells, section.lines)],
        colWidths=[width * mm for _, width in COLUMNS],
        repeatRows=1,
        splitInRow=1,  # a summary may be longer than a page
        style=_GRID,
    )
    return [_paragraph(heading, _HEADING), Spacer(0, 2 * mm), table]


def _cells(texts: Sequence[str]) -> list[Any]:
    return [_paragraph(text, _CELL) for text in texts]


def _paragraph(text: str, style: ParagraphStyle) -> Any:
    """What people wrote is text here, never mark-up."""
    return Paragraph(escape(_BEYOND_FONT.sub("〓", text)).replace("\n", "<br/>"), style)


class _NumberedCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Holds the pages back until their number is known."""

    def __init__(self, *args: Any, entries: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._entries = entries
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self._pages:
            self.__dict__.update(page)
            self.setFont(FONT, 9)
            footer = f"第 {self._pageNumber}/{len(self._pages)} 页　共 {self._entries} 条"
            self.drawCentredString(A4[0] / 2, 8 * mm, footer)
            super().showPage()
        super().save()
