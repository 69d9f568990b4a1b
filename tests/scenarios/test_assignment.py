"""Where a matter goes and why, in the chat: danger, boundaries, questions, corrections, leave, many people."""

from datetime import date

import pytest

from storage.models import AuditLine, Case, Correction, OutboxRow, Referral, Representative, StaffMember, TunedRule
from storage.outbox import Purpose
from storage.rules import note_roster_change
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town

WANG = "wang.fang"


async def set_up_lead(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="lead.qq", name="站长", role="lead", station_code="QQ1"))
    town.sim.add_member("lead.qq", "站长")


def alarms(town: Town, member: str) -> list[dict[str, object]]:
    return [card for card in town.cards(member) if "紧急情况" in str(card)]


async def test_danger_is_answered_with_the_number_before_any_receipt_and_wakes_those_on_call(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "我家楼下着火了，烟很大")
    said = town.heard(RESIDENT)[before:]
    assert said[0].startswith("请马上拨打 119")
    assert "JH-2026-000001" in said[1]
    case = await town.case()
    assert (case.kind, case.urgency, case.referral) == ("emergency", "emergency", "119")
    assert case.is_open
    for member in (OFFICER, CENTRE):
        assert len(alarms(town, member)) == 1
    await town.assert_at_rest()


async def test_an_alarm_comes_again_until_someone_confirms_and_then_no_more(town: Town) -> None:
    await set_up_lead(town)
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "救命，煤气泄漏了，闻到好大的煤气味")
    for times in (2, 3):
        await town.passes(minutes=3)
        assert len(alarms(town, OFFICER)) == times
        assert f"第 {times} 次" in str(alarms(town, OFFICER)[-1])
    await town.taps(OFFICER, "confirm:1")
    assert (await town.case()).confirmed_by == OFFICER
    assert "由您接手" in town.member_heard(OFFICER)[-1]
    assert "值班人员已经看到" in town.heard(RESIDENT)[-1]
    seen = alarms(town, CENTRE)
    assert len(seen) == 3
    assert all("已有人接手" in str(card) for card in seen)
    await town.passes(hours=1)
    assert len(alarms(town, CENTRE)) == 3
    assert any(line.act == "emergency confirmed" for line in await town.all(AuditLine))


async def test_the_representatives_answer_stops_the_alarm(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "有人正在撬我家的门，快来")
    await town.writes(ZHANG, "已经报警，我马上过去")
    count = len(alarms(town, OFFICER))
    await town.passes(minutes=30)
    assert len(alarms(town, OFFICER)) == count


async def test_danger_in_the_middle_of_another_matter_is_a_case_of_its_own(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.passes(minutes=5)
    await town.says(RESIDENT, "我爸突然晕倒叫不醒了")
    assert [case.urgency for case in await town.all(Case)] == ["normal", "emergency"]
    assert any(said.startswith("请马上拨打 120") for said in town.heard(RESIDENT))


@pytest.mark.parametrize(
    "words", ["这物业气死我了", "小区没着火，就是消防通道堵了", "上个月着过火，楼道电线还没换", "公交车要命地难等"]
)
async def test_anger_idioms_and_the_past_are_no_alarm(town: Town, words: str) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, words)
    assert (await town.case()).urgency != "emergency"
    assert alarms(town, OFFICER) == []


async def test_a_complaint_about_a_representative_never_reaches_them_or_their_station(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我要投诉张伟代表，收了开发商的红包，从来不理我们")
    case = await town.case()
    assert case.restricted
    assert case.accused == ["R1"]
    assert case.representative_code is None
    assert town.member_heard(ZHANG) == []
    assert town.member_heard(OFFICER) == []
    assert len(town.cards(CENTRE)) == 1
    assert "不会转给" in town.heard(RESIDENT)[-1]
    (referral,) = await town.all(Referral)
    assert referral.notified_at is not None
    assert (referral.notice_due_at - referral.registered_at).days == 15
    await town.writes(ZHANG, "#000001 我来看看")
    assert "没有找到" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "待办")
    assert "没有等您答复" in town.member_heard(OFFICER)[-1]
    await town.writes(CENTRE, "待办")
    assert "000001" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "指派 000001 张伟")
    assert "不能指派给代表" in town.member_heard(CENTRE)[-1]
    await town.taps(CENTRE, "pass:1")
    assert town.member_heard(ZHANG)[-1].startswith("没有找到")


