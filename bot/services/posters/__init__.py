"""Posters, table cards and directory sheets as PDF, ready to be printed on A4.

The files say who, where and when, and carry the code that leads into the chat. Same words, same bytes. What draws
them is brought in when one is made.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import IO, Any, TypeVar

from bot.notices.posters import FOLD, DirectorySheet, Poster
from bot.notices.words import shorten
from bot.services.exports.words import printable

LAYOUTS = ("banner", "quiet")
_LONGEST = 400  # characters of one text
_Words = TypeVar("_Words", Poster, DirectorySheet)


def print_poster(poster: Poster, layout: str, file: IO[bytes]) -> None:
    """A wall poster in one of `LAYOUTS`."""
    from bot.services.posters import banner, quiet
    from bot.services.posters.paper import A4, opened

    draw, poster = {"banner": banner.draw, "quiet": quiet.draw}[layout], _clean(poster)
    with opened(file, A4, poster.title, poster) as sheet:
        draw(sheet, poster)


def print_table_cards(posters: Sequence[Poster], file: IO[bytes]) -> None:
    """A card a page, to be folded."""
    from bot.services.posters import table_card
    from bot.services.posters.paper import A4, opened

    posters = [_clean(one) for one in posters]
    with opened(file, A4, posters[0].title, (*posters, FOLD)) as sheet:
        for number, poster in enumerate(posters):
            if number:
                sheet.next_page()
            table_card.draw(sheet, poster)


def print_directory(words: DirectorySheet, file: IO[bytes]) -> None:
    """Everyone of a station, ten to a page."""
    from bot.services.posters import directory
    from bot.services.posters.paper import A4, opened

    words = _clean(words)
    with opened(file, A4, words.title, words) as sheet:
        directory.draw(sheet, words)


def _clean(words: _Words) -> _Words:
    """Without marks that turn the direction of a line or hide in it, and never longer than paper can bear."""
    cleaned: _Words = _without(words)
    return cleaned


def _without(words: Any) -> Any:
    if isinstance(words, str):
        return shorten(printable(words), _LONGEST)
    if isinstance(words, tuple):
        return tuple(_without(one) for one in words)
    if is_dataclass(words) and not isinstance(words, type):
        texts = (field.name for field in fields(words) if field.name != "link")
        return replace(words, **{name: _without(getattr(words, name)) for name in texts})
    return words
