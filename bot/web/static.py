"""/static/NAME.DIGEST.EXT: style sheets, scripts and pictures of our own pages.

The digest of the bytes is part of the address, so that a browser keeps a file for a year and asks for a new one as
soon as it changed. Pages take the address from `address_of`; a name that does not exist is a fault of the template.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/json"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `packed` is the same, compressed."""

    address: str
    content_type: str
    body: bytes
    packed: bytes


@cache
def _assets() -> Mapping[str, Asset]:
    """Every file of the folder by its name."""
    return {file.name: _read(file) for file in sorted(FOLDER.iterdir()) if file.suffix in _TYPES}


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    name = f"{file.stem}.{digest}{file.suffix}"
    return Asset(f"/static/{name}", _TYPES[file.suffix], body, gzip.compress(body, mtime=0))


def address_of(name: str) -> str:
    """Where a file is found, by its name in the folder. Raises `KeyError`."""
    return _assets()[name].address


def add_routes(app: web.Application) -> None:
    """One address for all of them."""
    by_address = {asset.address: asset for asset in _assets().values()}

    async def file(request: web.Request) -> web.Response:
        asset = by_address.get(request.path)
        if asset is None:
            raise web.HTTPNotFound
        packs = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {**_HEADERS, "Content-Encoding": "gzip"} if packs else _HEADERS
        body = asset.packed if packs else asset.body
        return web.Response(body=body, content_type=asset.content_type, charset="utf-8", headers=headers)

    app.router.add_get("/static/{name}", file)
