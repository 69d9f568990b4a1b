"""日程 on the pages of staff: whose day it is to change, and that each change is that of the chat."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from storage.models import ActivityDay, ActivityRule, ActivitySite, Attendance, AuditLine
from storage.rules import note_roster_change
from storage.states import ActivityState, AttendanceState
from tests.support.town import CENTRE, OFFICER, Town
from tests.support.visits import ADMIN, FAR, LEAD, TOWN_OFFICE, Browser, hire, open_browser, open_site

HELD_ON = date(2026, 12, 15)
S, T = ActivityState, AttendanceState


@pytest.fixture
async def address(town: Town) -> AsyncIterator[str]:
    await hire(town)
    async with town.bot.database.begin() as session:
        session.add(ActivityRule(region_code="JH01", rule="dates:2026-12-15", topic="老旧小区改造"))
        await note_roster_change(session, town.clock.now(), "test")
    async with open_site(town) as (_, address):
        yield address


@pytest.fixture
async def browser(address: str) -> AsyncIterator[Browser]:
    async with open_browser(address) as opened:
        yield opened


async def the_day(town: Town) -> ActivityDay:
    return (await town.all(ActivityDay))[0]


async def goes_to(town: Town, when: datetime) -> None:
    await town.passes(seconds=(when - town.clock.now()).total_seconds())
    await town.passes(seconds=6)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """By UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


async def acts(town: Town) -> list[str]:
    return [one.act for one in await town.all(AuditLine) if one.act.startswith(("activity", "attendance"))]


@pytest.mark.long
async def test_a_day_goes_from_its_rule_to_its_report_on_the_pages(town: Town, browser: Browser) -> None:
    await town.passes(seconds=6)
    page_of_day = "/console/calendar/days/1"
    sees = {CENTRE: 200, ADMIN: 200, LEAD: 200, OFFICER: 404, FAR: 404, TOWN_OFFICE: 404}  # not confirmed yet
    for userid, wanted in sees.items():
        await browser.has_session_of(town, userid)
        assert (await browser.get(page_of_day))[0] == wanted, userid
        status, _, page = await browser.get("/console/calendar?on=2026-12-01")
        assert (status, "老旧小区改造" in page) == (200, wanted == 200), userid
        assert ("等您确认的活动日" in page) is (wanted == 200), userid
    await browser.has_session_of(town, OFFICER)
    assert (await browser.send(page_of_day, act="confirm"))[0] == 404
    await browser.has_session_of(town, LEAD)
    assert await browser.send(page_of_day, act="confirm") == (303, f"{page_of_day}?done=day_confirmed", "")
    for form in ({"act": "topic", "words": ""}, {"act": "move", "on": "昨天"}, {"act": "nothing"}, {}):
        assert (await browser.send(page_of_day, **form))[0] == 409
    assert (await browser.send(page_of_day, act="topic", words="<b>修路</b>"))[0] == 303
    assert (await the_day(town)).state is S.CONFIRMED

    await goes_to(town, at(12, 1, 1))  # the roster is open
    await browser.has_session_of(town, FAR)
    assert (await browser.get(page_of_day))[0] == 200  # held at their station, too
    status, _, page = await browser.send(page_of_day, act="cannot", person="R1", station="QQ1")
    assert (status, "不能改它的名单" in page) == (409, True)
    status, _, page = await browser.send(page_of_day, act="cancel", words="下雨")
    assert (status, "由服务中心和负责人" in page) == (409, True)
    await browser.has_session_of(town, OFFICER)
    _, _, page = await browser.get(page_of_day)
    assert "&lt;b&gt;修路&lt;/b&gt;" in page
    for person, act in (("R1", "comes"), ("R2", "cannot"), ("R3", "ask")):
        assert (await browser.send(page_of_day, act=act, person=person, station="QQ1"))[1] in (
            f"{page_of_day}?done=day_place",
            "",
        ), person
    states = {one.representative_code: one.state for one in await town.all(Attendance)}
    assert (states["R1"], states["R2"]) == (T.ACCEPTED, T.DECLINED)
    assert (await browser.send(page_of_day, act="came", person="R1"))[0] == 409  # too early
    assert (await browser.send(page_of_day, act="file", station="QQ1"))[0] == 409

    for when in (at(12, 8, 2), at(12, 12, 2), at(12, 14, 10), at(12, 15, 0, 30)):
        await goes_to(town, when)
    await browser.has_session_of(town, OFFICER)
    assert (await browser.send(page_of_day, act="came", person="R1", clock="08:90"))[0] == 409
    assert (await browser.send(page_of_day, act="came", person="R1"))[1] == f"{page_of_day}?done=day_came"
    await goes_to(town, at(12, 15, 1, 30))
    await goes_to(town, at(12, 15, 4))
    assert (await the_day(town)).state is S.CLOSED
    _, _, page = await browser.get(page_of_day)
    assert "上报期限" in page
    assert (await browser.send(page_of_day, act="file", station="XZ1"))[0] == 409
    report = {"received": "5", "opinions": "2", "proposals": "", "words": "来了五位居民"}
    assert (await browser.send(page_of_day, act="file", station="QQ1", **report))[0] == 303
    site = next(one for one in await town.all(ActivitySite) if one.station_code == "QQ1")
    assert (site.received, site.opinions, site.proposals, site.reported_by) == (5, 2, 0, OFFICER)
    _, _, page = await browser.get(page_of_day)
    assert "来了五位居民" in page
    await browser.has_session_of(town, FAR)
    _, _, page = await browser.get(page_of_day)
    assert "来了五位居民" not in page
    assert (await browser.send(page_of_day, act="file", station="XZ1"))[0] == 303
    await town.settle()
    assert (await the_day(town)).state is S.REPORTED
    wanted = ["activity day confirmed", "activity day topic changed", "activity day roster noted"]
    assert [act for act in await acts(town) if act in wanted][:3] == wanted
    assert (await acts(town)).count("activity report filed") == 2
    await town.assert_at_rest()


