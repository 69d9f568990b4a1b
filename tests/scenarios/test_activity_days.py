"""An activity day from its rule to its report (domain E5), as those who hold it and those who come meet it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.models import (
    ActivityDay,
    ActivityRule,
    ActivitySite,
    Attendance,
    AuditLine,
    Holiday,
    Leave,
    Region,
    Reminder,
    Representative,
    RosterSlot,
    StaffMember,
    Station,
)
from storage.rules import note_roster_change
from storage.states import ActivityState, AttendanceState, ReminderState
from storage.subscriptions import ACTIVITY, subscribe
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

pytestmark = pytest.mark.long  # days and weeks pass: minutes together

WANG, WU = "wang.fang", "officer.wu"
HELD_ON = date(2026, 12, 15)  # the third Tuesday of December 2026
S, T = ActivityState, AttendanceState


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clocks of Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


async def goes_to(town: Town, instant: datetime, *, every_hours: float = 12) -> None:
    """Time goes on to that instant, with a look by the jobs every so often, and twice when it is there."""
    while town.clock.now() < instant:
        left = (instant - town.clock.now()).total_seconds()
        await town.passes(seconds=min(left, every_hours * 3600))
    await town.passes(seconds=6)


async def adds(town: Town, *rows: object) -> None:
    for row in rows:
        async with town.bot.database.begin() as session:
            session.add(row)
    async with town.bot.database.begin() as session:
        await note_roster_change(session, town.clock.now(), "test")


async def with_rule(town: Town, rule: str = "dates:2026-12-15", topic: str = "老旧小区改造") -> None:
    await adds(town, ActivityRule(region_code="JH", rule=rule, topic=topic))
    await town.passes(seconds=6)


async def the_day(town: Town) -> ActivityDay:
    (day,) = await town.all(ActivityDay)
    return day


async def confirmed(town: Town) -> None:
    await with_rule(town)
    await town.writes(CENTRE, "活动日 确认 1")
    assert (await the_day(town)).state is S.CONFIRMED


async def opened(town: Town) -> None:
    """Confirmed, and two weeks before: the roster is open and everyone was asked."""
    await confirmed(town)
    await goes_to(town, at(date(2026, 12, 1), 9))
    assert (await the_day(town)).state is S.ROSTER_OPEN


async def accepted(town: Town) -> None:
    """Both representatives of the station come."""
    await opened(town)
    await town.taps(ZHANG, "day_yes:1:1")
    await town.taps(LI, "day_yes:1:1")


async def held(town: Town) -> None:
    """Nine o'clock on the day itself."""
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 14), 18))
    await goes_to(town, at(HELD_ON, 8))
    await goes_to(town, at(HELD_ON, 9))
    assert (await the_day(town)).state is S.OPEN


async def places(town: Town) -> dict[str, AttendanceState]:
    return {one.representative_code: one.state for one in await town.all(Attendance)}


async def told(town: Town, step: str) -> list[str]:
    return sorted(
        one.recipient for one in await town.all(Reminder) if one.step == step and one.state is ReminderState.SENT
    )


def cards(town: Town, member: str, title: str) -> list[str]:
    return [str(card) for card in town.cards(member) if title in str(card.get("main_title"))]


def count(said: list[str], words: str) -> int:
    return sum(words in one for one in said)


# --- found by a rule, confirmed by staff --------------------------------------------------------------


async def test_a_rule_becomes_a_day_that_the_centre_is_asked_about_once(town: Town) -> None:
    await with_rule(town)
    day = await the_day(town)
    assert (day.state, day.on_date, day.topic) == (S.PLANNED, HELD_ON, "老旧小区改造")
    for _ in range(3):
        await town.passes(minutes=5)
    assert len(cards(town, CENTRE, "活动日待确认")) == 1
    assert not town.member_heard(ZHANG)
    await town.taps(CENTRE, "day_confirm:1:20261215")
    day = await the_day(town)
    assert (day.state, day.confirmed_by) == (S.CONFIRMED, CENTRE)
    assert any(line.act == "activity day confirmed" for line in await town.all(AuditLine))
    await town.assert_at_rest()


