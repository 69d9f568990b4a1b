"""Several short things that waited for a constituent's next message, said as one."""

from collections.abc import Sequence

from bot.notices.content import Content, Item, Link, Menu, Text
from bot.notices.words import MENU_HEAD_BYTES

TEXT_BYTES = 2048  # WeCom document 94677
MOST_ITEMS = 10
_BETWEEN = "\n\n"
_MARKS = "①②③④⑤⑥⑦⑧⑨⑩"


def join_all(contents: Sequence[Content]) -> tuple[Content, int]:
    """One message of the first contents, and how many of them fit into it; at least one does.

    Where buttons of several say the same, words and buttons are numbered, so that it is seen what a tap is for.
    """
    joined, count = contents[0], 1
    while count < len(contents) and (longer := _join(contents[: count + 1])) is not None:
        joined, count = longer, count + 1
    return joined, count


def _join(contents: Sequence[Content]) -> Content | None:
    """All in one message, or None where the platform has no room for them."""
    said = [one for one in contents if isinstance(one, Text | Menu)]
    if len(said) < len(contents):
        return None
    if _is_ambiguous(said):
        said = [_marked(one, mark) for one, mark in zip(said, _MARKS, strict=False)]
    words = _BETWEEN.join(map(_words, said))
    items = tuple(dict.fromkeys(item for one in said for item in _items(one)))
    links = tuple(dict.fromkeys(link for one in said for link in _links(one)))
    if not items and not links:
        return Text(words) if len(words.encode()) <= TEXT_BYTES else None
    fits = len(words.encode()) <= MENU_HEAD_BYTES and len(items) + len(links) <= MOST_ITEMS
    return Menu(words, items, links=links) if fits and len(said) == len(contents) else None


def _is_ambiguous(contents: Sequence[Text | Menu]) -> bool:
    """Whether two buttons of one label do different things."""
    items = {item for one in contents for item in _items(one)}
    return len({item.label for item in items}) < len(items)


def _marked(content: Text | Menu, mark: str) -> Text | Menu:
    if isinstance(content, Text):
        return Text(f"{mark} {content.text}")
    items = tuple(Item(item.id, f"{mark} {item.label}") for item in content.items)
    return Menu(f"{mark} {content.head}", items, content.tail, content.links)


def _words(content: Text | Menu) -> str:
    if isinstance(content, Text):
        return content.text
    return "\n".join(part for part in (content.head, content.tail) if part)


def _items(content: Text | Menu) -> tuple[Item, ...]:
    return content.items if isinstance(content, Menu) else ()


def _links(content: Text | Menu) -> tuple[Link, ...]:
    return content.links if isinstance(content, Menu) else ()
