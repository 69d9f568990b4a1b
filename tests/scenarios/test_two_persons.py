"""What one person may not do alone: many details at once, exports with words, who is an administrator."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.services import imports
from bot.services.imports import admins
from bot.services.two_person.kinds import TEXTS
from storage import two_person
from storage.models import AuditLine, Case, StaffMember, TwoPersonAct
from storage.rules import note_roster_change
from storage.states import TwoPersonState
from tests.scenarios.test_duty_file_page import browsing
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town, open_town
from tests.unit.imports.files import write

ADMIN, LEAD, AUDITOR = "admin.one", "lead.qq", "auditor.one"
PHONE, PLATE = "13812345678", "苏B12345"
ONLY_STAFF = dict.fromkeys(
    ("regions", "stations", "representatives", "places", "rosters", "activity_days", "holidays", "grids")
)
WORDS = f"牡丹园的楼道被占了，我的电话{PHONE}，车牌{PLATE}"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        async with opened.bot.database.begin() as session:
            session.add(StaffMember(userid=ADMIN, name="安管理", role="admin", station_code=None))
            session.add(StaffMember(userid=LEAD, name="钱站长", role="lead", station_code="QQ1"))
            session.add(StaffMember(userid=AUDITOR, name="申审计", role="auditor", station_code=None))
            await note_roster_change(session, opened.clock.now(), "test")
        for userid in (ADMIN, LEAD, AUDITOR):
            opened.sim.add_member(userid, userid)
        yield opened


async def asked(town: Town, member: str, words: str) -> str:
    await town.writes(member, words)
    return town.member_heard(member)[-1]


async def lines(town: Town) -> list[tuple[str, str]]:
    return [(one.actor, one.act) for one in await town.all(AuditLine)]


async def test_everything_masked_in_a_case_is_shown_once_another_agreed(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, WORDS)
    said = await asked(town, ZHANG, "原文 000001 全部")
    assert "要两个人同意" in said
    assert "申请 1" in said
    assert PHONE not in str(town.member_heard(ZHANG))
    for second in (LEAD, CENTRE, ADMIN):
        assert "张伟代表申请查看 JH-2026-000001 里隐去的全部内容（2 处）" in town.member_heard(second)[-1]
        assert PHONE not in str(town.member_heard(second))
    assert not [one for one in town.member_heard(AUDITOR) if "申请" in one]

    assert await asked(town, ZHANG, "原文 000001 全部") == said, "asked again it is the same"
    assert await asked(town, ZHANG, "同意申请 1") == "自己的申请要由另一个人核对。"
    assert await asked(town, OFFICER, "同意申请 1") == "没有这个申请，或者不归您核对。"
    assert "申请 1：张伟代表" in await asked(town, LEAD, "同意申请")
    assert "申请 1 已同意" in await asked(town, LEAD, "同意申请 1")
    shown = town.member_heard(ZHANG)[-1]
    assert PHONE in shown
    assert PLATE in shown
    assert PHONE not in str(town.member_heard(LEAD))
    assert await asked(town, CENTRE, "同意申请 1") == "这个申请已经处理过或过了时间，不用再核对。"
    acts = await lines(town)
    for line in (
        (ZHANG, "second person asked"),
        (LEAD, "second person agreed"),
        (ZHANG, "all private details revealed"),
    ):
        assert acts.count(line) == 1

    await asked(town, ZHANG, "原文 000001 全部")
    await asked(town, CENTRE, "退回申请 2")
    assert "申请 2 被" in town.member_heard(ZHANG)[-1]
    await asked(town, ZHANG, "原文 000001 全部")
    await town.passes(hours=25)
    assert "申请 3 过了时间没有人核对" in str(town.member_heard(ZHANG))
    assert "处理过或过了时间" in await asked(town, CENTRE, "同意申请 3")
    states = [one.state.value for one in await town.all(TwoPersonAct)]
    assert states == ["agreed", "refused", "lapsed"]
    async with town.bot.database.begin() as session:
        (await session.get_one(Case, (await town.case()).id)).representative_code = "R2"
    await asked(town, OFFICER, "原文 000001 全部")
    async with town.bot.database.begin() as session:
        await session.delete(await session.get_one(StaffMember, OFFICER))
        await note_roster_change(session, town.clock.now(), "test")
    assert "已经变了，做不成了" in await asked(town, LEAD, "同意申请 4"), "whoever asked may not see it any more"
    await town.assert_at_rest()


async def test_an_export_with_words_is_given_once_another_agreed(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了三天了")
    plain = re.search(r"/export/\S+", await asked(town, OFFICER, "导出 来信 2026年"))
    assert plain is not None, "without words nobody else is asked"
    said = await asked(town, OFFICER, "导出 来信原文 2026年")
    assert "导出钱桥联络站带原文的来信登记（2026年），要两个人同意" in said
    assert "/export/" not in said
    assert "不在您的范围" in await asked(town, AUDITOR, "导出 来信原文 钱桥联络站 2026年")
    assert "申请 1 已同意" in await asked(town, LEAD, "同意申请 1")
    given = re.search(r"/export/\S+", town.member_heard(OFFICER)[-1])
    assert given is not None
    async with browsing(town) as client:
        told = []
        for path in (plain[0], given[0]):
            book = load_workbook(io.BytesIO(await (await client.post(path, data={"as": "xlsx"})).read()))
            told.append(str([list(sheet.iter_rows(values_only=True)) for sheet in book]))
    assert ["JH-2026-000001" in one for one in told] == [True, True]
    assert ["路灯" in one for one in told] == [False, True]
    exported = [one for one in await town.all(AuditLine) if one.act == "cases exported"]
    assert [(one.actor, "texts" in one.subject) for one in exported] == [(OFFICER, True)]
    await town.assert_at_rest()


async def imported(town: Town, folder: Path, staff: str) -> None:
    """As the command does it, at the town's time."""
    async with town.bot.database.begin() as session:
        summary = await imports.apply(session, imports.read(write(folder, staff=staff, **ONLY_STAFF)))
        await admins.note(session, summary.held, town.clock.now(), held=True, pair=None)