async def test_a_day_that_nobody_confirms_is_asked_about_once_more_and_then_not_held(town: Town) -> None:
    await with_rule(town)
    await goes_to(town, at(date(2026, 11, 30), 10))
    assert len(cards(town, CENTRE, "活动日待确认")) == 2
    await goes_to(town, at(HELD_ON, 9))
    assert (await the_day(town)).state is S.CANCELLED
    assert "一直没有人确认" in town.member_heard(CENTRE)[-1]
    assert not await town.all(Attendance)
    assert not town.member_heard(ZHANG)


async def test_a_date_on_a_day_off_is_flagged_with_the_next_working_day(town: Town) -> None:
    await adds(town, Holiday(day=HELD_ON, kind="off", name="调休"))
    await with_rule(town)
    (card,) = cards(town, CENTRE, "活动日待确认")
    assert "这天不上班，建议改到12月16日（周三）" in card
    await town.taps(CENTRE, "day_move:1:20261215:20261216")
    day = await the_day(town)
    assert (day.state, day.on_date, day.planned_on) == (S.CONFIRMED, date(2026, 12, 16), HELD_ON)
    await town.passes(days=1)
    assert len(await town.all(ActivityDay)) == 1


async def test_only_staff_decide_whether_a_day_is_held(town: Town) -> None:
    await with_rule(town)
    for member in (OFFICER, ZHANG):
        await town.writes(member, "活动日 确认 1")
        assert "您的这句话没有发给任何人" in town.member_heard(member)[-1]
    assert (await the_day(town)).state is S.PLANNED


async def test_a_rule_that_is_taken_back_takes_its_unconfirmed_day_with_it(town: Town) -> None:
    await with_rule(town)
    async with town.bot.database.begin() as session:
        rule = await session.get(ActivityRule, 1)
        assert rule is not None
        rule.rule = "dates:2026-12-22"
    await town.passes(seconds=30)
    assert {day.on_date.day: day.state for day in await town.all(ActivityDay)} == {15: S.CANCELLED, 22: S.PLANNED}


async def test_two_regions_have_days_of_their_own_and_each_its_own_sites(town: Town) -> None:
    await adds(
        town,
        Region(code="SN", name="山南区", level="district"),
        Station(code="SN1", name="山南联络站", kind="station", region_code="SN"),
        StaffMember(userid=WU, name="吴", role="officer", station_code="SN1"),
        ActivityRule(region_code="SN", rule="dates:2026-12-15"),
    )
    town.sim.add_member(WU, "吴")
    await with_rule(town)
    await town.writes(CENTRE, "活动日 确认 1")
    await town.writes(CENTRE, "活动日 确认 2")
    await goes_to(town, at(date(2026, 12, 1), 9))
    regions = {day.id: day.region_code for day in await town.all(ActivityDay)}
    assert {(regions[site.day_id], site.station_code) for site in await town.all(ActivitySite)} == {
        ("JH", "QQ1"),
        ("SN", "SN1"),
    }
    assert "山南联络站还没有代表" in town.member_heard(WU)[-1]
    assert count(town.member_heard(WU), "钱桥联络站") == 0


async def test_staff_leave_a_site_out_and_put_one_in_before_the_notice(town: Town) -> None:
    await opened(town)
    await town.writes(CENTRE, "活动日 增设 1 西庄联络站")
    assert {site.station_code for site in await town.all(ActivitySite)} == {"QQ1", "XZ1"}
    await town.passes(seconds=6)
    assert "西庄联络站" in str(town.cards(WANG))
    await town.writes(CENTRE, "活动日 不设 1 西庄联络站")
    assert {site.station_code for site in await town.all(ActivitySite)} == {"QQ1"}
    assert "这次您不用来了" in town.member_heard(WANG)[-1]
    await goes_to(town, at(date(2026, 12, 12), 9))
    await town.writes(CENTRE, "活动日 增设 1 西庄联络站")
    assert "公告以前" in town.member_heard(CENTRE)[-1]


# --- the whole life -----------------------------------------------------------------------------------


