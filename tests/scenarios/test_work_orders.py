"""转办: to a department with a day, reminders around it, its reply, and the owner's word before it is told."""

import io
import re

import aiohttp
import pytest

from storage.models import Attachment, AuditLine, Case, Department, DutyEntry, Message, WorkOrder
from storage.states import CaseState, OrderState
from tests.support.pictures import PICTURE
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town
from tests.support.visits import Browser, hire, open_browser, open_site

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PHONE = "13812345678"


async def with_departments(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(Department(code="ZJ", name="区住建局", region_code="JH", phone="0510-1"))
        session.add(Department(code="CG", name="区城管局", region_code="JH01", phone=""))
        session.add(Department(code="ALL", name="市供电公司", region_code=None, phone=""))


async def order(town: Town) -> WorkOrder:
    return (await town.all(WorkOrder))[-1]


def form_of(text: str, act: str) -> dict[str, str]:
    form = text.split(f'name="act" value="{act}"')[1].split("</form>")[0]
    names = ("once", "standing", "seen", "order", "place")
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', form) for name in names}
    return {"act": act, **{name: one[1] for name, one in found.items() if one}}


async def send_files(browser: Browser, path: str, *files: tuple[str, bytes, str], **fields: str) -> int:
    form = aiohttp.FormData({"csrf": browser.csrf, **fields}, quote_fields=False)  # as browsers do
    for name, content, kind in files:
        form.add_field("picture", io.BytesIO(content), filename=name, content_type=kind)
    async with browser.http.post(browser.address + path, data=form, allow_redirects=False) as answer:
        return answer.status


@pytest.fixture
async def case(town: Town) -> Case:
    await with_departments(town)
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, f"牡丹园三号楼的路灯坏了三天，我的电话{PHONE}")
    return await town.case()


async def test_from_the_chat_a_matter_goes_to_a_department_and_its_reply_is_told_once_agreed(
    town: Town, case: Case
) -> None:
    six = case.number[-6:]
    await town.writes(OFFICER, f"转办 {six} 区住建局 11月27日 请核实灯杆")
    assert "区住建局" in town.heard(RESIDENT)[-1]
    assert "11月27日（周五）" in town.heard(RESIDENT)[-1]
    handed = await town.case()
    assert (handed.state, (await order(town)).state) == (CaseState.ACCEPTED, OrderState.OPEN)
    assert handed.handed_until is not None
    assert handed.due_at > handed.handed_until == (await order(town)).due_at
    for words, why in (
        (f"转办 {six} 区住建局", "已经转给这个部门"),
        (f"转办 {six} 教育局", "没有找到这个部门"),
        (f"转办 {six} 区城管局 2026-11-01", "期限要写今天以后"),
        (f"同意回复 {six}", "还没有部门的回复"),
        ("转办", "请这样写"),
    ):
        await town.writes(OFFICER, words)
        assert why in town.member_heard(OFFICER)[-1], words
    await town.writes(ZHANG, f"转办 {six} 区城管局")
    assert "没有找到您名下" in town.member_heard(ZHANG)[-1]
    await town.passes(days=6)  # Thursday, the day before
    assert any("11月27日（周五）到期" in one for one in town.member_heard(ZHANG))
    await town.passes(days=4)  # Monday: late
    assert any("还没有收到，请催办" in one for one in town.member_heard(OFFICER))
    await town.writes(OFFICER, f"部门回复 {six} 灯杆已更换，电缆下周检修")
    assert "灯杆已更换" in town.member_heard(ZHANG)[-1]
    assert not any("灯杆已更换" in one for one in town.heard(RESIDENT)), "nothing is told before its owner agrees"
    await town.writes(ZHANG, f"同意回复 {six} 您好，住建局有回音了")
    await town.writes(ZHANG, f"同意回复 {six}")
    assert "还没有部门的回复" in town.member_heard(ZHANG)[-1]
    await town.says(RESIDENT, "有消息吗")  # the 48 hours were over
    told = [one for one in town.heard(RESIDENT) if "灯杆已更换" in one]
    assert len(told) == 1
    assert "张伟代表" in told[0]
    assert "您好，住建局有回音了" in told[0]
    assert (await order(town)).state is OrderState.TOLD
    assert [entry.case_id for entry in await town.all(DutyEntry)] == [case.id]