async def stands(town: Town, state: ActivityState) -> None:
    """A day at both stations, at once in a state; one is asked at each."""
    async with town.bot.database.begin() as session:
        day = await session.get(ActivityDay, 1)
        if day is not None:
            day.state = state
            return
        hours = {"start": "09:00", "end": "11:30"}
        session.add(
            ActivityDay(id=1, region_code="JH01", planned_on=HELD_ON, on_date=HELD_ON, state=state, **hours)
        )
        await session.flush()
        for station, person in (("QQ1", "R1"), ("XZ1", "R3")):
            session.add(ActivitySite(day_id=1, station_code=station))
            session.add(
                Attendance(day_id=1, station_code=station, representative_code=person, state=T.INVITED, reason="")
            )


async def test_each_station_keeps_its_own_roster_and_report(town: Town, browser: Browser) -> None:
    await stands(town, S.ROSTER_OPEN)
    path = "/console/calendar/days/1"
    note = {"act": "comes", "person": "R1", "station": "QQ1"}
    report = {"act": "file", "station": "QQ1", "received": "5", "opinions": "x", "words": "来了五位居民"}
    sees = {CENTRE: 303, ADMIN: 303, OFFICER: 303, LEAD: 303, FAR: 409, TOWN_OFFICE: 409}
    for act, state in ((note, S.ROSTER_OPEN), (report, S.CLOSED)):
        await stands(town, state)
        for userid, wanted in sees.items():
            await browser.has_session_of(town, userid)
            assert (await browser.get(path))[0] == 200, userid
            assert (await browser.send(path, **act))[0] == wanted, (userid, act["act"])
    states = {one.representative_code: one.state for one in await town.all(Attendance)}
    assert states == {"R1": T.ACCEPTED, "R3": T.INVITED}
    assert {one.station_code: one.received for one in await town.all(ActivitySite)} == {"QQ1": 5, "XZ1": None}
    for userid, reads in ((OFFICER, True), (FAR, False), (TOWN_OFFICE, False)):
        await browser.has_session_of(town, userid)
        assert ("来了五位居民" in (await browser.get(path))[2]) is reads, userid
    assert (await acts(town)).count("activity report filed") == 1
    assert (await acts(town)).count("activity report corrected") == 3


async def test_a_day_is_added_moved_and_called_off(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, OFFICER)
    assert "加办一个活动日" not in (await browser.get("/console/calendar"))[2]
    assert (await browser.send("/console/calendar", on="2026-12-22", topic="物业"))[0] == 422
    await browser.has_session_of(town, CENTRE)
    for day in ("2026-11-01", "2026-13-01", ""):
        assert (await browser.send("/console/calendar", on=day, topic="物业"))[0] == 422
    status, page_of_day, _ = await browser.send("/console/calendar", on="2026-12-22", topic="物业")
    assert (status, page_of_day) == (303, "/console/calendar/days/1?done=day_added")
    assert (await browser.send("/console/calendar/days/1", act="move", on="2026-12-23", words="场地"))[0] == 303
    assert (await the_day(town)).on_date == date(2026, 12, 23)
    assert "原定" in (await browser.get("/console/calendar/days/1"))[2]
    assert (await browser.send("/console/calendar/days/1", act="postpone", words="下雨"))[0] == 303
    assert (await browser.send("/console/calendar/days/1", act="cancel", words="不办了"))[0] == 303
    assert (await browser.send("/console/calendar/days/1", act="cancel"))[0] == 409
    assert (await the_day(town)).state is S.CANCELLED
    for path in ("/console/calendar/days/9", "/console/calendar/days/x", "/console/calendar/days/-1"):
        assert (await browser.get(path))[0] == 404
    for query in ("view=week&on=2026-12-23", "on=2026-02-17", "on=9999-12-31", "on=1900-01-01", "view=x&on=y"):
        assert (await browser.get(f"/console/calendar?{query}"))[0] == 200
    assert "春节" in (await browser.get("/console/calendar?on=2026-02-17"))[2]
