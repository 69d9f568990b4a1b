"""述职: a draft from confirmed entries alone, edited by the representative, held with the marks of the voters."""

from datetime import UTC, datetime

from storage.models import DutyReport
from tests.scenarios.test_duty_entries import assert_verifies, tap, visit
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town


async def test_a_draft_says_only_what_was_confirmed_with_the_entries_it_stands_on(town: Town) -> None:
    await visit(town, "履职 今天在牡丹园走访3户，反映路灯问题")
    await visit(town, "履职 昨天在西庄村走访5户")
    await town.writes(ZHANG, "履职 今天在牡丹园调解两家纠纷，2人")
    await tap(town, ZHANG, "duty_ok")
    await town.writes(OFFICER, "接待 张伟代表 刘大爷 1人 反映公交站牌旧了")
    await town.writes(ZHANG, "述职 草稿")
    told = town.member_heard(ZHANG)[-1]
    assert "1. 2026年，经本人确认的履职记录共 2 条，分布在 2 天，见到群众 8 人次" in told
    assert "2. 走访 2 次，见到群众 8 人次" in told
    assert "（记录 2、1）" in told
    assert "3. 11月19日，昨天在西庄村走访5户。（记录 2）" in told
    assert "调解" not in told, "what is closed is in no report"
    assert "公交" not in told, "what waits for a word is in no report"
    await town.writes(ZHANG, "述职 出处 2")
    assert "出自记录 2、1。" in town.member_heard(ZHANG)[-1]


async def test_answers_are_counted_and_constituents_never_quoted(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园3号楼前面的路灯坏了一个星期了")
    await town.writes(ZHANG, "已联系路灯所，今晚来看。")
    await town.writes(ZHANG, "述职 草稿")
    told = town.member_heard(ZHANG)[-1]
    assert "答复群众在线反映的事 1 次。（记录 1）" in told
    assert "路灯" not in told


async def test_what_the_representative_edits_is_theirs_and_stays(town: Town) -> None:
    await visit(town)
    await town.writes(ZHANG, "述职 改稿 还没有草稿")
    assert "还没有草稿" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "述职 草稿")
    own = "各位选民：今年我走访了牡丹园。\n路灯的事还在跟进。"
    await town.writes(ZHANG, f"述职 改稿 {own}")
    assert "已保存" in town.member_heard(ZHANG)[-1]
    await visit(town, "履职 昨天在西庄村走访5户")
    await town.writes(ZHANG, "述职 草稿")
    assert "您自己改过的稿子还在" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "述职 我的稿")
    assert town.member_heard(ZHANG)[-1].endswith(own)
    (report,) = await town.all(DutyReport)
    assert "牡丹园".encode() not in (report.own_sealed or b"") + (report.draft_sealed or b"")


async def test_from_the_plan_to_the_marks(town: Town) -> None:
    await town.writes(OFFICER, "述职 名单")
    told = town.member_heard(OFFICER)[-1]
    assert "述过职的代表 0 位，共 2 位（0.0%）" in told
    assert "张伟（本届无）、李娜（本届无）" in told
    await town.writes(OFFICER, "述职 安排 张伟 2026-12-01 牡丹园社区活动室")
    assert "张伟代表的述职定在2026年12月1日（周二），地点：牡丹园社区活动室" in town.member_heard(OFFICER)[-1]
    assert "您向选民的述职定在" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "述职 安排 张伟 2026-12-08 牡丹园社区活动室")
    assert "述职改到" in town.member_heard(ZHANG)[-1]
    await town.walks(datetime(2026, 12, 7, 2, tzinfo=UTC), hours=12)
    soon = [one for one in town.member_heard(ZHANG) if "12月8日（周二）在牡丹园社区活动室向选民述职" in one]
    assert len(soon) == 2, "three days before and the day before, of the day that holds"
    await town.writes(OFFICER, "述职 结果 张伟 2026-12-08 参加50 满意40 基本满意8 不满意2")
    assert "日子不能在今天以后" in town.member_heard(OFFICER)[-1]
    await town.clock.advance(days=1, hours=4)
    await town.writes(OFFICER, "述职 结果 张伟 参加50人 满意41 基本满意8 不满意2")
    assert "评议票比参加的人还多" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "述职 结果 张伟 参加50人 满意40票 基本满意8票 不满意2票")
    assert "参加 50 人，满意 40、基本满意 8、不满意 2" in town.member_heard(OFFICER)[-1]
    (entry,) = await town.entries()
    assert (entry.kind, entry.people, str(entry.occurred_on), entry.own) == ("duty_report", 50, "2026-12-08", False)
    await town.writes(OFFICER, "述职 名单")
    assert "述过职的代表 1 位，共 2 位（50.0%）" in town.member_heard(OFFICER)[-1]
    await town.writes(ZHANG, "述职")
    assert "上一次述职：2026年12月8日（周二），满意 40、基本满意 8、不满意 2。" in town.member_heard(ZHANG)[-1]
    await assert_verifies(town)


async def test_only_staff_who_look_after_them_plan_and_note(town: Town) -> None:
    await town.writes(LI, "述职 安排 张伟 2026-12-01 牡丹园社区")
    assert "由工作人员登记" in town.member_heard(LI)[-1]
    await town.writes(OFFICER, "述职 安排 王芳 2026-12-01 西庄村")
    assert "不在您负责的站点" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "述职 安排 王芳 2026-12-01 西庄村")
    assert "王芳代表的述职定在" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "述职 取消 王芳")
    assert "已取消" in town.member_heard("wang.fang")[-1]
    await town.writes(CENTRE, "述职 安排 王芳 2026-11-01 西庄村")
    assert "日子要在今天以后" in town.member_heard(CENTRE)[-1]
