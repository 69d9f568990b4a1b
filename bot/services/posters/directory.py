"""The directory sheet: everyone who can be reached at a station, ten to a page, each with their code."""

from bot.notices.posters import DirectoryEntry, DirectorySheet
from bot.services.posters import parts
from bot.services.posters.paper import ACCENT, ALARM, DEEP, GOLD, INK, MUTED, RULE, Sheet, Type

_LEFT, _RIGHT = 14.0, 196.0
_ACROSS, _DOWN = 2, 5
A_PAGE = _ACROSS * _DOWN
_CELL_WIDE, _CELL_HIGH = 89.0, 41.5
_TOP = 58.0
_SIDE = 38.0


def draw(sheet: Sheet, words: DirectorySheet) -> None:
    """As many pages as it takes; one that says so where there is nobody."""
    pages = max(1, -(-len(words.entries) // A_PAGE))
    for number in range(pages):
        if number:
            sheet.next_page()
        _draw_head(sheet, words)
        for place, entry in enumerate(words.entries[number * A_PAGE : (number + 1) * A_PAGE]):
            row, column = divmod(place, _ACROSS)
            _draw_entry(sheet, entry, _LEFT + column * (_CELL_WIDE + 4), _TOP + row * (_CELL_HIGH + 2))
        _draw_foot(sheet, words, f"{number + 1} / {pages}")


def _draw_head(sheet: Sheet, words: DirectorySheet) -> None:
    sheet.fill(0, 0, sheet.width, 4, DEEP)
    sheet.fill(0, 4, sheet.width, 0.8, GOLD)
    y = sheet.block(_LEFT, 10, _RIGHT - _LEFT, words.title, Type(24, DEEP, bold=True), most=1, least=11)
    y = sheet.block(_LEFT, y, _RIGHT - _LEFT, words.lead, Type(11, MUTED), most=1, least=8)
    parts.facts(sheet, _LEFT, y + 1, _RIGHT - _LEFT, _TOP - y - 5, words.facts, Type(10.5), ACCENT)
    sheet.line(_LEFT, _TOP - 2, _RIGHT, _TOP - 2, RULE)


def _draw_entry(sheet: Sheet, entry: DirectoryEntry, x: float, y: float) -> None:
    sheet.frame(x, y, _CELL_WIDE, _CELL_HIGH, RULE, 0.25, radius=1.5)
    sheet.code(x + 1.5, y + (_CELL_HIGH - _SIDE) / 2, _SIDE, entry.link)
    left, width = x + _SIDE + 4, _CELL_WIDE - _SIDE - 7
    at = sheet.block(left, y + 3, width, entry.name, Type(15, INK, bold=True), most=2, least=9)
    end = y + _CELL_HIGH - 6
    for line in entry.lines:
        room = int((end - at) / 4.4)
        if room > 0:
            at = sheet.block(left, at + 0.4, width, line, Type(9, MUTED), most=min(3, room), least=7)
    sheet.write(x + _CELL_WIDE - 3, y + _CELL_HIGH - 2.5, entry.code, Type(6.5, MUTED), "right")


def _draw_foot(sheet: Sheet, words: DirectorySheet, page: str) -> None:
    sheet.line(_LEFT, 277, _RIGHT, 277, RULE)
    y = sheet.block(_LEFT, 279, _RIGHT - _LEFT - 30, words.emergency, Type(9.5, ALARM, bold=True), most=1, least=7)
    sheet.block(_LEFT, y, _RIGHT - _LEFT - 30, words.privacy, Type(8.5, MUTED), most=1, least=7)
    sheet.write(_RIGHT, 288, f"{words.brand} · {page}", Type(8, MUTED), "right")
