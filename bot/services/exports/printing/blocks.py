"""What a document is made of as it is set: paragraphs, and tables row by row. Lengths in points."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services.exports.printing.looks import ParagraphLook, TextLook

PAGE, PAGES = "PAGE", "NUMPAGES"
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look; a `field` is a number that is known when the pages are."""

    text: str
    look: TextLook
    field: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`look.new_page` begins a page; `text` is the look of an empty line."""

    spans: tuple[Span, ...]
    look: ParagraphLook
    text: TextLook


@dataclass(frozen=True, slots=True)
class Cell:
    """`columns` it spans; `merge` is restart or continue where it goes over several rows; a border of 0 is none."""

    paragraphs: tuple[Paragraph, ...]
    columns: int = 1
    merge: str = ""
    vertical: str = "top"
    fill: str = ""
    borders: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`height` at least, or exactly; `head` is repeated on each page; `whole` is not cut where it fits on one."""

    cells: tuple[Cell, ...]
    height: float = 0.0
    exact: bool = False
    head: bool = False
    whole: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether a cell belongs to the row before."""
        return any(cell.merge == "continue" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table begins: widths of its columns, its lines, the space around what is in a cell."""

    widths: tuple[float, ...]
    borders: Mapping[str, float]
    align: str = "left"
    padding: tuple[float, float, float, float] = (0.0, 5.4, 0.0, 5.4)  # top, right, bottom, left


@dataclass(frozen=True, slots=True)
class GridEnd:
    """A table ends."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper, and what stands at the head and foot of each page."""

    width: float = 595.3
    height: float = 841.9
    top: float = 72.0
    right: float = 72.0
    bottom: float = 72.0
    left: float = 72.0
    head_at: float = 36.0
    foot_at: float = 36.0
    head: tuple[Paragraph, ...] = ()
    foot: tuple[Paragraph, ...] = ()


Block = Paragraph | Grid | Row | GridEnd