async def test_an_accusation_in_an_open_matter_gets_a_lane_of_its_own(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.passes(minutes=5)
    await town.says(RESIDENT, "另外我要举报村支书贪污低保款，把钱打给自己亲戚")
    await town.passes(minutes=2)
    first, second = await town.all(Case)
    assert not first.restricted
    assert (second.restricted, second.referral, second.topic) == (True, "discipline", "discipline")
    assert not any("村支书" in said for said in town.member_heard(ZHANG) + town.member_heard(OFFICER))


async def test_a_court_matter_is_explained_registered_and_kept_from_the_representative(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "法院一审判决不公，我不服判决，请代表帮我让法院改判")
    case = await town.case()
    assert (case.kind, case.referral, case.representative_code) == ("referral", "judicial", None)
    said = town.heard(RESIDENT)[-1]
    assert "12368" in said
    assert "15 日" in said
    assert town.member_heard(ZHANG) == []
    assert len(town.cards(OFFICER)) == 1
    await town.taps_menu(RESIDENT, "不是这么回事，请人再看")
    assert "自动回复说得不对" in town.member_heard(OFFICER)[-1]


async def test_the_written_notice_waits_where_it_cannot_go_out_and_is_stamped_when_it_arrives(town: Town) -> None:
    await town.says(RESIDENT, "信访答复意见我不服，要求复查复核")
    (referral,) = await town.all(Referral)
    assert referral.notified_at is not None
    case = await town.case()
    assert Purpose.REFERRAL in {row.purpose for row in await town.all(OutboxRow)}
    assert case.referral == "petition"


async def test_an_unknown_place_is_asked_for_and_the_answer_completes_the_matter(town: Town) -> None:
    await town.says(RESIDENT, "路灯坏了三天没人修")
    case = await town.case()
    assert (case.station_code, case.asked) == ("HOME", "location")
    assert "在哪里" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "牡丹园东门")
    case = await town.case()
    assert (case.station_code, case.representative_code, case.asked) == ("QQ1", "R1", None)
    assert "张伟代表" in town.heard(RESIDENT)[-1]
    card = str(town.cards(ZHANG)[-1])
    assert "路灯坏了三天没人修" in card
    await town.passes(minutes=2)
    assert sum("牡丹园东门" in said for said in map(str, town.cards(ZHANG))) == 1
    await town.assert_at_rest()


async def test_a_location_message_answers_the_question_too(town: Town) -> None:
    await town.says(RESIDENT, "路灯坏了三天没人修")
    await town.sim.sends_location(RESIDENT, 31.685, 120.305, "某处", "某路")
    await town.settle()
    case = await town.case()
    assert (case.station_code, case.grid_code, case.representative_code) == ("QQ1", "G1", "R1")


async def test_an_answer_a_day_later_is_only_added(town: Town) -> None:
    await town.says(RESIDENT, "路灯坏了三天没人修")
    await town.passes(hours=30)
    await town.says(RESIDENT, "牡丹园东门")
    assert (await town.case()).station_code == "HOME"


async def test_not_here_asks_where_and_the_next_words_move_the_matter(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的水渠堵了")
    await town.taps_menu(RESIDENT, "不是这里")
    assert "那是在哪里" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "西庄村口")
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("XZ1", "R3")
    (correction,) = await town.all(Correction)
    assert (correction.by, correction.rule, correction.what) == ("constituent", "place_named", "station")
    assert "水渠堵了" in str(town.cards(WANG)[-1])
    assert "已转交" in str(town.cards(ZHANG)[0])


