"""The service centre's pages: rights, audit and health for those whose they are, in words that people read."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator

import pytest

from bot.services.console.health import VERIFIED
from storage.models import AuditLine, Case, RightsRequest
from storage.states import RightsState
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town
from tests.support.visits import ADMIN, AUDITOR, Browser, hire, open_browser, open_site

SECRET = "我侄女在学校被同学欺负半年了，老师不管"
NASTY = "<script>alert(1)</script>"


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def browser(address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as opened:
        yield opened


async def newest(town: Town) -> Case:
    return (await town.all(Case))[-1]


async def write(town: Town, who: str, text: str) -> str:
    await town.scans(who, "station", "QQ1")
    await town.says(who, text)
    return (await newest(town)).number


async def test_a_request_is_read_and_decided_on_the_page_once(town: Town, browser: Browser) -> None:
    number = await write(town, RESIDENT, "牡丹园三号楼的路灯坏了三天")
    await town.writes(OFFICER, f"登记权利请求 查阅 {number} 本人到站申请{NASTY}")
    await town.writes(OFFICER, f"登记权利请求 更正 {number} 楼号写错了")
    first, second = await town.all(RightsRequest)
    await browser.has_session_of(town, CENTRE)
    _, _, page = await browser.get("/console/rights")
    assert "本人到站申请" in page
    assert NASTY not in page
    assert page.count("还有 14 天") + page.count("还有 15 天") == 2
    assert "2026-11 版" in page  # what they were told
    status, _, page = await browser.send("/console/rights", act="refuse", number=str(second.id), words="")
    assert (status, "拒绝要写明理由" in page) == (200, True)
    _, _, page = await browser.send(
        "/console/rights", act="refuse", number=str(second.id), words="原话不改，另加说明"
    )
    assert f"请求 {second.id} 已拒绝" in page
    _, _, page = await browser.send("/console/rights", act="approve", number=str(first.id), words="")
    assert "/my-data/" in page
    _, _, page = await browser.send("/console/rights", act="approve", number=str(first.id), words="")
    assert "没有这个号的请求在等" in page
    states = {one.id: one.state for one in await town.all(RightsRequest)}
    assert states == {first.id: RightsState.DONE, second.id: RightsState.REFUSED}
    assert (await browser.send("/console/rights", act="approve", number="x" * 40))[0] == 200
    await town.settle()


async def test_the_audit_is_searched_and_saved_and_hides_what_a_reader_may_not_know(
    town: Town, browser: Browser
) -> None:
    plain, closed = await write(town, RESIDENT, "路灯坏了"), await write(town, NEIGHBOUR, SECRET)
    async with open_browser(browser.address) as officer:
        await officer.has_session_of(town, OFFICER)
        await officer.get(f"/console/cases/{plain}")
    async with open_browser(browser.address) as centre:
        await centre.has_session_of(town, CENTRE)
        await centre.get(f"/console/cases/{closed}")
    await browser.has_session_of(town, AUDITOR)
    _, _, page = await browser.get("/console/audit")
    assert f"看了事项 {plain}" in page
    assert f"看了事项 {closed}" in page
    assert "路灯" not in page + (await browser.get("/console/audit?about=%"))[2]
    _, _, page = await browser.get(f"/console/audit?who=钱联络&group=read&about={plain[-6:]}")
    assert page.count("看了事项") == 1
    for query in (
        "who=nobody",
        "first=2020-01-01&last=2020-01-02",
        "first=2027-01-01&last=2026-01-01",
        "about=%00x",
    ):
        _, _, page = await browser.get(f"/console/audit?{query}")
        assert "没有符合条件的记录" in page or "%00" in query, query
    for query in ("before=9x", "group=x", "first=yesterday", "who=%00", "before=" + "9" * 18, "last=9999-12-31"):
        assert (await browser.get(f"/console/audit?{query}"))[0] == 200, query
    status, _, text = await browser.get("/console/audit.csv?who=钱联络")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert status == 200
    assert {row[2] for row in rows[1:]} == {OFFICER}
    assert any(line.act == "audit exported" and line.actor == AUDITOR for line in await town.all(AuditLine))
    await browser.has_session_of(town, ADMIN)  # no named officer of the restricted matter
    for path in ("/console/audit", "/console/audit.csv"):
        _, _, page = await browser.get(path)
        assert (plain in page, closed in page) == (True, False), path


async def test_health_tells_in_words_and_verifies_when_asked(town: Town, browser: Browser) -> None:
    await write(town, RESIDENT, "牡丹园三号楼的路灯坏了三天")
    await browser.has_session_of(town, CENTRE)
    _, _, page = await browser.get("/console/health")
    assert "最近来信" in page
    assert "扫联络站的码" in page
    assert "现在核对" not in page
    await browser.has_session_of(town, AUDITOR)
    _, _, page = await browser.get("/console/health")
    assert "还没有在这里核对过" in page
    assert "已经有人在核对" not in (await browser.send("/console/health"))[2]
    for _ in range(200):
        if any(line.act == VERIFIED for line in await town.all(AuditLine)):
            break
        await asyncio.sleep(0.02)
    _, _, page = await browser.get("/console/health")
    assert "审计核对：全部相符" in page
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/delivery")
    assert "钱桥联络站" in page


async def test_a_rule_is_changed_once_checked_and_kept_on_record(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, CENTRE)
    _, _, page = await browser.get("/console/rules")
    assert "首次答复时限" in page
    assert "/console/rules/quiet_hours" in page
    path = "/console/rules/listed_cases"
    for value, wrong in (("x", "要填整数"), ("99", "要在 1 到 20 之间"), ("", "要填整数"), (NASTY, "要填整数")):
        status, _, page = await browser.send(path, act="set", was="5", value=value)
        assert (status, wrong in page, NASTY in page) == (422, True, False), value
    assert (await browser.send(path, act="set", was="5", value="7"))[:2] == (303, f"{path}?saved=set")
    assert (await browser.send(path, act="set", was="5", value="8"))[0] == 409  # a second tap, or a colleague
    _, _, page = await browser.get(path)
    assert "5 -&gt; 7" in page
    assert "恢复默认" in page
    assert (await browser.send(path, act="reset", was="7"))[0] == 303
    ladder = "/console/rules/report_ladder"
    was = "report_due T+3w@09:00 officers"
    assert (await browser.send(ladder, act="set", was=was, value="nonsense"))[0] == 422
    assert (await browser.send(ladder, act="set", was=was, value=f"{was}\r\nlast T+5w@09:00 leads\r\n"))[0] == 303
    _, _, page = await browser.get(ladder)
    assert f"{was}\nlast T+5w@09:00 leads</textarea>" in page
    assert (await browser.get("/console/rules/nothing"))[0] == 404
    assert (await browser.send("/console/rules/nothing", act="set", was="", value="1"))[0] == 404
    changes = [line for line in await town.all(AuditLine) if line.act == "rule changed"]
    assert [line.actor for line in changes] == [CENTRE] * 3
