"""导出我的信息: a copy of one's own data, by an address that works once and ends, third parties masked."""

import io
import re
import zipfile

import aiohttp
import orjson
from sqlalchemy import select

from storage.models import AuditLine, OwnDataLink
from tests.support.pictures import PICTURE
from tests.support.raw_bytes import raw_bytes
from tests.support.town import NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

WORDS = "牡丹园三号楼漏水，楼上老刘电话13812345678 <script>alert(1)</script>"


async def ask(town: Town) -> str:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, WORDS)
    await town.sim.sends_media(RESIDENT, "image", "lamp.png", PICTURE)
    await town.settle()
    await town.passes(seconds=12)
    await town.writes(ZHANG, "已请人上门，联系人李师傅13912345678")
    await town.writes(OFFICER, "#000001 钱联络补充：周五上门")
    await town.says(NEIGHBOUR, "西庄村的桥坏了")
    await town.says(RESIDENT, "导出我的信息")
    return address_in(town)


def address_in(town: Town) -> str:
    found = re.search(r"/my-data/\S+", town.heard(RESIDENT)[-1])
    assert found
    return town.sim.callback_url.removesuffix("/wecom/callback") + found[0]


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.text()


async def post(url: str, how: str = "page") -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.post(url, data={"as": how}) as answer:
        return answer.status, await answer.read()


async def test_a_preview_uses_nothing_up_and_the_button_works_once(town: Town) -> None:
    url = await ask(town)
    for _ in range(3):
        status, page = await get(url)
        assert (status, "只能取一次" in page) == (200, True)
    status, raw = await post(url)
    page = raw.decode()
    assert status == 200
    assert "三号楼漏水" in page
    assert "张伟代表" in page
    assert "联络站工作人员" in page
    for hidden in ("13812345678", "13912345678", "钱联络", "西庄村", "<script>"):
        assert hidden not in page.replace("钱联络补充", "")
    assert (await post(url))[0] == 410
    assert (await get(url))[0] == 410
    assert [line.act for line in await town.all(AuditLine)][-2:] == ["own data offered", "own data fetched"]


async def test_the_archive_has_the_page_the_data_and_the_pictures(town: Town) -> None:
    url = await ask(town)
    status, raw = await post(url, "zip")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = packed.namelist()
        data = orjson.loads(packed.read("my-data.json"))
        (picture,) = [name for name in names if name.startswith("attachments/")]
        assert packed.read(picture) == PICTURE
        assert "三号楼漏水" in packed.read("my-data.html").decode()
    (matter,) = data["matters"]
    assert matter["number"] == "JH-2026-000001"
    assert [one["author"] for one in matter["messages"]] == ["我", "我", "张伟代表", "联络站工作人员"]
    assert matter["opened_at"].endswith("+08:00")
    assert data["nickname"] == "王女士"
    assert b"my-data" not in raw_bytes(town)
    assert raw[:40] not in raw_bytes(town)


async def test_an_address_ends_after_a_day_and_a_new_one_replaces_it(town: Town) -> None:
    first = await ask(town)
    await town.says(RESIDENT, "导出我的信息")
    second = address_in(town)
    assert first != second
    assert (await post(first))[0] == 410
    await town.passes(hours=24)
    assert (await get(second))[0] == 410
    assert (await post(second))[0] == 410
    token = second.rsplit("/", 1)[1]
    assert token.encode() not in raw_bytes(town)
    assert len(await town_links(town)) <= 1


async def town_links(town: Town) -> list[str]:
    async with town.bot.database.read() as session:
        return list(await session.scalars(select(OwnDataLink.digest)))


async def test_own_restricted_matters_are_in_it_and_nobody_elses(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我要投诉张伟代表，收了开发商的钱不办事")
    await town.says(NEIGHBOUR, "西庄村的桥坏了")
    await town.says(RESIDENT, "导出我的信息")
    status, raw = await post(address_in(town))
    assert status == 200
    assert "只限服务中心专人看" in raw.decode()
    assert "西庄村" not in raw.decode()


async def test_whoever_wrote_nothing_is_told_so(town: Town) -> None:
    await town.says(RESIDENT, "导出我的信息")
    assert "没有保存" in town.heard(RESIDENT)[-1]


async def test_an_address_ends_with_the_data(town: Town) -> None:
    url = await ask(town)
    await town.says(RESIDENT, "删除我的信息")
    await town.says(RESIDENT, "确认删除")
    assert (await post(url))[0] == 410
