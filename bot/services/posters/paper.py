"""Drawing on paper: text that fits its place, codes, boxes. Lengths in mm from the top left, type in points."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import IO, Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bot.services.exports.printing.lines import Piece, break_lines
from bot.services.exports.printing.typefaces import Typefaces, embedded, settable
from bot.services.exports.words import printable

MM = 72 / 25.4  # points
A4 = (210.0, 297.0)
QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
LEAST_MODULE = 0.5  # mm: a telephone held a forearm away still tells them apart
INK, MUTED, RULE = "#1f2527", "#555f63", "#d5d9d3"
ACCENT, DEEP, SOFT, GOLD, ALARM = "#b3261e", "#8c1d18", "#fbeceb", "#d9a441", "#a8211a"
DOWNWARDS_MARKS = "︵︶︱・︙"  # as marks stand in a line from top to bottom
_LINE = 1.42  # of the size
_POINT = 0.5
_BOLD = 0.028  # width of the stroke round a glyph, of the size


@dataclass(frozen=True, slots=True)
class Type:
    """A size in points with colour, weight and face."""

    size: float
    color: str = INK
    bold: bool = False
    serif: bool = False


class Sheet:
    """One page after the other of the same size."""

    def __init__(self, canvas: Any, faces: Typefaces, size: tuple[float, float]) -> None:
        self._canvas, self._faces = canvas, faces
        self.width, self.height = size

    def next_page(self) -> None:
        """Finish this page."""
        self._canvas.showPage()

    def fill(self, x: float, y: float, width: float, height: float, color: str, radius: float = 0) -> None:
        """A filled box."""
        self._canvas.setFillColor(HexColor(color))
        self._box(x, y, width, height, radius, fill=1, stroke=0)

    def frame(
        self, x: float, y: float, width: float, height: float, color: str, line: float = 0.3, radius: float = 0
    ) -> None:
        """The outline of a box, `line` mm thick."""
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.setLineWidth(line * MM)
        self._box(x, y, width, height, radius, fill=0, stroke=1)

    def _box(
        self, x: float, y: float, width: float, height: float, radius: float, *, fill: int, stroke: int
    ) -> None:
        bottom = (self.height - y - height) * MM
        self._canvas.roundRect(x * MM, bottom, width * MM, height * MM, radius * MM, fill=fill, stroke=stroke)

    def line(
        self, x: float, y: float, to_x: float, to_y: float, color: str, thick: float = 0.3, dash: float = 0
    ) -> None:
        """A straight line; `dash` mm long dashes."""
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.setLineWidth(thick * MM)
        self._canvas.setDash([dash * MM, dash * MM] if dash else [])
        self._canvas.line(x * MM, (self.height - y) * MM, to_x * MM, (self.height - to_y) * MM)
        self._canvas.setDash([])

    def circle(self, x: float, y: float, radius: float, color: str) -> None:
        """A filled disc around a point."""
        self._canvas.setFillColor(HexColor(color))
        self._canvas.circle(x * MM, (self.height - y) * MM, radius * MM, stroke=0, fill=1)

    def arch(self, left: float, right: float, foot: float, rise: float, color: str, thick: float) -> None:
        """The arch of a bridge between two points on a level."""
        path = self._canvas.beginPath()
        level, top = (self.height - foot) * MM, (self.height - foot + rise * 4 / 3) * MM
        third = (right - left) * 0.28
        path.moveTo(left * MM, level)
        path.curveTo((left + third) * MM, top, (right - third) * MM, top, right * MM, level)
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.setLineWidth(thick * MM)
        self._canvas.drawPath(path, stroke=1, fill=0)

    @contextmanager
    def turned(self) -> Iterator[None]:
        """What is drawn inside stands on its head, as the far side of a folded card does."""
        self._canvas.saveState()
        self._canvas.translate(self.width * MM, self.height * MM)
        self._canvas.rotate(180)
        yield
        self._canvas.restoreState()

    def name_width(self, text: str, kind: Type) -> float:
        """How wide a line of text is, in mm."""
        return float(stringWidth(text, self._faces.name(sans=not kind.serif), kind.size)) / MM

    def write(self, x: float, y: float, text: str, kind: Type, align: str = "left") -> None:
        """One line whose baseline is at `y`; `x` is its left end, its middle or its right end."""
        text = settable(text)
        width = self.name_width(text, kind)
        at = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        self._canvas.setFillColor(HexColor(kind.color))
        self._canvas.setStrokeColor(HexColor(kind.color))
        self._canvas.setLineWidth(kind.size * _BOLD)
        drawn = self._canvas.beginText(at * MM, (self.height - y) * MM)
        drawn.setFont(self._faces.name(sans=not kind.serif), kind.size)
        drawn.setTextRenderMode(2 if kind.bold else 0)
        drawn.textOut(text)
        drawn.setTextRenderMode(0)
        self._canvas.drawText(drawn)

    def lines(self, text: str, width: float, kind: Type) -> list[str]:
        """The text broken for a width."""
        face = self._faces.name(sans=not kind.serif)
        pieces = [Piece(settable(text), face, kind.size)]
        broken = break_lines(pieces, stringWidth, width * MM, width * MM)
        return ["".join(piece.text for piece in line).strip() for line in broken]

    def fitted(self, text: str, width: float, kind: Type, most: int, least: float) -> tuple[Type, list[str]]:
        """As large as `kind`, smaller where it takes more than `most` lines; at `least` the rest is left out."""
        while True:
            found = self.lines(text, width, kind)
            if len(found) <= most:
                return kind, found
            if kind.size <= least:
                return kind, [*found[: most - 1], f"{found[most - 1][:-1]}…"]
            kind = replace(kind, size=max(least, kind.size - _POINT))

    def block(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        kind: Type,
        *,
        most: int,
        least: float,
        align: str = "left",
    ) -> float:
        """Lines from the top `y` down; returns where the next may begin."""
        kind, found = self.fitted(text, width, kind, most, least)
        at = {"left": x, "center": x + width / 2, "right": x + width}[align]
        for one in found:
            self.write(at, y + kind.size / MM, one, kind, align)
            y += leading(kind)
        return y

    def headline(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        kind: Type,
        least: tuple[float, float],
        align: str = "left",
    ) -> float:
        """A title on one line down to the first of `least`, else on two of like length down to the second."""
        while kind.size > least[0] and self.name_width(text, kind) > width:
            kind = replace(kind, size=kind.size - _POINT)
        if self.name_width(text, kind) <= width:
            return self.block(x, y, width, text, kind, most=1, least=kind.size, align=align)
        kind, _ = self.fitted(text, width, kind, 2, least[1])
        narrow = width
        while narrow > width / 2 and len(self.lines(text, narrow - 2, kind)) <= 2:
            narrow -= 2
        shift = {"left": 0.0, "center": (width - narrow) / 2, "right": width - narrow}[align]
        return self.block(x + shift, y, narrow, text, kind, most=2, least=kind.size, align=align)

    def code(self, x: float, y: float, side: float, link: str) -> None:
        """A QR with its quiet zone on white, `side` mm wide with it."""
        matrix = _matrix(link, side)
        module = side / (len(matrix) + 2 * QUIET_ZONE)
        self.fill(x, y, side, side, "#ffffff")
        self._canvas.setFillColor(HexColor("#000000"))
        path = self._canvas.beginPath()
        for row, line in enumerate(matrix):
            top = self.height - y - (QUIET_ZONE + row) * module
            for first, last in _runs(line):
                left = x + (QUIET_ZONE + first) * module
                # a hair more than the module: between two boxes that only touch, some printers show a white line
                path.rect(left * MM, (top - module) * MM, (last - first) * module * MM, (module * 1.01) * MM)
        self._canvas.drawPath(path, stroke=0, fill=1, fillMode=1)


def leading(kind: Type) -> float:
    """From one line to the next, in mm."""
    return kind.size * _LINE / MM


def module_mm(link: str, side: float) -> float:
    """How large one module of a code is on paper."""
    return side / (len(_matrix(link, side)) + 2 * QUIET_ZONE)


def _matrix(link: str, side: float) -> Sequence[Sequence[int]]:
    """Three tenths of it may be damaged; a quarter where the modules would else be too small for the place."""
    made = segno.make(link, error="h", micro=False, boost_error=False)
    if side / (len(made.matrix) + 2 * QUIET_ZONE) < LEAST_MODULE:
        made = segno.make(link, error="q", micro=False)
    matrix: Sequence[Sequence[int]] = made.matrix
    return matrix


def _runs(line: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where dark modules follow each other: first, and the one behind the last."""
    start: int | None = None
    for at, dark in enumerate([*line, 0]):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at
            start = None


@contextmanager
def opened(file: IO[bytes], size: tuple[float, float], title: str, words: object) -> Iterator[Sheet]:
    """A document with type for everything that `words` says, at any depth; the same words give the same bytes."""
    characters = {one for text in _texts(words) for one in text} | set("…·" + DOWNWARDS_MARKS)
    with embedded(characters, characters) as faces:
        points = (size[0] * MM, size[1] * MM)
        canvas: Any = Canvas(file, pagesize=points, pageCompression=1, invariant=1)
        canvas.setTitle(title)
        canvas.setAuthor("")
        canvas.setCreator("")
        yield Sheet(canvas, faces, size)
        canvas.save()


def _texts(words: object) -> Iterator[str]:
    if isinstance(words, str):
        yield settable(printable(words))
    elif isinstance(words, Sequence):
        for one in words:
            yield from _texts(one)
    elif is_dataclass(words):
        for field in fields(words):
            yield from _texts(getattr(words, field.name))
