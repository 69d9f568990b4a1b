"""People and places: who sees which, what may be shown of somebody, codes, and files that are loaded."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from storage.models import AuditLine, EntryCode, Representative
from tests.support.town import CENTRE, OFFICER, RESIDENT, Town
from tests.support.visits import ADMIN, FAR, Browser, hire, open_browser, open_site


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def browser(address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as opened:
        yield opened


async def codes_of(town: Town) -> list[tuple[str, bool]]:
    async with town.bot.database.read() as session:
        rows = await session.scalars(select(EntryCode).order_by(EntryCode.code))
        return [(one.code, one.revoked_at is not None) for one in rows]


async def shown_of(town: Town, code: str) -> list[str]:
    async with town.bot.database.read() as session:
        return (await session.get_one(Representative, code)).public_fields


async def test_everybody_sees_their_own_stations_and_may_change_their_own_people(
    town: Town, browser: Browser
) -> None:
    sees = {CENTRE: ("QQ1", "XZ1"), ADMIN: ("QQ1", "XZ1"), OFFICER: ("QQ1",), FAR: ("XZ1",)}
    for userid, stations in sees.items():
        await browser.has_session_of(town, userid)
        _, _, page = await browser.get("/console/places")
        for station, person in (("QQ1", "R1"), ("XZ1", "R3")):
            assert (f"/console/places/{station}" in page) is (station in stations), f"{userid} at {station}"
            for path in (f"/console/places/{station}", f"/console/people/{person}"):
                assert (await browser.get(path))[0] == (200 if station in stations else 404), f"{userid} at {path}"
            status, _, _ = await browser.send(f"/console/people/{person}", act="fields", field="name")
            assert status == (303 if station in stations else 404), f"{userid} at {person}"
    assert await shown_of(town, "R1") == ["name"]
    assert (
        sum(one.act == "public fields changed" for one in await town.all(AuditLine)) == 2
    )  # others changed nothing


async def test_fields_are_chosen_one_by_one_and_codes_are_changed_once(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/people/R1")
    assert page.count("checked") == 6  # what is usual: all but the telephone
    status, _, page = await browser.send("/console/people/R1", act="fields", field="<b>")
    assert (status, "至少留一项公开" in page) == (422, True)
    for _ in range(2):
        assert (await browser.send("/console/people/R1", act="renew"))[:2] == (303, "/console/people/R1?done=code")
    (old, was_stopped), (new, is_stopped) = await codes_of(town)
    assert (old, was_stopped, is_stopped) == ("R1", True, False)
    _, _, page = await browser.get("/console/people/R1")
    assert new in page
    status, _, _ = await browser.send("/console/people/R1", act="revoke", which=new, reason="lost")
    assert status == 303
    assert (await browser.send("/console/people/R1", act="revoke", which=new, reason="lost"))[0] == 409
    for form in ({"act": "revoke", "which": "R3"}, {"act": "nothing"}, {}):  # another's code, no act
        assert (await browser.send("/console/people/R1", **form))[0] == 404
    assert (await browser.send("/console/places/QQ1", act="renew"))[0] == 303
    _, _, page = await browser.get("/console/places/QQ1")
    assert "已停用" in page


async def test_a_grid_without_a_representative_is_drawn_and_listed(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, CENTRE)
    _, _, page = await browser.get("/console/places")
    assert 'class="covered"' in page
    assert "没有代表的网格</h2>" not in page
    async with town.bot.database.begin() as session:
        (await session.get_one(Representative, "R1")).grid_codes = []
    _, _, page = await browser.get("/console/places")
    assert 'class="bare"' in page
    assert "没有代表的网格</h2>" in page


async def test_the_eight_haves_are_checked_on_the_spot_by_those_who_look_after_the_station(
    town: Town, browser: Browser
) -> None:
    for userid, counts in ((FAR, False), (OFFICER, True)):
        await browser.has_session_of(town, userid)
        status, _, _ = await browser.send("/console/places/QQ1", act="standards", standard="活动阵地")
        assert status == (303 if counts else 404), userid
    _, _, page = await browser.get("/console/places/QQ1")
    assert "1/8" in page
    assert "钱联络 11月20日" in page
    assert "该核对了" not in page
    await browser.send("/console/places/QQ1", act="standards", standard="<script>")  # is none of them
    _, _, page = await browser.get("/console/places/QQ1")
    assert "0/8" in page
    assert "该核对了" in page
    assert [one.subject for one in await town.all(AuditLine) if one.act == "standards checked"] == [
        "station QQ1: 1/8",
        "station QQ1: 0/8",
    ]


async def test_a_station_keeps_words_that_it_often_answers_with(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, FAR)
    phrase = {"act": "phrase", "title": "约时间", "text": "请您周二上午到站里来，我们当面说。"}
    assert (await browser.send("/console/places/QQ1", **phrase))[0] == 404
    await browser.has_session_of(town, OFFICER)
    for change, why in (({"title": " "}, "都要写"), ({"text": "一定解决"}, "保证结果")):
        status, _, page = await browser.send("/console/places/QQ1", **phrase | change)
        assert (status, why in page) == (422, True)
    for _ in range(2):
        assert (await browser.send("/console/places/QQ1", **phrase))[0] == 303
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "牡丹园三号楼门口的路灯坏了三天了")
    _, _, page = await browser.get("/console/cases/JH-2026-000001")
    assert page.count('data-text="请您周二上午到站里来，我们当面说。"') == 1
    assert "已转请部门" in page  # what every station has
    await browser.has_session_of(town, FAR)
    assert (await browser.send("/console/places/XZ1", act="phrase_gone", number="1"))[
        0
    ] == 303  # not theirs: nothing
    await browser.has_session_of(town, OFFICER)
    assert "约时间" in (await browser.get("/console/places/QQ1"))[2]
    assert (await browser.send("/console/places/QQ1", act="phrase_gone", number="1"))[0] == 303
    assert "约时间" not in (await browser.get("/console/places/QQ1"))[2]
    assert [one.act for one in await town.all(AuditLine) if one.act.startswith("phrase")] == [
        "phrase added",
        "phrase removed",
    ]


async def test_sheets_are_chosen_by_sight_and_fetched_by_whose_station_it_is(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get("/console/places/QQ1/posters?who=R1")
    assert "sheet-banner" in page
    assert "posters/directory.pdf" not in page  # of a station, not of one person
    for sheet, status in (
        ("banner", 200),
        ("quiet?who=R1", 200),
        ("cards", 200),
        ("directory", 200),
        ("none", 404),
    ):
        name, _, who = sheet.partition("?")
        got, _, content = await browser.get(f"/console/places/QQ1/posters/{name}.pdf?{who}")
        assert (got, content.startswith("%PDF")) == (status, status == 200), sheet
    for path in ("/console/places/XZ1/posters", "/console/places/XZ1/posters/banner.pdf"):
        assert (await browser.get(path))[0] == 404
