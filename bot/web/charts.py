"""Figures as drawings: pure functions from rows to SVG, for pages that say the same figures in a table beneath.

Widths are per cent of the drawing and texts keep their size, so that one drawing is read at 300 px and at 1,200 px;
colours are classes of `duty.css`, and change in the dark. To readers of screens a drawing is one picture with a
title and a description: what is in it they find in the table.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

NARROWEST = 284  # px; the width of a drawing on a telephone of 360 px
FONT, SMALL = 14, 12  # px; as in duty.css
MOST_BARS, MOST_COLUMNS = 20, 36
_ROW, _BAR, _LONGEST_BAR = 46, 16, 72.0  # px a row, px a bar, per cent of the width
_HIGH, _FOOT, _HEAD = 210, 22, 20  # px of a drawing of columns, of what is under and above them
_WIDE = frozenset("WFA")
_UNITS = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
_MOST = 10**16

Number = int | float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; a value of None is not told, `address` opens what is behind it."""

    label: str
    value: Number | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of several parts, in the order of the series."""

    label: str
    values: tuple[Number, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What a drawing is called; `key` tells it from the others of its page."""

    key: str
    title: str
    about: str = ""


def figure(value: Number | None) -> str:
    """A figure as it is read: 9,999, 1.2万, 3.4亿; never longer than nine characters."""
    if value is None:
        return "不显示"
    if not _is_finite(value) or abs(value) >= _MOST:
        return "—" if isinstance(value, float) and math.isnan(value) else "极大" if value > 0 else "极小"
    for unit, word in _UNITS:
        if abs(value) >= unit:
            many = Decimal(str(value)) / unit
            return (f"{many:.1f}".removesuffix(".0") if abs(many) < 100 else f"{many:.0f}") + word
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")


def _is_finite(value: Number) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def width_of(text: str, size: int = FONT) -> float:
    """How wide a text is at most, in px."""
    return sum(
        size if unicodedata.east_asian_width(one) in _WIDE or ord(one) > 0x2FF else size * 0.68 for one in text
    )


def fitted(text: str, most: float, size: int = FONT) -> str:
    """As much of a text as `most` px take; what cannot be in a drawing is left out."""
    plain = printable(text)
    if width_of(plain, size) <= most:
        return plain
    kept = ""
    for one in plain:
        if width_of(kept + one, size) > most - size:
            break
        kept += one
    return f"{kept.rstrip()}…"


def printable(text: str) -> str:
    """Without what XML forbids, and without what turns or hides the text beside it."""
    spaced = " ".join(text.split())
    return "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def bars(named: Named, rows: Sequence[Bar]) -> Markup:
    """Lying bars, their labels above them; the first `MOST_BARS`."""
    shown = rows[:MOST_BARS]
    values = [_told(one.value) for one in shown]
    most = max(values, default=0.0) or 1.0
    parts = []
    for place, (one, value) in enumerate(zip(shown, values, strict=True)):
        share = _LONGEST_BAR * value / most
        drawn = Markup('<rect class="c0" x="0" y="{}" width="{:.2f}%" height="{}" rx="3"/>').format(
            _ROW * place + 22, share, _BAR
        )
        parts.append(_row(place, one.label, one.address, drawn, share, figure(one.value)))
    return _drawing(named, _ROW * len(shown), parts)


def stacks(named: Named, series: Sequence[str], rows: Sequence[Stack]) -> Markup:
    """Lying bars of several parts; what they add up to is told at their end."""
    shown = rows[:MOST_BARS]
    sums = [sum(_told(value) for value in one.values) for one in shown]
    most = max(sums, default=0.0) or 1.0
    parts = []
    for place, (one, whole) in enumerate(zip(shown, sums, strict=True)):
        drawn, left = Markup(), 0.0
        for number, (name, value) in enumerate(zip(series, one.values, strict=True)):
            share = _LONGEST_BAR * _told(value) / most
            drawn += Markup(
                '<rect class="c{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}"><title>{} {}</title></rect>'
            ).format(number + 1, left, _ROW * place + 22, share, _BAR, printable(name), figure(value))
            left += share
        parts.append(_row(place, one.label, one.address, drawn, left, figure(whole)))
    return _drawing(named, _ROW * len(shown), parts)


