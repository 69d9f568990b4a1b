"""Duty on pages: review with evidence, correction, files, figures; and never an entry that is not theirs to see."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from bot.notices.statistics import ENTRY_NAMES
from storage import duty_bulk
from storage.duty import NewEntry
from storage.models import AuditLine
from storage.statistics import DIMENSIONS
from tests.scenarios.test_duty_entries import assert_verifies, tap
from tests.support.pictures import PICTURE
from tests.support.rows import representative
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town
from tests.support.visits import AUDITOR, FAR, Browser, hire, open_browser, open_site

OPEN, HIDDEN, RESTRICTED = "走访3户，反映路灯不亮", "暗访西庄农贸市场，发现缺斤短两", "调解张家和李家的宅基地纠纷"
SECRETS = ("农贸市场", "缺斤短两", "李家", "宅基地")  # the names of kinds are in each filter


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as opened:
        yield opened


async def tells(town: Town, *said: str) -> None:
    """The representative of R1 tells what they did today, with a picture of the first."""
    for number, words in enumerate(said):
        await town.writes(ZHANG, f"履职 今天在牡丹园{words}")
        if not number:
            await town.sim.member_sends_media(ZHANG, "image", "现场.png", PICTURE)
            await town.settle()
        await tap(town, ZHANG, "duty_ok")


async def acts(town: Town, actor: str) -> list[tuple[str, str]]:
    return [(one.act, one.subject) for one in await town.all(AuditLine) if one.actor == actor]


async def test_an_officer_reviews_in_bulk_with_the_evidence_in_sight(town: Town, browser: Browser) -> None:
    await tells(town, "走访3户，反映路灯不亮", "走访5户", "走访2户，宣传消防")
    await browser.has_session_of(town, FAR)
    assert "没有等您核对的履职记录" in (await browser.get("/console/duty"))[2]
    assert (await browser.get("/console/duty/entries/1"))[0] == 404
    assert (await browser.get("/console/duty/entries/1/files/1"))[0] == 404
    assert (await browser.send("/console/duty", act="pass", entry="1"))[0] == 422
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/duty")
    assert "3 条等您看" in page
    assert "路灯不亮" in page
    assert "/console/duty/entries/1/files/1" in page
    status, _, picture = await browser.get("/console/duty/entries/1/files/1")
    assert (status, "PNG" in picture) == (200, True)
    assert (await browser.get("/console/duty/entries/2/files/1"))[0] == 404  # of another entry
    status, _, page = await browser.send("/console/duty", act="return", entry="2")
    assert (status, "请写明原因" in page, 'value="2" checked' in page) == (422, True, True)
    form = [
        ("csrf", browser.csrf),
        ("act", "pass"),
        ("entry", "1"),
        ("entry", "3"),
        ("entry", "²"),
        ("entry", "99"),
    ]
    async with browser.http.post(browser.address + "/console/duty", data=form, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/console/duty?done=duty_some"
    assert (await browser.send("/console/duty", act="return", entry="2", reason="户数对不上"))[0] == 303
    assert (await browser.send("/console/duty", act="pass", entry="2"))[0] == 422  # decided on before
    await town.settle()
    assert "户数对不上" in town.member_heard(ZHANG)[-1]
    _, _, page = await browser.get("/console/duty/entries/2")
    assert "已退回" in page
    assert "户数对不上" in page
    found = await acts(town, OFFICER)
    for line in (
        ("duty entries read", "3 of review"),
        ("duty evidence read", "duty entry 1, attachment 1"),
        ("duty entries passed", "1 3"),
        ("duty entries returned", "2"),
        ("duty entry read", "duty entry 2"),
    ):
        assert line in found, found
    await assert_verifies(town)


async def test_what_is_wrong_is_put_right_by_a_new_entry_and_once(town: Town, browser: Browser) -> None:
    await tells(town, "走访3户", "走访5户")
    await browser.has_session_of(town, OFFICER)
    at = "/console/duty/entries/1"
    status, _, page = await browser.send(at, act="correct", words="随便说说", once="a" * 24)
    assert (status, "没有看懂要改什么" in page) == (422, True)
    status, _, page = await browser.send(at, act="correct", words="人数8", once="b" * 24)
    assert (status, "更正以后是这样" in page) == (200, True)
    draft = page.split('name="draft" value="')[1].split('"')[0]
    for _ in range(2):
        assert (await browser.send(at, act="finish", draft=draft))[1] == (
            "/console/duty/entries/3?done=duty_corrected"
        )
    assert (await browser.send(at, act="correct", words="人数9", once="c" * 24))[0] == 422  # another stands there
    assert (await browser.send("/console/duty/entries/2", act="withdraw", words=""))[0] == 422
    assert (await browser.send("/console/duty/entries/2", act="withdraw", words="没有这回事"))[0] == 303
    standing = [(one.id, one.people) for one in await town.entries() if one.is_standing]
    assert standing == [(3, 8)]
    assert {"duty entry corrected", "duty entry withdrawn"} <= {act for act, _ in await acts(town, OFFICER)}
    await assert_verifies(town)


async def test_closed_entries_are_on_no_page_of_those_who_may_not_see_them(town: Town, browser: Browser) -> None:
    await tells(town, OPEN, HIDDEN, RESTRICTED)
    assert [one.lane for one in await town.entries()] == ["", "hidden", "restricted"]
    await browser.has_session_of(town, OFFICER)
    read = []
    for path in PAGES:
        status, _, page = await browser.get(path)
        assert status in (200, 404), path
        read.append(page)
    for number in (2, 3):
        assert (await browser.get(f"/console/duty/entries/{number}"))[0] == 404
        assert (await browser.send(f"/console/duty/entries/{number}", act="release"))[0] == 404
    everything = "\n".join(read)
    assert "路灯不亮" in everything
    assert [one for one in SECRETS if one in everything] == []
    assert "/console/duty/files/R3" not in everything
    for path in ("/console/duty/files/R3", "/console/duty/files/none"):
        assert (await browser.get(path))[0] == 404
        assert (await browser.send(path, paper="duty-register.docx"))[0] == 404
        assert (await browser.send(path, act="pass"))[0] == 404
    assert (await browser.send("/console/duty/files/R1", act="pass"))[0] == 422  # no check waits
    assert (await browser.send("/console/duty/files/R1", paper="duty-register.docx", year="2026"))[0] == 200
    found = await acts(town, OFFICER)
    for act in ("duty file read", "duty file refused", "document exported"):
        assert act in {one for one, _ in found}
    await browser.has_session_of(town, CENTRE)
    assert "缺斤短两" in (await browser.get("/console/duty/entries/2"))[2]
    assert (await browser.send("/console/duty/entries/2", act="release"))[0] == 303
    await browser.has_session_of(town, AUDITOR)
    assert (await browser.get("/console/duty"))[:2] == (303, "/console/duty/statistics")
    assert (await browser.get("/console/duty/entries/1"))[0] == 403


PAGES = (
    "/console/duty",
    "/console/duty/entries/1",
    "/console/duty/files",
    "/console/duty/files?q=R1",
    "/console/duty/files/R1",
    "/console/duty/files/R1?year=2020&kind=none",
    *(f"/console/duty/statistics?by={by}" for by in DIMENSIONS),
    "/console/duty/statistics?about=responses",
    "/console/duty/statistics?when=nonsense&by=nothing&figure=none&station=XZ1&kind=%00&person=R3",
    *(f"/console/duty/statistics/rows?by=kind&figure={figure}" for figure in ENTRY_NAMES),
    "/console/duty/statistics/rows?about=responses&figure=received",
    "/console/duty/month?month=2026-11&station=QQ1",
    "/console/duty/month?region=none",
    "/console/duty/scores?who=R1",
    "/console/duty/scores?who=R3",
    "/console/duty/exports",
)


async def test_each_figure_opens_to_its_rows_and_auditors_see_no_small_ones(town: Town, browser: Browser) -> None:
    await tells(town, "走访3户", "走访1户")
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "牡丹园三号楼门口的路灯坏了三天了")
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/duty/statistics?by=kind&figure=people")
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="chart"' in page
    opens = unescape(
        re.findall(r'href="(/console/duty/statistics/rows[^"]*figure=people[^"]*line=visit[^"]*)"', page)[0]
    )
    _, _, rows = await browser.get(opens)
    assert "出自 2 条履职记录" in rows
    assert 'href="/console/duty/entries/1"' in rows
    _, _, rows = await browser.get("/console/duty/statistics/rows?about=responses&figure=received")
    assert 'href="/console/cases/JH-2026-000001"' in rows
    assert ("figures opened", "2 of figures 2026-01-01..2026-12-31") in await acts(town, OFFICER)
    await browser.has_session_of(town, FAR)
    assert "JH-2026" not in (await browser.get("/console/duty/statistics/rows?about=responses&figure=received"))[2]
    assert "出自 0 条" in (await browser.get(opens))[2]
    await browser.has_session_of(town, AUDITOR)
    _, _, page = await browser.get("/console/duty/statistics?by=station")
    assert "人少不显示" in page
    assert "/console/duty/entries/" not in (await browser.get(opens))[2]


async def test_documents_are_ordered_as_in_the_chat_and_words_need_a_second_person(
    town: Town, browser: Browser
) -> None:
    await tells(town, "走访3户")
    await browser.has_session_of(town, OFFICER)
    at = "/console/duty/exports"
    status, _, page = await browser.send(at, document="履职登记表", whose="R1", when="今年")
    given = re.findall(r'href="(/export/[^"]+)"', page)
    assert (status, len(given)) == (200, 1)
    assert (await browser.get(given[0]))[0] == 200
    status, _, page = await browser.send(at, document="履职登记表", whose="R3", when="今年")
    assert (status, "不在您的范围里" in page) == (422, True)
    _, _, page = await browser.send(at, document="带原文的来信登记", whose="QQ1", when="本月")
    assert "要两个人同意" in page
    _, _, page = await browser.get(at)
    assert "没有等您同意的申请" in page  # nobody agrees to their own
    await browser.has_session_of(town, CENTRE)
    assert 'value="agree"' in (await browser.get(at))[2]
    assert "已" in (await browser.send(at, act="agree", number="1"))[2]
    assert 'value="agree"' not in (await browser.get(at))[2]
    region = re.findall(r'<option value="([^"]+)" selected', (await browser.get("/console/duty/month"))[2])[0]
    assert (await browser.send("/console/duty/month", region=region, month="2026-10"))[0] == 200
    assert (await browser.get("/console/duty/month?region=none"))[0] == 404


async def test_a_long_table_of_figures_comes_in_pages_with_one_sum(town: Town, browser: Browser) -> None:
    day = town.clock.now()
    many = [f"Z{number:03}" for number in range(51)]
    async with town.bot.database.begin() as session:
        session.add_all([representative(code, station_code="QQ1") for code in many])
        await session.flush()
        entries = [NewEntry(code, "QQ1", "visit", "rep", day, day.date(), day, "走访3户") for code in many]
        await duty_bulk.load(session, town.bot.office.vault, "JH", entries)
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/duty/statistics?by=representative")
    assert page.count('<th scope="row">') == 50 + 1
    on = unescape(re.findall(r'href="([^"]*from=50[^"]*)"', page)[0])
    _, _, rest = await browser.get(on)
    assert rest.count('<th scope="row">') == 1 + 1
    assert "from=" not in rest
    assert ">51</a>" in rest
