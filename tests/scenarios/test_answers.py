"""Representatives and officers answer; the constituent says whether that settles it."""

from storage.models import Case
from storage.states import CaseState
from tests.support.town import CENTRE, LI, NEIGHBOUR, OFFICER, RESIDENT, ZHANG, Town


async def opened(town: Town, who: str = RESIDENT, code: str = "R1", text: str = "牡丹园的路灯坏了") -> None:
    await town.scans(who, "rep", code)
    await town.says(who, text)


def buttons(card: dict) -> list[str]:
    return [button["text"] for button in card.get("button_list", [])]


async def test_accepting_shows_on_every_copy_of_the_card(town: Town) -> None:
    await opened(town)
    assert buttons(town.cards(ZHANG)[0]) == ["接收", "回复", "转交", "线下已处理"]
    await town.taps(ZHANG, "accept:1")
    for member in (ZHANG, OFFICER):
        (card,) = town.cards(member)
        assert "已接收" in str(card["main_title"])
        assert "接收" not in buttons(card)
    assert (await town.case()).state is CaseState.ACCEPTED
    assert "已经看到" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_double_tap_says_so_and_changes_nothing(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "accept:1")
    said = len(town.heard(RESIDENT))
    await town.sim.member_taps(OFFICER, None, "reply:1")
    await town.settle()
    assert len(town.heard(RESIDENT)) == said
    assert (await town.case()).state is CaseState.ACCEPTED


async def test_the_card_changes_again_after_the_answer(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "accept:1")
    await town.writes(ZHANG, "今晚修好")
    assert (await town.case()).state is CaseState.ANSWERED
    assert "已答复" in str(town.cards(ZHANG)[0]["main_title"])


async def test_with_several_waiting_the_bot_asks_which_as_buttons(town: Town) -> None:
    await opened(town)
    await opened(town, NEIGHBOUR, text="牡丹园的垃圾没人清")
    await town.writes(ZHANG, "已经联系街道")
    assert not any("已经联系街道" in said for said in town.heard(RESIDENT) + town.heard(NEIGHBOUR))
    assert buttons(town.cards(ZHANG)[-1]) == ["#000001", "#000002"]
    _, later = await town.all(Case)
    await town.taps(ZHANG, f"choose:{later.id}")
    assert any("已经联系街道" in said for said in town.heard(NEIGHBOUR))
    assert not any("已经联系街道" in said for said in town.heard(RESIDENT))
    assert "已选" in str(town.cards(ZHANG)[-1])
    await town.assert_at_rest()


async def test_a_numbered_answer_goes_there_whatever_is_waiting(town: Town) -> None:
    await opened(town)
    await opened(town, NEIGHBOUR, text="牡丹园的垃圾没人清")
    await town.writes(ZHANG, "#000002 明早来清")
    await town.writes(ZHANG, "＃JH-2026-000001：今晚来修")
    assert any("明早来清" in said for said in town.heard(NEIGHBOUR))
    assert any("今晚来修" in said for said in town.heard(RESIDENT))
    await town.writes(ZHANG, "#000001 已经修好了")
    assert any("已经修好了" in said for said in town.heard(RESIDENT))
    assert len(await town.entries()) == 2


async def test_nobody_answers_a_case_that_is_not_theirs(town: Town) -> None:
    await opened(town)
    await town.writes(LI, "#000001 我来答")
    assert not any("我来答" in said for said in town.heard(RESIDENT))
    assert "没有找到" in town.member_heard(LI)[-1]
    await town.sim.member_taps("wang.fang", None, "accept:1") if town.cards("wang.fang") else None
    assert (await town.case()).state is CaseState.ASSIGNED


async def test_reply_button_announces_the_next_words(town: Town) -> None:
    await opened(town)
    await opened(town, NEIGHBOUR, text="牡丹园的垃圾没人清")
    await town.taps(ZHANG, "reply:1")
    await town.writes(ZHANG, "今晚来修")
    assert any("今晚来修" in said for said in town.heard(RESIDENT))
    assert not any("今晚来修" in said for said in town.heard(NEIGHBOUR))