async def test_from_the_roster_to_the_report(town: Town) -> None:
    await opened(town)
    assert "已经问这 2 位代表能不能来：张伟、李娜" in town.member_heard(OFFICER)[-1]
    await town.taps(ZHANG, "day_yes:1:1")
    await goes_to(town, at(date(2026, 12, 8), 9))
    assert (await the_day(town)).state is S.ROSTER_FIXED
    assert len(cards(town, LI, "代表联系服务群众日")) == 2, "who has not answered is asked once more"
    assert "名单定了" in town.member_heard(ZHANG)[-1]
    await goes_to(town, at(date(2026, 12, 9), 10))
    assert "请电话问一下：李娜" in town.member_heard(OFFICER)[-1]
    await town.taps(LI, "day_yes:1:1")
    await goes_to(town, at(date(2026, 12, 12), 9))
    assert (await the_day(town)).state is S.ANNOUNCED
    assert "接待代表：张伟代表、李娜代表" in town.member_heard(OFFICER)[-1]
    await goes_to(town, at(date(2026, 12, 14), 18))
    assert (await the_day(town)).state is S.REMINDED
    await goes_to(town, at(HELD_ON, 8))
    for step in ("roster_fixed", "announced", "day_before", "morning"):
        assert await told(town, step) == ["m:li.na", "m:zhang.wei"], step
        assert await told(town, f"{step}.officers") == ["m:officer.qq"], step
    await goes_to(town, at(HELD_ON, 8, 50))
    await town.taps(ZHANG, "day_in:1:1")
    await goes_to(town, at(HELD_ON, 9, 30))
    await town.writes(LI, "签到")
    assert "迟到" in town.member_heard(LI)[-1]
    assert await places(town) == {"R1": T.PRESENT, "R2": T.LATE}
    await town.writes(OFFICER, "接待 3人 王大爷反映3号楼路灯不亮 代表张伟")
    await goes_to(town, at(HELD_ON, 11, 30))
    assert (await the_day(town)).state is S.CLOSED
    assert "到会代表 2 人次，接待群众 3 人，意见 1 条，建议 0 条" in town.member_heard(OFFICER)[-1]
    await town.taps(OFFICER, "day_file:1:2-3-1-0")
    assert (await the_day(town)).state is S.REPORTED
    assert "1 个站都已上报，开展 1 场" in town.member_heard(CENTRE)[-1]
    await goes_to(town, at(date(2026, 12, 20), 9))
    assert await told(town, "report_due") == []
    await goes_to(town, at(date(2027, 1, 15), 9))
    assert (await the_day(town)).state is S.ARCHIVED
    await town.assert_at_rest()


async def test_confirmed_at_the_last_moment_it_says_what_is_still_of_use(town: Town) -> None:
    await with_rule(town)
    await goes_to(town, at(date(2026, 12, 13), 10), every_hours=48)
    await town.writes(CENTRE, "活动日 确认 1")
    await town.passes(seconds=30)
    assert (await the_day(town)).state is S.ANNOUNCED
    assert len(cards(town, ZHANG, "代表联系服务群众日")) == 1, "asked once, not twice at once"
    assert await told(town, "announced") == ["m:li.na", "m:zhang.wei"]
    dropped = {one.step for one in await town.all(Reminder) if one.state is ReminderState.DROPPED}
    assert dropped == {"roster_open.officers", "roster_fixed.officers", "roster_fixed"}


async def test_two_schedulers_and_a_day_of_downtime_remind_nobody_twice(town: Town) -> None:
    await accepted(town)
    await town.passes(days=11)
    for _ in range(3):
        await town.bot.jobs.run_all_once()
        await town.passes(seconds=6)
    rows = [(one.edition, one.step, one.recipient) for one in await town.all(Reminder)]
    assert len(rows) == len(set(rows))
    assert count(town.member_heard(OFFICER), "名单定了") == 0, "the roster of a week ago is no news"
    assert count(town.member_heard(OFFICER), "【代表联系服务群众日公告】") == 1


# --- answers and substitutes --------------------------------------------------------------------------


