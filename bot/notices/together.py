"""Several short things that waited for a constituent's next message, said as one."""

from collections.abc import Sequence

from bot.notices.content import Content, Item, Menu, Text
from bot.notices.words import MENU_HEAD_BYTES

TEXT_BYTES = 2048  # WeCom document 94677
MOST_ITEMS = 10
_BETWEEN = "\n\n"


def join_all(contents: Sequence[Content]) -> tuple[Content, int]:
    """One message of the first contents, and how many of them fit into it; at least one does."""
    joined = contents[0]
    for count, content in enumerate(contents[1:], start=1):
        longer = _join(joined, content)
        if longer is None:
            return joined, count
        joined = longer
    return joined, len(contents)


def _join(one: Content, other: Content) -> Content | None:
    """Both in one message, or None where the platform has no room for them."""
    if not isinstance(one, Text | Menu) or not isinstance(other, Text | Menu):
        return None
    words = _BETWEEN.join([_words(one), _words(other)])
    items = tuple(dict.fromkeys([*_items(one), *_items(other)]))
    if not items:
        return Text(words) if len(words.encode()) <= TEXT_BYTES else None
    fits = len(words.encode()) <= MENU_HEAD_BYTES and len(items) <= MOST_ITEMS
    return Menu(words, items) if fits else None


def _words(content: Text | Menu) -> str:
    if isinstance(content, Text):
        return content.text
    return "\n".join(part for part in (content.head, content.tail) if part)


def _items(content: Text | Menu) -> tuple[Item, ...]:
    return content.items if isinstance(content, Menu) else ()
