"""直播 on the pages of staff: who arranges, who approves, whose the questions are, and that askers hear."""

from collections.abc import AsyncIterator

import pytest

from storage.models import AuditLine, LivePromise
from tests.support import live_town
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town
from tests.support.visits import FAR, LEAD, TOWN_OFFICE, Browser, hire, open_browser, open_site

LIST, ONE = "/console/calendar/live", "/console/calendar/live/1"
NEW = {"title": "老旧小区改造", "at": "2026-11-20T19:30", "minutes": "60", "link": live_town.LINK, "host": "R1"}


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as opened:
        yield opened


async def test_a_session_is_arranged_approved_sorted_and_its_askers_hear(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, TOWN_OFFICE)
    assert (await browser.send(LIST, **NEW))[0] == 422
    await browser.has_session_of(town, OFFICER)
    refused = {
        "请写日期和时间": {"at": "明天"},
        "请写主题": {"title": " "},
        "时间已经过了": {"at": "2026-11-19T19:30"},
        "要用加密的": {"link": "http://x.example"},
        "写上观看地址": {"link": ""},
        "没有叫": {"anchor": "R9", "link": ""},
    }
    for why, change in refused.items():
        status, _, page = await browser.send(LIST, **NEW | change)
        assert (status, why in page) == (422, True), why
    assert await browser.send(LIST, **NEW) == (303, f"{ONE}?done=live_draft", "")
    status, _, page = await browser.send(ONE, act="approve")
    assert (status, "要由站长" in page) == (409, True)
    await browser.has_session_of(town, LEAD)
    assert (await browser.send(ONE, act="approve"))[0] == 303

    for person, words in ((RESIDENT, "直播 楼道什么时候修？我的电话 13812345678"), (NEIGHBOUR, "直播 车棚还建吗")):
        await town.scans(person, "live", "L1")
        await town.says(person, words)
    assert len(await live_town.questions(town)) == 2
    reads = {OFFICER: True, LEAD: True, CENTRE: True, TOWN_OFFICE: False}
    for userid, wanted in reads.items():
        await browser.has_session_of(town, userid)
        status, _, page = await browser.get(ONE)
        assert (status, "楼道什么时候修" in page, "13812345678" in page) == (200, wanted, False), userid
    await browser.has_session_of(town, TOWN_OFFICE)
    assert (await browser.send(ONE, act="cancel"))[0] == 409
    await browser.has_session_of(town, FAR)
    assert (await browser.get(ONE))[0] == 404
    assert (await browser.send(ONE, act="已答", number="1", words="不归我管"))[0] == 404
    assert "老旧小区改造" not in (await browser.get(LIST))[2]

    await browser.has_session_of(town, OFFICER)
    orders = (
        ({"act": "已答", "number": "1", "words": ""}, 409),
        ({"act": "已答", "number": "9", "words": "好"}, 409),
        ({"act": "并入", "number": "2", "person": "2"}, 409),
        ({"act": "已答", "number": "1", "words": "年底前开工。"}, 303),
        ({"act": "已答", "number": "1", "words": "再说一次"}, 409),
        ({"act": "立案", "number": "2", "person": "R1"}, 303),
        ({"act": "promise", "owner": "住建局", "on": "2026-12-20", "words": "装好栏杆"}, 303),
        ({"act": "promise", "owner": "", "on": "2026-12-20", "words": "装好栏杆"}, 409),
        ({"act": "promise", "owner": "住建局", "on": "2026-11-01", "words": "装好栏杆"}, 409),
        ({"act": "nothing"}, 409),
        ({"act": "kept", "number": "9"}, 409),
    )
    for form, wanted_status in orders:
        assert (await browser.send(ONE, **form))[0] == wanted_status, form
    await town.settle()
    assert any("年底前开工" in one for one in town.heard(RESIDENT))
    _, _, page = await browser.get(ONE)
    assert "住建局" in page
    assert "JH-2026-000001" in page
    assert (await browser.send(ONE, act="kept", number="1"))[0] == 303
    assert (await town.all(LivePromise))[0].kept_by == OFFICER
    assert (await browser.send(ONE, act="move", at="2026-12-02T19:00", words="设备"))[0] == 303
    _, _, page = await browser.get("/console/calendar/reminders?about=live:1")
    assert "老旧小区改造" in page
    await browser.has_session_of(town, FAR)
    for about in ("live:1", "day:1", "case:1", "live:x", ":", "live:"):
        assert (await browser.get(f"/console/calendar/reminders?about={about}"))[0] == 404, about
    assert (await browser.get("/console/calendar/reminders"))[0] == 200
    lines = [one.act for one in await town.all(AuditLine)]
    assert lines.count("live questions read") == 4  # of those who were shown them, each opening once
    assert {"live session drafted", "live session approved", "question answered", "promise kept"} <= set(lines)
    await town.settle()
    await town.assert_at_rest()
