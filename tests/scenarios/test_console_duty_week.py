"""值班 as a week: who may change whose roster, what is refused, and that people hear of it."""

import re
from collections.abc import AsyncIterator

import pytest

from storage.models import AuditLine, RosterSlot, RosterSwap
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town
from tests.support.visits import FAR, Browser, hire, open_browser, open_site

PAGE = "/console/calendar/duty"


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as opened:
        yield opened


async def slots(town: Town) -> list[tuple[str, str, str]]:
    return [
        (one.station_code, one.representative_code, str(one.on_date or one.weekday))
        for one in await town.all(RosterSlot)
    ]


async def test_a_week_is_filled_changed_and_told(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, FAR)
    put = {"act": "put", "at": "QQ1", "person": "R1", "day": "2026-11-24", "start": "09:00", "end": "11:00"}
    status, _, page = await browser.send(PAGE, **put)
    assert (status, "不归您排" in page) == (409, True)
    for act in ({"act": "out", "slot": "1"}, {"act": "swap", "who": "R2", "person": "R3", "day": "2026-11-20"}):
        assert (await browser.send(PAGE, **act))[0] == 409
    assert "钱桥联络站</h2>" not in (await browser.get(f"{PAGE}?station=QQ1"))[2]

    await browser.has_session_of(town, OFFICER)
    refused = {
        "已经过去": {"day": "2026-11-19"},
        "从名单里选": {"person": "nobody"},
        "时间要这样写": {"end": "09:00"},
        "那个时候已经在值班": {"person": "R2", "day": "2026-11-20", "start": "10:00", "end": "12:00"},
        "不归您排": {"at": "XZ1"},
    }
    for why, change in refused.items():
        status, _, page = await browser.send(PAGE, **put | change)
        assert (status, why in page) == (409, True), why
    for _ in range(2):  # a second tap changes nothing
        assert (await browser.send(PAGE, **put))[:2] == (303, f"{PAGE}?on=2026-11-24&done=duty_put")
    assert (await browser.send(PAGE, **put | {"end": "12:00"}))[0] == 409
    assert (await browser.send(PAGE, **put | {"day": "2026-11-25", "weekly": "1"}))[0] == 303
    assert [one for one in await slots(town) if one[1] == "R1"] == [("QQ1", "R1", "2026-11-24"), ("QQ1", "R1", "2")]
    await town.settle()
    assert "给您排了班：11月24日（周二） 09:00–11:00 钱桥联络站" in town.member_heard(ZHANG)[-2]
    assert "从11月25日（周三）起，每周三 09:00–11:00" in town.member_heard(ZHANG)[-1]

    _, _, page = await browser.get(f"{PAGE}?on=2026-11-24")
    assert len(re.findall(r'class="chip[^>]*>张伟', page)) >= 2
    _, _, page = await browser.get(f"{PAGE}?at=QQ1&day=2026-11-24&start=09:00&end=11:00")
    assert 'id="pick"' in page
    swap = {"act": "swap", "who": "R1", "person": "R2", "day": "2026-11-24", "start": "09:00"}
    assert (await browser.send(PAGE, **swap))[0] == 303
    await town.settle()
    assert "由李娜代表替您" in town.member_heard(ZHANG)[-1]
    assert "替张伟" in (await browser.get(f"{PAGE}?on=2026-11-24"))[2]

    await town.writes(ZHANG, "换班 2026-11-25 李娜")
    _, _, page = await browser.get(f"{PAGE}?on=2026-11-24")
    assert "等回复的换班" in page
    asked = (await town.all(RosterSwap))[-1].id
    assert (await browser.send(PAGE, act="confirm", swap=str(asked)))[0] == 303
    assert (await browser.send(PAGE, act="confirm", swap=str(asked)))[0] == 409
    assert "等回复的换班" not in (await browser.get(f"{PAGE}?on=2026-11-24"))[2]

    ids = [one.id for one in await town.all(RosterSlot) if one.representative_code == "R1"]
    for slot in ids:
        assert (await browser.send(PAGE, act="out", slot=str(slot), day="2026-11-24"))[0] == 303
        assert (await browser.send(PAGE, act="out", slot=str(slot), day="2026-11-24"))[0] == 409
    await town.settle()
    assert sum("这个班不用您值了" in one for one in town.member_heard(LI)) == 2  # who stood in hears of it, too
    assert await slots(town) == [("QQ1", "R2", "2026-11-20")]
    lines = [one.act for one in await town.all(AuditLine) if one.act.startswith("duty time")]
    assert lines == ["duty time set"] * 2 + ["duty time taken away"] * 2

    await browser.has_session_of(town, CENTRE)
    for query in ("", "?station=XZ1", "?station=nowhere", "?on=x&at=QQ1&day=y", "?on=2199-12-31"):
        assert (await browser.get(PAGE + query))[0] == 200
    await town.assert_at_rest()
