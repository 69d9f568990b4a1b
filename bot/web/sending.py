"""Kept files to a browser: pictures are shown, everything else is handed over as bytes that no page is made of."""

import asyncio

from aiohttp import web

from bot.services.console.files import Found
from bot.web.gate import PERSONAL
from storage.crypto import Unreadable
from storage.files import AttachmentFiles

_BARE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
_SHOWN_TYPES = frozenset({"image/jpeg", "image/png"})


async def send(kept: AttachmentFiles, found: Found) -> web.Response | None:
    """The file; None where its bytes are gone. Who may have it has been asked, and is on record."""
    try:
        content = await asyncio.to_thread(kept.read, found.id, found.key)
    except (FileNotFoundError, Unreadable):
        return None
    shown = found.content_type in _SHOWN_TYPES
    kind = found.content_type if shown else "application/octet-stream"
    attached = "inline" if shown else f'attachment; filename="{found.file_name}"'
    headers = {**PERSONAL, "Content-Disposition": attached, "Content-Security-Policy": _BARE}
    return web.Response(body=content, content_type=kind, headers=headers)
