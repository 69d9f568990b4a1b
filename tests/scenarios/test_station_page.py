"""The public page of a station: what everyone may know of it, and nothing that somebody keeps to themselves."""

from pathlib import Path
from urllib.parse import quote

from bot.services import entry_codes
from storage.models import Representative, RosterSlot
from tests.scenarios.test_duty_file_page import browsing
from tests.support.town import CENTRE, NEIGHBOUR, Town, open_town


async def furnish(town: Town) -> None:
    """One representative shows only their level and telephone, one has a new code and a time of duty."""
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        li = await session.get_one(Representative, "R2")
        li.public_fields, li.level, li.phone, li.unit = ["level", "phone"], "district", "13912345678", "第二小学"
        session.add(RosterSlot(station_code="QQ1", representative_code="R1", weekday=1, start="09:00", end="11:00"))
        clerk = entry_codes.clerk_of(context, CENTRE)
        (target,) = await entry_codes.find_targets(clerk, "R1")
        await entry_codes.renew(clerk, target)


async def test_everyone_reads_where_when_and_who_and_comes_into_the_chat(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town, browsing(town) as client:
        await furnish(town)
        answer = await client.get("/station/QQ1")
        page = await answer.text()
        assert answer.status == 200
        assert "钱桥联络站" in page
        assert "工作日 9:00-17:00" in page
        assert "张伟" in page
        assert "每周二 9:00-11:00" in page
        assert "/code/R1-2.svg" in page, "the code that is valid now"
        assert 'href="tel:13912345678"' in page
        for hidden in ("李娜", "第二小学"):
            assert hidden not in page, "what a representative keeps to themselves"
        assert "近期没有排定的活动" in page
        assert "<script" not in page
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "scene_param=R1-2" in page, "a button leads into the chat"
        assert "scene_param=QQ1" in page
        assert (await client.get("/code/R1-2.svg")).status == 200
        assert (await client.get("/station/NO")).status == 404
        assert (await client.get(f"/station/{quote('<script>')}")).status == 404

        await town.scans(NEIGHBOUR, "station", "QQ1")
        await town.says(NEIGHBOUR, "你们联络站几点开门")
        menu = next(line.menu for line in reversed(town.sim.chat(NEIGHBOUR)) if line.menu)
        pages = [item["view"]["url"] for item in menu["list"] if item["type"] == "view"]
        assert [url.rpartition("/station/")[2] for url in pages] == ["QQ1"]
        assert "张伟代表" in town.heard(NEIGHBOUR)[-1]
        assert "李娜" not in town.heard(NEIGHBOUR)[-1]
