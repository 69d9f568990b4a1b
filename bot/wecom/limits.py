"""WeCom counts bytes of UTF-8 and cuts without asking; we cut first, between characters."""

ELLIPSIS = "…"
ADDRESS_BYTES = 2048
_ENDINGS = (("\n",), ("。", "！", "？", "；"), ("，", "、", "：", " "))


def clip_bytes(text: str, limit: int) -> str:
    """`text` within `limit` bytes of UTF-8; what was cut ends with "…"."""
    if len(text.encode()) <= limit:
        return text
    return _longest_prefix(text, limit - len(ELLIPSIS.encode())) + ELLIPSIS


def clip_characters(text: str, limit: int) -> str:
    """`text` within `limit` characters; what was cut ends with "…"."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def split_bytes(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` bytes, in order and without loss except parts that are only blanks.

    Cuts after a line break, then a full stop, then a comma, where one stands in the second half of a part.
    """
    parts = []
    while text:
        part = _longest_prefix(text, limit)
        if not part:
            raise ValueError("the limit is smaller than a character")
        if len(part) < len(text):
            part = part[: _good_end(part)]
        parts.append(part)
        text = text[len(part) :]
    return [part for part in parts if part.strip()]


def _longest_prefix(text: str, limit: int) -> str:
    return text.encode()[: max(limit, 0)].decode("utf-8", "ignore")


def _good_end(part: str) -> int:
    for marks in _ENDINGS:
        end = max(part.rfind(mark) for mark in marks) + 1
        if end > len(part) // 2:
            return end
    return len(part)


def plain(text: str) -> str:
    """`text` with its angle brackets defused: app chats turn `<a href>` and `<div>` into links and colours,
    and what people wrote is not ours to format."""
    return text.replace("<", "＜").replace(">", "＞")


def web_address(url: str) -> str:
    """`url` where WeCom would take it: with its scheme and at most 2048 bytes; ValueError otherwise."""
    if not url.startswith(("http://", "https://")) or len(url.encode()) > ADDRESS_BYTES:
        raise ValueError("a link is a full address of at most 2048 bytes")
    return url