async def test_whoever_cannot_come_is_replaced_by_somebody_of_the_branch(town: Town) -> None:
    await opened(town)
    await town.taps(LI, "day_no:1:1")
    assert "李娜代表来不了。已问王芳代表能否顶替" in town.member_heard(OFFICER)[-1]
    await town.passes(seconds=6)
    assert "李娜代表那天来不了，想请您顶替" in str(town.cards(WANG))
    await town.taps(WANG, "day_yes:1:1")
    assert await places(town) == {"R1": T.INVITED, "R2": T.REPLACED, "R3": T.ACCEPTED}
    assert "王芳代表替李娜代表接待" in town.member_heard(OFFICER)[-1]


async def test_a_second_tap_changes_nothing_and_a_change_of_mind_counts(town: Town) -> None:
    await opened(town)
    key = next(line.id for line in town.sim.member_chat(LI) if line.card)
    await town.taps(LI, "day_no:1:1", key)
    heard = len(town.member_heard(OFFICER))
    await adds(town, Leave(representative_code="R2", first_on=HELD_ON, last_on=HELD_ON, noted_at=town.clock.now()))
    await town.passes(minutes=5)
    assert len(town.member_heard(OFFICER)) == heard
    assert [one.representative_code for one in await town.all(Attendance)] == ["R1", "R2", "R3"]


async def test_when_the_one_who_could_not_come_comes_after_all_the_substitute_is_told(town: Town) -> None:
    await opened(town)
    await goes_to(town, at(date(2026, 12, 1), 10))
    await town.writes(LI, "换人 1 王芳")
    await town.passes(seconds=6)
    await town.taps(LI, "day_yes:1:1")
    assert await places(town) == {"R1": T.INVITED, "R2": T.ACCEPTED, "R3": T.DECLINED}
    assert "这次您不用来了" in town.member_heard(WANG)[-1]


async def test_a_named_substitute_must_agree(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "day_swap:1:1")
    assert "换人 1 代表姓名" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "换人 1 王芳")
    assert (await places(town))["R1"] is T.INVITED
    await town.writes(ZHANG, "换人 1 王芳代表")
    assert "已经在问王芳代表" in town.member_heard(ZHANG)[-1]
    await town.passes(seconds=6)
    await town.taps(WANG, "day_no:1:1")
    assert "王芳代表12月15日（周二）09:00–11:30来不了" in town.member_heard(ZHANG)[-1]
    assert (await places(town))["R1"] is T.INVITED


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("换人", "请这样写"),
        ("换人 1 李娜", "已经在名单里"),
        ("换人 1 赵六", "没有叫“赵六”"),
        ("换人 1 张伟", "另一位"),
    ],
)
async def test_a_substitute_that_cannot_be_asked_is_refused_with_the_reason(
    town: Town, words: str, answer: str
) -> None:
    await opened(town)
    await town.writes(ZHANG, words)
    assert answer in town.member_heard(ZHANG)[-1]


async def test_a_leave_that_covers_the_day_declines_by_itself(town: Town) -> None:
    await confirmed(town)
    await town.writes(LI, "请假 2026-12-14 至 2026-12-16")
    await goes_to(town, at(date(2026, 12, 1), 9))
    assert (await places(town))["R2"] is T.DECLINED
    assert not cards(town, LI, "代表联系服务群众日")
    assert "已问王芳代表" in "".join(town.member_heard(OFFICER))
    await town.taps(ZHANG, "day_yes:1:1")
    await town.writes(ZHANG, "请假 2026-12-15")
    await town.passes(seconds=30)
    assert (await places(town))["R1"] is T.DECLINED
    assert "没有可以顶替的代表" in town.member_heard(OFFICER)[-1]


async def test_a_representative_who_left_the_station_is_reminded_no_more(town: Town) -> None:
    await accepted(town)
    async with town.bot.database.begin() as session:
        person = await session.get(Representative, "R2")
        assert person is not None
        person.station_code = "XZ1"
    await adds(town)
    before = len(town.member_heard(LI))
    await goes_to(town, at(date(2026, 12, 12), 9))
    assert len(town.member_heard(LI)) == before
    assert "李娜代表已不在这个站的名单里" in "".join(town.member_heard(OFFICER))


