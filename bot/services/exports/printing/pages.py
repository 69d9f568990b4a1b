"""Setting pages one after the other: each is finished before the next begins, so the document may be long."""

from dataclasses import replace
from typing import IO, Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame

from bot.services.exports.printing.blocks import PAGE, PAGES, Grid, GridEnd, Paragraph, Row, Sheet, Span
from bot.services.exports.printing.reading import CannotPrint, Document
from bot.services.exports.printing.setting import characters, set_paragraph, set_rows
from bot.services.exports.printing.typefaces import Typefaces, embedded


def print_document(docx: IO[bytes], file: IO[bytes], title: str) -> int:
    """Set a filled document as PDF; returns how many pages. Raises `CannotPrint`.

    The same document gives the same bytes.
    """
    document = Document(docx)
    sheet, serif, sans = _survey(document)
    with embedded(serif, sans) as faces:
        press = _Press(file, sheet, faces, title)
        for block in document.blocks():
            if not isinstance(block, Sheet):
                press.take(block)
        return press.finish()


def _survey(document: Document) -> tuple[Sheet, set[str], set[str]]:
    """The sheet, and which characters are set in which type."""
    sheet = Sheet()
    used: dict[bool, set[str]] = {False: set(), True: set()}

    def note(paragraph: Paragraph) -> None:
        for text, sans in characters(paragraph):
            used[sans].update(text)

    for block in document.blocks():
        if isinstance(block, Paragraph):
            note(block)
        elif isinstance(block, Row):
            for cell in block.cells:
                for paragraph in cell.paragraphs:
                    note(paragraph)
        elif isinstance(block, Sheet):
            sheet = block
            for paragraph in (*block.head, *block.foot):
                note(paragraph)
    return sheet, used[False], used[True]


class _Press:
    """Where on which page the next block goes."""

    def __init__(self, file: IO[bytes], sheet: Sheet, faces: Typefaces, title: str) -> None:
        size = (sheet.width, sheet.height)
        self._canvas: Any = Canvas(file, pagesize=size, pageCompression=1, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setCreator("")
        self._sheet, self._faces = sheet, faces
        self._pages = 0
        self._grid: Grid | None = None
        self._heads: list[Row] = []
        self._held: list[Row] = []  # rows that wait for those that a cell of theirs goes on in
        self._frame: Any = self._open_frame()

    def take(self, block: Paragraph | Grid | Row | GridEnd) -> None:
        """The next block of the document."""
        if isinstance(block, Paragraph):
            self._take_paragraph(block)
        elif isinstance(block, Grid):
            self._grid, self._heads = _fitting(block, self._width), []
        elif isinstance(block, Row):
            if self._held and not block.goes_on:
                self._set_held()
            self._held.append(block)
        else:
            self._set_held()
            self._grid = None

    def finish(self) -> int:
        """End the last page and write the file."""
        self._end_page()
        for number in range(1, self._pages + 1):
            self._canvas.beginForm(f"edge{number}", 0, 0, self._sheet.width, self._sheet.height)
            self._draw_edges(number)
            self._canvas.endForm()
        self._canvas.save()
        return self._pages

    @property
    def _width(self) -> float:
        return self._sheet.width - self._sheet.left - self._sheet.right

    def _open_frame(self) -> Any:
        height = self._sheet.height - self._sheet.top - self._sheet.bottom
        return Frame(self._sheet.left, self._sheet.bottom, self._width, height, 0, 0, 0, 0)

    def _take_paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.look.new_page and not self._is_fresh:
            self._new_page()
        for number, part in enumerate(_between_breaks(paragraph)):
            if number:
                self._new_page()
            self._add(set_paragraph(self._faces, part))

    @property
    def _is_fresh(self) -> bool:
        return bool(self._frame._atTop)

    def _set_held(self) -> None:
        rows, self._held = self._held, []
        if self._grid is None or not rows:
            return
        if all(row.head for row in rows) and self._heads is not None:
            self._heads += rows
        whole = all(row.whole or row.head for row in rows)
        self._add(
            set_rows(self._faces, self._grid, rows), whole=whole, heads=self._heads[: -len(rows)] or self._heads
        )

    def _add(self, flowable: Any, *, whole: bool = False, heads: list[Row] | None = None) -> None:
        rest = [flowable]
        while rest:
            if self._frame.add(rest[0], self._canvas):
                rest = rest[1:]
                continue
            fits_alone = whole and not self._is_fresh and self._fits_a_page(rest[0])
            parts = [] if fits_alone else self._frame.split(rest[0], self._canvas)
            if parts:
                if not self._frame.add(parts[0], self._canvas):
                    raise CannotPrint("比一页还高、又不能分开的一行")
                rest = [*parts[1:], *rest[1:]]
            elif self._is_fresh:
                raise CannotPrint("比一页还高、又不能分开的一行")
            self._new_page(heads if rest else None)

    def _fits_a_page(self, flowable: Any) -> bool:
        height = self._sheet.height - self._sheet.top - self._sheet.bottom
        return bool(flowable.wrap(self._width, height)[1] < height)

    def _new_page(self, heads: list[Row] | None = None) -> None:
        self._end_page()
        self._frame = self._open_frame()
        if heads and self._grid is not None:
            self._frame.add(set_rows(self._faces, self._grid, heads), self._canvas)

    def _end_page(self) -> None:
        self._pages += 1
        self._canvas.doForm(f"edge{self._pages}")
        self._canvas.showPage()

    def _draw_edges(self, number: int) -> None:
        """Head and foot; they are drawn when it is known how many pages there are."""
        sheet = self._sheet
        for paragraphs, y in ((sheet.head, None), (sheet.foot, sheet.foot_at)):
            set_ones = [set_paragraph(self._faces, self._numbered(one, number)) for one in paragraphs]
            heights = [one.wrap(self._width, sheet.height)[1] for one in set_ones]
            at = sheet.height - sheet.head_at if y is None else y + sum(heights)
            for one, height in zip(set_ones, heights, strict=True):
                at -= height
                one.drawOn(self._canvas, sheet.left, at)

    def _numbered(self, paragraph: Paragraph, number: int) -> Paragraph:
        told = {PAGE: str(number), PAGES: str(self._pages)}
        spans = tuple(Span(told.get(span.field, span.text), span.look) for span in paragraph.spans)
        return replace(paragraph, spans=spans)


def _fitting(grid: Grid, width: float) -> Grid:
    """A table that is wider than the page is made as wide as the page."""
    total = sum(grid.widths)
    if total <= width + 12 or not total:
        return grid
    return replace(grid, widths=tuple(one * width / total for one in grid.widths))


def _between_breaks(paragraph: Paragraph) -> list[Paragraph]:
    """A paragraph with page breaks in it as several."""
    if not any("\f" in span.text for span in paragraph.spans):
        return [paragraph]
    parts: list[list[Span]] = [[]]
    for span in paragraph.spans:
        first, *others = span.text.split("\f")
        parts[-1].append(replace(span, text=first))
        parts += [[replace(span, text=one)] for one in others]
    return [replace(paragraph, spans=tuple(spans)) for spans in parts]
