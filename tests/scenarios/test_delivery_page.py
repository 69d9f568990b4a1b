"""送达 answers with figures and a personal address; its page shows them to nobody else and not for long."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from storage.models import AuditLine, DeliveryLink, OutboxRow, StaffMember
from storage.rules import note_roster_change
from tests.scenarios.test_clocks import opened
from tests.support.notices import send_in_chat
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

WORDS = "牡丹园的路灯坏了三天"


@asynccontextmanager
async def browsing(town: Town) -> AsyncIterator[TestClient]:
    app = Application()
    town.bot.add_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def asks(town: Town, member: str, word: str = "送达") -> str:
    await town.writes(member, word)
    return town.member_heard(member)[-1]


def path_in(said: str) -> str:
    (path,) = re.findall(r"/delivery/[\w-]+", said)
    return path


async def test_the_centre_sees_everything_and_an_officer_their_station(town: Town) -> None:
    await opened(town, WORDS)
    await town.scans(NEIGHBOUR, "station", "XZ1")
    await town.says(NEIGHBOUR, "西庄村的水渠堵了")
    whole, part = await asks(town, CENTRE), await asks(town, OFFICER)
    assert "送达情况（11月20日 09:30，全部）" in whole
    assert "（11月20日 09:30，钱桥联络站）" in part
    assert "卡片 2" in whole
    assert "卡片 1" in part
    assert "最早没发出的答复：没有" in whole
    assert "窗口开着的会话：2 个" in whole
    assert "窗口开着的会话：1 个" in part
    assert "告警：现在没有" in whole


async def test_the_page_shows_the_figures_and_nothing_that_people_wrote(town: Town) -> None:
    await opened(town, WORDS)
    await send_in_chat(town)
    async with browsing(town) as client:
        answer = await client.get(path_in(await asks(town, CENTRE)))
        page = await answer.text()
    assert answer.status == 200
    assert "今天已发" in page
    assert "送达没有告警" in page
    assert "通知 1 · 等人确认" in page
    assert not any(words in page for words in ("路灯", "王女士", "材料", RESIDENT, ZHANG))
    assert page.count("<script") == page.count('<script type="module" src="/static/lianxin.') == 1
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_an_address_is_good_until_another_is_asked_for_or_a_day_has_passed(town: Town) -> None:
    async with browsing(town) as client:
        first = path_in(await asks(town, CENTRE))
        second = path_in(await asks(town, CENTRE, "送达。"))
        others = path_in(await asks(town, OFFICER))
        assert [(await client.get(path)).status for path in (first, second, others)] == [410, 200, 200]
        assert "再发一次“送达”" in await (await client.get(first)).text()
        await town.clock.advance(hours=23, minutes=59)
        assert (await client.get(second)).status == 200
        await town.clock.advance(minutes=2)
        assert (await client.get(second)).status == 410
        for guessed in ("x" * 32, "%00", "%F0%9F", "a" * 3000):
            assert (await client.get(f"/delivery/{guessed}")).status in {400, 404}


async def test_whoever_leaves_the_staff_loses_the_page_at_once(town: Town) -> None:
    path = path_in(await asks(town, OFFICER))
    async with town.bot.database.begin() as session:
        await session.delete(await session.get_one(StaffMember, OFFICER))
        await note_roster_change(session, town.clock.now(), "test")
    async with browsing(town) as client:
        assert (await client.get(path)).status == 410


async def test_a_representative_who_writes_the_word_answers_with_it(town: Town) -> None:
    await opened(town, WORDS)
    await town.writes(ZHANG, "送达")
    assert any("送达" in said for said in town.heard(RESIDENT))
    await town.writes(LI, "送达")
    assert "/delivery/" not in "".join(town.member_heard(LI) + town.member_heard(ZHANG))


async def test_an_auditor_is_told_that_it_is_not_theirs(town: Town) -> None:
    town.sim.add_member("auditor.one", "审计")
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="auditor.one", name="审计", role="auditor", station_code=None))
        await note_roster_change(session, town.clock.now(), "test")
    assert "给联络员、联络站负责人和代表联络服务中心" in await asks(town, "auditor.one")


async def test_the_token_is_kept_as_a_digest_and_the_look_is_in_the_audit(town: Town) -> None:
    token = path_in(await asks(town, CENTRE)).rpartition("/")[2]
    async with town.bot.database.read() as session:
        link = await session.get(DeliveryLink, token)
    assert link is None
    assert any(line.act == "delivery figures opened" and line.actor == CENTRE for line in await town.all(AuditLine))


async def test_metrics_tell_what_the_page_tells(town: Town) -> None:
    await opened(town, WORDS)
    async with browsing(town) as client:
        said = await (await client.get("/metrics")).text()
    assert 'lianxin_outbox_sent_today{purpose="card"}' in said
    assert 'lianxin_wecom_calls_total{api="kf/send_msg",errcode="0"}' in said
    assert 'lianxin_budget_conversations{left="' in said
    assert "lianxin_outbox_oldest_answer_seconds 0.0" in said
    assert "lianxin_inbox_waiting 0.0" in said
    assert "lianxin_loop_lag_seconds" in said
    assert len(await town.all(OutboxRow)) > 0