async def test_an_old_card_of_a_moved_day_says_so(town: Town) -> None:
    await opened(town)
    await town.writes(CENTRE, "活动日 改期 1 2026-12-22 遇大会")
    await town.passes(seconds=6)
    await town.taps(ZHANG, "day_yes:1:1")
    assert "安排已变" in str(town.cards(ZHANG))
    assert (await places(town))["R1"] is T.INVITED


# --- moved, put off, called off -----------------------------------------------------------------------


async def test_a_moved_day_tells_everyone_who_was_told_once_and_asks_anew(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 12), 9))
    await town.writes(CENTRE, "活动日 改期 1 2026-12-22 与人代会冲突")
    assert "以前通知过的 3 位会收到消息" in town.member_heard(CENTRE)[-1]
    await town.passes(minutes=1)
    assert await told(town, "moved") == ["m:li.na", "m:officer.qq", "m:zhang.wei"]
    assert "改期：现在是12月22日（周二）" in town.member_heard(OFFICER)[-1]
    assert "日期改了。原因：与人代会冲突。新的日期您方便吗？" in town.member_heard(ZHANG)[-1]
    assert await places(town) == {"R1": T.INVITED, "R2": T.INVITED}
    await town.taps(ZHANG, "day_yes:1:2")
    await goes_to(town, at(HELD_ON, 9))
    assert await told(town, "day_before") == []
    assert (await the_day(town)).state is S.ROSTER_FIXED
    await goes_to(town, at(date(2026, 12, 22), 8), every_hours=6)
    await goes_to(town, at(date(2026, 12, 22), 9))
    day = await the_day(town)
    assert (day.state, day.planned_on) == (S.OPEN, HELD_ON)
    assert await told(town, "morning") == ["m:li.na", "m:zhang.wei"]
    await town.assert_at_rest()


async def test_a_called_off_day_tells_everyone_who_was_told_and_nobody_else(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 2), 9))
    await town.writes(CENTRE, "活动日 取消 1 疫情防控")
    await town.passes(minutes=1)
    assert await told(town, "cancelled") == ["m:li.na", "m:officer.qq", "m:zhang.wei"]
    assert "取消。原因：疫情防控" in town.member_heard(ZHANG)[-1]
    assert not town.member_heard(WANG)
    heard = len(town.member_heard(ZHANG)), len(town.member_heard(OFFICER))
    await goes_to(town, at(date(2026, 12, 20), 9))
    assert (len(town.member_heard(ZHANG)), len(town.member_heard(OFFICER))) == heard
    await town.writes(CENTRE, "活动日 取消 1")
    assert "不能这样改" in town.member_heard(CENTRE)[-1]


async def test_a_day_that_is_put_off_is_held_on_the_date_that_is_set_later(town: Town) -> None:
    await accepted(town)
    await town.writes(CENTRE, "活动日 延期 1 大雪")
    await town.passes(minutes=1)
    assert "延期，新的时间定了再通知" in town.member_heard(ZHANG)[-1]
    await town.writes(CENTRE, "活动日 改期 1 2026-12-15 天晴了")
    await town.passes(minutes=1)
    assert "日期改了" in town.member_heard(ZHANG)[-1]
    assert (await the_day(town)).state is S.ROSTER_OPEN
    await town.assert_at_rest()


async def test_a_day_that_was_moved_and_moved_back_is_announced_again(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 12), 9))
    for to in ("2026-12-22", "2026-12-15"):
        await town.writes(CENTRE, f"活动日 改期 1 {to} 再议")
        await town.passes(minutes=1)
    assert count(town.member_heard(OFFICER), "【代表联系服务群众日公告】") == 2
    assert len(cards(town, ZHANG, "代表联系服务群众日")) == 3


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("活动日 改期 1 2026-11-01 早了", "日子要在今天以后"),
        ("活动日 改期 1 2026-12-15", "本来就是这一天"),
        ("活动日 改期 1 哪天都行", "没有看懂日子"),
        ("活动日 改期 1 2026-02-30", "没有看懂日子"),
        ("活动日 取消 9", "没有这个编号"),
        ("活动日 随便", "可以这样写"),
    ],
)
async def test_what_cannot_be_followed_is_answered_with_the_reason(town: Town, words: str, answer: str) -> None:
    await confirmed(town)
    await town.writes(CENTRE, words)
    assert answer in town.member_heard(CENTRE)[-1]
    assert (await the_day(town)).state is S.CONFIRMED