async def test_another_representative_with_one_tap_and_then_the_officer(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.taps_menu(RESIDENT, "换一位代表")
    case = await town.case()
    assert case.representative_code == "R2"
    assert len(town.cards(LI)) == 1
    await town.says(RESIDENT, "换一位代表")
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("QQ1", None)
    corrections = await town.all(Correction)
    assert [one.what for one in corrections] == ["representative", "representative"]
    assert corrections[0].rule == "representative_code"
    await town.says(RESIDENT, "换一位代表")
    assert "没有可以改的" in town.heard(RESIDENT)[-1]


async def test_after_an_answer_nothing_is_changed_by_a_tap(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(ZHANG, "已联系路灯所")
    await town.taps_menu(RESIDENT, "换一位代表")
    assert "已经有了答复" in town.heard(RESIDENT)[-1]
    assert (await town.case()).representative_code == "R1"


async def test_why_is_told_in_sentences_to_both_sides(town: Town) -> None:
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert "您提到“牡丹园”，那里属于一网格" in town.heard(RESIDENT)[-1]
    await town.says(RESIDENT, "为什么？")
    assert "张伟代表联系这一片" in town.heard(RESIDENT)[-1]
    await town.writes(ZHANG, "缘由 000001")
    assert "您提到“牡丹园”" in town.member_heard(ZHANG)[-1]
    assert "对方提到“牡丹园”" in str(town.cards(ZHANG)[0])


async def test_passing_on_has_a_reason_and_after_two_times_the_centre_rules(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.taps(ZHANG, "pass:1")
    card = town.cards(ZHANG)[-1]
    assert "为什么转交" in str(card)
    await town.taps(ZHANG, "whypassed:1:topic")
    assert "不是我熟悉的" in town.member_heard(OFFICER)[-1]
    (correction,) = await town.all(Correction)
    assert (correction.by, correction.rule, correction.reason) == ("representative", "representative_code", "topic")
    await town.writes(OFFICER, "指派 000001 李娜")
    await town.taps(LI, "pass:1")
    await town.writes(OFFICER, "指派 000001 张伟")
    await town.taps(ZHANG, "pass:1")
    case = await town.case()
    assert (case.transfers, case.station_code, case.representative_code) == (3, "HOME", None)
    assert "请服务中心定" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "指派 000001 李娜")
    await town.taps(LI, "pass:1")
    assert "由服务中心定下" in town.member_heard(LI)[-1]
    assert (await town.case()).representative_code == "R2"
    await town.writes(CENTRE, "分派")
    assert "扫代表的码：分了 1 件，被改 1 件" in town.member_heard(CENTRE)[-1]


async def test_a_representative_on_leave_is_passed_over_even_by_their_own_code(town: Town) -> None:
    await town.writes(ZHANG, "请假 2026-11-20 至 2026-11-22")
    assert "11月20日至11月22日" in town.member_heard(ZHANG)[-1]
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    case = await town.case()
    assert case.representative_code == "R2"
    await town.says(RESIDENT, "为什么")
    assert "张伟代表请假了" in town.heard(RESIDENT)[-1]


@pytest.mark.parametrize("words", ["请假", "请假 什么时候", "请假 2026-13-40", "请假 2020-01-01"])
async def test_a_leave_that_cannot_be_read_is_explained(town: Town, words: str) -> None:
    await town.writes(ZHANG, words)
    assert "请这样写" in town.member_heard(ZHANG)[-1]


async def test_an_advert_is_not_passed_on_unless_its_sender_says_it_is_none(town: Town) -> None:
    await town.says(RESIDENT, "专业代开发票，点数优惠，加微信 dk88866 联系，全国可开")
    assert await town.all(Case) == []
    assert "像广告" in town.heard(RESIDENT)[-1]
    await town.taps_menu(RESIDENT, "不是广告，请转给人看")
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("HOME", None)
    await town.taps_menu(RESIDENT, "不是广告，请转给人看")
    assert len(await town.all(Case)) == 1


async def test_a_question_about_the_station_is_answered_at_once_and_a_person_is_one_tap_away(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "请问你们联络站几点上班？")
    assert await town.all(Case) == []
    assert "钱桥联络站" in town.heard(RESIDENT)[-1]
    await town.taps_menu(RESIDENT, "请工作人员回答")
    assert (await town.case()).station_code == "QQ1"
    assert len(town.cards(OFFICER)) == 1


@pytest.mark.parametrize(
    ("words", "greeting"),
    [
        ("سالام، كوچىمىزدىكى چىراغ بۇزۇلۇپ قالدى، ئوڭشاپ بېرىشىڭلارنى سورايمىز", "خېتىڭىزنى"),
        ("The street lamp in front of our building has been broken for three days", "We have received"),
    ],
)
async def test_a_language_nobody_reads_is_kept_and_answered_in_it(town: Town, words: str, greeting: str) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, words)
    assert greeting in town.heard(RESIDENT)[-1]
    assert any(words[:20] in str(card) for card in town.cards(OFFICER))


async def test_several_matters_in_one_message_are_one_case_and_its_owner_sees_how_many(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(
        RESIDENT, "一是牡丹园的路灯坏了三天，二是孩子上学的学区怎么划分，学校不收我们小区的孩子，三是医院挂号太难"
    )
    assert len(await town.all(Case)) == 1
    assert "件事" in town.heard(RESIDENT)[-1]


async def test_many_people_with_one_matter_keep_their_own_cases_and_are_counted(town: Town) -> None:
    for number in range(12):
        who = f"wmPerson{number}"
        town.sim.add_constituent(who, f"群众{number}")
        await town.says(who, f"牡丹园{number + 1}栋又停水了，已经第{number % 3 + 1}天没有自来水")
    cases = await town.all(Case)
    assert len(cases) == 12
    assert len({case.cluster_id for case in cases}) == 1
    assert cases[0].cluster_id is not None
    assert "位群众反映这件事" in town.heard("wmPerson11")[-1]
    assert "12 人反映同一件事" in str(town.cards(ZHANG)[-1])
    assert sum("人反映同一件事（" in said for said in town.member_heard(OFFICER)) == 1


async def test_the_same_name_twice_is_asked_apart_with_buttons(town: Town) -> None:
    async with town.bot.database.begin() as session:
        session.add(
            Representative(
                code="R9", name="李娜", level="district", unit="", post="", specialities=[], station_code="XZ1",
                userid="li.na.xz", phone="", grid_codes=[], public_fields=[],
            )
        )  # fmt: skip
        await note_roster_change(session, town.clock.now(), "test")
    town.sim.add_member("li.na.xz", "李娜")
    await town.says(RESIDENT, "想请李娜代表看看广场舞噪音")
    assert "哪一位代表" in town.heard(RESIDENT)[-1]
    await town.taps_menu(RESIDENT, "李娜代表（西庄联络站）")
    case = await town.case()
    assert (case.representative_code, case.station_code, case.asked) == ("R9", "XZ1", None)


async def test_moving_the_clock_over_the_end_of_a_shift_moves_the_owner(town: Town) -> None:
    """李娜 is at the station until 11:00 on 2026-11-20."""
    assert date(2026, 11, 20).isoformat() == town.clock.now().date().isoformat()
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "广场太吵了，晚上睡不着")
    await town.clock.advance(hours=1, minutes=29, seconds=59)
    await town.scans(NEIGHBOUR, "station", "QQ1")
    await town.says(NEIGHBOUR, "健身器材坏了，孩子容易摔")
    town.sim.add_constituent("wmThird", "老陈")
    await town.clock.advance(seconds=1)
    await town.scans("wmThird", "station", "QQ1")
    await town.says("wmThird", "单元门的门禁坏了")
    owners = [case.representative_code for case in await town.all(Case)]
    assert owners[:2] == ["R2", "R2"]
    assert owners[2] != "R2" or "on_duty_now" not in str(owners)


async def test_the_centre_that_took_a_matter_for_want_of_a_place_is_not_remembered_as_the_place(town: Town) -> None:
    await town.says(RESIDENT, "路灯坏了三天没人修")
    await town.says(RESIDENT, "反映另一件事")
    await town.says(RESIDENT, "健身器材也坏了没人管")
    assert [case.asked for case in await town.all(Case)] == ["location", "location"]


@pytest.mark.parametrize(
    ("cap", "owners"), [(0, ["R2", "R2", "R2", "R1"]), (1, ["R2", "R1", None, "R1"]), (2, ["R2", "R2", "R1", "R1"])]
)
async def test_more_than_a_days_cap_goes_to_the_next_one_or_the_officer(
    town: Town, cap: int, owners: list[str | None]
) -> None:
    async with town.bot.database.begin() as session:
        await session.merge(
            TunedRule(name="cases_per_day", value=cap, changed_at=town.clock.now(), changed_by=CENTRE)
        )
    people = (RESIDENT, NEIGHBOUR, "wmThird", "wmFourth")
    for who in people[2:]:
        town.sim.add_constituent(who, "群众")
    for who in people:
        await town.scans(who, "station", "QQ1")
    for who in people[:2]:  # both in one batch
        await town.sim.says(who, "牡丹园的路灯坏了")
    await town.settle()
    await town.says(people[2], "牡丹园的路灯坏了")
    await town.passes(hours=24)
    await town.says(people[3], "牡丹园的路灯坏了")
    assert [case.representative_code for case in await town.all(Case)] == owners
    await town.assert_at_rest()
