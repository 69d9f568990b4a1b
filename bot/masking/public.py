"""Numbers that everybody may know: the stations' own, whatever way they are written."""

import re
from collections.abc import Collection, Iterable

from bot.masking.kinds import Kind
from bot.masking.writing import digits_of, narrow

_PHONES = frozenset({Kind.MOBILE, Kind.LANDLINE})
_APART = re.compile(r"[^0-9()+\- ]+|\s{2,}")
_COUNTRY = re.compile(r"(?:00)?86(?=[0-9]{10})")
_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})(?=[0-9]{7,8}$)")


def public_numbers(written: Iterable[str]) -> frozenset[str]:
    """The phone numbers in these texts (`0510-88881234、13800000000 转 2`), each also without its area code."""
    found: set[str] = set()
    for text in written:
        for part in _APART.split(narrow(text)):
            number = _bare(part)
            if len(number) >= 7:
                found |= {number, _AREA.sub("", number)}
    return frozenset(found)


def is_public(written: str, kind: Kind, public: Collection[str]) -> bool:
    """Whether a phone number is one of these, with or without its area code."""
    if not public or kind not in _PHONES:
        return False
    number = _bare(written)
    return number in public or (kind is Kind.LANDLINE and f"0{number}" in public)


def _bare(written: str) -> str:
    return _COUNTRY.sub("", digits_of(written), count=1)
