"""Codes that were issued anew, revoked or ran out: what whoever scans them hears, and who may change them."""

from datetime import date

import aiohttp
import pytest
from sqlalchemy import select

from bot.services import entry_codes
from storage.models import AuditLine, Case, EntryCode, Representative, StaffMember
from storage.rules import note_roster_change
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

ADDRESS = "http://127.0.0.1:8080/code"
LIGHT = "路灯坏了三天了"


async def codes(town: Town) -> dict[str, EntryCode]:
    async with town.bot.database.read() as session:
        return {row.code: row for row in await session.scalars(select(EntryCode))}


async def orders(town: Town, member: str, words: str) -> str:
    """Say it a moment after what was changed before; the answer."""
    await town.passes(seconds=1)
    await town.writes(member, words)
    return town.member_heard(member)[-1]


async def lets_run_out(town: Town, code: str, on: date) -> None:
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        clerk = entry_codes.clerk_of(context, CENTRE)
        await entry_codes.expire(clerk, await entry_codes.get_code(clerk, code), on)


async def picture(town: Town, code: str) -> tuple[int, str]:
    base = town.sim.callback_url.removesuffix("/wecom/callback")
    async with aiohttp.ClientSession() as session, session.get(f"{base}/code/{code}.svg") as answer:
        return answer.status, await answer.text()


async def test_a_revoked_code_is_greeted_with_why_and_its_matter_goes_to_the_station(town: Town) -> None:
    answer = await orders(town, OFFICER, "停用码 张伟")
    assert "张伟代表的码已停用（R1）" in answer
    assert "钱桥联络站" in answer
    await town.scans(RESIDENT, "rep", "R1")
    (greeting,) = town.heard(RESIDENT)
    assert "您好，这里是钱桥联络站" in greeting
    assert "您扫的代表码已经停用，现在由钱桥联络站接待您" in greeting
    await town.says(RESIDENT, LIGHT)
    case = await town.case()
    assert (case.station_code, case.representative_code, case.decided_by) == ("QQ1", "R2", "code_revoked")
    assert "您扫的码已经停用，先转给钱桥联络站" in town.heard(RESIDENT)[-1]
    assert "对方扫的码已经停用" in str(town.cards(OFFICER)[-1])
    assert town.cards(ZHANG) == []
    await town.says(RESIDENT, "为什么")
    assert "先转给钱桥联络站" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_renewed_code_reaches_the_representative_and_the_old_one_no_longer(town: Town) -> None:
    answer = await orders(town, OFFICER, "换码 张伟代表")
    assert "张伟代表的新码是 R1-2" in answer
    assert f"{ADDRESS}/R1-2.svg" in answer
    await town.scans(RESIDENT, "rep", "R1-2")
    assert "张伟代表" in town.heard(RESIDENT)[0]
    await town.says(RESIDENT, LIGHT)
    await town.scans(NEIGHBOUR, "rep", "R1")
    await town.says(NEIGHBOUR, "水管爆了没人修")
    first, second = await town.all(Case)
    assert (first.representative_code, first.decided_by) == ("R1", "representative_code")
    assert (second.station_code, second.representative_code) == ("QQ1", "R2")
    assert "您扫的是张伟代表的码" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_code_runs_out_at_the_end_of_its_last_day_without_anyone_doing_anything(town: Town) -> None:
    await lets_run_out(town, "R1", date(2026, 11, 20))
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LIGHT)
    await town.passes(hours=14, minutes=29)  # 23:59
    await town.scans(NEIGHBOUR, "rep", "R1")
    assert "张伟代表" in town.heard(NEIGHBOUR)[0]
    await town.passes(minutes=1)
    await town.says(NEIGHBOUR, LIGHT)
    assert [case.decided_by for case in await town.all(Case)] == ["representative_code", "code_expired"]
    assert "您扫的码已经过期，先转给钱桥联络站" in town.heard(NEIGHBOUR)[-1]


async def test_the_revoked_code_of_a_station_leads_to_the_one_above(town: Town) -> None:
    await orders(town, CENTRE, "停用码 钱桥联络站")
    await town.scans(RESIDENT, "station", "QQ1")
    assert "您扫的联络站码已经停用，现在由锦河区代表之家接待您" in town.heard(RESIDENT)[0]
    await town.says(RESIDENT, LIGHT)
    assert (await town.case()).station_code == "HOME"


async def test_the_replaced_code_of_a_station_leads_to_the_station_that_is_still_there(town: Town) -> None:
    await orders(town, OFFICER, "换码 QQ1")
    await town.scans(RESIDENT, "station", "QQ1-2")
    assert "停用" not in town.heard(RESIDENT)[0]
    await town.scans(NEIGHBOUR, "station", "QQ1")
    assert "现在由钱桥联络站接待您" in town.heard(NEIGHBOUR)[0]


async def test_the_code_of_someone_who_left_the_roster_leads_to_the_station_remembered(town: Town) -> None:
    await orders(town, OFFICER, "换码 张伟")
    await town.passes(seconds=1)
    async with town.bot.database.begin() as session:
        await session.delete(await session.get_one(Representative, "R1"))
        await note_roster_change(session, town.clock.now(), "test")
    await town.scans(RESIDENT, "rep", "R1-2")
    assert "您扫的代表码已经停用，现在由钱桥联络站接待您" in town.heard(RESIDENT)[0]
    assert (await picture(town, "R1-2"))[0] == 410
    assert "已经不在名册里" in await orders(town, CENTRE, "换码 R1-2")


