"""One person, one file: what is filed, who may open it, the yearly check from its list to its seal."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.services.duty_file import checking
from storage import duty_file_reading
from storage.models import AuditLine, FileCheck, FileDocument, FileGap, Reminder, StaffMember
from tests.scenarios.test_duty_entries import tap
from tests.scenarios.test_duty_quotas import log, set_rule
from tests.support.pictures import PICTURE
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town

WANG = "wang.fang"
OPENING = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # 1 December, 01:00 in Shanghai


async def send(town: Town, member: str, kind: str = "image", name: str = "照片.png") -> None:
    await town.sim.member_sends_media(member, kind, name, PICTURE)
    await town.settle()


async def audit_of(town: Town, act: str) -> list[tuple[str, str]]:
    async with town.bot.database.read() as session:
        rows = await session.scalars(select(AuditLine).where(AuditLine.act == act).order_by(AuditLine.id))
        return [(row.actor, row.subject) for row in rows]


async def check_of(town: Town, code: str = "R1") -> FileCheck:
    (found,) = [one for one in await town.all(FileCheck) if one.representative_code == code]
    return found


async def easy_year(town: Town) -> None:
    """A file is complete with one visit: nothing else is asked for."""
    nothing = {"papers": 0, "entries": 0, "fields": []}
    await set_rule(
        town,
        "duty_sections",
        dict.fromkeys(("papers", "form", "register", "bills", "pictures", "notes"), nothing),
    )
    for rule in ("duty_contacts_a_year", "duty_voters_a_year", "duty_receptions_a_year"):
        await set_rule(town, rule, 0)
    await set_rule(town, "file_check_from", "12-01")


async def open_checks(town: Town) -> None:
    await town.passes(seconds=(OPENING - town.clock.now()).total_seconds())
    await town.passes(hours=9)


# --- papers -------------------------------------------------------------------------------------------


async def test_a_representative_puts_pictures_into_their_own_file(town: Town) -> None:
    await town.writes(ZHANG, "存档 选举材料 当选通知书")
    assert "请接着发照片" in town.member_heard(ZHANG)[-1]
    await send(town, ZHANG)
    assert "已放进张伟代表的“选举材料”，文件 1 号，这一栏今年共 1 份" in town.member_heard(ZHANG)[-1]
    await send(town, ZHANG, "video", "宣誓.mp4")
    papers = await town.all(FileDocument)
    assert [(one.representative_code, one.section, one.added_by) for one in papers] == [("R1", "papers", ZHANG)] * 2
    assert "当选".encode() not in (papers[0].title_sealed or b"")
    await town.writes(ZHANG, "档案")
    heard = town.member_heard(ZHANG)[-1]
    assert "1. 选举材料：文件 2" in heard
    assert "6. 走访选民：今年还没有" in heard
    assert "/file/" in heard
    await town.assert_at_rest()


async def test_an_officer_files_for_a_representative_of_theirs_and_for_nobody_else(town: Town) -> None:
    await town.writes(OFFICER, "存档 张伟 4")
    await send(town, OFFICER)
    assert "已放进张伟代表的“议案建议”" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "存档 王芳 走访")
    assert "不归您管" in town.member_heard(OFFICER)[-1]
    assert await audit_of(town, "duty file refused") == [(OFFICER, "representative R3")]
    await town.writes(OFFICER, "存档 张伟 荣誉")
    assert "没有这个栏目" in town.member_heard(OFFICER)[-1]
    await town.writes(LI, "存档 张伟 走访")
    assert "不归您管" in town.member_heard(LI)[-1]
    assert len(await town.all(FileDocument)) == 1


async def test_ten_minutes_later_a_picture_is_no_paper(town: Town) -> None:
    await town.writes(ZHANG, "存档 笔记")
    await town.passes(minutes=11)
    await send(town, ZHANG)
    assert await town.all(FileDocument) == []


async def test_a_picture_belongs_to_what_was_begun_last(town: Town) -> None:
    await town.writes(ZHANG, "存档 笔记")
    await town.passes(minutes=1)
    await town.writes(ZHANG, "履职 今天在牡丹园走访3户")
    await send(town, ZHANG)
    assert await town.all(FileDocument) == []
    assert "已附到这条履职记录" in town.member_heard(ZHANG)[-1]
    await tap(town, ZHANG, "duty_ok")
    await town.writes(ZHANG, "档案")
    assert "5. 活动图片：记录 1" in town.member_heard(ZHANG)[-1]


async def test_a_paper_is_taken_out_with_a_reason_and_stays_on_record(town: Town) -> None:
    await town.writes(ZHANG, "存档 笔记")
    await send(town, ZHANG)
    await town.writes(LI, "撤下档案 1 不对")
    assert "不能撤下" in town.member_heard(LI)[-1]
    await town.writes(ZHANG, "撤下档案 1")
    assert "请写明原因" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "撤下档案 1 放错了栏目")
    assert "已撤下" in town.member_heard(ZHANG)[-1]
    (paper,) = await town.all(FileDocument)
    assert paper.removed_by == ZHANG
    await town.writes(ZHANG, "档案")
    assert "7. 履职笔记：今年还没有" in town.member_heard(ZHANG)[-1]


async def test_opening_somebodys_file_is_on_record_and_so_is_being_refused(town: Town) -> None:
    await town.writes(OFFICER, "档案 张伟")
    assert "张伟代表的履职档案" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "档案 王芳")
    assert "这次查看已经记录" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "档案 R3")
    assert "王芳代表的履职档案" in town.member_heard(CENTRE)[-1]
    await town.writes(ZHANG, "档案")
    assert await audit_of(town, "duty file read") == [(OFFICER, "representative R1"), (CENTRE, "representative R3")]
    assert await audit_of(town, "duty file refused") == [(OFFICER, "representative R3")]
    await town.writes(OFFICER, "档案 没有这人")
    assert "没有找到这位代表" in town.member_heard(OFFICER)[-1]


async def test_a_representative_who_answers_with_that_word_is_answering(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我的人事档案转到哪里了")
    await town.writes(ZHANG, "档案 在人才中心")
    assert any("档案 在人才中心" in one for one in town.heard(RESIDENT))


# --- the yearly check ---------------------------------------------------------------------------------


async def test_a_file_without_a_visit_gets_exactly_one_list(town: Town) -> None:
    await easy_year(town)
    await log(town, "今天在牡丹园走访3户", LI)
    before = len(town.member_heard(ZHANG))
    await open_checks(town)
    for _ in range(4):
        await town.passes(hours=24)
    heard = town.member_heard(ZHANG)[before:]
    assert heard == [
        "您的 2026 年履职档案还缺 1 项：\n1. 走访选民：今年还没有\n"
        "做过的发“履职 …”补记；材料拍下来，发“存档 栏目 名称”，接着发照片。\n"
        "确实没有的，请告诉联络员；补齐后发“确认档案”。"
    ]
    assert [gap.subject for gap in await town.all(FileGap)] == ["section:visits", "section:visits"]
    assert (await check_of(town, "R2")).state == "complete"
    assert sum("确认 2026 年的履职档案" in str(card) for card in town.cards(LI)) == 1


async def test_filled_confirmed_passed_published_sealed(town: Town) -> None:
    await easy_year(town)
    await open_checks(town)
    await town.writes(ZHANG, "确认档案")
    assert "还缺 1 项" in town.member_heard(ZHANG)[-1]
    await log(town, "今天在牡丹园走访3户")
    await town.writes(OFFICER, "档案通过 张伟")
    assert "不能通过：张伟" in town.member_heard(OFFICER)[-1], "before they confirmed nobody passes it"
    await town.writes(ZHANG, "确认档案")
    assert "本人已确认" in town.member_heard(ZHANG)[-1]
    (gap,) = [gap for gap in await town.all(FileGap) if gap.filled_at is not None]
    assert gap.subject == "section:visits"
    await town.writes(OFFICER, "档案待审")
    assert "张伟代表 2026 年" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "档案通过 全部")
    assert "已通过 1 份" in town.member_heard(OFFICER)[-1]
    await town.passes(minutes=10)
    check = await check_of(town)
    assert (check.state, check.reviewed_by, check.digest) == ("published", OFFICER, "")
    await town.passes(days=40)
    check = await check_of(town)
    assert check.state == "sealed"
    first, last = datetime(2026, 1, 1).date(), datetime(2026, 12, 31).date()
    async with town.bot.database.read() as session:
        assert check.digest == await duty_file_reading.seal_digest(session, "R1", first, last)
    await town.assert_at_rest()


async def test_a_gap_is_waived_with_a_reason_by_staff_alone(town: Town) -> None:
    await easy_year(town)
    await open_checks(town)
    await town.writes(ZHANG, "档案免除 张伟 1 我没空")
    assert "不归您管" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "档案缺项 张伟")
    assert "1. 走访选民：今年还没有" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "档案免除 张伟 1")
    assert "请写明原因" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "档案免除 张伟 9 长期住院")
    assert "没有这个缺项" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "档案免除 张伟 1 长期住院")
    assert "已请本人确认" in town.member_heard(OFFICER)[-1]
    (gap,) = [gap for gap in await town.all(FileGap) if gap.waived_by == OFFICER]
    assert "住院".encode() not in (gap.reason_sealed or b"")
    await town.passes(minutes=5)
    await tap(town, ZHANG, "file_ok")
    assert (await check_of(town)).state == "rep_confirmed"
    await town.writes(ZHANG, "确认档案")
    assert (await check_of(town)).state == "rep_confirmed", "a second word changes nothing"


async def test_a_file_is_sent_back_and_confirmed_again(town: Town) -> None:
    await easy_year(town)
    await log(town, "今天在牡丹园走访3户")
    await open_checks(town)
    await town.writes(ZHANG, "确认档案")
    await town.writes(OFFICER, "档案退回 张伟 走访没有写清是哪三户")
    assert "走访没有写清是哪三户" in town.member_heard(ZHANG)[-1]
    assert (await check_of(town)).state == "complete"
    await town.writes(ZHANG, "确认档案")
    assert (await check_of(town)).state == "rep_confirmed"


async def test_nobody_passes_what_came_after_the_list(town: Town) -> None:
    await easy_year(town)
    for member in (ZHANG, LI):
        await log(town, "今天在牡丹园走访3户", member)
    await open_checks(town)
    await town.writes(ZHANG, "确认档案")
    await town.writes(OFFICER, "档案待审")
    await town.writes(LI, "确认档案")
    await town.writes(OFFICER, "档案通过 全部")
    assert (await check_of(town, "R1")).state in ("group_reviewed", "published")
    assert (await check_of(town, "R2")).state == "rep_confirmed"


async def test_a_representative_who_is_an_officer_does_not_pass_their_own_file(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid=ZHANG, name="张伟", role="lead", station_code="QQ1"))
    town.bot.office.people._people = None
    await easy_year(town)
    await log(town, "今天在牡丹园走访3户")
    await open_checks(town)
    await town.writes(ZHANG, "确认档案")
    await town.writes(ZHANG, "档案通过 张伟")
    assert "不能通过：张伟" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "档案待审")
    assert "没有等您审核" in town.member_heard(ZHANG)[-1]


async def test_after_the_term_the_centre_is_told_once_that_files_are_to_be_bound(town: Town) -> None:
    end = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # the usual term ends with 2026
    await town.passes(seconds=(end - town.clock.now()).total_seconds())
    assert not any("届满" in text for text in town.member_heard(CENTRE))
    for _ in range(4):
        await town.passes(hours=10)
    told = [text for text in town.member_heard(CENTRE) if "届满" in text]
    assert len(told) == 1
    assert told[0].startswith("2022—2026 年届已于2026年12月31日届满，代表履职档案可以汇总装订了")


async def test_before_its_day_and_long_after_nothing_is_opened(town: Town) -> None:
    await town.passes(days=5)
    assert await town.all(FileCheck) == [], "the day of the rule was long ago when the office began"
    await set_rule(town, "file_check_from", "12-01")
    await town.passes(hours=1)
    assert await town.all(FileCheck) == []
    assert not any(row.subject.startswith("file:") for row in await town.all(Reminder))
    assert checking.opens_on("no day", 2026).isoformat() == "2026-11-01"
