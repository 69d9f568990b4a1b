"""The demo page: plain files, nothing from outside this machine."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'self'"


def add_routes(app: web.Application) -> None:
    async def show(_request: web.Request) -> web.StreamResponse:
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
        return web.FileResponse(STATIC / "index.html", headers=headers)

    app.router.add_get("/", show)
    app.router.add_static("/sim/static", STATIC)
