"""Breaking Chinese text into lines: no closing mark begins one, no opening mark ends one, words stay whole."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NO_START = frozenset("，。、；：？！）》」』】〕〉”’％…—～·,.;:?!)]}%°℃")
NO_END = frozenset("（《「『【〔〈“‘([{￥$")
# A word of letters and digits with what holds it together; else one character, with the signs that stand on it.
_UNIT = re.compile(
    r"\n|[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_@./:+\-]*|[^\n][\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*"
)
_MOST_CARRIED = 4  # units that are taken to the next line for the sake of a mark


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one face and size."""

    text: str
    face: str
    size: float
    underline: bool = False


Measure = Callable[[str, str, float], float]
Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    text: str
    piece: Piece
    width: float


def break_lines(pieces: Sequence[Piece], measure: Measure, width: float, first: float) -> list[Line]:
    """Lines no wider than `width`, the first no wider than `first`; only what cannot be cut is wider."""
    lines: list[Line] = []
    line: list[_Unit] = []
    room = used = first

    def close(rest: list[_Unit]) -> None:
        nonlocal line, room, used
        lines.append(_joined(line))
        line, room, used = rest, width, sum(one.width for one in rest)

    used = 0.0
    for unit in _units(pieces, measure, min(width, first)):
        if unit.text == "\n":
            close([])
        elif used + unit.width <= room + 0.01 or not line:
            line.append(unit)
            used += unit.width
        elif unit.text.isspace():
            continue  # a space that would begin a line is not set
        else:
            carried = _carried(line, unit)
            del line[len(line) - len(carried) :]
            close([*carried, unit])
    lines.append(_joined(line))
    return lines


def _carried(line: Sequence[_Unit], unit: _Unit) -> list[_Unit]:
    """What has to go to the next line with a unit; nothing where that would leave too little behind."""
    count = 0
    following = unit
    while count < min(_MOST_CARRIED, len(line) - 1):
        before = line[len(line) - 1 - count]
        if following.text[0] not in NO_START and before.text[-1] not in NO_END:
            return list(line[len(line) - count :])
        following, count = before, count + 1
    fits = following.text[0] not in NO_START and line[len(line) - 1 - count].text[-1] not in NO_END
    return list(line[len(line) - count :]) if fits else []


def _units(pieces: Sequence[Piece], measure: Measure, room: float) -> list[_Unit]:
    """Words and characters with their widths; a word that is wider than a line is cut into characters."""
    units = []
    for piece in pieces:
        for text in _UNIT.findall(piece.text):
            width = 0.0 if text == "\n" else measure(text, piece.face, piece.size)
            if width > room and len(text) > 1:
                units += [_Unit(one, piece, measure(one, piece.face, piece.size)) for one in text]
            else:
                units.append(_Unit(text, piece, width))
    return units


def _joined(units: Sequence[_Unit]) -> Line:
    """Neighbours of one look as one piece."""
    pieces: list[tuple[Piece, list[str]]] = []
    for unit in units:
        if pieces and pieces[-1][0] is unit.piece:
            pieces[-1][1].append(unit.text)
        else:
            pieces.append((unit.piece, [unit.text]))
    return tuple(Piece("".join(texts), one.face, one.size, one.underline) for one, texts in pieces)
