"""One way of writing for digits and letters, character by character, so that places in the text stay the same."""

import re

# Chinese commas, colons and brackets are full-width everywhere and stay as they are.
_WIDE = re.compile("[\u3000＃＊＋－．０-９Ａ-Ｚａ-ｚ＿]")
_FULL_WIDTH_OFFSET = 0xFEE0


def _narrowed(found: re.Match[str]) -> str:
    return " " if found[0] == "\u3000" else chr(ord(found[0]) - _FULL_WIDTH_OFFSET)


def narrow(text: str) -> str:
    """Full-width digits, letters, dashes and blanks become half-width; the length does not change."""
    return _WIDE.sub(_narrowed, text)


def digits_of(text: str) -> str:
    """The digits in a text, in order."""
    return "".join(letter for letter in narrow(text) if letter in "0123456789")
