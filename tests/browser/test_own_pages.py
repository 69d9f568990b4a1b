"""Pages of a representative on a telephone: three taps, off line too; skipped where there is no Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from bot.services import visiting
from storage.models import DutyEntry
from tests.browser.looking import WIDTHS, assert_well_made
from tests.browser.test_demo import CHROMIUM, FLAGS
from tests.support.town import RESIDENT, ZHANG, Town, open_town
from tests.support.visits import open_site

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="no Chromium here: the representatives' pages were not looked at"
)
NASTY = "牡丹园三号楼<b>路灯</b>坏了三天\u202e" + "长" * 300
PATHS = ("/r", "/r/cases/JH-2026-000001", "/r/visit", "/r/duty", "/r/code", "/r/offline")


@asynccontextmanager
async def at_their_pages(town: Town, **more: Any) -> AsyncIterator[tuple[Page, BrowserContext, str, list[str]]]:
    """Chromium with a session of Zhang's, and what went wrong in it."""
    async with open_site(town) as (_, address), async_playwright() as playwright:
        async with town.bot.database.begin() as session:
            token = await visiting.admit(await town.bot.office.open(session), ZHANG)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(**more)
        await context.add_cookies([{"name": "lianxin", "value": token, "url": address}])
        page = await context.new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page, context, address, wrong
        await browser.close()


async def settle_in(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, NASTY)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_the_pages_fit_and_have_nothing_serious_wrong(tmp_path: Path, width: int, scheme: str) -> None:
    async with open_town(tmp_path) as town:
        await settle_in(town)
        size = {"width": width, "height": 780}
        async with at_their_pages(town, viewport=size, color_scheme=scheme) as (page, _, address, wrong):
            for path in PATHS:
                await page.goto(address + path)
                await assert_well_made(page)
            assert wrong == []


@pytest.mark.long
async def test_a_visit_is_noted_in_three_taps_and_without_a_line_it_is_sent_once_when_there_is_one(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path) as town:
        async with at_their_pages(town, viewport={"width": 360, "height": 780}) as (page, context, address, wrong):
            await page.clock.set_fixed_time(town.clock.now())
            await page.goto(f"{address}/r/visit")
            await page.get_by_role("radio", name="走访").click()
            await page.get_by_role("radio", name="3").click()
            await page.get_by_role("button", name="记下").click()
            await page.get_by_text("走访已经登记").and_(page.locator(".good")).wait_for()
            assert await page.get_by_text("没有网络时记下的").count() == 0, "there was a line"
            await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            assert wrong == []

            await context.set_offline(True)
            await page.goto(f"{address}/r/visit")  # the telephone has the form
            await page.get_by_text("现在没有网络").wait_for()
            await page.get_by_role("radio", name="5").click()
            assert await page.get_by_label("在哪里").input_value() == "钱桥联络站", "as it was the last time"
            await page.get_by_role("button", name="记下").click()
            await page.get_by_text("有 1 条走访记在这台手机里").wait_for()
            assert len(await town.all(DutyEntry)) == 1

            await context.set_offline(False)
            await page.goto(f"{address}/r/visit")
            await page.get_by_text("没有网络时记下的走访已经登记").wait_for()
            await page.goto(f"{address}/r/visit")
            assert await page.locator("#queue").is_hidden()
        entries = [(one.kind, one.people, one.own) for one in await town.all(DutyEntry)]
        assert entries == [("visit", 3, True), ("visit", 5, True)]
