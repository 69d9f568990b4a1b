"""Chinese type for PDF: the glyphs that a document uses, out of Noto Serif SC and Noto Sans SC (SIL OFL), embedded.

Their outlines are cubic (CFF) and reportlab sets quadratic ones, so the few that are needed are turned over. Both
have the characters of the standard table of 2013 with its rare name characters, also beyond the basic plane.
"""

import hashlib
import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

MISSING = "〓"  # what stands for a character that no face has
_ALWAYS = "0123456789 " + MISSING  # page numbers are not known when the glyphs are chosen
_TOLERANCE = 1.0  # of a thousandth of the size, between the two kinds of curves
_numbers = count(1)
_BEYOND = re.compile("<([0-9A-F]{5,6})>")


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The names under which reportlab knows the two faces of one document."""

    serif: str
    sans: str

    def name(self, *, sans: bool) -> str:
        """The face of a run."""
        return self.sans if sans else self.serif


class _Face(EmbeddedFont):  # type: ignore[misc]  # reportlab has no types
    """A face whose text can be copied out of the PDF also where it lies beyond the basic plane."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  reportlab's name
        """What the font adds to the file; reportlab writes such a character as one number where two are due."""
        super().addObjects(doc)
        own = self.face.name.decode()
        for name, stream in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:") and own in str(name):
                stream.content = _BEYOND.sub(lambda found: f"<{_surrogates(found[1])}>", stream.content)


def _surrogates(code: str) -> str:
    return chr(int(code, 16)).encode("utf-16-be").hex().upper()


@contextmanager
def embedded(serif: Collection[str], sans: Collection[str]) -> Iterator[Typefaces]:
    """Faces with the glyphs for these characters, as long as the document is being set."""
    number = next(_numbers)
    faces = Typefaces(f"Song{number}", f"Hei{number}")
    try:
        pdfmetrics.registerFont(_Face(faces.serif, io.BytesIO(_cut(serif_path(), "LianxinSong", serif))))
        pdfmetrics.registerFont(_Face(faces.sans, io.BytesIO(_cut(sans_path(), "LianxinHei", sans))))
        yield faces
    finally:
        for name in (faces.serif, faces.sans):
            font = pdfmetrics._fonts.pop(name, None)
            pdfmetrics._dynFaceNames.pop(font.face.name if font else "", None)


def settable(text: str) -> str:
    """The text with a mark for each character that there is no type for, such as an emoji."""
    known = _source(serif_path()).characters
    return "".join(one if ord(one) in known or one in "\n\f" else MISSING for one in text)


class _Source:
    """A face as it was installed; glyphs that were turned over once are kept."""

    def __init__(self, path: Path) -> None:
        self._font: Any = TTFont(path, lazy=True)
        self._glyphs: Any = self._font.getGlyphSet()
        self._turned: dict[str, Any] = {}
        self.characters: dict[int, str] = self._font.getBestCmap()
        self.ascent, self.descent = self._font["hhea"].ascent, self._font["hhea"].descent
        self.size = self._font["head"].unitsPerEm

    def width(self, name: str) -> int:
        """The advance of a glyph."""
        return int(self._glyphs[name].width)

    def glyph(self, name: str) -> Any:
        """A glyph with quadratic curves."""
        if name not in self._turned:
            pen = TTGlyphPen(None)
            self._glyphs[name].draw(Cu2QuPen(pen, _TOLERANCE, reverse_direction=True))
            self._turned[name] = pen.glyph()
        return self._turned[name]


@cache
def _source(path: Path) -> _Source:
    return _Source(path)


def _cut(path: Path, family: str, characters: Collection[str]) -> bytes:
    """A TrueType font of these characters alone; the same characters give the same bytes."""
    source = _source(path)
    wanted = sorted({ord(one) for one in (*characters, *_ALWAYS)} & source.characters.keys())
    names = list(dict.fromkeys([".notdef", *(source.characters[code] for code in wanted)]))
    glyphs = {name: source.glyph(name) for name in names}
    builder: Any = FontBuilder(source.size, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({code: source.characters[code] for code in wanted})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (source.width(name), getattr(glyphs[name], "xMin", 0)) for name in names})
    builder.setupHorizontalHeader(ascent=source.ascent, descent=source.descent)
    # reportlab knows faces by their name, so another choice of characters needs another one
    mark = hashlib.sha256("".join(map(chr, wanted)).encode()).hexdigest()[:12]
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": f"{family}-{mark}"})
    builder.setupOS2(
        sTypoAscender=source.ascent,
        sTypoDescender=source.descent,
        usWinAscent=source.ascent,
        usWinDescent=-source.descent,
    )
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.font.save(file)
    return file.getvalue()
