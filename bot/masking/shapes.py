"""How each kind is shown: enough to tell one from another, too little to use it."""

import re
from collections.abc import Callable, Iterable, Mapping

from bot.masking.kinds import STAR, Kind, Span
from bot.masking.labels import NUMERALS
from bot.masking.writing import digits_of, narrow

_OF_A_DOOR = re.compile(rf"[0-9A-Za-z甲乙丙丁东西中左右{NUMERALS}]")
_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")
_COUNTRY = re.compile(r"^(?:00)?86")


def mask(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans masked, all else unchanged; spans are in order and apart, as `find` gives them.

    Spaces and dashes inside a number go with its digits: what is left of it is one piece.
    """
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += [text[at : span.start], _SHAPES[span.kind](narrow(text[span.start : span.end]))]
        at = span.end
    return "".join([*pieces, text[at:]])


def _keep(written: str, first: int, last: int) -> str:
    hidden = max(len(written) - first - last, 0)
    return f"{written[:first]}{STAR * hidden}{written[len(written) - last :] if last else ''}"


def _identity(written: str) -> str:
    """110***********1234."""
    x = "X" if written[-1] in "xX" else ""
    return _keep(digits_of(written) + x, 3, 4)


def _bank_card(written: str) -> str:
    """6222************123."""
    return _keep(digits_of(written), 4, 3)


def _mobile(written: str) -> str:
    """138****5678."""
    return _keep(digits_of(written)[-11:], 3, 4)


def _landline(written: str) -> str:
    """0510-****1234; ****1234 where no area code was written."""
    digits = digits_of(written)
    national = _COUNTRY.sub("0", digits, count=1) if len(digits) > 11 and not digits.startswith("0") else digits
    if national.startswith("0086"):
        national = f"0{national[4:]}"
    area = _AREA.match(national)
    local = national[area.end() :] if area else national
    return f"{area[0]}-{_keep(local, 0, 4)}" if area else _keep(local, 0, 4)


def _plate(written: str) -> str:
    """京A·***12."""
    bare = re.sub(r"[\s·•.\-—]", "", written)
    return f"{bare[:2].upper()}·{_keep(bare[2:], 0, 2)}"


def _travel(written: str) -> str:
    """E******78."""
    return _keep(written, 1, 2)


def _address(written: str) -> str:
    """*栋*单元***室: the words stay, so that it is seen that there was a door."""
    return _OF_A_DOOR.sub(STAR, written)


def _minor_name(written: str) -> str:
    """李**."""
    return _keep(written, 1, 0)


_SHAPES: Mapping[Kind, Callable[[str], str]] = {
    Kind.IDENTITY: _identity,
    Kind.BANK_CARD: _bank_card,
    Kind.MOBILE: _mobile,
    Kind.LANDLINE: _landline,
    Kind.PLATE: _plate,
    Kind.TRAVEL: _travel,
    Kind.ADDRESS: _address,
    Kind.MINOR_NAME: _minor_name,
}
