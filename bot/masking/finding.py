"""What is private in a text: every recogniser asked, overlaps settled, public numbers left out."""

import re
from collections.abc import Collection, Sequence

from bot.masking import digits, names, signs
from bot.masking.kinds import ALL, Kind, Span
from bot.masking.public import is_public
from bot.masking.shapes import mask
from bot.masking.writing import narrow

_SAYS_SOMETHING = re.compile(r"[0-9]|[栋幢座楼元].*[室房户]", re.DOTALL)
_ADDRESS_OF_A_PAGE = re.compile(r"https?://[!-~]+", re.IGNORECASE)


def find(text: str, public: Collection[str] = frozenset(), kinds: Collection[Kind] = ALL) -> tuple[Span, ...]:
    """Private numbers, addresses and names of minors, in order and apart; takes time linear in the text.

    `public` are numbers that everybody may know, as `public_numbers` gives them. Numbers in a link are left alone,
    or it would lead nowhere.
    """
    narrowed = narrow(text)
    found: list[Span] = [*names.find(narrowed)] if names.may_have_some(narrowed) else []
    if _SAYS_SOMETHING.search(narrowed):
        found += [*digits.find(narrowed), *signs.find(narrowed)]
    if not found:
        return ()
    links = [link.span() for link in _ADDRESS_OF_A_PAGE.finditer(narrowed)] if "://" in narrowed else []
    return tuple(
        span
        for span in _apart(found)
        if span.kind in kinds
        and not any(start <= span.start < end for start, end in links)
        and not is_public(narrowed[span.start : span.end], span.kind, public)
    )


def _apart(found: Sequence[Span]) -> list[Span]:
    """Of two that overlap the one that begins first; of those the longer one."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def hide(text: str, public: Collection[str] = frozenset(), kinds: Collection[Kind] = ALL) -> str:
    """The text with everything private of these kinds masked."""
    return mask(text, find(text, public, kinds))


def has_any(text: str, public: Collection[str] = frozenset(), kinds: Collection[Kind] = ALL) -> bool:
    """Whether anything private of these kinds is in a text."""
    return bool(find(text, public, kinds))
