"""What several layouts draw alike."""

from collections.abc import Sequence
from dataclasses import replace

from bot.notices.posters import Poster
from bot.services.posters.paper import MM, MUTED, Sheet, Type, leading

_GAP = 1.6  # mm between two facts
_LEAST = 8.0


def facts(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    rows: Sequence[tuple[str, str]],
    kind: Type,
    label: str,
) -> float:
    """Labelled lines, as large as their place lets them be; returns where they end."""
    while kind.size > _LEAST and _tall(sheet, width, rows, kind) > height:
        kind = replace(kind, size=kind.size - 0.5)
    indent = _indent(sheet, rows, kind)
    for name, said in rows:
        sheet.write(x, y + kind.size / MM, name, Type(kind.size, label, serif=kind.serif))
        y = sheet.block(x + indent, y, width - indent, said, kind, most=4, least=_LEAST) + _GAP
    return y


def _indent(sheet: Sheet, rows: Sequence[tuple[str, str]], kind: Type) -> float:
    return max((sheet.name_width(name, kind) for name, _ in rows), default=0) + kind.size * 0.9 / MM


def _tall(sheet: Sheet, width: float, rows: Sequence[tuple[str, str]], kind: Type) -> float:
    room = width - _indent(sheet, rows, kind)
    return sum(len(sheet.lines(said, room, kind)) * leading(kind) + _GAP for _, said in rows)


def foot(sheet: Sheet, poster: Poster, y: float, left: float, right: float, alarm: str, size: float = 10.5) -> None:
    """The two lines that stand at the bottom of everything: no emergency line; what becomes of the words."""
    width = right - left
    y = sheet.block(left, y, width, poster.emergency, Type(size, alarm, bold=True), most=2, least=8)
    sheet.block(left, y, width, poster.privacy, Type(size - 1.5, MUTED), most=2, least=7)


def mark(sheet: Sheet, poster: Poster, x: float, y: float, color: str = MUTED) -> None:
    """Brand and code at the right end of the bottom: by it staff see which code hangs there."""
    sheet.write(x, y, f"{poster.brand} · {poster.code}", Type(8, color), "right")
