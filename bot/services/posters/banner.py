"""The wall poster with a broad coloured head: seen from the door."""

from bot.notices.posters import Poster
from bot.services.posters import parts
from bot.services.posters.paper import ACCENT, ALARM, DEEP, GOLD, INK, MM, MUTED, RULE, SOFT, Sheet, Type

_HEAD = 88.0
_SIDE = 108.0
_LEFT, _RIGHT = 18.0, 192.0


def draw(sheet: Sheet, poster: Poster) -> None:
    """One page of A4."""
    _draw_head(sheet, poster)
    left = (sheet.width - _SIDE) / 2
    sheet.fill(left - 6, 76, _SIDE + 12, _SIDE + 25, "#ffffff", radius=5)
    sheet.frame(left - 6, 76, _SIDE + 12, _SIDE + 25, RULE, 0.35, radius=5)
    sheet.code(left, 80, _SIDE, poster.link)
    middle = sheet.width / 2
    sheet.write(middle, 80 + _SIDE + 8.5, poster.scan, Type(25, ACCENT, bold=True), "center")
    sheet.block(left, 80 + _SIDE + 11.5, _SIDE, poster.call, Type(13.5, MUTED), most=1, least=9, align="center")
    _draw_steps(sheet, poster, 216)
    parts.facts(sheet, _LEFT, 239.5, _RIGHT - _LEFT, 30, poster.facts, Type(12.5), ACCENT)
    sheet.line(_LEFT, 274.5, _RIGHT, 274.5, RULE)
    parts.foot(sheet, poster, 276.5, _LEFT, _RIGHT, ALARM)
    parts.mark(sheet, poster, _RIGHT, 290)


def _draw_head(sheet: Sheet, poster: Poster) -> None:
    sheet.fill(0, 0, sheet.width, _HEAD, DEEP)
    for number in range(5):  # a bridge of five arches, the middle one the highest
        rise = 9 + 5 * (2 - abs(number - 2))
        sheet.arch(number * 42.0, number * 42.0 + 42, _HEAD, rise, ACCENT, 1.1)
    sheet.fill(0, _HEAD, sheet.width, 1.2, GOLD)
    width = _RIGHT - _LEFT
    sheet.block(_LEFT, 12, width, poster.over, Type(14, "#f8dcd9"), most=1, least=9, align="center")
    y = sheet.headline(_LEFT, 21, width, poster.title, Type(40, "#ffffff", bold=True), (30, 20), "center")
    for line in poster.under:
        room = 71 - y
        if room > 4:
            kind = Type(13.5, "#fdf0ef")
            y = sheet.block(
                _LEFT + 10, y, width - 20, line, kind, most=2 if room > 10 else 1, least=9, align="center"
            )


def _draw_steps(sheet: Sheet, poster: Poster, y: float) -> None:
    wide = (_RIGHT - _LEFT - 8) / len(poster.steps)
    for number, step in enumerate(poster.steps):
        x = _LEFT + number * (wide + 4)
        sheet.fill(x, y, wide, 17.5, SOFT, radius=2.5)
        sheet.circle(x + 7, y + 8.75, 4, ACCENT)
        sheet.write(x + 7, y + 8.75 + 1.6, str(number + 1), Type(12, "#ffffff", bold=True), "center")
        kind, found = sheet.fitted(step, wide - 16, Type(10.5, INK), 3, 7)
        top = y + 8.75 - len(found) * kind.size * 1.42 / MM / 2
        sheet.block(x + 13.5, top, wide - 16, step, kind, most=3, least=7)
