"""The demo page as a newcomer uses it, in a real Chromium; skipped where there is none."""

import shutil
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import Page, async_playwright

from bot.simulator import DEMO_ACCOUNT
from tests.unit.simulator.small_bot import OWNER, stand_up

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")]


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["laptop", "phone"])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    port = unused_port()
    runner, simulator, bot = await stand_up(port)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        width, height = request.param
        page = await browser.new_page(viewport={"width": width, "height": height})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text))
        page.on(
            "request",
            lambda sent: (
                troubles.append(sent.url)
                if f"127.0.0.1:{port}" not in sent.url and sent.url[:4] == "http"
                else None
            ),
        )
        await page.goto(f"http://127.0.0.1:{port}/?member={OWNER}")
        yield page
        await browser.close()
        assert troubles == []
    await simulator.close()
    await bot.close()
    await runner.cleanup()


async def show(page: Page, tab: str) -> None:
    """On a phone screen one column at a time."""
    button = page.locator(f".tabs [data-tab={tab}]")
    if await button.is_visible():
        await button.click()


async def test_three_steps_bring_a_matter_there_and_an_answer_back(page: Page) -> None:
    await page.locator("#wechat .tools .scan").click()
    await page.locator("#sheet-query").fill("张建国")
    await page.keyboard.press("Enter")
    await page.locator("#wechat .chat").get_by_text("您好！这里是牡丹园代表联络站").wait_for()
    await page.get_by_label("以居民身份写").fill("路灯坏了 <img src=x onerror=alert(1)>")
    await page.keyboard.press("Enter")
    await page.locator("#wechat .chat").get_by_text("已收到，编号").wait_for()
    await show(page, "process")
    await page.locator("#trace").get_by_text("归张建国代表").wait_for()
    await show(page, "wecom")
    await page.locator("#wecom .chat").get_by_text("路灯坏了 <img src=x onerror=alert(1)>").wait_for()
    await page.get_by_role("button", name="接收", exact=True).click()
    await page.get_by_role("button", name="已接收").wait_for()
    await page.get_by_label("以成员身份写").fill("今晚抢修")
    await page.keyboard.press("Enter")
    await page.locator("#wecom .chat").get_by_text("答复已送到王阿姨的微信").wait_for()
    await show(page, "wechat")
    await page.locator("#wechat .chat").get_by_text("张建国代表答复您").wait_for()
    await page.get_by_role("button", name="已解决").click()
    await page.locator("#wechat .line.me").get_by_text("已解决").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_pictures_places_and_another_pair_of_hands(page: Page) -> None:
    await page.locator("#wechat").get_by_role("button", name="示例照片").click()
    await page.locator("#wechat img.picture").wait_for()
    await page.locator("#wechat").get_by_role("button", name="位置").click()
    await page.locator("#sheet-list").get_by_role("button", name="牡丹园南门").click()
    await page.locator("#wechat .tile").wait_for()
    await show(page, "wecom")
    await page.locator("#wecom .arrival", has_text="陈敏").click()
    await page.locator("#wecom .owner-name", has_text="陈敏").wait_for()
    await page.locator("#wecom .card").wait_for()
    assert "member=chenmin" in page.url


async def reserve_living(page: Page, theme: str) -> None:
    """As the bot does, over the API."""
    api = page.url.split("/?")[0] + "/cgi-bin"
    who = {"corpid": DEMO_ACCOUNT.corp_id, "corpsecret": DEMO_ACCOUNT.secret}
    token = (await (await page.request.get(f"{api}/gettoken", params=who)).json())["access_token"]
    start = int(time.time()) + 1800
    plan = {"anchor_userid": OWNER, "theme": theme, "living_start": start, "living_duration": 3600}
    answer = await page.request.post(f"{api}/living/create", params={"access_token": token}, data=plan)
    assert (await answer.json())["errcode"] == 0


async def test_the_anchor_starts_and_ends_a_living_that_a_constituent_watches(page: Page) -> None:
    await reserve_living(page, "代表接待群众 <b>老旧小区</b>")
    await show(page, "wecom")
    row = page.locator("#wecom .living", has_text="代表接待群众 <b>老旧小区</b>")
    await row.get_by_role("button", name="开始直播").click()
    await row.get_by_text("直播中").wait_for()
    await show(page, "wechat")
    await page.locator("#wechat .living").get_by_role("button", name="看一分钟").click()
    await page.locator("#wechat .living").get_by_text("1 人看过").wait_for()
    await show(page, "wecom")
    await row.get_by_role("button", name="结束直播").click()
    await row.wait_for(state="detached")
    assert await page.locator("#wechat .living").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
