"""`python -m bot demo` as a newcomer uses it, in a real Chromium; skipped, saying so, where there is none."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, Route, async_playwright

from benchmarks.stage import ROOT, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PICTURE = os.environ.get("LIANXIN_PICTURE", "")  # where `make picture` wants the screenshot
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the demo page was not looked at")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
async def demo(port: int, tmp_path: Path) -> AsyncIterator[str]:
    address = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(tmp_path), cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        for _ in range(300):
            try:
                async with session.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        break
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    yield address
    process.terminate()
    assert await process.wait() == 0


@asynccontextmanager
async def opened(size: tuple[int, int], address: str, slow: str = "") -> AsyncIterator[Page]:
    """A page of this size; what it asks for under `slow` comes a second late."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        if slow:
            await page.route(slow, a_second_late)
        await page.goto(address)
        yield page
        await browser.close()
        assert troubles == []


async def a_second_late(route: Route) -> None:
    await asyncio.sleep(1)
    await route.continue_()


async def show(page: Page, tab: str) -> None:
    """On a phone screen one column at a time."""
    button = page.locator(f".tabs [data-tab={tab}]")
    if await button.is_visible():
        await button.click()


@pytest.mark.parametrize(
    "size",
    [pytest.param((1440, 900), id="laptop", marks=pytest.mark.long), pytest.param((390, 844), id="phone")],
)
async def test_a_newcomer_sees_the_whole_way_of_a_message(demo: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with opened(size, demo) as page:
        await page.locator("#wechat .tools .scan").click()
        await page.locator("#sheet-query").fill("冯超丽")
        await page.keyboard.press("Enter")
        await page.locator("#wechat .chat").get_by_text("您写的话由冯超丽代表本人").wait_for()
        await page.get_by_label("以居民身份写").fill("早高峰 16 路车太少，在实验小学站等了半小时也挤不上去")
        await page.keyboard.press("Enter")
        await page.locator("#wechat .chat").get_by_text("您反映的事已收到").wait_for()
        await show(page, "process")
        await page.locator("#trace").get_by_text("写好给代表和联络员的卡片").first.wait_for()
        await show(page, "wecom")
        arrival = page.locator("#wecom .arrival", has_text="冯超丽")
        if await arrival.count():
            await arrival.first.click()
        await page.locator("#wecom .card").wait_for()
        await page.get_by_role("button", name="接收", exact=True).click()
        await page.locator("#wecom .card").get_by_text("已接收").first.wait_for()
        await page.get_by_label("以成员身份写").fill("谢谢您。我已约公交公司明天上午来站点看，看完把安排告诉您。")
        await page.keyboard.press("Enter")
        await page.locator("#wecom .chat").get_by_text("答复已记下").wait_for()
        await show(page, "wechat")
        await page.locator("#wechat .chat").get_by_text("冯超丽代表答复您").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.locator("#doors a").all_inner_texts() == ["工作台", "代表的页面", "个人信息保护"]
        picture = Path(PICTURE) if PICTURE and size[0] > 1000 else tmp_path / "demo.png"
        if await page.locator("#hide-guide").is_visible():
            await page.locator("#hide-guide").click()
        await page.wait_for_timeout(700)
        await page.screenshot(path=picture)
        await page.locator("#wechat").get_by_role("button", name="已解决").click()
        await page.locator("#wechat .chat").get_by_text("就此办结").wait_for()


async def test_a_tap_before_the_page_knows_its_people_is_not_lost(demo: str) -> None:
    async with opened((390, 844), demo, slow="**/sim/catalog") as page:
        await page.locator("#wechat .tools .scan").click()
        await page.locator("#sheet-query").fill("冯超丽")
        await page.keyboard.press("Enter")
        await page.locator("#wechat .chat").get_by_text("您写的话由冯超丽代表本人").wait_for()


@pytest.mark.long
async def test_who_logs_in_is_found_by_role_and_by_name(demo: str) -> None:
    async with opened((360, 740), f"{demo}/console") as page:
        await page.locator("#kinds").get_by_role("button", name="管理员").click()
        assert await page.locator("#members a").count() == 1
        await page.locator("#kinds").get_by_role("button", name="全部").click()
        await page.locator("#query").fill("冯超丽")
        assert await page.locator("#members").get_by_text("区人大代表").count() == 1
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_privacy_notice_and_a_code_can_be_opened(demo: str) -> None:
    async with opened((390, 844), f"{demo}/privacy") as page:
        await page.get_by_role("heading", name="个人信息保护说明").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{demo}/code/R0142.svg") as answer:
            assert answer.status == 200
            assert "<svg" in await answer.text()
        async with session.get(f"{demo}/code/none.svg") as answer:
            assert answer.status == 404
