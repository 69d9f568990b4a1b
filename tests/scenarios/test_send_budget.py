"""At most 5 messages for each of theirs, within 48 h; what is promised is what happens (peers: T23, T24)."""

from bot.simulator.faults import Faults, Rule
from storage.models import Conversation, OutboxRow
from storage.states import OutboxState
from tests.support.town import OFFICER, RESIDENT, ZHANG, Town

LONG = "".join(f"第{number}条：路灯的安排说明，请您放心。" for number in range(120))  # 3 messages, and the question


async def opened(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")


async def left(town: Town) -> int:
    (one,) = await town.all(Conversation)
    return one.budget_left


async def test_the_sixth_message_is_foreseen_and_waits_for_their_next_word(town: Town) -> None:
    await opened(town)
    for number in range(4):
        await town.writes(ZHANG, f"#000001 第{number}次答复")
        assert "正在发给" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, "#000001 最后一次答复")
    assert "等对方下次来信就先发" in town.member_heard(ZHANG)[-1]
    assert not any("最后一次答复" in said for said in town.heard(RESIDENT))
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "好的谢谢")
    assert "最后一次答复" in town.heard(RESIDENT)[before]
    await town.assert_at_rest()


async def test_notices_give_way_and_the_last_message_is_kept_for_the_answer(town: Town) -> None:
    await opened(town)
    for name in ("李娜", "张伟") * 3:
        await town.writes(OFFICER, f"指派 000001 {name}")
    assert await left(town) == 1
    await town.writes(ZHANG, "#000001 今晚修好")
    assert "正在发给" in town.member_heard(ZHANG)[-1]
    assert any("今晚修好" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_what_waits_in_the_outbox_is_counted_before_the_next_answer_is_promised(town: Town) -> None:
    await opened(town)
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=-1, every=1),))
    await town.writes(ZHANG, f"#000001 {LONG}")
    await town.writes(ZHANG, "#000001 再说一句")
    town.sim.faults = Faults()
    assert "等对方下次来信就先发" in town.member_heard(ZHANG)[-1]
    await town.passes(minutes=5)
    assert any("第119条" in said for said in town.heard(RESIDENT))
    assert not any("再说一句" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest(parked=1)


async def test_at_47_hours_59_it_goes_and_at_48_hours_01_it_waits(town: Town) -> None:
    await opened(town)
    await town.clock.advance(hours=47, minutes=59)
    await town.writes(ZHANG, "#000001 今晚修好")
    assert any("今晚修好" in said for said in town.heard(RESIDENT))
    await town.clock.advance(minutes=2)
    await town.writes(ZHANG, "#000001 已经修好了")
    assert "超过 48 小时" in town.member_heard(ZHANG)[-1]
    assert not any("已经修好了" in said for said in town.heard(RESIDENT))
    assert "超过 48 小时" in str(town.cards(OFFICER)[-1])
    await town.assert_at_rest(parked=1)


async def test_what_was_tried_before_48_hours_is_not_tried_after_them(town: Town) -> None:
    await opened(town)
    await town.clock.advance(hours=47, minutes=59)
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", effect="html", every=1),))
    await town.writes(ZHANG, "#000001 今晚修好")
    town.sim.faults = Faults()
    await town.passes(minutes=5)
    assert "发不到" in town.member_heard(ZHANG)[-1], "it had been told that it goes out"
    assert "超过 48 小时" in str(town.cards(OFFICER)[-1])
    await town.says(RESIDENT, "路灯的事有消息吗")
    assert any("今晚修好" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_two_messages_that_came_together_give_five_not_ten(town: Town) -> None:
    await opened(town)
    await town.passes(minutes=2)
    await town.sim.says(RESIDENT, "进度")
    await town.sim.says(RESIDENT, "进度")
    await town.settle()
    await town.writes(ZHANG, f"#000001 {LONG}")
    await town.writes(ZHANG, "#000001 再说一句")
    assert not town.sim.violations


async def test_a_session_that_is_not_ours_is_looked_at_and_the_answer_parked(town: Town) -> None:
    """T23: the servicer took it and the event is late."""
    await opened(town)
    town.sim.add_servicer(OFFICER)
    session = town.sim.world.get_session(town.sim.world.get_account(None), town.sim.world.get_constituent(RESIDENT))
    session.state, session.servicer_userid = 3, OFFICER
    await town.writes(ZHANG, "#000001 今晚修好")
    asked = [step.what for step in town.sim.requests if step.what in ("kf/send_msg", "kf/service_state/get")]
    assert asked[-2:] == ["kf/send_msg", "kf/service_state/get"]
    assert "人工客服正在接待" in str(town.cards(OFFICER)[-1])
    assert "发不到" in town.member_heard(ZHANG)[-1]
    (conversation,) = await town.all(Conversation)
    assert conversation.human_userid == OFFICER
    await town.writes(ZHANG, "#000001 材料到了")
    assert town.sim.violations.pop("wrong_state") == 1, "not tried again blindly"
    session.state, session.servicer_userid = 1, ""
    await town.passes(minutes=6)
    assert any("今晚修好" in said for said in town.heard(RESIDENT)), "sent when the state came back"
    assert any("材料到了" in said for said in town.heard(RESIDENT))
    await town.assert_at_rest()


async def test_a_greeting_that_did_not_arrive_gave_no_privacy_notice(town: Town) -> None:
    town.sim.faults = Faults(rules=(Rule("kf/send_msg_on_event", effect="send_fail", fail_type=13, every=1),))
    await town.scans(RESIDENT, "rep", "R1")
    town.sim.faults = Faults()
    await town.says(RESIDENT, "牡丹园的路灯坏了")
    assert "怎样保存、怎样删除" in town.heard(RESIDENT)[-1]


async def test_the_platform_counts_further_than_we_do_and_is_believed(town: Town) -> None:
    await opened(town)
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", effect="send_fail", fail_type=6, every=1),))
    await town.writes(ZHANG, "#000001 今晚修好")
    town.sim.faults = Faults()
    assert await left(town) == 0
    await town.writes(ZHANG, "#000001 材料到了")
    assert "等对方下次来信就先发" in town.member_heard(ZHANG)[-1]
    parked = [row for row in await town.all(OutboxRow) if row.state is OutboxState.PARKED]
    assert len(parked) == 2


async def test_receipts_that_wait_are_said_as_one_where_little_is_left(town: Town) -> None:
    await opened(town)
    for number in range(2):
        await town.writes(ZHANG, f"#000001 第{number}次答复")
    town.sim.faults = Faults(rules=(Rule("kf/send_msg", errcode=-1, every=1),))
    async with town.bot.database.begin() as session:
        context = await town.bot.office.open(session)
        await _say_three(context)
    town.sim.faults = Faults()
    await town.passes(minutes=1)
    assert town.heard(RESIDENT)[-1] == "一\n\n二\n\n三"
    assert await left(town) == 1


async def _say_three(context) -> None:
    from bot.notices.content import Text
    from bot.services import speaking
    from storage.models import Case
    from storage.outbox import Purpose

    conversation = await context.session.get_one(Conversation, 1)
    case = await context.session.get_one(Case, 1)
    for words in "一二三":
        await speaking.notify_constituent(context, conversation, RESIDENT, Purpose.NOTICE, Text(words), case=case)
