"""Importing from a page: what would change first, every fault listed, written on the second tap and once."""

import re

import aiohttp

from storage.models import AuditLine, Representative, Station
from tests.support.town import CENTRE, Town
from tests.support.visits import Browser, hire, open_browser, open_site

STATIONS = (
    "code,name,kind,region_code,parent_code\nNEW1,新联络站,station,JH01,QQ1\nQQ1,钱桥新站,station,JH01,HOME\n"
)
PEOPLE = "code,name,level,station_code,userid\nR9,<b>新人</b>,district,NEW1,new.person\n"
WRONG = "code,name,level,station_code\nR9,,district,NOWHERE\n=1+1,张三,emperor,QQ1\n"


async def send(browser: Browser, **files: str) -> tuple[int, str]:
    form = aiohttp.FormData({"csrf": browser.csrf})
    for name, text in files.items():
        form.add_field("file", text.encode(), filename=name.replace("_", "."), content_type="text/csv")
    async with browser.http.post(f"{browser.address}/console/import", data=form) as answer:
        return answer.status, await answer.text()


async def test_people_come_in_by_a_page_and_faults_change_nothing(town: Town) -> None:
    await hire(town)
    async with open_site(town) as (_, address), open_browser(address) as browser:
        await browser.has_session_of(town, CENTRE)
        await browser.get("/console/import")
        status, page = await send(browser, stations_csv=STATIONS, representatives_csv=WRONG)
        assert status == 422
        assert all(one in page for one in ("representatives.csv", "emperor", "不能为空", "NOWHERE"))
        assert "什么都没有导入" in page
        assert (await send(browser, **{"../../etc/passwd": "root"}))[0] == 422
        assert (await send(browser))[0] == 422
        status, page = await send(browser, stations_csv=STATIONS, representatives_csv=PEOPLE)
        assert status == 200
        assert "会改这些，还没有写入" in page
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        await town.clock.advance(seconds=1)
        assert (await browser.send("/console/import", token=token))[1].endswith("done=imported")
        assert (await browser.send("/console/import", token=token))[0] == 409  # a second tap
        assert "和现在的一样" in (await send(browser, stations_csv=STATIONS, representatives_csv=PEOPLE))[1]
    async with town.bot.database.read() as session:
        assert (await session.get_one(Station, "QQ1")).name == "钱桥新站"
        assert (await session.get_one(Representative, "R9")).name == "<b>新人</b>"
        context = await town.bot.office.open(session)
        assert "R9" in context.directory.representatives
    assert (CENTRE, "roster imported") in [(line.actor, line.act) for line in await town.all(AuditLine)]
