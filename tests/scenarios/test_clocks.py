"""An answer is owed: what people are told, who is asked when it is late, what stops the clock and what does not."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.services import clocks
from bot.services.context import Context
from bot.simulator.faults import Faults, Rule
from storage.models import AuditLine, Case, Message, StaffMember
from storage.rules import note_roster_change
from storage.states import CaseState
from tests.support.town import CENTRE, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAD = "lead.qq"
LATE = "请您接手"


def local(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" if at else ""


async def goes_to(town: Town, day: str, hour: str) -> None:
    """Let time go by, hour by hour in effect: the jobs run at that local time."""
    wanted = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=SHANGHAI)
    await town.passes(seconds=(wanted - town.clock.now()).total_seconds())


async def with_lead(town: Town) -> None:
    town.sim.add_member(LEAD, "站长")
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid=LEAD, name="站长", role="lead", station_code="QQ1"))
        await note_roster_change(session, town.clock.now(), "test")


async def opened(town: Town, text: str = "牡丹园的路灯坏了三天", who: str = RESIDENT) -> None:
    await town.scans(who, "rep", "R1")
    await town.says(who, text)


def asked(town: Town, member: str) -> int:
    return sum(LATE in said for said in town.member_heard(member))


async def test_an_answer_that_does_not_come_goes_from_hand_to_hand_and_each_is_told_once(town: Town) -> None:
    await with_lead(town)
    await opened(town)  # Friday, 09:30
    await goes_to(town, "2026-11-22", "12:00")
    assert (asked(town, OFFICER), (await town.case()).clock_step) == (0, "representative")
    await goes_to(town, "2026-11-23", "09:29")
    assert asked(town, OFFICER) == 0
    await goes_to(town, "2026-11-23", "09:30")
    case = await town.case()
    assert (case.clock_step, local(case.due_at), case.representative_code) == ("officer", "11-24 09:30", "R1")
    assert asked(town, OFFICER) == 1
    assert "张伟代表 11月23日（周一）09:30 前没有答复" in str(town.cards(OFFICER)[-1])
    assert "已请联络员跟进。\n您仍可以直接答复：#000001" in town.member_heard(ZHANG)[-1]
    await goes_to(town, "2026-11-24", "09:30")
    assert (asked(town, OFFICER), asked(town, LEAD)) == (1, 1)
    assert "已请联络站负责人跟进" in town.member_heard(OFFICER)[-1]
    assert "已请联络站负责人跟进" not in town.member_heard(ZHANG)[-1]
    await goes_to(town, "2026-11-25", "09:30")
    assert (asked(town, LEAD), asked(town, CENTRE)) == (1, 1)
    assert "已请代表联络服务中心跟进" in town.member_heard(LEAD)[-1]
    steps = [line.act for line in await town.all(AuditLine) if line.actor == "clock"]
    assert steps == ["next in line: officer", "next in line: lead", "next in line: centre"]
    await town.writes(ZHANG, "对不住，今晚就去看")
    assert (await town.case()).state is CaseState.ANSWERED
    for day in range(26, 30):
        await goes_to(town, f"2026-11-{day}", "10:00")
    assert [len(town.cards(who)) for who in (ZHANG, OFFICER, LEAD, CENTRE)] == [1, 3, 1, 1]
    assert "电话联系" in str(town.cards(OFFICER)[-1]), "after five days the chat is closed"
    assert not any("过了时间" in said for said in town.member_heard(CENTRE))
    await town.says(RESIDENT, "在吗，有人吗")
    assert any("今晚就去看" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest(dropped=0)


async def test_the_constituent_sees_who_has_it_and_is_told_once(town: Town) -> None:
    await with_lead(town)
    await opened(town)
    await goes_to(town, "2026-11-22", "10:00")
    await town.says(RESIDENT, "还在等呢")  # so that there is room in the window
    await goes_to(town, "2026-11-23", "09:30")
    assert "到了说好的时间还没有答复，对不住您。已请联络员跟进" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "进度")
    assert "联络员跟进中，最晚 11月24日（周二）09:30 前答复" in town.heard(RESIDENT)[-1]
    await goes_to(town, "2026-11-24", "09:30")
    await town.says(RESIDENT, "进度")
    listed = town.heard(RESIDENT)[-1]
    assert "说好 11月23日（周一）09:30 前答复，现在已经晚了，对不住您；联络站负责人跟进中，最晚" in listed
    assert sum("到了说好的时间" in said for said in town.heard(RESIDENT)) == 1


async def test_what_is_late_stands_in_the_new_holders_list_and_they_may_answer(town: Town) -> None:
    await with_lead(town)
    await opened(town)
    await town.writes(CENTRE, "#000001 我先答")  # the centre may always
    await town.says(RESIDENT, "还是坏的")
    assert (await town.case()).round == 2
    await town.writes(CENTRE, "待办")
    assert "没有等您答复的事" in town.member_heard(CENTRE)[-1]
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        await goes_to(town, day, "09:31")
    await town.writes(CENTRE, "待办")
    assert "#000001" in town.member_heard(CENTRE)[-1]
    assert "（已超过）" in town.member_heard(CENTRE)[-1]
    await town.writes(LEAD, "待办")
    assert "#000001" in town.member_heard(LEAD)[-1]
    await town.writes(LEAD, "#000001 站里明天去修")
    case = await town.case()
    assert (case.state, case.clock_due_at) == (CaseState.ANSWERED, None)


async def test_a_lead_of_the_home_may_act_only_once_it_has_come_to_them(town: Town) -> None:
    town.sim.add_member("lead.home", "主任")
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="lead.home", name="主任", role="lead", station_code="HOME"))
        await note_roster_change(session, town.clock.now(), "test")
    await opened(town)
    await town.writes("lead.home", "#000001 我来")
    assert "没有找到" in town.member_heard("lead.home")[-1]
    await goes_to(town, "2026-11-23", "09:30")
    await goes_to(town, "2026-11-24", "09:30")
    assert asked(town, "lead.home") == 1
    await town.writes("lead.home", "待办")
    assert "#000001" in town.member_heard("lead.home")[-1]
    await town.writes("lead.home", "#000001 已经联系街道")
    assert (await town.case()).state is CaseState.ANSWERED


async def test_without_a_lead_the_centre_is_next_after_the_officer(town: Town) -> None:
    await opened(town)
    await goes_to(town, "2026-11-23", "09:30")
    await goes_to(town, "2026-11-24", "09:30")
    assert ((await town.case()).clock_step, asked(town, CENTRE)) == ("centre", 1)


async def test_after_the_centre_it_is_one_short_list_every_working_day(town: Town) -> None:
    await opened(town)
    await opened(town, "西庄村的水渠堵了", NEIGHBOUR)
    for day in ("23", "24", "25", "26", "27", "28", "29", "30"):
        await goes_to(town, f"2026-11-{day}", "08:00")
        await goes_to(town, f"2026-11-{day}", "09:31")
        await goes_to(town, f"2026-11-{day}", "15:00")
    lists = [said for said in town.member_heard(CENTRE) if "过了时间还没有答复的有 2 件" in said]
    assert len(lists) == 3  # Thursday, Friday, Monday
    assert "#000001 说好 11月23日（周一）09:30 前答复，钱桥联络站张伟代表" in lists[0]
    assert asked(town, CENTRE) == 2


async def test_a_case_that_belongs_to_the_station_begins_with_its_officer(town: Town) -> None:
    await opened(town)
    await town.passes(hours=2)
    await town.taps(ZHANG, "pass:1")
    case = await town.case()
    assert (case.clock_step, local(case.due_at), local(case.promised_at)) == (
        "officer",
        "11-23 11:30",
        "11-23 09:30",
    )
    await goes_to(town, "2026-11-23", "11:30")
    assert (await town.case()).clock_step == "centre"


async def test_an_accusation_begins_and_stays_with_the_centre(town: Town) -> None:
    await town.says(RESIDENT, "我实名举报某单位领导收受贿赂")
    case = await town.case()
    assert (case.restricted, case.clock_step) == (True, "centre")
    for day in ("23", "24", "25", "26"):
        await goes_to(town, f"2026-11-{day}", "09:31")
    assert (await town.case()).clock_step == "centre"
    for who in (ZHANG, OFFICER):
        assert town.member_heard(who) == []
    assert any("过了时间还没有答复的有 1 件" in said for said in town.member_heard(CENTRE))


async def test_a_second_message_does_not_start_it_over_and_a_note_does_not_stop_it(town: Town) -> None:
    await opened(town)
    due = (await town.case()).clock_due_at
    await town.passes(hours=5)
    await town.says(RESIDENT, "今晚又黑了一片")
    await town.writes(ZHANG, "备注 000001 已电话联系路灯所")
    assert "群众看不到，也不算答复" in town.member_heard(ZHANG)[-1]
    case = await town.case()
    assert (case.clock_due_at, case.state) == (due, CaseState.ASSIGNED)
    await town.writes(OFFICER, "备注 000001")
    assert "张伟代表：已电话联系路灯所" in town.member_heard(OFFICER)[-1]
    await town.passes(seconds=11)
    assert not any("路灯所" in said for said in town.heard(RESIDENT))
    await town.says(RESIDENT, "进度")
    assert "路灯所" not in town.heard(RESIDENT)[-1]
    await town.writes(ZHANG, "今晚修好")
    assert (await town.case()).clock_due_at is None
    assert not any("已电话联系路灯所" in said for said in town.heard(RESIDENT))


async def test_acceptance_is_no_answer(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "accept:1")
    await goes_to(town, "2026-11-23", "09:30")
    assert asked(town, OFFICER) == 1


async def test_a_reopened_matter_has_a_clock_and_a_promise_of_its_own(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "今晚修好")
    await goes_to(town, "2026-11-23", "10:00")
    await town.says(RESIDENT, "还是没修")
    case = await town.case()
    assert (local(case.promised_at), case.clock_step) == ("11-24 10:00", "representative")
    await goes_to(town, "2026-11-24", "10:00")
    assert asked(town, OFFICER) == 1


async def test_settled_offline_and_closed_stop_it(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "offline:1")
    assert (await town.case()).clock_due_at is None
    await town.taps_menu(RESIDENT, "已解决")
    for day in ("23", "24", "25"):
        await goes_to(town, f"2026-11-{day}", "09:31")
    assert (await town.case()).state is CaseState.CLOSED
    assert (asked(town, OFFICER), asked(town, CENTRE)) == (0, 0)


async def test_nothing_escalates_at_night_or_after_down_time_at_night(town: Town) -> None:
    await goes_to(town, "2026-11-23", "22:30")
    await opened(town)
    assert "最晚 11月25日（周三）08:00 前" in town.heard(RESIDENT)[-1]
    await goes_to(town, "2026-11-25", "22:00")  # the bot was down all day
    assert asked(town, OFFICER) == 0
    await goes_to(town, "2026-11-26", "07:59")
    assert asked(town, OFFICER) == 0
    await goes_to(town, "2026-11-26", "08:00")
    assert asked(town, OFFICER) == 1
    assert local((await town.case()).due_at) == "11-27 08:00"


async def test_an_emergency_runs_day_and_night(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园3号楼着火了，有人困在里面，救命")
    case = await town.case()
    assert (case.urgency, local(case.due_at)) == ("emergency", "11-21 09:30")
    await town.taps(OFFICER, "confirm:1")
    await goes_to(town, "2026-11-21", "09:30")  # a Saturday
    assert (await town.case()).clock_step == "officer"


async def test_what_is_asked_of_the_constituent_stops_the_clock_until_they_write(town: Town) -> None:
    await opened(town)
    await town.passes(hours=4)  # 20 hours of working time are left
    await town.writes(ZHANG, "问 000001 请问是几号楼门口？")
    assert "张伟代表想请您补充（JH-2026-000001）：\n请问是几号楼门口？" in town.heard(RESIDENT)[-1]
    assert "对方补充前不计时间" in town.member_heard(ZHANG)[-1]
    case = await town.case()
    assert (case.state, case.clock_due_at, case.clock_hours) == (CaseState.ASSIGNED, None, 20)
    assert await town.entries() == []
    await town.says(RESIDENT, "进度")
    assert "等您补充" in town.heard(RESIDENT)[-1]
    await town.writes(ZHANG, "待办")
    assert "等对方补充" in town.member_heard(ZHANG)[-1]
    await goes_to(town, "2026-11-24", "10:00")
    assert asked(town, OFFICER) == 0
    await town.says(RESIDENT, "3号楼门口")
    case = await town.case()
    assert (case.waiting_since, local(case.clock_due_at), local(case.promised_at)) == (
        None,
        "11-25 08:00",  # 20 hours end at 06:00
        "11-25 08:00",
    )
    await town.passes(seconds=1)
    assert "3号楼门口" in town.member_heard(ZHANG)[-1]
    assert "收到，补充的内容已记到" in town.heard(RESIDENT)[-1]
    await goes_to(town, "2026-11-25", "08:00")
    assert asked(town, OFFICER) == 1


async def test_a_reply_to_a_question_belongs_to_the_case_that_asked(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "问 #000001 几号楼？")
    await town.says(RESIDENT, "进度")
    await town.taps_menu(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, "西庄村的水渠堵了")
    await town.passes(minutes=3)
    await town.says(RESIDENT, "3号楼")
    (first, second) = await town.all(Case)
    assert (first.waiting_since, second.waiting_since) == (None, None)
    said = [message.case_id for message in await town.all(Message) if message.author == "constituent"]
    assert said == [first.id, second.id, first.id]


async def test_a_question_that_cannot_go_out_says_so_and_waits_for_them(town: Town) -> None:
    await opened(town)
    await goes_to(town, "2026-11-22", "12:00")
    await town.writes(ZHANG, "问 几号楼？")
    assert "已记下" in town.member_heard(ZHANG)[-1]
    assert "超过 48 小时" in town.member_heard(ZHANG)[-1]
    await goes_to(town, "2026-11-30", "12:00")
    assert (await town.case()).dormant_at is None  # they have not read it yet
    await town.says(RESIDENT, "怎么样了")
    assert any("想请您补充" in said for said in town.heard(RESIDENT))


@pytest.mark.parametrize("word", ["问一下物业就行", "问题已经转给街道", "备注栏里写了电话"])
async def test_an_answer_that_begins_like_a_word_is_an_answer(town: Town, word: str) -> None:
    await opened(town)
    await town.writes(ZHANG, word)
    assert any(word in said for said in town.heard(RESIDENT))


async def test_a_question_needs_a_case_and_words_and_no_answer(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "问")
    assert "请这样写" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "问 000001")
    assert "请这样写" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "问 000009 几号楼？")
    assert "没有找到" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "今晚修好")
    await town.writes(ZHANG, "问 000001 几号楼？")
    assert "已经有了答复" in town.member_heard(ZHANG)[-1]
    assert not any("几号楼" in said for said in town.heard(RESIDENT))


async def test_after_a_week_of_silence_it_rests_and_any_word_revives_it(town: Town) -> None:
    await opened(town)
    await town.passes(hours=4)
    await town.writes(ZHANG, "问 000001 请问是几号楼门口？")
    await goes_to(town, "2026-11-27", "13:29")
    assert (await town.case()).dormant_at is None
    await goes_to(town, "2026-11-27", "13:30")
    assert (await town.case()).dormant_at is not None
    told = len(town.member_heard(ZHANG))
    assert "先搁置" in town.member_heard(ZHANG)[-1]
    for day in (28, 29, 30):
        await goes_to(town, f"2026-11-{day}", "12:00")
    assert len(town.member_heard(ZHANG)) == told
    await town.says(RESIDENT, "进度")
    assert "暂时搁置，您随时写一句就接着办" in town.heard(RESIDENT)[-1]
    await town.sim.sends_media(RESIDENT, "voice", "door.amr", b"#!AMR\n" + b"0" * 40)
    await town.settle()
    case = await town.case()
    assert (case.dormant_at, case.waiting_since, local(case.clock_due_at)) == (None, None, "12-01 08:00")
    await town.passes(seconds=1)
    assert "[语音]" in town.member_heard(ZHANG)[told]


async def test_a_case_that_waits_for_a_reply_changes_hands_and_goes_on_waiting(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "问 000001 请问是几号楼门口？")
    await town.writes(OFFICER, "指派 000001 李娜")
    case = await town.case()
    assert (case.clock_due_at, case.clock_hours) == (None, 24)
    await town.says(RESIDENT, "3号楼")
    assert local((await town.case()).clock_due_at) == "11-23 09:30"


async def test_the_bots_own_question_stops_it_for_a_day_at_most(town: Town) -> None:
    await town.says(RESIDENT, "我家附近的路灯坏了好几天")
    case = await town.case()
    assert (case.asked, local(case.due_at)) == ("location", "11-24 08:00")
    await town.passes(hours=3)
    await town.says(RESIDENT, "在牡丹园")
    case = await town.case()
    assert (case.asked, case.representative_code, local(case.due_at)) == (None, "R1", "11-23 12:30")
    assert local(case.promised_at) == "11-24 08:00"


async def test_not_here_gives_the_time_that_the_question_takes(town: Town) -> None:
    await opened(town)
    await town.passes(hours=2)
    await town.taps_menu(RESIDENT, "不是这里")
    case = await town.case()
    assert (case.asked, case.clock_hours) == ("location", 22)
    assert local(case.clock_due_at) == local(case.promised_at) == "11-24 08:00"  # 22 hours of Monday end at 22:00


async def test_staff_who_have_nobody_in_line_are_skipped_and_the_case_stays(town: Town) -> None:
    async with town.bot.database.begin() as session:
        for userid in (OFFICER, CENTRE):
            await session.delete(await session.get_one(StaffMember, userid))
        await note_roster_change(session, town.clock.now(), "test")
    await opened(town)
    await goes_to(town, "2026-11-23", "09:30")
    await goes_to(town, "2026-11-24", "09:30")
    case = await town.case()
    assert (case.clock_step, case.state) == ("centre", CaseState.ASSIGNED)


async def test_a_question_that_the_platform_refuses_for_good_is_not_waited_for(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(town)
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=40058, every=1),))
    await town.writes(ZHANG, "问 000001 几号楼？")
    town.sim.faults = Faults()
    case = await town.case()
    assert (case.waiting_since, local(case.clock_due_at)) == (None, "11-23 09:30")
    assert any("没能发给" in said for said in town.member_heard(ZHANG))
    caplog.clear()


async def test_opening_a_matter_asks_the_database_nothing_more_for_its_clock(town: Town) -> None:
    """The clock is arithmetic: only a matter of an activity day looks that day up."""
    context = replace(await _context(town), session=cast("Any", _NoDatabase()))
    case = Case(state=CaseState.ASSIGNED, urgency="normal", restricted=False, station_code="QQ1", round=1)
    case.opened_at = context.now
    await clocks.start_round(context, case)
    assert case.clock_step == "officer"


class _NoDatabase:
    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the clock asked the database: {name}")


async def _context(town: Town) -> Context:
    async with town.bot.database.read() as session:
        return await town.bot.office.open(session)
