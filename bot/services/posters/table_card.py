"""The table card: A4, folded once; both sides say the same, so that it is read from both sides of a table."""

from bot.notices.posters import FOLD, Poster
from bot.services.posters import parts
from bot.services.posters.paper import ACCENT, ALARM, DEEP, GOLD, INK, MUTED, RULE, Sheet, Type

_SIDE = 82.0
_LEFT = 104.0


def draw(sheet: Sheet, poster: Poster) -> None:
    """One page: the near side below the fold, the far side on its head above it."""
    _draw_face(sheet, poster)
    with sheet.turned():
        _draw_face(sheet, poster)
    fold = sheet.height / 2
    sheet.line(0, fold, sheet.width, fold, RULE, 0.25, dash=2)
    width = sheet.name_width(FOLD, Type(7))
    sheet.fill(sheet.width / 2 - width / 2 - 3, fold - 2, width + 6, 4, "#ffffff")
    sheet.write(sheet.width / 2, fold + 0.9, FOLD, Type(7, MUTED), "center")


def _draw_face(sheet: Sheet, poster: Poster) -> None:
    top, right = sheet.height / 2, sheet.width - 14
    width = right - _LEFT
    sheet.fill(0, top + 8, 5, sheet.height / 2 - 8, DEEP)
    sheet.fill(5, top + 8, 0.9, sheet.height / 2 - 8, GOLD)
    sheet.code(14, top + 16, _SIDE, poster.link)
    sheet.frame(14, top + 16, _SIDE, _SIDE, RULE, 0.3, radius=2)
    sheet.write(14 + _SIDE / 2, top + 16 + _SIDE + 9.5, poster.scan, Type(20, ACCENT, bold=True), "center")
    sheet.block(14, top + 16 + _SIDE + 12, _SIDE, poster.call, Type(11, MUTED), most=1, least=8, align="center")
    y = sheet.block(_LEFT, top + 15, width, poster.over, Type(11.5, ACCENT), most=1, least=8)
    y = sheet.headline(_LEFT, y + 0.5, width, poster.title, Type(27, INK, bold=True), (20, 12)) + 1
    for line in poster.under:
        y = sheet.block(_LEFT, y, width, line, Type(11, MUTED), most=2, least=8)
    sheet.line(_LEFT, y + 2.5, right, y + 2.5, RULE)
    parts.facts(sheet, _LEFT, y + 5.5, width, top + 122 - y - 5.5, poster.facts, Type(11), ACCENT)
    parts.foot(sheet, poster, top + 130, 14, right - 24, ALARM, 9)
    parts.mark(sheet, poster, right, top + 140)