async def test_whoever_scans_the_renewed_code_again_goes_on_with_their_matter(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LIGHT)
    await orders(town, OFFICER, "换码 张伟")
    await town.scans(RESIDENT, "rep", "R1-2")
    await town.says(RESIDENT, "今天还是没有亮")
    assert (await town.case()).representative_code == "R1"


async def test_a_revoked_code_scanned_again_goes_on_with_the_matter_it_began(town: Town) -> None:
    await orders(town, OFFICER, "停用码 张伟")
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LIGHT)
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "今天还是没有亮")
    await town.case()


async def test_the_revoked_code_of_someone_else_begins_a_new_matter(town: Town) -> None:
    await orders(town, OFFICER, "停用码 李娜")
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, LIGHT)
    await town.scans(RESIDENT, "rep", "R2")
    await town.says(RESIDENT, "水管爆了没人修")
    first, second = await town.all(Case)
    assert (first.representative_code, second.representative_code) == ("R1", "R1")
    assert (first.decided_by, second.decided_by) == ("representative_code", "code_revoked")


async def test_a_code_is_in_the_audit_with_who_and_why(town: Town) -> None:
    await orders(town, OFFICER, "停用码 张伟 离任")
    row = (await codes(town))["R1"]
    assert (row.revoked_by, row.reason, row.station_code) == (OFFICER, "left_office", "QQ1")
    (line,) = [line for line in await town.all(AuditLine) if line.act == "code revoked"]
    assert (line.actor, line.subject) == (OFFICER, "R1: left_office")


async def test_a_second_tap_neither_stops_twice_nor_stops_what_was_just_printed(town: Town) -> None:
    await orders(town, OFFICER, "换码 张伟")
    assert "刚刚换过，现在用的是 R1-2" in await orders(town, OFFICER, "换码 张伟")
    await town.passes(minutes=6)
    assert "新码是 R1-3" in await orders(town, OFFICER, "换码 R1")
    assert "早就停用了，不用再停。现在有效的是 R1-3" in await orders(town, OFFICER, "停用码 R1-2")
    assert "已停用（R1-3）" in await orders(town, OFFICER, "停用码 张伟")
    assert "早就停用了" in await orders(town, OFFICER, "停用码 张伟")
    assert all(row.revoked_at for row in (await codes(town)).values())


@pytest.mark.parametrize("words", ["停用码 王芳", "换码 R3", "换码 西庄联络站", "停用码 HOME"])
async def test_the_officer_of_another_station_is_refused(town: Town, words: str) -> None:
    assert "不归您的联络站管" in await orders(town, OFFICER, words)
    assert await codes(town) == {}


async def test_the_centre_may_change_any_and_a_lead_those_of_the_station(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="lead.qq", name="站长", role="lead", station_code="QQ1"))
        session.add(StaffMember(userid="looks", name="审计", role="auditor", station_code="HOME"))
        await note_roster_change(session, town.clock.now(), "test")
    for userid in ("lead.qq", "looks"):
        town.sim.add_member(userid, userid)
    assert "已停用（R3）" in await orders(town, CENTRE, "停用码 王芳")
    assert "已停用（R2）" in await orders(town, "lead.qq", "停用码：李娜")
    assert "不归您的联络站管" in await orders(town, "looks", "停用码 张伟")


async def test_two_of_one_name_are_asked_apart(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(Representative(code="R9", name="张伟", station_code="XZ1"))
        await note_roster_change(session, town.clock.now(), "test")
    answer = await orders(town, CENTRE, "停用码 张伟")
    assert "张伟代表（钱桥联络站）　代码 R1" in answer
    assert "张伟代表（西庄联络站）　代码 R9" in answer
    assert await codes(town) == {}
    assert "已停用（R9）" in await orders(town, CENTRE, "停用码 R9")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("停用码", "请这样写"),
        ("换码 张伟 谢谢", "请这样写"),
        ("换码 张三丰", "没有找到“张三丰”的码"),
        ("换码 \x00'; --", "请这样写"),
    ],
)
async def test_what_cannot_be_followed_is_told_and_never_sent_to_a_constituent(
    town: Town, words: str, answer: str
) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, LIGHT)
    before = len(town.heard(RESIDENT))
    assert answer in await orders(town, OFFICER, words)
    assert len(town.heard(RESIDENT)) == before


async def test_a_representative_manages_no_codes_and_may_speak_of_a_pier(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R2")
    await town.says(RESIDENT, "货船靠哪个码头")
    assert "没有发给任何人" in await orders(town, LI, "停用码 张伟")
    await town.writes(LI, "换码头的事已经问过航道站")
    assert any("换码头的事" in said for said in town.heard(RESIDENT))


async def test_the_picture_is_of_the_newest_valid_code_or_says_why_there_is_none(town: Town) -> None:
    own = await picture(town, "R1")
    assert own[0] == 200
    await orders(town, OFFICER, "换码 张伟")
    renewed = await picture(town, "R1")
    assert renewed[0] == 200
    assert renewed == await picture(town, "R1-2")
    assert renewed != own
    await orders(town, OFFICER, "停用码 张伟")
    for code in ("R1", "R1-2"):
        status, said = await picture(town, code)
        assert status == 410
        assert "已经停用" in said
    await lets_run_out(town, "R2", date(2026, 11, 20))
    assert (await picture(town, "R2"))[0] == 200
    await town.passes(days=1)
    status, said = await picture(town, "R2")
    assert (status, "已经过期" in said) == (410, True)
    assert (await picture(town, "R404"))[0] == 404