async def test_a_further_administrator_waits_for_one_who_is(town: Town, tmp_path: Path) -> None:
    new = "userid,name,role,station_code\nnew.one,新一,admin,\nnew.two,新二,admin,\n"
    await imported(town, tmp_path / "in", new)
    await town.passes(seconds=40)
    assert "服务器上的导入命令申请把新一（账号 new.one）设为管理员" in str(town.member_heard(ADMIN))
    assert not [one for one in town.member_heard(CENTRE) if "新一" in one], "there is an administrator"
    assert "没有这个申请" in await asked(town, CENTRE, "同意申请 1")
    await asked(town, ADMIN, "同意申请 1")
    await asked(town, ADMIN, "退回申请 2")
    async with town.bot.database.read() as session:
        assert (await session.get_one(StaffMember, "new.one")).role == "admin"
        assert await session.get(StaffMember, "new.two") is None
    assert (ADMIN, "second person agreed") in await lines(town)
    town.sim.add_member("new.one", "new.one")
    await imported(town, tmp_path / "in", new.partition("new.two")[0].replace("admin", "officer"))
    await town.passes(seconds=40)
    assert "申请不再让新一（账号 new.one）当管理员，改为联络员" in town.member_heard(ADMIN)[-1]
    await town.assert_at_rest()


async def test_what_was_done_from_the_shell_is_told_at_once(town: Town) -> None:
    for second in (None, LEAD):
        async with town.bot.database.begin() as session:
            two_person.add(
                session,
                TEXTS,
                {"station": "QQ1"},
                asked_by=OFFICER if second else "export",
                state=TwoPersonState.AGREED,
                at=town.clock.now(),
                until=town.clock.now(),
                decided_by=second,
            )
    await town.passes(seconds=40)
    for who in (ADMIN, AUDITOR, CENTRE):
        alone, together = town.member_heard(who)[-2:]
        assert "用命令导出钱桥联络站带原文的来信登记，没有写明由哪两个人同意" in alone
        assert "提出、钱站长同意" in together
    assert "提出、钱站长同意" in town.member_heard(LEAD)[-1], "whoever is named hears that they were"
    await town.assert_at_rest()
