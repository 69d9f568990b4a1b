"""The pages for constituents on a phone and a desk; skipped where there is no Chromium."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.notices.status_page import PAGE_GONE, Facts, StatusPage, restricted_page, status_page
from bot.web.status import HEADERS as STATUS_HEADERS
from bot.web.templates import get_template
from tests.browser.looking import WIDTHS, assert_well_made, looking
from tests.browser.test_demo import CHROMIUM

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: the public pages were not looked at")
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LINE = "说好 11月23日（周一）09:30 前答复，现在已经晚了，对不住您；联络员跟进中，最晚 11月25日（周三）09:30 前答复"


def status(state: str, *, late: bool = False) -> StatusPage:
    done = state in ("answered", "closed")
    facts = Facts(
        number="JH-2026-000123",
        state=state,
        role="区（县）人大代表",
        line="" if done else LINE if late else "最晚 11月23日（周一）09:30 前答复",
        late=late,
        opened_at=AT,
        accepted_at=None if state == "assigned" else AT,
        answered_at=AT if done else None,
        closed_at=AT if state == "closed" else None,
    )
    return status_page(facts, ZONE, AT)


STATUS = {
    "assigned": {"page": status("assigned")},
    "late": {"page": status("reopened", late=True)},
    "closed": {"page": status("closed")},
    "restricted": {"page": restricted_page()},
    "gone": {"said": PAGE_GONE},
}


def site() -> web.Application:
    async def show_status(request: web.Request) -> web.Response:
        text = get_template("status.html").render(
            **{"page": None, "said": "", **STATUS[request.match_info["which"]]}
        )
        return web.Response(text=text, content_type="text/html", headers=STATUS_HEADERS)

    app = web.Application()
    app.router.add_get("/s/{which}", show_status)
    return app


OTHERS = [(WIDTHS[1], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "dark")]
PATHS = [f"/s/{which}" for which in STATUS]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (WIDTHS[0], "light"),
        *(pytest.param(*case, marks=pytest.mark.long) for case in OTHERS),
    ],
)
async def test_public_pages_fit_and_have_nothing_serious_wrong(width: int, scheme: str) -> None:
    size = {"width": width, "height": 780}
    async with looking(site(), viewport=size, color_scheme=scheme, java_script_enabled=True) as (page, base):
        for path in PATHS:
            await page.goto(base + path)
            await assert_well_made(page)
