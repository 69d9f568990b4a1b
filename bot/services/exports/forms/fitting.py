"""What fits on one page of a form, and what goes on a page of its own."""

from collections.abc import Iterator

WIDE = 0x2E80  # from here on a character is as wide as it is high


def fit(text: str, columns: int, lines: int) -> tuple[str, str]:
    """The text as far as it fits into `lines` of `columns` wide characters, and the rest; nothing is lost."""
    end = 0
    for number, piece in enumerate(_pieces(text, columns)):
        if number == lines:
            return text[:end], text[end:]
        end += len(piece)
    return text, ""


def _pieces(text: str, columns: int) -> Iterator[str]:
    """The text in lines; a line end belongs to the line before it."""
    start, width = 0, 0.0
    for at, character in enumerate(text):
        wide = 1.0 if ord(character) >= WIDE else 0.6
        if character != "\n" and width + wide > columns:
            yield text[start:at]
            start, width = at, 0.0
        width += wide
        if character == "\n":
            yield text[start : at + 1]
            start, width = at + 1, 0.0
    if start < len(text):
        yield text[start:]


def short(text: str, most: int = 60) -> str:
    """A name that leaves the form its page."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
