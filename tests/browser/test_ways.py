"""The ways that staff go most, in a real Chromium from the first page to what comes of it; skipped without one."""

from pathlib import Path

import pytest
import zxingcpp
from playwright.async_api import FilePayload
from pypdfium2 import PdfDocument
from sqlalchemy import select

from storage.models import Representative
from tests.browser.looking import assert_well_made
from tests.browser.test_console import at_work, come_in
from tests.browser.test_demo import CHROMIUM
from tests.support.town import CENTRE, LI, OFFICER, Town
from tests.support.visits import LEAD

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the ways of staff were not gone"),
    pytest.mark.long,
]
GOOD = "code,name,level,station_code,userid\nR9,新代表,district,QQ1,new.person\n"
BAD = "code,name,level,station_code\nR9,,district,NOWHERE\n=1+1,张三,emperor,QQ1\n"


async def test_a_notice_goes_from_its_draft_to_its_receipts(tmp_path: Path) -> None:
    async with at_work(tmp_path, OFFICER, 1440) as (town, page):
        await page.goto("/console/notices")
        await page.get_by_label("标题").fill("周五学习")
        await page.get_by_label("正文").fill("周五下午两点在站里学习，请准时参加。")
        await page.get_by_label("发给").select_option("station:QQ1")
        await page.get_by_label("请收到的人").select_option("join")
        await page.get_by_role("button", name="存草稿").click()
        assert "周五学习" in await page.locator(".phone").inner_text()
        await assert_well_made(page)
        await page.get_by_role("button", name="送审").click()
        await page.get_by_role("status").wait_for()
        notice = page.url.partition("?")[0]
        await come_in(town, page, LEAD)
        await page.goto("/console/notices")
        await page.get_by_role("link", name="周五学习").click()
        await page.get_by_role("button", name="同意发出").click()
        await page.get_by_role("status").wait_for()
        await town.passes(minutes=1)
        await town.taps(LI, town.cards(LI)[-1]["button_list"][0]["key"])
        await come_in(town, page, OFFICER)
        await page.goto(notice)
        assert "1\n已确认" in await page.locator("#progress").inner_text()
        await page.get_by_text("还没确认的（1）").click()
        await assert_well_made(page)


async def codes(town: Town) -> list[str]:
    async with town.bot.database.read() as session:
        return sorted(await session.scalars(select(Representative.code)))


async def test_an_import_with_faults_lists_them_and_comes_in_when_they_are_mended(tmp_path: Path) -> None:
    def sheet(text: str) -> FilePayload:
        return FilePayload(name="representatives.csv", mimeType="text/csv", buffer=text.encode())

    async with at_work(tmp_path, CENTRE, 360, refusal=422) as (town, page):
        await page.goto("/console/import")
        await page.get_by_label("一个工作簿").set_input_files(sheet(BAD))
        await page.get_by_role("button", name="看会改什么").click()
        faults = await page.get_by_role("region", name="什么都没有导入").inner_text()
        assert all(one in faults for one in ("emperor", "不能为空", "NOWHERE"))
        await assert_well_made(page)
        await page.get_by_label("一个工作簿").set_input_files(sheet(GOOD))
        await page.get_by_role("button", name="看会改什么").click()
        assert await codes(town) == ["R1", "R2", "R3"]
        await assert_well_made(page)
        await page.get_by_role("button", name="导入", exact=True).click()
        await page.get_by_role("status").wait_for()
        assert await codes(town) == ["R1", "R2", "R3", "R9"]


async def test_a_poster_of_the_console_leads_into_the_chat_of_its_station(tmp_path: Path) -> None:
    async with at_work(tmp_path, CENTRE, 1440) as (town, page):
        await page.goto("/console/places/QQ1")
        await page.get_by_role("link", name="海报").first.click()
        await assert_well_made(page)
        async with page.expect_download() as started:
            await page.get_by_role("link", name="下载 PDF").first.click()
        printed = PdfDocument(await (await started.value).path())
        found = zxingcpp.read_barcodes(printed[0].render(scale=110 / 72).to_pil())
        assert [one.text for one in found] == [await town.bot.links.link("station", "QQ1")]
