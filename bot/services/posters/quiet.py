"""The wall poster without a coloured ground: a title from top to bottom, little ink, good in black and white."""

from bot.notices.posters import Poster
from bot.notices.words import shorten
from bot.services.posters import parts
from bot.services.posters.paper import ALARM, DEEP, INK, MM, MUTED, RULE, Sheet, Type

_COLUMN = 62.0  # where the title's part ends
_LEFT, _RIGHT = 74.0, 192.0
_SIDE = 112.0
_TOP, _FOOT = 20.0, 268.0
_TURNED = str.maketrans(dict(zip("（）()-—–·…", "︵︶︵︶︱︱︱・︙", strict=True)))  # in a line from top to bottom
_LEAST = 20.0


def draw(sheet: Sheet, poster: Poster) -> None:
    """One page of A4."""
    sheet.frame(9, 9, sheet.width - 18, sheet.height - 18, DEEP, 0.9)
    sheet.frame(11, 11, sheet.width - 22, sheet.height - 22, DEEP, 0.25)
    _draw_title(sheet, poster)
    sheet.line(_COLUMN + 4, _TOP, _COLUMN + 4, _FOOT - 2, RULE, 0.35)
    middle = (_LEFT + _RIGHT) / 2
    width = _RIGHT - _LEFT
    sheet.block(_LEFT, 21, width, poster.over, Type(15, DEEP, serif=True), most=1, least=9)
    y = 30.0
    for line in poster.under:
        y = sheet.block(_LEFT, y, width, line, Type(13, INK, serif=True), most=2, least=9)
    sheet.code(_LEFT + 3, 56, _SIDE, poster.link)
    sheet.frame(_LEFT + 3, 56, _SIDE, _SIDE, INK, 0.25)
    sheet.write(middle, 56 + _SIDE + 11, poster.scan, Type(24, INK, bold=True), "center")
    y = sheet.block(
        _LEFT, 56 + _SIDE + 14, width, poster.call, Type(14, MUTED, serif=True), most=1, least=9, align="center"
    )
    y = 194.0
    for number, step in enumerate(poster.steps, start=1):
        sheet.write(_LEFT, y + 4.2, str(number), Type(13, DEEP, bold=True))
        y = sheet.block(_LEFT + 7, y, width - 7, step, Type(12), most=2, least=9) + 0.6
    sheet.line(_LEFT, y + 1.5, _RIGHT, y + 1.5, RULE)
    parts.facts(sheet, _LEFT, y + 4.5, width, _FOOT - y - 8, poster.facts, Type(12.5, serif=True), DEEP)
    sheet.line(18, _FOOT, _RIGHT, _FOOT, RULE, 0.35)
    parts.foot(sheet, poster, _FOOT + 2, 18, _RIGHT, ALARM, 10)
    parts.mark(sheet, poster, _RIGHT, 283.5)


def _draw_title(sheet: Sheet, poster: Poster) -> None:
    """In one line from top to bottom, in two or three where it is long, the first at the right."""
    high = _FOOT - _TOP - 4
    most = 3 * int(high / (_LEAST * 1.16 / MM))
    text = shorten(poster.title.replace(" ", ""), most)
    size, rows = _fit(len(text), high)
    step = size * 1.16 / MM
    columns = [text[start : start + rows] for start in range(0, len(text), rows)]
    wide = size * 1.3 / MM
    middle = (18 + _COLUMN) / 2
    for number, column in enumerate(columns):
        x = middle + ((len(columns) - 1) / 2 - number) * wide
        for row, one in enumerate(column):
            sheet.write(x, _TOP + size / MM + row * step, one.translate(_TURNED), _title(size), "center")


def _fit(length: int, high: float) -> tuple[float, int]:
    """The size of the type and how many characters stand below each other; three columns at most."""
    for size, most in ((66.0, 1), (50.0, 1), (44.0, 1), (40.0, 2), (34.0, 2), (30.0, 3), (24.0, 3)):
        rows = int(high / (size * 1.16 / MM))
        columns = -(-length // rows)
        if columns <= most:
            return size, -(-length // columns)
    return _LEAST, int(high / (_LEAST * 1.16 / MM))


def _title(size: float) -> Type:
    return Type(size, DEEP, bold=True, serif=True)
