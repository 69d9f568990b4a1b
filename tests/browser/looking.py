"""Looking at a page as people do: in Chromium, at the width of a telephone and of a desk, in light and in dark."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright

from bot.web import static
from tests.browser.test_demo import CHROMIUM, FLAGS

WIDTHS = (360, 1440)
SERIOUS = ("serious", "critical")


@asynccontextmanager
async def looking(app: web.Application, **more: Any) -> AsyncIterator[tuple[Page, str]]:
    """A page on an application with our style sheets; afterwards nothing went wrong in the browser."""
    if not any(one.canonical == "/static/{name}" for one in app.router.resources()):
        static.add_routes(app)
    async with TestServer(app) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(**more)
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        yield page, str(server.make_url("/")).rstrip("/")
        await browser.close()
        assert wrong == []


async def assert_well_made(page: Page) -> None:
    """Nothing wider than the screen, and nothing serious that axe-core finds."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
    found = (await Axe().run(page)).response["violations"]
    told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]
    assert told == [], f"{page.url}: {told}"
