"""An activity day from its rule to its report, tapped through in a real Chromium; skipped where there is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.services import visiting
from storage.models import ActivityDay, ActivityRule, ActivitySite, Attendance, RosterSlot
from storage.rules import note_roster_change
from storage.states import ActivityState, AttendanceState
from tests.browser.looking import assert_well_made
from tests.browser.test_demo import CHROMIUM, FLAGS
from tests.support.town import CENTRE, OFFICER, Town, open_town
from tests.support.visits import FAR, hire, open_site

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the pages of staff were not looked at"),
    pytest.mark.long,
]
DAY = "/console/calendar/days/1"


@asynccontextmanager
async def in_town(folder: Path) -> AsyncIterator[tuple[Town, str, Browser]]:
    async with open_town(folder) as town, open_site(town) as (_, address), async_playwright() as playwright:
        await hire(town)
        async with town.bot.database.begin() as session:
            session.add(ActivityRule(region_code="JH01", rule="dates:2026-12-15", topic="老旧小区改造"))
            await note_roster_change(session, town.clock.now(), "test")
        await town.passes(seconds=6)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield town, address, browser
        await browser.close()


@asynccontextmanager
async def as_member(place: tuple[Town, str, Browser], who: str, width: int = 360) -> AsyncIterator[Page]:
    """Somebody's browser; afterwards nothing went wrong in it."""
    town, address, browser = place
    async with town.bot.database.begin() as session:
        token = await visiting.admit(await town.bot.office.open(session), who)
    context = await browser.new_context(viewport={"width": width, "height": 780}, base_url=address)
    await context.add_cookies([{"name": "lianxin", "value": token, "url": address}])
    page, wrong = await context.new_page(), []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    yield page
    await context.close()
    assert wrong == []


async def goes_to(town: Town, *days: tuple[int, int, int]) -> None:
    """Month, day and hour by UTC, one after the other."""
    for month, day, hour in days:
        wanted = datetime(2026, month, day, hour, 30, tzinfo=UTC)
        await town.passes(seconds=(wanted - town.clock.now()).total_seconds())
        await town.passes(seconds=6)


async def test_an_activity_day_goes_from_its_rule_to_its_report(tmp_path: Path) -> None:
    async with in_town(tmp_path) as place:
        town = place[0]
        async with as_member(place, CENTRE, 1440) as page:
            await page.goto("/console/calendar")
            await assert_well_made(page)
            await page.get_by_role("link", name="老旧小区改造").first.click()
            await assert_well_made(page)
            await page.get_by_role("button", name="就在12月15日办").click()
            await page.get_by_role("status").filter(has_text="已确认").wait_for()
        await goes_to(town, (12, 1, 1))
        async with as_member(place, OFFICER) as page:
            await page.goto("/console/calendar?on=2026-12-01")
            await assert_well_made(page)
            await page.get_by_role("link", name="老旧小区改造").first.click()
            await page.get_by_role("button", name="张伟说来").click()
            await page.get_by_role("status").filter(has_text="已记在名单上").wait_for()
            await assert_well_made(page)
        await goes_to(town, (12, 8, 1), (12, 12, 1), (12, 14, 10), (12, 15, 0))
        async with as_member(place, OFFICER) as page:
            await page.goto(DAY)
            await page.get_by_role("button", name="张伟签到").click()
            await page.get_by_role("status").filter(has_text="已记下签到").wait_for()
        await goes_to(town, (12, 15, 1), (12, 15, 4))
        for who, station in ((OFFICER, "QQ1"), (FAR, "XZ1")):
            async with as_member(place, who) as page:
                await page.goto(DAY)
                await assert_well_made(page)
                form = page.locator(f"form:has(input[name=station][value={station}]):has(input[name=received])")
                await form.get_by_label("接待人次").fill("5")
                await form.get_by_label("小结").fill("来了五位居民，说的是加装电梯。")
                await form.get_by_role("button", name="上报").click()
                await page.get_by_role("status").filter(has_text="已上报").wait_for()
        await town.settle()
        assert (await town.all(ActivityDay))[0].state is ActivityState.REPORTED
        assert [one.received for one in await town.all(ActivitySite)] == [5, 5]
        states = {one.representative_code: one.state for one in await town.all(Attendance)}
        assert states["R1"] is AttendanceState.PRESENT
        assert any("2 个站都已上报" in one for one in town.member_heard(CENTRE))


async def test_a_name_is_drawn_to_a_cell_and_by_keyboard_the_same_is_done(tmp_path: Path) -> None:
    async with in_town(tmp_path) as place:
        town = place[0]
        async with as_member(place, OFFICER, 1440) as page:
            await page.goto("/console/calendar/duty?on=2026-11-20")
            await assert_well_made(page)
            cell = page.locator('[data-drop*="day=2026-11-21"]').first
            await page.locator('[data-drag="R1"]').drag_to(cell)
            await page.get_by_role("status").filter(has_text="已排上").wait_for()
            await page.locator('a.cell[aria-label^="11月22日"]').first.focus()
            await page.keyboard.press("Enter")
            await page.locator("#pick").wait_for()
            await assert_well_made(page)
            await page.get_by_label("谁来").select_option("R1")
            await page.get_by_role("button", name="排上").focus()
            await page.keyboard.press("Enter")
            await page.get_by_role("status").filter(has_text="已排上").wait_for()
        found = {one.on_date for one in await town.all(RosterSlot) if one.representative_code == "R1"}
        assert found == {date(2026, 11, 21), date(2026, 11, 22)}
