"""The duty register as a Word document."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bot.services.exports.duty import DutyRow
from bot.services.exports.register import COLUMNS, MARGIN, Register, Section, gather
from bot.services.exports.words import EMPTY, TITLE

FONT = "宋体"


async def write(rows: AsyncIterator[DutyRow], file: IO[bytes]) -> None:
    """A4, each representative on pages of their own, headings repeated on every page."""
    register = await gather(rows)
    await asyncio.to_thread(_build, register, file)


def _build(register: Register, file: IO[bytes]) -> None:
    document = Document()
    _set_page(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(TITLE)
    run.bold, run.font.size = True, Pt(18)
    for number, section in enumerate(register.sections):
        _add_section(document, section, new_page=number > 0)
    if not register.sections:
        document.add_paragraph(EMPTY).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_footer(document, register.entries)
    document.core_properties.title = TITLE
    document.core_properties.author = ""
    document.save(file)


def _set_page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(0)


def _add_section(document: Any, section: Section, *, new_page: bool) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = new_page
    heading.paragraph_format.space_after = Pt(4)
    heading.add_run(f"代表：{section.heading}").bold = True
    heading.add_run(f"，共 {len(section.lines)} 条")
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    _fill(table.rows[0], [name for name, _ in COLUMNS], bold=True)
    _repeat_on_each_page(table.rows[0])
    for line in section.lines:
        _fill(table.add_row(), line)


def _fill(row: Any, texts: Any, *, bold: bool = False) -> None:
    for cell, text, (_, width) in zip(row.cells, texts, COLUMNS, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].add_run(text).bold = bold or None


def _repeat_on_each_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _set_footer(document: Any, entries: int) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("第 ")
    _add_field(footer, "PAGE")
    footer.add_run(" 页 / 共 ")
    _add_field(footer, "NUMPAGES")
    footer.add_run(f" 页　共 {entries} 条")


def _add_field(paragraph: Any, name: str) -> None:
    """A number that the reading program fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