async def test_an_announced_answer_is_forgotten_after_half_an_hour(town: Town) -> None:
    await opened(town)
    await opened(town, NEIGHBOUR, text="牡丹园的垃圾没人清")
    await town.taps(ZHANG, "reply:1")
    await town.passes(minutes=31)
    await town.writes(ZHANG, "今晚来修")
    assert not any("今晚来修" in said for said in town.heard(RESIDENT))


async def test_offline_is_told_asked_about_and_on_record(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "offline:1")
    assert "线下" in town.heard(RESIDENT)[-1]
    (entry,) = await town.entries()
    assert entry.delivered_at is not None
    assert (await town.case()).state is CaseState.ANSWERED
    await town.assert_at_rest()


async def test_passing_on_gives_it_to_the_officer_and_then_to_the_centre(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "pass:1")
    case = await town.case()
    assert (case.station_code, case.representative_code) == ("QQ1", None)
    assert "已转交" in str(town.cards(ZHANG)[0])
    assert "接收" in buttons(town.cards(OFFICER)[-1])
    await town.taps(OFFICER, "pass:1")
    assert (await town.case()).station_code == "HOME"
    assert len(town.cards(CENTRE)) == 1
    await town.assert_at_rest()


async def test_an_officer_assigns_by_name_or_code(town: Town) -> None:
    await opened(town)
    await town.taps(ZHANG, "pass:1")
    await town.writes(OFFICER, "指派 000001 李娜")
    assert (await town.case()).representative_code == "R2"
    assert len(town.cards(LI)) == 1
    await town.writes(LI, "我来跟进，明天回您")
    assert any("李娜代表" in said and "明天回您" in said for said in town.heard(RESIDENT))


async def test_an_officer_answers_for_the_station_without_a_duty_entry(town: Town) -> None:
    await opened(town)
    await town.writes(OFFICER, "站里已经报修")
    assert any("钱桥联络站答复您" in said for said in town.heard(RESIDENT))
    assert await town.entries() == []


async def test_solved_closes_and_stamps(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "修好了")
    await town.taps_menu(RESIDENT, "已解决")
    assert (await town.case()).state is CaseState.CLOSED
    (entry,) = await town.entries()
    assert entry.closed_at is not None
    assert "已经解决" in town.member_heard(ZHANG)[-1]
    await town.taps_menu(RESIDENT, "已解决")
    await town.assert_at_rest()


async def test_unsolved_reopens_and_the_next_answer_is_an_exchange_of_its_own(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "修好了")
    await town.taps_menu(RESIDENT, "还没有")
    case = await town.case()
    assert (case.state, case.round) == (CaseState.REOPENED, 2)
    assert "还没有解决" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "今天换了灯泡")
    assert len(await town.entries()) == 2
    assert len(await town.all(Case)) == 1
    await town.assert_at_rest()


async def test_more_words_after_an_answer_reach_the_representative_again(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "修好了")
    await town.taps_menu(RESIDENT, "继续补充")
    await town.says(RESIDENT, "北门那盏还是不亮")
    await town.passes(seconds=11)
    assert "北门那盏还是不亮" in town.member_heard(ZHANG)[-1]
    assert (await town.case()).state is CaseState.REOPENED


async def test_a_word_of_thanks_reopens_nothing(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "修好了")
    await town.says(RESIDENT, "谢谢！")
    assert (await town.case()).state is CaseState.ANSWERED
    assert "不客气" in town.heard(RESIDENT)[-1]


async def test_two_answers_in_one_exchange_make_one_entry(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "在问了")
    await town.writes(ZHANG, "#000001 今晚修")
    assert len(await town.entries()) == 1
    await town.assert_at_rest()


async def test_nothing_waiting_and_strangers_get_a_word(town: Town) -> None:
    await town.writes(ZHANG, "你好")
    assert "没有发给任何人" in town.member_heard(ZHANG)[-1]
    town.sim.add_member("nobody", "路人")
    await town.writes("nobody", "你好")
    assert "没有登记" in town.member_heard("nobody")[-1]
    await town.writes(ZHANG, "待办")
    assert "没有等您" in town.member_heard(ZHANG)[-1]


