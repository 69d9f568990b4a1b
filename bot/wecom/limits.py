"""WeCom counts bytes of UTF-8 and cuts without asking; we cut first, between characters."""

ELLIPSIS = "…"
ADDRESS_BYTES = 2048


def clip_bytes(text: str, limit: int) -> str:
    """`text` within `limit` bytes of UTF-8; what was cut ends with "…"."""
    if len(text.encode()) <= limit:
        return text
    return _longest_prefix(text, limit - len(ELLIPSIS.encode())) + ELLIPSIS


def clip_characters(text: str, limit: int) -> str:
    """`text` within `limit` characters; what was cut ends with "…"."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def _longest_prefix(text: str, limit: int) -> str:
    return text.encode()[: max(limit, 0)].decode("utf-8", "ignore")


def web_address(url: str) -> str:
    """`url` where WeCom would take it: with its scheme and at most 2048 bytes; ValueError otherwise."""
    if not url.startswith(("http://", "https://")) or len(url.encode()) > ADDRESS_BYTES:
        raise ValueError("a link is a full address of at most 2048 bytes")
    return url