async def test_on_the_page_a_reply_with_files_waits_for_the_representative_and_goes_out_with_them(
    town: Town, case: Case
) -> None:
    await hire(town)
    path = f"/console/cases/{case.number}"
    async with open_site(town) as (_, address), open_browser(address) as officer, open_browser(address) as zhang:
        await officer.has_session_of(town, OFFICER)
        await zhang.has_session_of(town, ZHANG)
        _, _, page = await officer.get(path)
        assert all(name in page for name in ("区住建局", "区城管局", "市供电公司"))
        form = form_of(page, "hand")
        for _ in range(2):
            assert (await officer.send(path, **form, to="区住建局", day="2026-11-27", words="请核实"))[0] == 303
        await town.settle()
        assert len(await town.all(WorkOrder)) == 1, "a second tap hands over nothing"
        _, _, listed = await officer.get("/console/cases?handed=1")
        assert "转办中" in listed
        _, _, page = await officer.get(path)
        files = (("../回执.pdf", PDF, "application/pdf"), ("a.png", PICTURE, "image/png"))
        assert await send_files(officer, path, *files, **form_of(page, "reply"), words="灯杆已更换") == 303
        _, _, page = await officer.get(path)
        assert "部门已回复，等同意" in page
        assert 'value="tell"' not in page, "the representative has it, so it is theirs to agree"
        assert "部门回复等同意" in (await officer.get("/console"))[2]
        _, _, page = await zhang.get(f"/r/cases/{case.number}")
        assert "灯杆已更换" in page
        assert "回执.pdf" in page
        assert 'value="hand"' not in page
        form = form_of(page, "tell")
        for _ in range(2):
            status, _, _ = await zhang.send(f"/r/cases/{case.number}", **form, words="")
            assert status == 303
        await town.settle()
        sent = [line.kind for line in town.sim.chat(RESIDENT)]
        assert (sent.count("image"), sent.count("file")) == (1, 1)
        assert sum("灯杆已更换" in one for one in town.heard(RESIDENT)) == 1
        _, _, page = await officer.get(path)
        assert 'class="small"><summary>有 1 处遮住了' in page
        assert PHONE not in page
        form = form_of(page, "reveal")
        assert (await officer.send(path, **form, to=""))[0] == 422, "a reason is asked for"
        status, _, page = await officer.send(path, **form, to="to reach them")
        assert (status, PHONE in page) == (200, True)
        assert PHONE not in (await officer.get(path))[2]
        _, _, page = await officer.get(path)
        assert await send_files(officer, path, *files[:1], **form_of(page, "note"), words="") == 303
        assert await send_files(officer, path, ("x.exe", b"MZ" + b"x" * 99, "a/b"), **form_of(page, "note")) == 422
    lines = [(one.act, one.subject) for one in await town.all(AuditLine)]
    assert any(act == "private detail revealed" and subject.endswith("to reach them") for act, subject in lines)
    assert [act for act, _ in lines].count("department reply told") == 1
    kept = await town.all(Attachment)
    assert {one.content_type for one in kept} == {"application/pdf", "image/png"}
    assert {one.author for one in await town.all(Message)} >= {"department", "note", "representative"}
    await town.assert_at_rest()


async def test_a_department_that_returns_it_is_told_and_erasing_ends_what_stands(town: Town, case: Case) -> None:
    six = case.number[-6:]
    await town.writes(OFFICER, f"转办 {six} 城管")
    await town.writes(OFFICER, f"部门退回 {six} 属市政管养")
    assert "不归他们办理" in town.heard(RESIDENT)[-1]
    assert (await town.case()).handed_until is None
    await town.writes(OFFICER, f"转办 {six} ZJ")
    await town.writes(OFFICER, f"转办 {six} ALL")
    await town.writes(OFFICER, f"部门回复 {six} 已派单")
    assert "请写明是哪个部门" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, f"部门回复 {six} 市供电公司 已派人")
    await town.says(RESIDENT, "还有别的灯也不亮")
    await town.says(RESIDENT, f"撤回 {six}")
    await town.taps_menu(RESIDENT, "整件事都撤回，不办了")
    states = [one.state for one in await town.all(WorkOrder)]
    assert states == [OrderState.RETURNED, OrderState.WITHDRAWN, OrderState.WITHDRAWN]
    assert all(one.text_sealed is None for one in await town.all(Message))
