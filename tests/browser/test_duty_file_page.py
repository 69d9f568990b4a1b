"""The pages of a duty file on a phone and a desk; skipped where there is no Chromium."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response
from playwright.async_api import Page, async_playwright

from bot.notices.duty import Behind
from bot.notices.duty_file import SectionState
from bot.notices.duty_file_page import Contact, FilePage, PageEntry, PagePaper, PageSection, PublicDuty
from bot.web import static
from bot.web.duty_file import PRIVATE
from bot.web.templates import get_template
from tests.browser.test_demo import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the pages of a file were not looked at")
LONG = "在牡丹园二期走访独居老人，反映路灯不亮、垃圾清运不及时、楼道堆物" * 4 + "A" * 60
ENTRIES = tuple(
    PageEntry(number, date(2026, 11, 20), "走访", "牡丹园二期", 3, LONG, number != 12) for number in range(10, 18)
)
PAPER = PagePaper(1, date(2026, 3, 1), "当选通知书", "image")
FORM = (("姓名", "欧阳建国"), ("工作单位", LONG[:60]))
MISSING = ("王秀英 1/2 次", "老周 0/2 次", "陈大爷 0/2 次")
FILE = FilePage(
    "欧阳建国",
    "锦河区第十八届",
    "2022-01-01 — 2026-12-31",
    2026,
    (2022, 2023, 2024, 2025, 2026),
    True,
    (
        PageSection(SectionState("papers", "选举材料", 0, 1), (), (), (PAPER,)),
        PageSection(SectionState("form", "基本信息登记表", 0, 0, "还没有填职务"), FORM),
        PageSection(SectionState("register", "履职登记表", 8, 0), (), ENTRIES),
        PageSection(SectionState("bills", "议案建议", 0, 0, "今年还没有")),
        PageSection(SectionState("other", "其他", 0, 0)),
    ),
    (Behind("联系选民次数", 7, 10, "位", "", MISSING), Behind("接待", 2, 2, "次")),
    (Contact("王秀英", 1, 2, care=True, note="独居，腿脚不便"), Contact("老周", 2, 2)),
    "还有缺项",
    "0123456789abcdef" * 4,
    True,
    2,
    1,
    400,
    "11月27日 09:30",
)
DUTY = PublicDuty(
    (("姓名", "欧阳建国"), ("工作单位", "锦河区某某物流有限责任公司"), ("所在站点", "钱桥联络站")),
    2026,
    (("联系代表和群众", (("走访", 12), ("接待", 3))), ("学习培训", (("培训", 2),))),
    240,
    date(2026, 12, 20),
)


@pytest.fixture(params=[360, 1280])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    async def show(asked: Request) -> Response:
        name = asked.path.strip("/")
        shown = get_template(f"{name}.html").render(page=FILE, duty=DUTY)
        return Response(text=shown, content_type="text/html", headers=PRIVATE)

    app = Application()
    app.router.add_get("/file", show)
    app.router.add_get("/duty", show)
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


async def test_both_pages_fit_the_screen_and_can_be_read(page: Page) -> None:
    for path in ("/duty", "/file"):
        await page.goto(path)
        wide, screen = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen
        heading = page.get_by_role("heading", level=1)
        assert await heading.count() == 1
    await page.get_by_text("2026 年 8 条记录").click()
    assert await page.get_by_text("11月20日 走访 · 牡丹园二期 · 3 人").first.is_visible()
    assert await page.get_by_text("还差 3 位：王秀英 1/2 次、老周 0/2 次").is_visible()
