"""接待登记: the page on which an officer notes people at the desk makes what the word 接待 makes."""

import asyncio
import re
from pathlib import Path

from bot.services.receptions import noting
from storage.models import AuditLine, Case, Reception
from tests.scenarios.test_duty_file_page import browsing
from tests.support.town import LI, OFFICER, Town, open_town


async def address(town: Town) -> str:
    await town.writes(OFFICER, "接待登记")
    found = re.search(r"/desk/[\w-]{20,}", town.member_heard(OFFICER)[-1])
    assert found is not None, town.member_heard(OFFICER)[-1]
    return found[0]


def mark_in(page: str) -> str:
    return re.findall(r'name="mark" value="([\w-]{16,64})"', page)[-1]


async def facts(town: Town) -> list[tuple[object, ...]]:
    rows = await town.all(Reception)
    async with town.bot.database.read() as session:
        context = await town.bot.office.open(session)
        matters = [await noting.matter_of(context, row) for row in rows]
    return [
        (row.station_code, row.representative_code, row.people, row.opinions, row.proposals, row.source, matter)
        for row, matter in zip(rows, matters, strict=True)
    ]


async def test_the_page_makes_the_same_reception_as_the_word_and_only_once(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, browsing(town) as client:
        await town.writes(LI, "接待登记")
        assert "由联络站的联络员登记" in town.member_heard(LI)[-1]
        path = await address(town)
        page = await client.get(path)
        text = await page.text()
        assert "钱桥联络站 · 接待登记" in text
        assert "<script" not in text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        filled = {"mark": mark_in(text), "people": "3", "matter": "建议<b>增设</b>公交站", "representative": "R1"}
        first, second = await asyncio.gather(client.post(path, data=filled), client.post(path, data=filled))
        third = await client.post(path, data=filled)
        for answer in (first, second, third):
            told = await answer.text()
            assert answer.status == 200, "the page is shown after a redirect"
            assert answer.url.query_string == "done=1"
            assert "已登记，编号 1" in told
            assert "建议&lt;b&gt;增设&lt;/b&gt;公交站" in told
        await town.writes(OFFICER, "接待 3人 建议<b>增设</b>公交站 代表张伟")
        by_page, by_word = await facts(town)
        assert by_page == by_word

        for wrong, said in (
            ("人数要在", {"people": "0"}),
            ("人数要在", {"people": "三"}),
            ("请写人数", {"mark": "x"}),
        ):
            answer = await client.post(path, data={**filled, "mark": "m" * 20, **said})
            told = await answer.text()
            assert (answer.status, wrong in told) == (422, True)
            assert "建议&lt;b&gt;增设" in told, "what was filled in is still there"
        assert len(await facts(town)) == 2

        for _ in range(2):
            answer = await client.post(path, data={"id": "1", "settle": "case"})
            assert "已立案转办 JH-2026-000001" in await answer.text()
        assert len(await town.all(Case)) == 1
        assert (await client.post(path, data={"id": "99", "settle": "case"})).status == 404
        assert (await client.get("/desk/nobody-has-this")).status == 404
        assert [one.act for one in await town.all(AuditLine)].count("reception noted") == 2
        await town.passes(hours=13)
        assert (await client.get(path)).status == 410
        assert (await client.post(path, data={**filled, "mark": "n" * 20})).status == 410
        assert len(await facts(town)) == 2
        await town.assert_at_rest()
