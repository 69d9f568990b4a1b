"""The pages of a file: the private one behind its address, and what is published of it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application
from sqlalchemy import select, update

from storage.models import FileAddress, FileCheck, Representative
from storage.states import FileCheckState
from tests.scenarios.test_duty_entries import tap
from tests.scenarios.test_duty_file import audit_of, send
from tests.scenarios.test_duty_quotas import load, log, set_rule
from tests.support.town import CENTRE, LI, OFFICER, ZHANG, Town


@asynccontextmanager
async def browsing(town: Town) -> AsyncIterator[TestClient]:
    app = Application()
    town.bot.add_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def path_of(town: Town, member: str, words: str = "档案") -> str:
    await town.writes(member, words)
    found = re.search(r"/file/[\w-]{20,}", town.member_heard(member)[-1])
    assert found is not None, town.member_heard(member)[-1]
    return found[0]


async def test_my_duty_leads_to_a_page_with_sections_gaps_and_quotas(town: Town) -> None:
    await set_rule(town, "duty_checklists", {"ten_ones": {"on": True}})
    await log(town, "今天在牡丹园走访3户，反映路灯<b>不亮</b>")
    await town.writes(ZHANG, "存档 选举材料 当选通知书")
    await send(town, ZHANG)
    path = await path_of(town, ZHANG, "我的履职")
    async with browsing(town) as client:
        answer = await client.get(path)
        text = await answer.text()
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in text
        for words in (
            "张伟代表的履职档案",
            "当选通知书（1 号",
            "11月20日 走访 · 牡丹园 · 3 人",
            "七带头十个一 1/10 项，还差 9 项：",
            "4. 议案建议",
            "今年还没有",
            "2022—2026 年届",
        ):
            assert words in text
        assert "路灯&lt;b&gt;不亮" in text, "what people wrote is text"
        before = await (await client.get(f"{path}?year=2025")).text()
        assert "走访 · 牡丹园" not in before
        assert (await client.get(f"{path}?year=9999")).status == 200
        assert (await client.get(f"{path}?year=%00")).status == 200
    assert await audit_of(town, "duty file read") == [], "one's own file is nobody's business"


async def test_the_same_address_is_given_again_and_ends(town: Town) -> None:
    first = await path_of(town, ZHANG)
    assert await path_of(town, ZHANG) == first
    assert await path_of(town, LI) != first
    await town.passes(days=4)
    second = await path_of(town, ZHANG)
    assert second != first
    async with browsing(town) as client:
        assert [(await client.get(path)).status for path in (first, second)] == [200, 200]
        await town.passes(days=3, minutes=1)
        gone = await client.get(first)
        assert gone.status == 410
        assert "会给您新的链接" in await gone.text()
        await town.writes(ZHANG, "档案换链接")
        assert "都已失效" in town.member_heard(ZHANG)[-1]
        assert (await client.get(second)).status == 410
        for guessed in ("x", "a" * 32, "%E2%80%AE", "%00"):
            assert (await client.get(f"/file/{guessed}")).status in {400, 404}


async def test_an_officer_opens_a_file_of_theirs_on_record_and_only_while_it_is_theirs(town: Town) -> None:
    await log(town, "今天在牡丹园走访3户")
    path = await path_of(town, OFFICER, "档案 张伟")
    async with browsing(town) as client:
        assert "走访 · 牡丹园" in await (await client.get(path)).text()
        assert await audit_of(town, "duty file read") == [(OFFICER, "representative R1")] * 2
        async with town.bot.database.begin() as session:
            await session.execute(
                update(Representative).where(Representative.code == "R1").values(station_code="XZ1")
            )
        town.bot.office.people._people = None
        assert (await client.get(path)).status == 410
    assert len(await audit_of(town, "duty file read")) == 2


async def test_who_needs_care_is_told_to_the_representative_and_their_officer_alone(
    town: Town, tmp_path: Path
) -> None:
    await load(town, tmp_path / "links", "R1,,,王秀英,,,,是,独居老人", "R1,,R2,,,1,,,")
    await log(town, "今天联系代表李娜1人")
    await town.passes(minutes=1)
    paths = [await path_of(town, ZHANG), *[await path_of(town, who, "档案 张伟") for who in (OFFICER, CENTRE)]]
    async with browsing(town) as client:
        texts = [await (await client.get(path)).text() for path in paths]
    assert ["重点关注" in text for text in texts] == [True, True, False]
    assert ["独居老人" in text for text in texts] == [True, True, False]
    assert all("王秀英 0/2 次" in text and "李娜 1/1 次" in text for text in texts)


async def test_closed_entries_are_on_no_page_of_others_and_without_words_on_ones_own(town: Town) -> None:
    await log(town, "今天在牡丹园调解张家和李家的纠纷")
    await log(town, "今天暗访西庄农贸市场")
    own, officer = await path_of(town, ZHANG), await path_of(town, OFFICER, "档案 张伟")
    centre = await path_of(town, CENTRE, "档案 张伟")
    async with browsing(town) as client:
        texts = {name: await (await client.get(path)).text() for name, path in (("own", own), ("officer", officer))}
        texts["centre"] = await (await client.get(centre)).text()
    assert "李家" not in "".join(texts.values())
    assert "农贸市场" not in "".join(texts.values())
    assert "调解" in texts["own"]
    assert "暗访" in texts["centre"]
    assert "调解" not in texts["officer"]


async def test_what_is_published_are_figures_and_open_fields_alone(town: Town) -> None:
    await log(town, "今天在牡丹园走访3户，王大爷反映路灯不亮")
    await log(town, "今天在牡丹园调解纠纷")
    await town.writes(ZHANG, "履职 今天参加培训")
    await tap(town, ZHANG, "duty_ok")
    async with town.bot.database.begin() as session:
        values = {"public_fields": ["name", "unit"], "unit": "某物流公司", "post": "经理", "phone": "0510-12345678"}
        await session.execute(update(Representative).where(Representative.code == "R1").values(**values))
    async with browsing(town) as client:
        assert (await client.get("/duty/R1")).status == 404, "not before it was passed"
        at = town.clock.now()
        async with town.bot.database.begin() as session:
            session.add(
                FileCheck(
                    representative_code="R1", year=2026, state=FileCheckState.PUBLISHED, opened_at=at,
                    published_at=at, digest="",
                )
            )  # fmt: skip
        answer = await client.get("/duty/R1")
        text = await answer.text()
        assert answer.status == 200
        assert "张伟" in text
        assert "某物流公司" in text
        assert "走访 1 次" in text
        assert "培训 1 次" in text
        for hidden in ("经理", "0510", "王大爷", "路灯", "牡丹园", "调解"):
            assert hidden not in text
        assert (await client.get("/duty/R9")).status == 404
        assert (await client.get("/duty/%00")).status == 404


async def test_old_addresses_do_not_pile_up_while_one_is_good(town: Town) -> None:
    for _ in range(3):
        await path_of(town, ZHANG, "我的履职")
        await town.clock.advance(hours=1)
    rows = await town_rows(town)
    assert len(rows) == 1
    path = await path_of(town, ZHANG, "我的履职")
    async with town.bot.database.read() as session:
        kept = str((await session.execute(select(FileAddress.__table__))).all())
    assert path.rpartition("/")[2] not in kept, "what would open it is not in the database"
    assert rows[0].expires_at - rows[0].issued_at == timedelta(days=7)


async def town_rows(town: Town) -> list[FileAddress]:
    async with town.bot.database.read() as session:
        return list(await session.scalars(select(FileAddress)))
