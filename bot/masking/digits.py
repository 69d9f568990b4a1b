"""Numbers made of digits: identity numbers, bank cards, phones, with spaces, dashes and dots in them or without.

A run is a row of digit groups with separators between them. From each group on the longest row of groups that makes
a number is taken. Stars count as digits here and make no number, so that what was masked once stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from bot.masking import labels, registers
from bot.masking.kinds import STAR, Kind, Span

_SEPARATOR = r"[ \t\u00a0\-‐-―·._()（）\u200b-\u200f\u2060\ufeff]"
_RUN = re.compile(rf"[0-9*]+(?:{_SEPARATOR}{{1,3}}[0-9*]+)*")
_GROUP = re.compile(r"[0-9*]+")
_FEWEST, _MOST = 7, 19  # digits of a subscriber's number, of a bank card
_MOST_GROUPS = 6
_SPELLED = frozenset({11, 15, 16, 17, 18, 19})  # digits that may each stand alone
_LOOSE = re.compile(r"[.()（）]")  # decimals and brackets stand between the digits of phones alone
_IS_AMOUNT = re.compile(r"(?:\.[0-9]{1,2})?\s*[多余几]?\s*(?:元|万|亿|块|股|吨|平方|㎡|立方|度电|千瓦)")
_LETTER_BEFORE = re.compile(r"[A-Za-z_]$")
_LABEL_LETTERS = re.compile(r"(?:\b|[^A-Za-z_])(?:tel|phone|mobile|wx|vx|v)$", re.IGNORECASE)
_X = re.compile(rf"{_SEPARATOR}{{0,3}}[xX](?![A-Za-z0-9])")
_MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 8), (4, 4, 3), (4, 3, 4), (3, 3, 5), (7, 4), (1, 10), (1,) * 11}
)  # a date beside a sum has none of these
_LOCAL_GROUPS = frozenset({(7,), (8,), (4, 4), (3, 4), (4, 3)})
_IS_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_COUNTRY = ("0086", "86")


@dataclass(frozen=True, slots=True)
class _Labels:
    """What the words before a number call it."""

    text: str = ""
    identity: bool = False
    bank_card: bool = False
    phone: bool = False
    public_phone: bool = False
    something_else: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups that separators hold together: where each stands, how long it is, and their digits in one."""

    places: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]
    offsets: tuple[int, ...]  # of each group's first digit in `digits`
    digits: str


@dataclass(frozen=True, slots=True)
class _Number:
    """A row of groups: where, which digits, how long each group is, as it was written and what stands behind."""

    start: int
    end: int
    digits: str
    sizes: tuple[int, ...]
    written: str
    after: str
    called: _Labels


def find(text: str) -> Iterator[Span]:
    """The numbers in a text written with half-width digits, in order."""
    for found in _RUN.finditer(text):
        if found.end() - found.start() >= _FEWEST:
            yield from _in_run(text, _split(text, found.start(), found.end()))


def _split(text: str, start: int, end: int) -> _Run:
    groups = list(_GROUP.finditer(text, start, end))
    sizes = tuple([len(one[0]) for one in groups])
    offsets = (0, *accumulate(sizes[:-1]))
    return _Run(tuple([one.span() for one in groups]), sizes, offsets, "".join([one[0] for one in groups]))


def _in_run(text: str, run: _Run) -> Iterator[Span]:
    called = _read_labels(text, run.places[0][0])
    at = 0
    while at < len(run.sizes):
        found = _longest(text, run, at, called) if called is not None else None
        if found is not None:
            yield found[0]
        at = found[1] if found is not None else at + 1
        called = _Labels()  # digits stand before the next group, and no label reaches over them


def _longest(text: str, run: _Run, at: int, called: _Labels) -> tuple[Span, int] | None:
    """The longest number that begins with a group, and the group after it."""
    for end in _ends(run, at):
        (start, _), (_, stop) = run.places[at], run.places[end - 1]
        first = run.offsets[at]
        number = _Number(
            start=start,
            end=stop,
            digits=run.digits[first : run.offsets[end - 1] + run.sizes[end - 1]],
            sizes=run.sizes[at:end],
            written=text[start:stop],
            after=text[stop : stop + 12],
            called=called,
        )
        if span := _read(number):
            return span, end
    return None


