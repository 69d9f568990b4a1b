"""Temporary files of WeCom, up and down (documents 90253, 90254)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import aiohttp

from bot.wecom import errors
from bot.wecom.errors import MediaTooLarge, Temporary
from bot.wecom.transport import Raw, Request, Transport, accept, read_answer

PIECE = 4 * 1024 * 1024  # a multiple of 16: some files are stored encrypted in blocks (document 90254)
TIMEOUT_SECONDS = 60.0
_API = "media/get"
_LARGEST_REFUSAL = 64 * 1024
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|\ud800-\udfff]')
_EXTENDED = re.compile(r"""filename\*\s*=\s*(?:utf-8)?'[^']*'([^;]+)""", re.IGNORECASE)
_PLAIN = re.compile(r"""filename\s*=\s*(?:"([^"]*)"|([^;]+))""", re.IGNORECASE)
_RANGE = re.compile(r"bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Media:
    """A file as WeCom gave it; `filename` is "" where it named none."""

    content: bytes
    filename: str
    content_type: str


async def upload(
    transport: Transport, kind: str, filename: str, content: bytes, content_type: str
) -> Mapping[str, object]:
    """The answer of media/upload. The name stays readable UTF-8: WeCom shows it, and knows no `filename*`."""

    def form() -> aiohttp.FormData:
        data = aiohttp.FormData(quote_fields=False)
        data.add_field("media", content, filename=safe_filename(filename) or kind, content_type=content_type)
        return data

    return await transport.call(
        "media/upload", Request("POST", {"type": kind}, {}, form=form), timeout_seconds=TIMEOUT_SECONDS
    )


async def download(transport: Transport, media_id: str, max_bytes: int) -> Media:
    """The file, in pieces where WeCom asks for pieces (830002). MediaTooLarge over `max_bytes`."""
    raw = await _fetch(transport, media_id, max_bytes, None)
    if raw is None:
        return await _download_in_pieces(transport, media_id, max_bytes)
    if len(raw.body) > max_bytes:
        raise MediaTooLarge(_API)
    return _media(raw, raw.body)


async def _download_in_pieces(transport: Transport, media_id: str, max_bytes: int) -> Media:
    content = bytearray()
    while True:
        raw = await _fetch(transport, media_id, PIECE, len(content))
        if raw is None:
            raise MediaTooLarge(_API, errors.MEDIA_TOO_LARGE)
        size = _whole_size(raw, len(content))
        if size > max_bytes:
            raise MediaTooLarge(_API)
        content += raw.body
        if len(content) >= size:
            return _media(raw, bytes(content))


async def _fetch(transport: Transport, media_id: str, limit: int, start: int | None) -> Raw | None:
    """One answer that is a file; None where WeCom wants to be asked for (smaller) pieces."""
    headers = {} if start is None else {"Range": f"bytes={start}-{start + PIECE - 1}"}
    request = Request("GET", {"media_id": media_id}, headers)
    token = await transport.tokens.get()
    raw = await _exchange(transport, request, token, limit)
    answer = _refusal(raw)
    if answer is not None and answer.get("errcode") in errors.TOKEN_CODES:
        token = await transport.replace_token(_API, token, answer)
        raw = await _exchange(transport, request, token, limit)
        answer = _refusal(raw)
    if answer is None:
        return raw
    if answer.get("errcode") == errors.MEDIA_TOO_LARGE:
        return None
    accept(_API, answer)
    raise Temporary(_API)  # "ok", and no file


async def _exchange(transport: Transport, request: Request, token: str, limit: int) -> Raw:
    enough = max(limit, _LARGEST_REFUSAL)
    return await transport.exchange(_API, request, token, timeout_seconds=TIMEOUT_SECONDS, limit=enough)


def _refusal(raw: Raw) -> Mapping[str, object] | None:
    """The JSON that comes in place of a file. A file that is itself JSON comes with a Content-Disposition."""
    if raw.status in (200, 206) and not _looks_like_answer(raw):
        return None
    return read_answer(_API, raw)


def _looks_like_answer(raw: Raw) -> bool:
    kind = raw.headers.get("Content-Type", "").lower()
    named = "Content-Disposition" in raw.headers
    return not named and kind.startswith(("application/json", "text/"))


def _whole_size(raw: Raw, start: int) -> int:
    """How long the file is, by its Content-Range; Temporary where the piece is not the one asked for."""
    if raw.status == 200 and start == 0:
        return len(raw.body)  # the whole file after all
    told = _RANGE.match(raw.headers.get("Content-Range", ""))
    if not told or int(told[1]) != start or int(told[2]) + 1 != start + len(raw.body) or not raw.body:
        raise Temporary(_API)
    return int(told[3])


def _media(raw: Raw, content: bytes) -> Media:
    filename = filename_in(raw.headers.get("Content-Disposition", ""))
    return Media(content, filename, raw.headers.get("Content-Type", "").partition(";")[0].strip())


def filename_in(disposition: str) -> str:
    """The file name in a Content-Disposition, without anything that could be a path; "" where there is none."""
    extended, simple = _EXTENDED.search(disposition), _PLAIN.search(disposition)
    if extended:
        return safe_filename(unquote(extended[1].strip().strip('"')))
    name = (simple[1] or simple[2] or "") if simple else ""
    return safe_filename(name.strip().encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def safe_filename(name: str) -> str:
    """`name` without what could break out of a header or a folder."""
    return _UNSAFE.sub("_", name).strip(". ")[-200:]
