"""From blocks to what reportlab draws: paragraphs line by line, rows of tables with their lines."""

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable, Table

from bot.services.exports.printing.blocks import Cell, Grid, Paragraph, Row
from bot.services.exports.printing.lines import Line, Piece, break_lines
from bot.services.exports.printing.looks import TextLook
from bot.services.exports.printing.typefaces import Typefaces, settable

_SIZE = 10.5
_LEADING = 1.3  # of the size of the largest character, for a line factor of 1
_BASE = 0.88  # where the characters stand on a line of that height
_PLACE = {"center": 0.5, "right": 1.0, "end": 1.0}
_VERTICAL = {"center": "MIDDLE", "bottom": "BOTTOM"}


def _measure(text: str, face: str, size: float) -> float:
    return float(pdfmetrics.getFont(face).stringWidth(text, size))


class Text(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A paragraph to draw; it can be cut between lines."""

    def __init__(self, paragraph: Paragraph, pieces: Sequence[Piece], *, spaced: bool) -> None:
        super().__init__()
        look = paragraph.look
        largest = max((one.size for one in pieces), default=paragraph.text.size or _SIZE)
        self._pieces, self._look = pieces, look
        self._largest = largest
        self._leading = look.line_points or largest * _LEADING * max(look.line or 1.0, 1.0)
        self._lines: list[Line] | None = None
        self._is_cut = False
        self.spaceBefore = (look.before or 0.0) if spaced else 0.0
        self.spaceAfter = (look.after or 0.0) if spaced else 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Break the lines; width and height in points."""
        self.width = width
        if not self._is_cut:
            room = max(width - (self._look.left or 0.0) - (self._look.right or 0.0), self._largest)
            self._lines = break_lines(self._pieces, _measure, room, max(room - self._indent, self._largest))
        self.height = len(self._lines or ()) * self._leading
        return width, self.height

    def split(self, width: float, height: float) -> list["Text"]:
        """What fits into the height, and the rest; nothing where not a line fits."""
        self.wrap(width, height)
        lines = self._lines or []
        fitting = int((height + 0.01) // self._leading)
        if fitting <= 0:
            return []
        return [self] if fitting >= len(lines) else [self._part(lines[:fitting], 0), self._part(lines[fitting:], 1)]

    def draw(self) -> None:
        """Onto the canvas, from the top down."""
        y = self.height - self._leading + (self._leading - self._largest * _LEADING) / 2
        for number, line in enumerate(self._lines or []):
            used = sum(_measure(one.text, one.face, one.size) for one in line)
            indent = (self._look.left or 0.0) + (0.0 if number or self._is_cut == 1 else self._indent)
            room = self.width - indent - (self._look.right or 0.0)
            self._draw_line(line, indent + max(room - used, 0.0) * _PLACE.get(self._look.align or "", 0.0), y)
            y -= self._leading

    @property
    def _indent(self) -> float:
        return self._look.first or 0.0

    def _part(self, lines: list[Line], number: int) -> "Text":
        part = Text.__new__(Text)
        part.__dict__.update(self.__dict__)
        part._lines, part._is_cut = lines, True
        part._pieces = ()
        part.spaceBefore = 0.0 if number else self.spaceBefore
        part.spaceAfter = self.spaceAfter if number else 0.0
        return part

    def _draw_line(self, line: Line, x: float, y: float) -> None:
        base = y + self._largest * _LEADING * (1 - _BASE)
        for one in line:
            self.canv.setFont(one.face, one.size)
            self.canv.drawString(x, base, one.text)
            width = _measure(one.text, one.face, one.size)
            if one.underline:
                self.canv.line(x, base - 2, x + width, base - 2)
            x += width


def set_paragraph(faces: Typefaces, paragraph: Paragraph, *, spaced: bool = True) -> Any:
    """A paragraph to draw; what people wrote is text here, never mark-up."""
    pieces = [
        Piece(
            settable(span.text),
            faces.name(sans=is_sans(span.look)),
            span.look.size or _SIZE,
            bool(span.look.underline),
        )
        for span in paragraph.spans
        if span.text
    ]
    return Text(paragraph, pieces, spaced=spaced)


def characters(paragraph: Paragraph) -> Iterator[tuple[str, bool]]:
    """Each text with whether it is in Hei type."""
    for span in paragraph.spans:
        yield settable(span.text), is_sans(span.look)


def is_sans(look: TextLook) -> bool:
    """Hei type stands for bold as well: that is how Chinese is emphasised."""
    return bool(look.sans or look.bold)


def set_rows(faces: Typefaces, grid: Grid, rows: Sequence[Row]) -> Any:
    """Rows that belong together as one table to draw; a single row that is too high can be cut."""
    columns = len(grid.widths)
    top, right, bottom, left = grid.padding
    cells: list[list[Any]] = [["" for _ in range(columns)] for _ in rows]
    style: list[tuple[Any, ...]] = [
        ("TOPPADDING", (0, 0), (-1, -1), top),
        ("BOTTOMPADDING", (0, 0), (-1, -1), bottom),
        ("LEFTPADDING", (0, 0), (-1, -1), left),
        ("RIGHTPADDING", (0, 0), (-1, -1), right),
    ]
    natural = [0.0 for _ in rows]
    for number, row in enumerate(rows):
        for column, cell in _placed(row, columns):
            last = min(column + cell.columns, columns) - 1
            over = _rows_over(rows, number, column) if cell.merge == "restart" else 0
            style += _cell_style(grid, cell, (column, number), (last, number + over), len(rows), columns)
            if cell.merge == "continue":
                continue
            cells[number][column] = content = [set_paragraph(faces, one) for one in cell.paragraphs]
            if not over:
                width = sum(grid.widths[column : last + 1]) - left - right
                natural[number] = max(natural[number], _height(content, width) + top + bottom)
    heights = [_row_height(row, height) for row, height in zip(rows, natural, strict=True)]
    return SetRows(cells, grid, style, heights)


class SetRows(Table):  # type: ignore[misc]  # reportlab has no types
    """Rows of a table to draw; one that is higher than the page is cut between the lines of its cells."""

    def __init__(
        self, cells: list[list[Any]], grid: Grid, style: list[tuple[Any, ...]], heights: list[float | None]
    ) -> None:
        align = {"center": "CENTER", "right": "RIGHT", "end": "RIGHT"}.get(grid.align, "LEFT")
        super().__init__(cells, colWidths=list(grid.widths), rowHeights=heights, style=style, hAlign=align)
        self._given = cells, grid, style

    def split(self, width: float, height: float) -> list[Any]:
        """What fits, and the rest; nothing where not a line fits, or where the rows are several."""
        cells, grid, style = self._given
        if len(cells) > 1:
            return list(super().split(width, height))
        room = height - grid.padding[0] - grid.padding[2]
        parts = [_cut(content, self._room(column), room) for column, content in enumerate(cells[0])]
        if not any(first for first, _ in parts if first != "") or not any(rest for _, rest in parts):
            return []
        return [SetRows([[part[number] for part in parts]], grid, style, [None]) for number in (0, 1)]

    def _room(self, column: int) -> float:
        """How wide a cell is inside: over the columns that it spans."""
        _, grid, style = self._given
        last = next((one[2][0] for one in style if one[0] == "SPAN" and one[1][0] == column), column)
        return sum(grid.widths[column : last + 1]) - grid.padding[1] - grid.padding[3]


def _cut(content: Any, width: float, height: float) -> tuple[Any, Any]:
    """The paragraphs of a cell as far as they fit, and the rest."""
    if content == "":
        return "", ""
    first: list[Any] = []
    for number, one in enumerate(content):
        _, wanted = one.wrap(width, height)
        wanted += one.spaceBefore + one.spaceAfter
        if wanted > height:
            parts = one.split(width, height - one.spaceBefore)
            return [*first, *parts[:1]], [*(parts[1:] or [one]), *content[number + 1 :]]
        first.append(one)
        height -= wanted
    return first, []


def _row_height(row: Row, natural: float) -> float | None:
    """As high as the form says; None, as high as it has to be, where that is more."""
    return row.height if row.height and (row.exact or natural <= row.height) else None


def _placed(row: Row, columns: int) -> Iterator[tuple[int, Cell]]:
    column = 0
    for cell in row.cells:
        if column < columns:
            yield column, cell
        column += cell.columns


def _rows_over(rows: Sequence[Row], number: int, column: int) -> int:
    """How many further rows a cell goes on in."""
    over = 0
    for row in rows[number + 1 :]:
        if not any(at == column and cell.merge == "continue" for at, cell in _placed(row, column + 1)):
            break
        over += 1
    return over


def _height(content: Sequence[Any], width: float) -> float:
    spaces = sum(one.spaceBefore + one.spaceAfter for one in content)
    return float(sum(one.wrap(max(width, 1), 0)[1] for one in content) + spaces)


def _cell_style(
    grid: Grid, cell: Cell, first: tuple[int, int], last: tuple[int, int], rows: int, columns: int
) -> list[tuple[Any, ...]]:
    style: list[tuple[Any, ...]] = [("VALIGN", first, last, _VERTICAL.get(cell.vertical, "TOP"))]
    if first != last and cell.merge != "continue":
        style.append(("SPAN", first, last))
    if cell.fill:
        style.append(("BACKGROUND", first, last, HexColor(f"#{cell.fill}")))
    own = cell.borders or {}
    lines = {
        "LINEABOVE": own.get("top", grid.borders.get("top" if first[1] == 0 else "insideH", 0)),
        "LINEBELOW": own.get("bottom", grid.borders.get("bottom" if last[1] == rows - 1 else "insideH", 0)),
        "LINEBEFORE": own.get("left", grid.borders.get("left" if first[0] == 0 else "insideV", 0)),
        "LINEAFTER": own.get("right", grid.borders.get("right" if last[0] == columns - 1 else "insideV", 0)),
    }
    if cell.merge == "continue":
        del lines["LINEABOVE"], lines["LINEBELOW"]
    return style + [(name, first, last, width, "#000000") for name, width in lines.items() if width]
