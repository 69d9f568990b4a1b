"""通知用语: the centre changes a sentence, people read it at once; one that is broken gives way to the default."""

from collections.abc import AsyncIterator

import pytest

from storage import notice_texts
from storage.models import AuditLine, NoticeText
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, Town
from tests.support.visits import Browser, hire, open_browser, open_site

PAGE = "/console/texts/receipt.received"
OWN = "收到了，给您记作 {number}。"


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as opened:
        yield opened


async def test_a_sentence_is_tried_set_read_put_back_and_never_in_the_way(town: Town, browser: Browser) -> None:
    await browser.has_session_of(town, OFFICER)
    assert (await browser.send(PAGE, act="set", was="0", text=OWN))[0] == 403
    await browser.has_session_of(town, CENTRE)
    assert (await browser.get("/console/texts"))[0] == 200
    assert (await browser.get("/console/texts/nothing"))[0] == 404
    status, _, page = await browser.send(PAGE, act="try", was="0", text=OWN)
    assert (status, "收到了，给您记作 JH-2026-000123。" in page, "改了以后的样子" in page) == (200, True, True)
    assert not await town_texts(town)
    for text, why in (("收到了。", "少了"), ("", "请写一句话"), ("{number} 一定解决", "保证结果")):
        for act in ("try", "set"):
            status, _, page = await browser.send(PAGE, act=act, was="0", text=text)
            assert (status, why in page) == (422, True), (act, text)
    assert (await browser.send(PAGE, act="set", was="0", text=OWN))[:2] == (303, f"{PAGE}?done=text_set")
    status, _, page = await browser.send(PAGE, act="set", was="0", text="{number} 收到。")
    assert (status, "刚刚被别人改过" in page, "{number} 收到。" in page) == (422, True, True)

    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "牡丹园三号楼门口的路灯坏了三天了")
    assert "收到了，给您记作 JH-2026-000001。" in town.heard(RESIDENT)[-1]

    async with town.bot.database.begin() as session:  # as an earlier version might have left it
        await notice_texts.put(session, "receipt.received", 2, "您好{nobody}", town.clock.now(), "nobody")
    await town.scans(NEIGHBOUR, "station", "QQ1")
    await town.says(NEIGHBOUR, "西庄村的水管漏了两天了")
    assert "您反映的事已收到，编号 JH-2026-000002。" in town.heard(NEIGHBOUR)[-1]
    assert "这些通知用语写得不对" in (await browser.get("/console/health"))[2]
    assert "没有“{nobody}”这一项" in (await browser.get(PAGE))[2]

    assert (await browser.send(PAGE, act="reset", was="2"))[1] == f"{PAGE}?done=text_reset"
    assert "这些通知用语写得不对" not in (await browser.get("/console/health"))[2]
    _, _, page = await browser.get(PAGE)
    assert "恢复默认</bdi>" in page
    assert [one.act for one in await town.all(AuditLine)].count("notice text changed") == 2
    await town.assert_at_rest()


async def town_texts(town: Town) -> list[str]:
    async with town.bot.database.read() as session:
        return [one.text for one in (await notice_texts.current(session)).values() if isinstance(one, NoticeText)]
