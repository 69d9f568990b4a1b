"""Staff at their pages in a real Chromium, on a telephone and at a desk; skipped where there is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from bot.services import visiting
from storage.models import Case, Department
from storage.states import CaseState
from tests.browser.looking import WIDTHS, assert_well_made
from tests.browser.test_demo import CHROMIUM, FLAGS
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town, open_town
from tests.support.visits import AUDITOR, hire, open_site

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the pages of staff were not looked at")
NASTY = "<script>alert(1)</script>\u202e灯路\u202c 我的电话 13812345678 " + "A" * 10_000


@asynccontextmanager
async def at_work(
    folder: Path, who: str, width: int, scheme: str = "light", refusal: int = 0
) -> AsyncIterator[tuple[Town, Page]]:
    """A town with two matters of the day before, and somebody's browser in it; afterwards nothing went wrong.

    A `refusal` is a status that belongs to the story.
    """
    async with open_town(folder) as town, open_site(town) as (_, address), async_playwright() as playwright:
        await hire(town)
        for person, words in ((RESIDENT, "牡丹园三号楼门口的路灯坏了三天了"), (NEIGHBOUR, NASTY)):
            await town.scans(person, "station", "QQ1")
            await town.says(person, words)
        await town.clock.advance(days=4)
        async with town.bot.database.begin() as session:
            token = await visiting.admit(await town.bot.office.open(session), who)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": width, "height": 780}, color_scheme=scheme, base_url=address
        )
        await context.add_cookies([{"name": "lianxin", "value": token, "url": address}])
        page, wrong = await context.new_page(), []
        fine = {refusal, *range(200, 400)}
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.on("response", lambda answer: wrong.append(answer.url) if answer.status not in fine else None)
        yield town, page
        await browser.close()
        assert [one for one in wrong if not (refusal and f"status of {refusal}" in one)] == []


async def come_in(town: Town, page: Page, who: str) -> None:
    """Somebody else sits down at this browser."""
    async with town.bot.database.begin() as session:
        token = await visiting.admit(await town.bot.office.open(session), who)
    await page.context.clear_cookies()
    whole_site = await page.evaluate("location.origin")  # the path of an address would be the path of its cookie
    await page.context.add_cookies([{"name": "lianxin", "value": token, "url": whole_site}])


async def test_an_officer_answers_an_overdue_case_on_a_telephone(tmp_path: Path) -> None:
    async with at_work(tmp_path, OFFICER, 360) as (town, page):
        await page.goto("/console")
        await assert_well_made(page)
        await page.get_by_role("link", name="2 已超时").click()
        await assert_well_made(page)
        await page.get_by_role("link", name="#000001").click()
        assert await page.locator(".clock.bad").count()
        await assert_well_made(page)
        await page.keyboard.press("r")
        await page.keyboard.type("路灯所今晚来修，修好了我去看。")
        await page.get_by_role("button", name="发出答复").click()
        await page.get_by_role("status").filter(has_text="答复已记下").wait_for()
        await town.settle()
        assert (await town.all(Case))[0].state is CaseState.ANSWERED
        await page.goto("/console")
        assert await page.get_by_role("link", name="1 已超时").count() == 1


@pytest.mark.long
async def test_the_centre_takes_over_a_queue_and_gives_it_back(tmp_path: Path) -> None:
    async with at_work(tmp_path, CENTRE, 1440) as (town, page):
        await page.goto("/console/cover")
        await assert_well_made(page)
        await page.get_by_role("button", name="代管钱桥联络站").click()
        await page.get_by_text("已代管").wait_for()
        await page.get_by_role("link", name="今天").click()
        assert await page.locator("a.case").count() == 2
        await page.get_by_role("link", name="代管").click()
        await page.get_by_role("button", name="交还钱桥联络站").click()
        await page.get_by_text("已交还").wait_for()
        await town.settle()
        assert any("交还钱联络" in one for one in town.member_heard(OFFICER))


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("who", "scheme"), [(CENTRE, "light"), (OFFICER, "dark"), (AUDITOR, "light")])
async def test_every_page_fits_and_is_well_made(tmp_path: Path, width: int, who: str, scheme: str) -> None:
    async with at_work(tmp_path, who, width, scheme) as (_, page):
        await page.goto("/console")
        await assert_well_made(page)
        ways = [await one.get_attribute("href") for one in await page.locator(".ways a").all()]
        first = "/console/cases/JH-2026-000002" if "/console/cases" in ways else ""
        for path in filter(None, [*ways, first, "/console/cases?q=A&all=1" if first else "", "/login/out"]):
            await page.goto(path)
            await assert_well_made(page)
            for fold in await page.locator("details:not([open]) > summary").all():
                if await fold.is_visible():
                    await fold.click()
            await assert_well_made(page)


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
async def test_a_matter_is_handed_over_and_merged_by_keyboard(tmp_path: Path, width: int) -> None:
    async with at_work(tmp_path, OFFICER, width, "dark") as (town, page):
        async with town.bot.database.begin() as session:
            session.add(Department(code="ZJ", name="区住建局", region_code="JH", phone=""))
        await town.says(RESIDENT, "反映另一件事")
        await town.says(RESIDENT, "就是三号楼门口那盏灯")
        await page.goto("/console/cases/JH-2026-000003")
        await page.keyboard.press("d")
        await page.keyboard.type("区住建局")
        await assert_well_made(page)
        await page.get_by_role("button", name="转办，并告诉对方").click()
        await page.get_by_role("status").filter(has_text="已转办").wait_for()
        await page.get_by_role("button", name="撤回转办").click()
        await page.get_by_role("status").filter(has_text="已撤回转办").wait_for()
        await page.keyboard.press("m")
        await page.get_by_role("button", name="合并", exact=True).click()
        await page.get_by_role("status").filter(has_text="已并到这里").wait_for()
        await assert_well_made(page)
        assert page.url.endswith("/console/cases/JH-2026-000001?done=merge")
