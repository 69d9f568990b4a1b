"""How far a matter is, behind an address that only its sender was given."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from storage.models import Case, StatusLink
from tests.scenarios.test_duty_file_page import browsing
from tests.support.town import NEIGHBOUR, RESIDENT, ZHANG, Town, open_town

WORDS = "牡丹园三号楼<b>路灯</b>坏了三天"


def links(town: Town, who: str) -> list[tuple[str, str]]:
    """Label and path of the pages that somebody can tap in their newest message with any."""
    for line in reversed(town.sim.chat(who)):
        found = [item["view"] for item in (line.menu or {}).get("list", []) if item["type"] == "view"]
        if found:
            return [(one["content"], re.sub(r"^https?://[^/]+", "", one["url"])) for one in found]
    return []


async def restrict(town: Town) -> None:
    async with town.bot.database.begin() as session:
        (case,) = (await session.scalars(select(Case))).all()
        case.restricted = True


async def test_a_matter_is_followed_on_its_page_from_the_receipt_to_its_end(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, browsing(town) as client:
        await town.scans(RESIDENT, "rep", "R1")
        await town.says(RESIDENT, WORDS)
        ((label, path),) = links(town, RESIDENT)
        assert label == "看看办到哪一步"
        assert re.fullmatch(r"/s/[\w-]{32}", path)
        answer = await client.get(path)
        page = await answer.text()
        assert answer.status == 200
        assert "已转到，等候接收" in page
        assert "最晚" in page
        for hidden in ("路灯", "牡丹园", "王女士", "张伟", "钱桥"):
            assert hidden not in page, "neither words nor names"
        assert "<script" not in page
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "script-src" not in answer.headers["Content-Security-Policy"]

        await town.says(RESIDENT, "进度")
        ((label, again),) = links(town, RESIDENT)
        assert label == "JH-2026-000001 办到哪一步"
        assert again == path, "the address stays"

        await town.passes(days=4)
        assert "现在已经晚了" in await (await client.get(path)).text()
        await town.writes(ZHANG, "#000001 已经请人去修")
        assert "已答复" in await (await client.get(path)).text()
        await town.says(RESIDENT, "还没有", menu_id="unsolved:1")
        assert "您说还没有解决，正在接着办" in await (await client.get(path)).text()
        await town.writes(ZHANG, "#000001 今天修好了")
        await town.says(RESIDENT, "已解决", menu_id="solved:1")
        assert "已办结" in await (await client.get(path)).text()

        await restrict(town)
        page = await (await client.get(path)).text()
        assert "受理中" in page
        for hidden in ("JH-2026", "办结", "答复", "11月", "由谁办理"):
            assert hidden not in page.replace("答复、", ""), hidden


async def test_an_address_ends_when_its_holder_wishes_and_when_the_words_are_erased(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, browsing(town) as client:
        for number, matter in enumerate(
            ("牡丹园的路灯坏了三天", "西庄村的水管爆了没人修", "钱桥的公交站牌倒了"), 1
        ):
            await town.says(RESIDENT, "反映另一件事")
            await town.says(RESIDENT, matter)
            await town.clock.advance(minutes=number)
        await town.says(RESIDENT, "进度")
        first, second, third = [path for _, path in links(town, RESIDENT)]
        assert len({first, second, third}) == 3

        ended = await client.post(first)
        assert "已经停用，以后谁也打不开" in await ended.text()
        assert (await client.get(first)).status == 410
        assert (await client.post(first)).status == 410
        assert (await client.get(second)).status == 200
        await town.says(RESIDENT, "进度")
        assert links(town, RESIDENT)[0][1] != first, "whoever asks in the chat has a new one"
        assert (await client.get(first)).status == 410

        await town.says(NEIGHBOUR, "停用链接")
        assert "没有在用的进度链接" in town.heard(NEIGHBOUR)[-1]
        assert (await client.get(second)).status == 200
        await town.says(RESIDENT, "停用链接。")
        assert "都停用了" in town.heard(RESIDENT)[-1]
        assert (await client.get(second)).status == 410
        assert (await client.get("/s/" + "x" * 32)).status == 404

        await town.says(RESIDENT, "进度")
        newest = links(town, RESIDENT)[0][1]
        await town.says(RESIDENT, "删除我的信息")
        await town.says(RESIDENT, "确认删除")
        gone = await client.get(newest)
        assert gone.status == 410
        assert "JH-2026" not in await gone.text()
        rows = [(row.ended_at is not None, row.token_sealed) for row in await _all_links(town)]
        assert set(rows) == {(True, None)}
        await town.passes(seconds=timedelta(minutes=1).total_seconds())


async def _all_links(town: Town) -> list[StatusLink]:
    async with town.bot.database.read() as session:
        return list(await session.scalars(select(StatusLink)))


async def test_a_restricted_matter_is_given_no_address(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.says(RESIDENT, "投诉张伟代表，他从来不回我的话")
        await town.says(RESIDENT, "进度")
        assert (await town.case()).restricted
        assert links(town, RESIDENT) == []
        assert await _all_links(town) == []
