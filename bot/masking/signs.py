"""Private things that are not digits alone: number plates, passports and permits, the door of a home."""

import re
from collections.abc import Iterator

from bot.masking import labels
from bot.masking.kinds import Kind, Span

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL = "[A-HJ-NP-Za-hj-np-z0-9]"
# GA 36-2018: five places, or six for new energy with D or F (small: A to K) before or after five digits.
_PLATE = re.compile(
    rf"[{_PROVINCES}] ?[A-HJ-Za-hj-z] ?[·•.\-—]? ?"
    rf"(?:[A-Ka-k]{_SERIAL}[0-9]{{4}}|[0-9]{{5}}[A-Ka-k]|{_SERIAL}{{4}}(?:{_SERIAL}|[挂学港澳]))"
    r"(?![A-Za-z0-9*])(?!警)"
)
_FEWEST_DIGITS = 2  # in a plate: 新ABC大厦 is none
_TRAVEL = re.compile(
    r"(?<![A-Za-z0-9*])(?:[EeGgDdSsPpKk][0-9]{8}|[Ee][A-Za-z][0-9]{7}|[CcHhMmWwRrTt][A-Za-z]?[0-9]{7,10})"
    r"(?![A-Za-z0-9*])"
)

_N = rf"(?:[0-9]{{1,4}}|[{labels.NUMERALS}]{{1,4}})"
_SPACE = r"[ \-—]{0,2}"
_BUILDING = (
    rf"(?:(?:[A-Za-z]{{1,2}}[0-9]{{0,3}}|{_N}(?:-[0-9]{{1,2}})?[A-Za-z]?) ?(?:号楼|[栋幢座])|[0-9]{{1,4}}#楼?)"
)
_UNIT = rf"(?:{_N}|[A-Za-z甲乙丙丁]) ?单元"
_FLOOR = rf"(?:{_N} ?[层楼]{_SPACE})?"
_DOOR = rf"(?:[0-9]{{2,4}}(?:-[0-9]{{1,2}})?|[A-Za-z][0-9]{{2,4}}|[0-9]{{2,4}}[A-Za-z]|[{labels.NUMERALS}]{{3,5}})"
_IS_ROOM = r" ?(?:室|号?房(?![间屋价产子东租型款]))"
# Without 室 behind them the digits may be counted (12栋1502户), dated (3栋2019年) or a number to call.
_BARE = (
    r"(?!(?:110|119|120|122)(?![0-9]))(?!(?:19|20)[0-9]{2}[年.\-/])[0-9]{3,4}(?:-[0-9]{1,2})?"
    r"(?![0-9A-Za-z*.]|\s?[户人名套间个台辆平米㎡元万亿年月日天次多余左至到\-—~%]|\s?号[线楼文令店])号?"
)
_ROOM = rf"(?:{_DOOR}{_IS_ROOM}|{_BARE})"
_ROOMS = rf"{_ROOM}(?:[、和与]{_ROOM}){{0,5}}"
_IN_UNIT = rf"(?:{_ROOMS}|{_DOOR}户(?![人口家均])|{_N}[层楼] ?[东西中左右]户?)"
_WAYS = (
    rf"(?:{_BUILDING}{_SPACE})?{_UNIT}{_SPACE}(?:{_FLOOR}{_IN_UNIT})",  # 3栋2单元502, 2单元5楼东户
    rf"{_BUILDING}{_SPACE}{_FLOOR}{_ROOMS}",  # 3号楼502室, 12栋1502、1503
    rf"[0-9]{{1,4}}号{_SPACE}{_FLOOR}[0-9]{{3,4}}{_IS_ROOM}",  # 中山路12号502室
    r"[A-Za-z]?[0-9]{1,2}-[0-9]{1,2}-[0-9]{3,4}(?![0-9*\-.])室?",  # 3-2-502
    r"[0-9]{1,3}-[0-9]{3,4}室",
)
_HOME = re.compile(rf"(?=[0-9A-Za-z甲乙丙丁{labels.NUMERALS}])(?<![0-9A-Za-z*])(?:{'|'.join(_WAYS)})")
_NUMBERED_ROOM = re.compile(rf"[0-9]{{3,4}}(?<![0-9*\-][0-9]{{3}})(?<![0-9*\-][0-9]{{4}}){_IS_ROOM}")
_ESTATES = ("小区", "公寓", "花园", "家园", "新村", "宿舍", "廉租房", "公租房", "安置房")
_VILLAGE_DOOR = re.compile(rf"(?<=[0-9{labels.NUMERALS}][组队社])[0-9]{{1,4}}号(?![楼线店文令])")


def find(text: str) -> Iterator[Span]:
    """Plates, travel documents and doors in a text written with half-width letters and digits."""
    for found in _PLATE.finditer(text):
        if sum(letter.isdigit() for letter in found[0]) >= _FEWEST_DIGITS:
            yield Span(found.start(), found.end(), Kind.PLATE)
    yield from _travel(text)
    yield from _addresses(text)


def _travel(text: str) -> Iterator[Span]:
    """Letters and digits that only a word before them makes a document: G12345678 may be anything."""
    if not any(word in text for word in labels.TRAVEL_WORDS):
        return
    for found in _TRAVEL.finditer(text):
        if labels.TRAVEL.search(labels.before(text, found.start())):
            yield Span(found.start(), found.end(), Kind.TRAVEL)


def _addresses(text: str) -> Iterator[Span]:
    for found in _HOME.finditer(text):
        yield Span(found.start(), found.end(), Kind.ADDRESS)
    for found in _VILLAGE_DOOR.finditer(text):
        yield Span(found.start(), found.end(), Kind.ADDRESS)
    for found in _NUMBERED_ROOM.finditer(text):
        if text[max(0, found.start() - 4) : found.start()].rstrip().endswith(_ESTATES):
            yield Span(found.start(), found.end(), Kind.ADDRESS)