# --- the day itself -----------------------------------------------------------------------------------


async def test_late_and_absent_are_told_apart_and_staff_put_it_right(town: Town) -> None:
    await held(town)
    await goes_to(town, at(HELD_ON, 9, 9))
    await town.taps(ZHANG, "day_in:1:1")
    await goes_to(town, at(HELD_ON, 11, 30))
    assert await places(town) == {"R1": T.PRESENT, "R2": T.ABSENT}
    await town.writes(LI, "签到")
    assert "活动日已经结束" in town.member_heard(LI)[-1]
    await town.writes(OFFICER, "签到 李娜 09:40")
    assert await places(town) == {"R1": T.PRESENT, "R2": T.LATE}
    await town.writes(OFFICER, "签到 李娜代表 09:05")
    assert (await places(town))["R2"] is T.PRESENT
    assert "attendance noted by staff" in [line.act for line in await town.all(AuditLine)]


async def test_checking_in_twice_or_too_early_or_on_no_roster(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(HELD_ON, 7, 30))
    await town.writes(ZHANG, "签到")
    assert "还没到时间" in town.member_heard(ZHANG)[-1]
    await goes_to(town, at(HELD_ON, 9))
    await town.writes(ZHANG, "签到")
    await town.writes(ZHANG, "签到")
    assert "已经在 09:00 签到过了" in town.member_heard(ZHANG)[-1]
    await town.writes(WANG, "签到")
    assert "今天没有您的活动日安排" in town.member_heard(WANG)[-1]
    await town.writes(WANG, "签到 QQ1")
    assert (await places(town))["R3"] is T.PRESENT, "a representative who came of their own accord"
    await town.writes(ZHANG, "签退")
    (mine,) = [one for one in await town.all(Attendance) if one.representative_code == "R1"]
    assert (mine.mode, mine.left_at is not None) == ("word", True)


async def test_the_report_is_asked_for_until_it_is_filed_then_by_the_lead_then_by_the_centre(town: Town) -> None:
    await adds(town, StaffMember(userid="lead.qq", name="站长", role="lead", station_code="QQ1"))
    town.sim.add_member("lead.qq", "站长")
    await held(town)
    await goes_to(town, at(HELD_ON, 11, 30))
    await goes_to(town, at(date(2026, 12, 18), 9))  # the third working day
    assert len(cards(town, OFFICER, "活动日情况上报")) == 2
    await goes_to(town, at(date(2026, 12, 21), 9), every_hours=6)
    assert len(cards(town, OFFICER, "活动日情况上报")) == 3, "not on the weekend"
    assert not await told(town, "missing.leads")
    await goes_to(town, at(date(2026, 12, 22), 9))
    assert await told(town, "missing.leads") == ["m:lead.qq"]
    await goes_to(town, at(date(2026, 12, 24), 9), every_hours=6)
    assert await told(town, "missing.centre") == ["m:centre.one"]
    await town.writes(OFFICER, "活动日 上报 接待5人 意见2条 小结：群众来反映路灯")
    assert "接待群众 5 人，意见 2 条，建议 0 条" in town.member_heard(OFFICER)[-1]
    assert "记录里是：到会代表 0 人次，接待群众 0 人" in town.member_heard(OFFICER)[-1]
    (site,) = await town.all(ActivitySite)
    assert (site.received, site.opinions, site.reported_by) == (5, 2, OFFICER)
    assert "路灯".encode() not in (site.report_sealed or b"")
    asked = len(cards(town, OFFICER, "活动日情况上报"))
    await goes_to(town, at(date(2026, 12, 30), 9))
    assert len(cards(town, OFFICER, "活动日情况上报")) == asked


