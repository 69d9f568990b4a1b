"""The page of numbers on a phone and a desk, with the figures of a bad day; skipped where there is no Chromium."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response
from playwright.async_api import Page, async_playwright

from bot.notices.delivery_desk import AlarmShown, Figures
from bot.services.watching.figures import Scope
from bot.services.watching.links import Viewer
from bot.web import static
from bot.web.delivery import PAGE_HEADERS, render_page
from bot.web.templates import get_template
from tests.browser.test_demo import CHROMIUM, FLAGS
from tests.unit.notices.delivery_examples import NOW, ZONE, figures, nothing

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the page of numbers was not looked at")
ALARM = AlarmShown(60020, NOW - timedelta(minutes=42), None, ZONE)
VIEWER = Viewer(Scope("centre.one", None, ""), "<中心>", NOW + timedelta(hours=24))
DAYS = {"/bad": figures(alarms=(ALARM,)), "/usual": figures("钱桥联络站等 3 个站"), "/new": nothing()}


async def show(request: Request) -> Response:
    shown: Figures = DAYS[request.path]
    text = render_page(get_template("delivery.html"), VIEWER, shown)
    return Response(text=text, content_type="text/html", headers=PAGE_HEADERS)


@pytest.fixture(params=[360, 1440])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    app = Application()
    for path in DAYS:
        app.router.add_get(path, show)
    static.add_routes(app)
    async with TestServer(app) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(
            viewport={"width": request.param, "height": 800}, base_url=str(server.make_url("/"))
        )
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text))
        yield page
        await browser.close()
        assert troubles == []  # the policy lets everything through that the page has


async def test_it_fits_the_screen_and_reads_from_alarm_to_notices(page: Page) -> None:
    for path in DAYS:
        await page.goto(path)
        width = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1]
    await page.goto("/bad")
    assert await page.locator(".note.bad li").count() == 3
    assert (
        await page.locator(".note.bad").evaluate("one => getComputedStyle(one).borderLeftColor")
        == "rgb(168, 33, 26)"
    )
    tops = [await _top(page, heading) for heading in ("等着发", "今天没发成", "正在发或等确认的通知")]
    assert tops == sorted(tops)
    assert "<中心>本人看" in await page.locator("footer").inner_text()
    kinds = page.get_by_role("heading", name="等着发", exact=True).locator("xpath=..").locator("tbody th")
    assert all(height < 48 for height in [await _height(kinds.nth(at)) for at in range(await kinds.count())])


async def _top(page: Page, heading: str) -> float:
    box = await page.get_by_role("heading", name=heading, exact=True).bounding_box()
    assert box is not None
    return box["y"]


async def _height(one: object) -> float:
    box = await one.bounding_box()  # type: ignore[attr-defined]
    assert box is not None
    return float(box["height"])
