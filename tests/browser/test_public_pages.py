"""The pages for constituents on a phone and a desk; skipped where there is no Chromium."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.notices import station_page as station_words
from bot.notices.station_page import Door, EventShown, PersonShown, StationPage, facts_of
from bot.notices.status_page import PAGE_GONE, Facts, StatusPage, restricted_page, status_page
from bot.web.public import render_qr
from bot.web.stations import HEADERS as STATION_HEADERS
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


LONG = "阿卜杜热合曼·买买提吐尔逊阿吉"
HOSTILE = "<script>alert(1)</script>\u202e" + "A" * 300
DOOR = Door("rep", "R1", "/code/R1.svg")
STATION = StationPage(
    name="钱桥街道人大代表联络站",
    kind="代表联络站",
    facts=facts_of(
        "锦河区惠钱路 88 号党群服务中心一楼东侧", "周一至周五 9:00-12:00、14:00-17:30", ("教育", "老旧小区")
    ),
    phone="0510-85881234",
    door=DOOR,
    people=(
        PersonShown(
            "张伟", "区（县）人大代表", "钱桥中心小学教师", "农村农业、教育", "每周二 9:00-11:00", "", DOOR
        ),
        PersonShown(LONG, "全国人大代表", LONG * 4, "教育、" * 12, "", "13912345678", DOOR),
        PersonShown("人大代表", "", "", "", "", "", Door()),
        PersonShown(HOSTILE, "", HOSTILE, "", "", "", DOOR),
    ),
    events=(
        EventShown(
            "代表联系服务群众日：老旧小区改造",
            "12月8日（周二）09:00-11:30",
            "钱桥联络站（惠钱路 88 号）",
            ("到场代表：张伟（教师）",),
        ),
        EventShown("直播接待：物业那些事", "12月9日（周三）19:30-20:30", "钱桥联络站", (HOSTILE,), "/live/L1"),
    ),
    calendar="/calendar/QQ1.ics",
)
EMPTY = StationPage(
    "西庄代表联络点", "代表联络点", facts_of("", "工作日 9:00-17:00", ()), "", Door(), (), (), "/c.ics"
)
STATIONS = {"full": STATION, "empty": EMPTY}


def site() -> web.Application:
    async def show_station(request: web.Request) -> web.Response:
        page = STATIONS[request.match_info["which"]]
        text = get_template("station.html").render(
            page=page, words=station_words, link_of=lambda door: f"/to/{door.code}"
        )
        return web.Response(text=text, content_type="text/html", headers=STATION_HEADERS)

    async def code(_: web.Request) -> web.Response:
        return web.Response(
            body=render_qr("https://work.weixin.qq.com/kfid/kfc1?x=R1"), content_type="image/svg+xml"
        )

    async def show_status(request: web.Request) -> web.Response:
        text = get_template("status.html").render(
            **{"page": None, "said": "", **STATUS[request.match_info["which"]]}
        )
        return web.Response(text=text, content_type="text/html", headers=STATUS_HEADERS)

    app = web.Application()
    app.router.add_get("/s/{which}", show_status)
    app.router.add_get("/station/{which}", show_station)
    app.router.add_get("/code/{which}", code)
    return app


OTHERS = [(WIDTHS[1], "light"), (WIDTHS[0], "dark"), (WIDTHS[1], "dark")]
PATHS = [*(f"/s/{which}" for which in STATUS), *(f"/station/{which}" for which in STATIONS)]


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