async def test_todo_lists_what_waits(town: Town) -> None:
    await opened(town)
    await town.writes(ZHANG, "待办")
    assert "#000001" in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, "待办")
    assert "#000001" in town.member_heard(OFFICER)[-1]


async def test_an_answer_after_48_hours_waits_for_the_next_message_and_the_officer_is_told(town: Town) -> None:
    await opened(town)
    await town.passes(hours=49)
    await town.writes(ZHANG, "让您久等了，已经修好")
    assert not any("久等" in said for said in town.heard(RESIDENT))
    assert "48 小时" in town.member_heard(ZHANG)[-1]
    assert any("JH-2026-000001" in said and "发不到" in said for said in town.member_heard(OFFICER))
    assert (await town.entries())[0].delivered_at is None
    await town.assert_at_rest(parked=1)

    await town.says(RESIDENT, "有消息吗，路灯的事")
    heard = town.heard(RESIDENT)
    assert any("久等" in said for said in heard)
    assert (await town.entries())[0].delivered_at is not None
    await town.assert_at_rest()


async def test_a_long_answer_is_split_and_continues_after_the_next_message(town: Town) -> None:
    await opened(town)
    words = "".join(f"第{number}条：路灯的安排说明，请您放心。" for number in range(200))
    await town.writes(ZHANG, words)
    assert "接着发" in town.member_heard(ZHANG)[-1]
    assert sum("发不到" in said for said in town.member_heard(OFFICER)) == 1
    for _ in range(2):
        await town.says(RESIDENT, "请继续")
        await town.passes(minutes=2)
    whole = "".join(town.heard(RESIDENT))
    assert all(f"第{number}条" in whole for number in range(200))
    assert sum("不用打了" in said for said in town.member_heard(OFFICER)) == 1
    await town.assert_at_rest()


async def test_the_service_centre_sees_and_answers_what_came_to_it(town: Town) -> None:
    await town.says(RESIDENT, "我家附近的路灯坏了好几天")
    await town.writes(CENTRE, "待办")
    assert "#000001" in town.member_heard(CENTRE)[-1]
    await town.writes(CENTRE, "请告诉我们具体在哪条路")
    assert any("具体在哪条路" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_many_angle_brackets_lose_no_words(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "路灯坏了" + "<" * 1900 + "尾巴")
    assert town.member_heard(ZHANG)[-1].endswith("尾巴")
    await town.assert_at_rest()


async def test_what_was_said_is_not_kept_in_the_outbox(town: Town) -> None:
    from storage.models import OutboxRow
    from storage.outbox import Purpose

    await opened(town)
    await town.writes(ZHANG, "今晚修好")
    await town.writes(ZHANG, "待办")
    kept = [row for row in await town.all(OutboxRow) if row.content_sealed]
    assert {row.purpose for row in kept} == {Purpose.ANSWER}


async def test_a_person_holding_the_session_is_named_to_the_author(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    await town.writes(ZHANG, "今晚修好")
    assert "人工客服" in town.member_heard(ZHANG)[-1]


async def test_a_long_list_of_matters_is_told_whole(town: Town) -> None:
    for number in range(5):
        await town.scans(RESIDENT, "rep", "R1" if number % 2 else "R3")
        await town.says(RESIDENT, f"路灯坏了，第{number}处")
    await town.passes(days=3)
    await town.says(RESIDENT, "进度")
    assert all(f"JH-2026-00000{number}" in town.heard(RESIDENT)[-1] for number in (1, 2, 3, 4, 5))
    await town.assert_at_rest()


async def test_handing_a_case_on_is_an_audit_line(town: Town) -> None:
    from storage.models import AuditLine

    await opened(town)
    await town.taps(ZHANG, "pass:1")
    await town.writes(OFFICER, "指派 000001 李娜")
    lines = [(one.actor, one.act, one.subject) for one in await town.all(AuditLine)]
    assert lines == [
        (ZHANG, "passed_on", "case JH-2026-000001 to QQ1"),
        (OFFICER, "assigned_by_officer", "case JH-2026-000001 to R2"),
    ]