def columns(named: Named, rows: Sequence[Bar]) -> Markup:
    """Standing columns side by side, such as months; the first `MOST_COLUMNS`. What has no room is not written."""
    shown = rows[:MOST_COLUMNS]
    values = [_told(one.value) for one in shown]
    most = max(values, default=0.0) or 1.0
    slot = 100 / max(len(shown), 1)
    room = NARROWEST / max(len(shown), 1)
    every = _every(shown, room)
    told = [figure(one.value) for one in shown]
    highest = values.index(max(values)) if values else 0
    has_room = all(width_of(one, SMALL) <= room for one in told)
    parts = []
    for place, (one, value) in enumerate(zip(shown, values, strict=True)):
        high = (_HIGH - _HEAD - _FOOT) * value / most
        top, middle = _HIGH - _FOOT - high, slot * (place + 0.5)
        drawn = Markup('<rect class="c0" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
            slot * (place + 0.18), top, slot * 0.64, high
        )
        if has_room or (place == highest and _is_inside(middle, told[place])):
            drawn += _text(f"{middle:.2f}%", top - 5, told[place], "v middle")
        if place % every == 0:
            within = min(room * every, 2 * min(middle, 100 - middle) / 100 * NARROWEST)
            label = fitted(one.label, within, SMALL)
            if width_of(label, SMALL) <= within:
                drawn += _text(f"{middle:.2f}%", _HIGH - 6, label, "v middle")
        parts.append(_linked(one.label, told[place], one.address, drawn))
    return _drawing(named, _HIGH, parts)


def _every(rows: Sequence[Bar], room: float) -> int:
    """Which labels are written so that none runs into the next."""
    widest = max((width_of(printable(one.label), SMALL) for one in rows), default=0.0)
    return max(1, math.ceil(min(widest, NARROWEST) / room))


def _is_inside(middle: float, told: str) -> bool:
    half = width_of(told, SMALL) / 2
    return half <= middle / 100 * NARROWEST <= NARROWEST - half


def _told(value: Number | None) -> float:
    """What a bar is long by."""
    if value is None or not _is_finite(value):
        return 0.0
    return float(min(max(value, 0), _MOST))


def _row(place: int, label: str, address: str, drawn: Markup, share: float, told: str) -> Markup:
    words = _text("0", _ROW * place + 16, fitted(label, NARROWEST), "")
    value = _text(f"{share:.2f}%", _ROW * place + 35, told, "v", 6)
    return _linked(label, told, address, words + drawn + value)


def _text(x: str, y: float, words: str, style: str, dx: int = 0) -> Markup:
    return Markup('<text x="{}" y="{:.1f}" dx="{}" class="{}">{}</text>').format(x, y, dx, style, words)


def _linked(label: str, told: str, address: str, drawn: Markup) -> Markup:
    whole = Markup("<g><title>{}：{}</title>{}</g>").format(printable(label), told, drawn)
    # the table beneath has the same ways for whoever comes by keyboard
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(address, whole) if address else whole


def _drawing(named: Named, height: int, parts: Iterable[Markup]) -> Markup:
    key = "".join(one for one in named.key if one.isascii() and one.isalnum()) or "chart"
    inside = Markup().join(parts)
    role = "group" if "<a " in inside else "img"  # nothing in a picture may be tapped
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="100%" height="{}" role="{}"'
        ' aria-labelledby="{}-title {}-about"><title id="{}-title">{}</title><desc id="{}-about">{}</desc>'
        '<g aria-hidden="true">{}</g></svg>'
    ).format(max(height, 1), role, key, key, key, printable(named.title), key, printable(named.about), inside)