def _ends(run: _Run, at: int) -> list[int]:
    """Where a number that begins with a group may end, the longest first."""
    ends: list[int] = []
    first = run.offsets[at]
    for place in range(at, min(at + _MOST, len(run.sizes))):
        size = run.sizes[place]
        length = run.offsets[place] + size - first
        if length > _MOST or STAR in run.digits[run.offsets[place] : run.offsets[place] + size]:
            break
        count = place + 1 - at
        if length >= _FEWEST and (count <= _MOST_GROUPS or (count == length and length in _SPELLED)):
            ends.append(place + 1)
    return ends[::-1]


def _read_labels(text: str, start: int) -> _Labels | None:
    """None where the digits belong to a word of letters, such as SF13800000000."""
    before = labels.before(text, start)
    if _LETTER_BEFORE.search(before) and not _LABEL_LETTERS.search(before):
        return None
    return _Labels(
        before,
        labels.IDENTITY.search(before) is not None,
        labels.BANK_CARD.search(before) is not None,
        labels.PHONE.search(before) is not None,
        labels.PUBLIC_PHONE.search(before) is not None,
        labels.NOT_PRIVATE.search(before) is not None and labels.PRIVATE.search(before) is None,
    )


def _read(number: _Number) -> Span | None:
    if number.called.something_else:
        return None
    return _identity(number) or _bank_card(number) or _phone(number)


def _identity(number: _Number) -> Span | None:
    if len(number.digits) not in (15, 17, 18) or _LOOSE.search(number.written):
        return None
    x = _X.match(number.after) if len(number.digits) == 17 else None
    digits, end = (f"{number.digits}X", number.end + x.end()) if x else (number.digits, number.end)
    if number.called.identity or registers.is_identity(digits):
        return Span(number.start, end, Kind.IDENTITY)
    return None


def _bank_card(number: _Number) -> Span | None:
    named = number.called.bank_card and len(number.digits) >= 12
    if not (named or len(number.digits) in registers.CARD_LENGTHS) or not _has_card_groups(number.sizes):
        return None
    if _LOOSE.search(number.written) or _IS_AMOUNT.match(number.after):
        return None
    if named or registers.is_bank_card(number.digits):
        return Span(number.start, number.end, Kind.BANK_CARD)
    return None


def _has_card_groups(sizes: tuple[int, ...]) -> bool:
    """In one, digit by digit, in fours, or with the issuer's six apart."""
    even = set(sizes[:-1]) in ({4}, {1}) and sizes[-1] <= sizes[0]
    return len(sizes) == 1 or even or sizes[0] == 6


def _phone(number: _Number) -> Span | None:
    if len(number.digits) > 15 or _IS_AMOUNT.match(number.after):
        return None
    digits, sizes = _without_country(number.digits, number.sizes)
    start = number.start - number.called.text.endswith("+")
    beside_date = sizes == (3, 8) and _IS_DATE.fullmatch(digits, 3)
    if sizes in _MOBILE_GROUPS and registers.is_mobile(digits) and not beside_date:
        return Span(start, number.end, Kind.MOBILE)
    if not number.called.public_phone and _is_landline(digits, sizes, number):
        opened = number.called.text.endswith(("(", "（")) and (")" in number.written or "）" in number.written)
        return Span(number.start - 1 if opened else start, number.end, Kind.LANDLINE)
    return None


def _without_country(digits: str, sizes: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """The national digits: 0086 and 86 fall off, and the 0 that some write before a mobile number."""
    for prefix in (*_COUNTRY, "0"):
        rest = digits.removeprefix(prefix)
        fits = registers.is_mobile(rest) or (prefix != "0" and registers.is_landline(rest.removeprefix("0")))
        if rest == digits or not fits or sizes[0] < len(prefix):
            continue
        return rest, sizes[1:] if sizes[0] == len(prefix) else (sizes[0] - len(prefix), *sizes[1:])
    return digits, sizes


def _is_landline(digits: str, sizes: tuple[int, ...], number: _Number) -> bool:
    if digits.startswith("0"):
        return _has_area_groups(digits, sizes) and registers.is_landline(digits[1:])
    if digits != number.digits:  # the country stood before it, so no 0 is written
        return registers.is_landline(digits)
    local = sizes in _LOCAL_GROUPS and digits[0] in "2345678" and not _IS_DATE.fullmatch(digits)
    return local and number.called.phone


def _has_area_groups(digits: str, sizes: tuple[int, ...]) -> bool:
    """Written in one, or the area code in a group of its own and the rest in one or two."""
    area = 3 if digits[1] in "12" else 4
    return len(sizes) == 1 or (sizes[0] == area and sizes[1:] in _LOCAL_GROUPS)