async def test_a_day_is_reported_when_its_last_site_has_filed_and_again_when_one_is_put_right(town: Town) -> None:
    await opened(town)
    await town.writes(CENTRE, "活动日 增设 1 XZ1")
    await goes_to(town, at(HELD_ON, 11, 30))
    await town.taps(OFFICER, "day_file:1:0-0-0-0")
    assert (await the_day(town)).state is S.CLOSED
    await town.writes(OFFICER, "活动日 上报 1 西庄联络站 接待2人")
    assert "不归您报" in town.member_heard(OFFICER)[-1]
    await town.taps(CENTRE, "day_file:2:0-0-0-0")
    assert (await the_day(town)).state is S.REPORTED
    assert count(town.member_heard(CENTRE), "2 个站都已上报") == 1
    await town.writes(OFFICER, "活动日 上报 1 接待9人")
    assert "接待群众 9 人" in town.member_heard(CENTRE)[-1]
    assert (await the_day(town)).state is S.REPORTED
    acts = [line.act for line in await town.all(AuditLine)]
    assert acts.count("activity report filed") == 2
    assert acts.count("activity report corrected") == 1


async def test_figures_that_changed_since_they_were_shown_are_shown_again_before_they_are_filed(town: Town) -> None:
    await held(town)
    await goes_to(town, at(HELD_ON, 11, 30))
    await town.writes(OFFICER, "接待 2人 补记 反映公交太少")
    await town.taps(OFFICER, "day_file:1:0-0-0-0")
    assert "数字刚刚变了" in town.member_heard(OFFICER)[-1]
    (site,) = await town.all(ActivitySite)
    assert site.reported_at is None
    await town.taps(OFFICER, "day_file:1:0-2-1-0")
    (site,) = await town.all(ActivitySite)
    assert (site.received, site.opinions) == (2, 1)


async def test_words_that_only_begin_like_ours_are_answers_to_the_constituent(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(ZHANG, "活动日那天我在站里，您可以过来")
    assert any("您可以过来" in said for said in town.heard(RESIDENT))
    await town.says(RESIDENT, "好的，接待室开门吗")
    await town.writes(ZHANG, "接待的事我问了")
    assert any("接待的事我问了" in said for said in town.heard(RESIDENT))


# --- constituents -------------------------------------------------------------------------------------


async def test_a_constituent_asks_when_they_can_come(town: Town) -> None:
    await town.says(NEIGHBOUR, "活动日")
    assert "还不知道您在哪个联络站附近" in town.heard(NEIGHBOUR)[-1]
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "活动日")
    assert "还没有定" in town.heard(RESIDENT)[-1]
    await accepted(town)
    await town.says(RESIDENT, "活动日")
    assert "12月15日（周二）09:00–11:30，主题：老旧小区改造" in town.heard(RESIDENT)[-1]
    assert "张伟" not in town.heard(RESIDENT)[-1], "not before it is announced"
    await goes_to(town, at(date(2026, 12, 12), 9))
    await town.says(RESIDENT, "活动日")
    assert "接待代表：张伟代表、李娜代表" in town.heard(RESIDENT)[-1]
    assert "/calendar/QQ1.ics" in town.heard(RESIDENT)[-1]


async def test_those_who_subscribed_are_reminded_and_told_of_a_change(town: Town) -> None:
    await accepted(town)
    await goes_to(town, at(date(2026, 12, 11), 20))
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "活动日")
    async with town.bot.database.begin() as session:
        await subscribe(session, 1, "QQ1", ACTIVITY, town.clock.now())
    await goes_to(town, at(date(2026, 12, 12), 9))
    assert "钱桥联络站：代表联系服务群众日" in town.heard(RESIDENT)[-1]
    assert "接待代表：张伟代表、李娜代表" in town.heard(RESIDENT)[-1]
    await town.writes(CENTRE, "活动日 取消 1 停电")
    await town.passes(minutes=1)
    assert "取消。原因：停电" in town.heard(RESIDENT)[-1]


async def test_the_roster_begins_with_who_stands_in_and_not_with_who_gave_the_slot_away(town: Town) -> None:
    await adds(
        town,
        RosterSlot(id=7, station_code="QQ1", representative_code="R2", on_date=HELD_ON, start="09:00", end="11:00"),
    )
    await town.writes(LI, "换班 2026-12-15 张伟")
    await town.taps(ZHANG, "swapyes:1")
    await opened(town)
    assert await places(town) == {"R1": T.INVITED}
