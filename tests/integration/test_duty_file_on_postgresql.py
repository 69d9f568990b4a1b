"""The yearly check, contacts and the page on PostgreSQL: one story from the list to the page that is published."""

from pathlib import Path

from bot.services.verification import find_violations
from tests.scenarios.test_duty_entries import tap
from tests.scenarios.test_duty_file import check_of, easy_year, open_checks, send
from tests.scenarios.test_duty_file_page import browsing, path_of
from tests.scenarios.test_duty_quotas import load, log, missing_contacts
from tests.support.town import OFFICER, ZHANG, open_town


async def test_from_the_list_to_what_is_published(postgresql_url: str, tmp_path: Path) -> None:
    async with open_town(tmp_path, database_url=postgresql_url) as town:
        await easy_year(town)
        await load(town, tmp_path / "links", "R1,,,王秀英,,1,,是,独居")
        await open_checks(town)
        assert any("走访选民：今年还没有" in text for text in town.member_heard(ZHANG))
        await log(town, "今天在牡丹园走访王秀英老人1户")
        await town.writes(ZHANG, "存档 选举材料 当选通知书")
        await send(town, ZHANG)
        await town.passes(hours=24)
        assert await missing_contacts(town) == ()
        await tap(town, ZHANG, "file_ok")
        await town.writes(OFFICER, "档案待审")
        await town.writes(OFFICER, "档案通过 全部")
        await town.passes(minutes=10)
        assert (await check_of(town)).state == "published"
        own, officer = await path_of(town, ZHANG), await path_of(town, OFFICER, "档案 张伟")
        async with browsing(town) as client:
            assert "当选通知书（1 号" in await (await client.get(own)).text()
            assert "重点关注" in await (await client.get(officer)).text()
            assert "走访 1 次" in await (await client.get("/duty/R1")).text()
        async with town.bot.database.read() as session:
            assert [one async for one in find_violations(session, now=town.clock.now())] == []
