"""电话联系: an answer that the chat cannot carry is a call for the officer, done by one tap."""

from bot.simulator.faults import Faults, Rule
from storage.models import AuditLine, ContactTask, Message, OutboxRow
from storage.states import OutboxState
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town


async def held(town: Town, matter: str = "牡丹园的路灯坏了，我的电话是13812345678") -> None:
    """An answer that came after the 48 hours."""
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, matter)
    await town.clock.advance(hours=49)
    await town.writes(ZHANG, "今晚修好，周三验收")


def call_of(town: Town, member: str = OFFICER) -> dict[str, object]:
    return [card for card in town.cards(member) if "电话联系" in str(card["main_title"])][-1]


def buttons(card: dict) -> list[str]:
    return [button["text"] for button in card.get("button_list", [])]


async def test_the_officer_has_a_card_with_the_number_the_words_and_the_telephone(town: Town) -> None:
    await held(town)
    assert "已告诉联络员" in town.member_heard(ZHANG)[-1]
    card = call_of(town)
    assert all(one in str(card) for one in ("JH-2026-000001", "今晚修好", "13812345678", "超过 48 小时"))
    assert buttons(card) == ["已电话联系"]
    assert not any("电话联系" in str(one["main_title"]) for one in town.cards(ZHANG))
    await town.assert_at_rest(parked=1)


async def test_one_tap_settles_it_and_the_constituent_does_not_hear_it_again(town: Town) -> None:
    await held(town)
    await town.taps(OFFICER, "called:1")
    assert "已联系" in str(call_of(town)["main_title"])
    assert "钱联络" in str(call_of(town))
    (entry,) = await town.entries()
    assert entry.delivered_at == town.clock.now()
    assert "已经电话告诉" in town.member_heard(ZHANG)[-1]
    note = [one for one in await town.all(Message) if one.author == "note"][-1]
    assert (note.author_userid, note.said_at) == (OFFICER, town.clock.now())
    assert any(line.act == "told by telephone" and line.actor == OFFICER for line in await town.all(AuditLine))
    (task,) = await town.all(ContactTask)
    assert (task.outcome, task.done_by) == ("called", OFFICER)
    await town.says(RESIDENT, "谢谢你们打电话来，路灯的事我知道了")
    assert not any("今晚修好" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_staff_may_send_it_in_writing_as_well_and_it_says_that_it_was_told(town: Town) -> None:
    await held(town)
    await town.taps(OFFICER, "called:1")
    assert buttons(call_of(town)) == ["来信时补发文字"]
    await town.taps(OFFICER, "copy:1")
    assert "等对方来信就发" in town.member_heard(OFFICER)[-1]
    await town.says(RESIDENT, "路灯的事怎么样了")
    (copy,) = [said for said in town.heard(RESIDENT) if "今晚修好" in said]
    assert copy.startswith("这是电话里已经告诉您的答复")
    await town.writes(OFFICER, "补发 000001")
    assert "没有可以补发" in town.member_heard(OFFICER)[-1]
    await town.assert_at_rest()


async def test_in_an_open_chat_the_copy_leaves_at_once(town: Town) -> None:
    await held(town)
    await town.taps(OFFICER, "called:1")
    await town.says(RESIDENT, "收到电话了，路灯的事")
    await town.writes(OFFICER, "补发 000001")
    assert "正在发给对方" in town.member_heard(OFFICER)[-1]
    assert any("今晚修好" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_a_second_tap_changes_nothing(town: Town) -> None:
    await held(town)
    await town.taps(OFFICER, "called:1")
    lines = len(await town.all(AuditLine))
    await town.sim.member_taps(OFFICER, None, "copy:1")
    await town.settle()
    assert len(await town.all(AuditLine)) == lines + 1
    assert len([one for one in await town.all(Message) if one.author == "note"]) == 1


async def test_their_next_message_brings_the_answer_and_the_card_says_that_nobody_need_call(town: Town) -> None:
    await held(town)
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "路灯的事怎么样了")
    assert "今晚修好" in town.heard(RESIDENT)[before], "first of all"
    assert "不用打了" in str(call_of(town)["main_title"])
    assert not buttons(call_of(town)) or buttons(call_of(town)) == ["已送到"]
    assert "已经送到" in town.member_heard(ZHANG)[-1]
    await town.assert_at_rest()


async def test_several_answers_that_wait_are_one_call(town: Town) -> None:
    await held(town)
    await town.writes(ZHANG, "#000001 材料已经到了")
    assert len(await town.all(ContactTask)) == 1
    await town.taps(OFFICER, "called:1")
    told = [row for row in await town.all(OutboxRow) if row.told_at is not None]
    assert len(told) == 2
    assert {row.state for row in told} == {OutboxState.DROPPED}


async def test_a_failure_reported_afterwards_is_a_call_and_its_author_hears_of_it(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", effect="send_fail", fail_type=4, every=1),))
    await town.writes(ZHANG, "今晚修好")
    town.sim.faults = Faults()
    assert "发不到" in town.member_heard(ZHANG)[-1]
    assert "超过 48 小时" in str(call_of(town))
    assert (await town.entries())[0].delivered_at is None
    await town.says(RESIDENT, "路灯的事有消息吗")
    assert any("今晚修好" in said for said in town.heard(RESIDENT))
    assert (await town.entries())[0].delivered_at is not None
    await town.assert_at_rest(dropped=1)


async def test_nobody_taps_for_a_case_that_is_not_theirs(town: Town) -> None:
    await held(town)
    await town.sim.member_taps("wang.fang", None, "called:1") if town.cards("wang.fang") else None
    await town.writes("wang.fang", "补发 000001")
    assert "没有找到" in town.member_heard("wang.fang")[-1]
    (task,) = await town.all(ContactTask)
    assert task.done_at is None


async def test_an_answer_that_happens_to_begin_with_the_word_is_an_answer(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    await town.writes(ZHANG, "补发的材料我收到了，周三答复您")
    assert any("补发的材料" in said for said in town.heard(RESIDENT))


async def test_the_officers_list_names_whom_to_call_until_it_is_done(town: Town) -> None:
    await held(town)
    await town.writes(OFFICER, "待办")
    assert "要电话联系的有 1 件：JH-2026-000001" in town.member_heard(OFFICER)[-1]
    await town.taps(OFFICER, "called:1")
    await town.writes(OFFICER, "待办")
    assert "电话联系" not in town.member_heard(OFFICER)[-1]
