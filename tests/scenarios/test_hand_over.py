"""转人工: a chat goes to a person in the native client and comes back; nobody is met by silence."""

from storage.models import Conversation, Message
from storage.states import CaseState
from tests.support.town import CENTRE, OFFICER, RESIDENT, ZHANG, Town


async def opened(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园的路灯坏了")


async def conversation(town: Town) -> Conversation:
    (one,) = await town.all(Conversation)
    return one


async def said_in_case(town: Town) -> list[tuple[str, str | None]]:
    return [(one.author, one.author_userid) for one in await town.all(Message)]


async def ends(town: Town) -> None:
    await town.sim.human_ends(RESIDENT)
    await town.settle()


async def replies(town: Town, words: str) -> None:
    await town.sim.human_says(RESIDENT, words)
    await town.settle()


async def test_where_nobody_receives_chats_they_hear_who_contacts_them_and_by_when(town: Town) -> None:
    await opened(town)
    await town.says(RESIDENT, "转人工")
    assert "钱桥联络站工作人员联系您，最晚 11月20日（周五）13:30" in town.heard(RESIDENT)[-1]
    card = town.cards(OFFICER)[-1]
    assert "电话联系" in str(card["main_title"])
    assert "对方想和工作人员直接说话" in str(card)
    await town.assert_at_rest()


async def test_asking_again_promises_no_later_time_and_makes_no_second_call(town: Town) -> None:
    await opened(town)
    await town.says(RESIDENT, "转人工")
    await town.passes(hours=1)
    await town.says(RESIDENT, "人工客服")
    assert "最晚 11月20日（周五）13:30" in town.heard(RESIDENT)[-1]
    assert sum("电话联系" in str(card["main_title"]) for card in town.cards(OFFICER)) == 1


async def test_without_a_matter_the_wish_itself_becomes_one_for_the_officer(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "转人工")
    case = await town.case()
    assert case.station_code == "QQ1"
    assert case.number in town.heard(RESIDENT)[-1]
    await town.writes(OFFICER, f"#{case.number[-6:]} 您好，我是钱联络，请说")
    assert any("请说" in said for said in town.heard(RESIDENT))
    assert "不用打了" in str(town.cards(OFFICER)[-1])
    await town.assert_at_rest()


async def test_the_menu_item_does_the_same(town: Town) -> None:
    await town.says(RESIDENT, "你好")
    await town.taps_menu(RESIDENT, "和工作人员说话")
    assert "联系您" in town.heard(RESIDENT)[-1]


async def test_a_servicer_of_the_case_has_the_chat_and_its_words_are_on_the_case(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    assert "机器人不插话" in town.heard(RESIDENT)[-1]
    assert "JH-2026-000001" in town.member_heard(OFFICER)[-1]
    assert (await conversation(town)).human_userid == OFFICER
    heard = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "就是三号楼门口那一盏")
    await replies(town, "好的，今天下午去看")
    await town.says(RESIDENT, "谢谢")
    assert len(town.heard(RESIDENT)) == heard, "the bot does not talk over a person"
    assert (await said_in_case(town))[-3:] == [("constituent", None), ("officer", OFFICER), ("constituent", None)]
    assert (await town.case()).state is CaseState.ANSWERED
    assert (await town.case()).clock_due_at is None
    await town.assert_at_rest()


async def test_a_representative_as_servicer_has_a_duty_entry_that_is_delivered(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(ZHANG)
    await town.says(RESIDENT, "转人工")
    await replies(town, "我是张伟，您请说")
    await replies(town, "已经报给街道，周三来修")
    (entry,) = await town.entries()
    assert (entry.representative_code, entry.delivered_at is not None) == ("R1", True)
    await town.assert_at_rest()


async def test_when_the_session_ends_what_had_no_reply_waits_for_the_owner_again(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    await replies(town, "好的，记下了")
    await town.passes(minutes=1)
    await town.says(RESIDENT, "还有垃圾没人清")
    await ends(town)
    assert "人工接待结束了" in town.heard(RESIDENT)[-1]
    assert (await conversation(town)).human_userid is None
    assert (await town.case()).state is CaseState.REOPENED
    await town.passes(minutes=1)
    assert any("还有垃圾没人清" in said for said in town.member_heard(ZHANG))
    await town.says(RESIDENT, "在三号楼后面")
    assert "补充的内容已记到" in town.heard(RESIDENT)[-1], "the bot is back with their next word"
    await town.assert_at_rest()


async def test_an_answer_given_meanwhile_waits_and_is_the_first_thing_afterwards(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    await town.writes(ZHANG, "今晚修好")
    assert "人工客服正在" in town.member_heard(ZHANG)[-1]
    assert not any("今晚修好" in said for said in town.heard(RESIDENT))
    await ends(town)
    assert "另有答复在等您" in town.heard(RESIDENT)[-1]
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "好")
    assert "今晚修好" in town.heard(RESIDENT)[before]
    assert "已经送到" in town.member_heard(ZHANG)[-1]
    await town.assert_at_rest()


async def test_the_servicer_gives_it_back_by_a_word(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    await replies(town, "好的")
    await town.writes(OFFICER, "交还 000001")
    assert "人工接待已结束" in town.member_heard(OFFICER)[-1]
    assert "人工接待结束了" in town.heard(RESIDENT)[-1]
    await town.writes(OFFICER, "交还 000001")
    assert "没有人工接待" in town.member_heard(OFFICER)[-1]
    await town.writes(OFFICER, "交还")
    assert "没有正在人工接待" in town.member_heard(OFFICER)[-1]
    await town.assert_at_rest()


async def test_the_queue_takes_it_where_no_reader_of_the_case_is_a_servicer(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer("wang.fang")
    await town.says(RESIDENT, "转人工")
    assert "正在请工作人员来" in town.heard(RESIDENT)[-1]
    await town.sim.human_takes(RESIDENT, "wang.fang")
    await town.settle()
    assert "王芳代表来了" in town.heard(RESIDENT)[-1]
    assert (await conversation(town)).human_userid == "wang.fang"
    await town.assert_at_rest()


async def test_a_queue_that_nobody_serves_ends_with_a_name_and_a_time(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer("wang.fang")
    await town.says(RESIDENT, "转人工")
    await town.says(RESIDENT, "三号楼门口")
    for _ in range(3):
        await town.passes(minutes=5)
    assert "让您久等了" in town.heard(RESIDENT)[-1]
    assert "最晚 11月20日" in town.heard(RESIDENT)[-1]
    assert any("客服没有接" in said for said in town.member_heard(OFFICER))
    assert (await conversation(town)).human_userid is None
    await town.says(RESIDENT, "还在吗，三号楼的灯")
    assert "补充的内容" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_person_who_forgets_to_end_it_does_not_keep_the_chat_for_ever(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    await replies(town, "好的，我去问问")
    await town.walks(town.clock.now().replace(hour=8), minutes=30)
    assert (await conversation(town)).human_userid is None
    assert "人工接待结束了" in town.heard(RESIDENT)[-1]
    await town.assert_at_rest()


async def test_a_session_that_lapsed_by_itself_holds_nobody_up(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.sim.human_takes(RESIDENT, OFFICER)
    await town.settle()
    await town.writes(ZHANG, "今晚修好")
    await town.clock.advance(hours=49)
    before = len(town.heard(RESIDENT))
    await town.says(RESIDENT, "有消息吗，路灯的事")
    assert "今晚修好" in town.heard(RESIDENT)[before]
    await town.assert_at_rest()


async def test_words_in_an_accusation_go_to_nobody_but_the_centre(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "我要举报张伟代表收了开发商的钱")
    assert (await town.case()).restricted
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    assert (await conversation(town)).human_userid is None
    assert "代表联络服务中心联系您" in town.heard(RESIDENT)[-1]
    assert not any("电话联系" in str(card["main_title"]) for card in town.cards(OFFICER))
    assert any("电话联系" in str(card["main_title"]) for card in town.cards(CENTRE))


async def test_a_recalled_word_of_a_servicer_is_no_recall_of_the_constituents(town: Town) -> None:
    await opened(town)
    town.sim.add_servicer(OFFICER)
    await town.says(RESIDENT, "转人工")
    msgid = await town.sim.human_says(RESIDENT, "明天来修")
    await town.settle()
    await town.sim.human_recalls(RESIDENT, msgid)
    await town.settle()
    last = (await town.all(Message))[-1]
    assert (last.author, last.text_sealed, last.recalled_at is not None) == ("officer", None, True)
    assert not any("群众撤回" in said for said in town.member_heard(ZHANG))
