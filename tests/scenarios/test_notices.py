"""通知: written on a phone, seen by a second person, sent, confirmed, closed."""

import pytest
from sqlalchemy import update

from bot.notices.broadcast import JOIN, OK, VOTE, Wording
from storage.models import Broadcast, BroadcastRecipient, Representative, StaffMember
from storage.rules import note_roster_change
from storage.states import BroadcastState
from tests.support.notices import WORDS, approve, draft_in_chat, look, results, send, send_in_chat, times_heard
from tests.support.town import CENTRE, LI, OFFICER, RESIDENT, ZHANG, Town

WANG = "wang.fang"


async def test_a_notice_from_a_phone_comes_to_its_end(town: Town) -> None:
    number = await draft_in_chat(town, to="station")
    assert any("预览，还没有发出" in heard for heard in town.member_heard(OFFICER))
    ready = town.member_heard(OFFICER)[-1]
    assert "钱桥联络站代表" in ready
    assert "2 人" in ready
    assert not town.member_heard(CENTRE)

    await town.taps(OFFICER, f"notice_submit:{number}")
    review = town.member_heard(CENTRE)[-1]
    assert WORDS in review
    assert "2 人" in review
    assert not town.member_heard(ZHANG)

    await town.taps(CENTRE, f"notice_agree:{number}")
    assert "已同意" in town.member_heard(CENTRE)[-1]
    await town.passes(seconds=1)
    assert times_heard(town, ZHANG) == times_heard(town, LI) == 1
    assert not town.member_heard(WANG)

    await town.taps(ZHANG, f"notice:{number}:{OK}")
    assert "已确认" in town.member_heard(ZHANG)[-1]
    await town.passes(seconds=5)
    assert "共 2 人，已送到 2" in town.member_heard(OFFICER)[-1]
    assert "共 2 人，已送到 2" in town.member_heard(CENTRE)[-1]
    await town.writes(OFFICER, f"通知 名单 {number}")
    assert "李娜代表" in town.member_heard(OFFICER)[-1]
    assert "张伟" not in town.member_heard(OFFICER)[-1]

    await town.passes(days=4)  # over the weekend: a day of working time, then the nudge
    assert sum("还在等您确认" in heard for heard in town.member_heard(LI)) == 1
    assert not any("还在等您确认" in heard for heard in town.member_heard(ZHANG))
    await town.passes(days=2)
    await town.passes(days=2)
    assert sum("还在等您确认" in heard for heard in town.member_heard(LI)) == 1
    assert (await look(town, number)).state is BroadcastState.CLOSED
    assert "确认 1 人，没确认 1 人" in town.member_heard(OFFICER)[-1]
    await town.assert_at_rest()


async def test_nobody_hears_it_before_a_second_person_agreed(town: Town) -> None:
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_submit:{number}")
    await town.writes(OFFICER, f"通知 进度 {number}")
    assert "等人审核" in town.member_heard(OFFICER)[-1]
    await town.passes(days=1)
    assert not town.member_heard(ZHANG)
    assert await town.all(BroadcastRecipient) == []


async def test_what_is_sent_back_is_sent_to_nobody(town: Town) -> None:
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_submit:{number}")
    await town.taps(CENTRE, f"notice_refuse:{number}")
    assert "被中心退回" in town.member_heard(OFFICER)[-1]
    await town.passes(days=1)
    assert not town.member_heard(ZHANG)
    assert (await look(town, number)).state is BroadcastState.REFUSED


async def test_a_draft_that_is_not_sent_is_gone_with_one_tap(town: Town) -> None:
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_drop:{number}")
    assert "不发了" in town.member_heard(OFFICER)[-1]
    assert (await look(town, number)).state is BroadcastState.RECALLED
    await town.passes(days=1)
    assert not town.member_heard(ZHANG)


async def test_another_audience_can_be_chosen_before_it_is_submitted(town: Town) -> None:
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_back:{number}")
    await town.taps(OFFICER, f"notice_to:{number}:station")
    await town.taps(OFFICER, f"notice_submit:{number}")
    await town.taps(CENTRE, f"notice_agree:{number}")
    await town.passes(seconds=1)
    assert set(await results(town, number)) == {ZHANG, LI}


async def test_the_first_of_two_reviewers_decides(town: Town) -> None:
    town.sim.add_member("centre.two", "中心二")
    async with town.bot.database.begin() as session:
        session.add(StaffMember(userid="centre.two", name="中心二", role="centre", station_code="HOME"))
        await note_roster_change(session, town.clock.now(), "test")
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_submit:{number}")
    card = next(line for line in town.sim.member_chat("centre.two") if line.card)
    await town.sim.member_taps(CENTRE, None, f"notice_agree:{number}")
    await town.sim.member_taps("centre.two", card.id, f"notice_refuse:{number}")
    await town.settle()
    assert any("这一步做不了" in heard for heard in town.member_heard("centre.two"))
    await town.passes(seconds=1)
    assert times_heard(town, ZHANG) == 1


async def test_a_notice_waits_for_the_morning(town: Town) -> None:
    await town.passes(hours=13)  # 22:30
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_submit:{number}")
    assert "11月21日 08:00" in town.member_heard(CENTRE)[-1]
    await town.taps(CENTRE, f"notice_agree:{number}")
    await town.passes(hours=9)  # 07:30
    assert not town.member_heard(ZHANG)
    await town.passes(minutes=31)
    assert times_heard(town, ZHANG) == 1


async def test_an_urgent_notice_goes_out_at_night(town: Town) -> None:
    await town.passes(hours=13)
    await send(town, urgent=True)
    assert times_heard(town, ZHANG) == 1


async def test_a_scheduler_that_slept_into_the_night_waits_for_the_morning(town: Town) -> None:
    await approve(town)
    await town.passes(hours=13)
    assert not town.member_heard(ZHANG)
    await town.passes(hours=10)
    assert times_heard(town, ZHANG) == 1


async def test_the_same_words_to_mostly_the_same_people_are_questioned(town: Town) -> None:
    first = await send_in_chat(town)
    number = await draft_in_chat(town, f"{WORDS} ", "station")
    await town.taps(OFFICER, f"notice_submit:{number}")
    assert "内容和不久前的一条一样" in town.member_heard(OFFICER)[-1]
    assert f"通知 {first} ·" in town.member_heard(OFFICER)[-1]
    assert (await look(town, number)).state is BroadcastState.DRAFT
    await town.taps(OFFICER, f"notice_again:{number}")
    await town.taps(CENTRE, f"notice_agree:{number}")
    await town.passes(seconds=1)
    assert times_heard(town, ZHANG) == 2
    assert times_heard(town, WANG) == 1


async def test_the_same_words_a_day_later_are_not_questioned(town: Town) -> None:
    await send_in_chat(town)
    await town.passes(hours=25)
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice_submit:{number}")
    assert (await look(town, number)).state is BroadcastState.SUBMITTED


@pytest.mark.parametrize(
    ("wording", "first", "second", "shown"),
    [
        (Wording(WORDS, buttons=JOIN), "join", "leave", "已回复：参加"),
        (Wording(WORDS, buttons=JOIN), "leave", "join", "已回复：请假"),
        (Wording(WORDS, buttons=VOTE, options=("公园", "停车场")), "v2", "v1", "已选：停车场"),
    ],
)
async def test_what_was_tapped_first_is_on_record(
    town: Town, wording: Wording, first: str, second: str, shown: str
) -> None:
    number = await send(town, wording)
    card = next(line for line in town.sim.member_chat(ZHANG) if line.card)
    await town.sim.member_taps(ZHANG, card.id, f"notice:{number}:{first}")
    await town.sim.member_taps(ZHANG, card.id, f"notice:{number}:{second}")  # a double tap, on another button
    await town.settle()
    one = next(each for each in await town.all(BroadcastRecipient) if each.name == ZHANG)
    assert (one.state.value, one.choice) == ("confirmed", first)
    assert shown in town.member_heard(ZHANG)[-1]
    await town.writes(OFFICER, f"通知 进度 {number}")
    assert "1 人" in town.member_heard(OFFICER)[-1]


async def test_a_long_notice_is_a_text_that_is_confirmed_by_word(town: Town) -> None:
    number = await send_in_chat(town, "请各位代表注意：" + "这件事很要紧。" * 30)
    assert "收到请回复" in town.member_heard(ZHANG)[-1]
    await town.writes(ZHANG, f"通知 收到 {number}")
    assert "确认已记下" in town.member_heard(ZHANG)[-1]
    assert (await results(town, number))[ZHANG] == ("confirmed", "")
    await town.writes(OFFICER, f"通知 收到 {number}")
    assert "没有找到" in town.member_heard(OFFICER)[-1]


async def test_a_notice_has_its_title_and_its_link(town: Town) -> None:
    await send(town, Wording(WORDS, "开会", "https://renda.example/meeting", OK))
    card = town.cards(ZHANG)[-1]
    assert card["main_title"]["title"] == "开会"
    assert card["card_action"] == {"type": 1, "url": "https://renda.example/meeting"}


async def test_a_tap_on_the_preview_counts_for_nothing(town: Town) -> None:
    number = await draft_in_chat(town)
    await town.taps(OFFICER, f"notice:{number}:{OK}")
    assert "这是预览" in town.member_heard(OFFICER)[-1]
    assert await town.all(BroadcastRecipient) == []


async def test_whoever_did_not_get_it_cannot_confirm_it(town: Town) -> None:
    number = await send(town, audience="station:QQ1")
    await send(town, "另一条", audience="station:XZ1")
    card = next(line for line in town.sim.member_chat(WANG) if line.card)
    message = dict(card.card or {})
    assert message["button_list"][0]["key"] == f"notice:{number + 1}:ok"
    await town.writes(WANG, f"通知 收到 {number}")
    assert "没有找到发给您的这条通知" in town.member_heard(WANG)[-1]


@pytest.mark.parametrize("word", ["进度", "名单", "撤回", "重发"])
async def test_only_those_who_stand_for_it_and_the_centre_look_after_it(town: Town, word: str) -> None:
    number = await send(town)
    await town.writes(ZHANG, f"通知 {word} {number}")
    assert "没有找到您能看的通知" in town.member_heard(ZHANG)[-1]
    await town.writes(CENTRE, f"通知 {word} {number}")
    assert "没有找到" not in town.member_heard(CENTRE)[-1]


@pytest.mark.parametrize("said", ["通知 撤回 999999999999999999", "通知 进度 0", "通知：名单 #77", "通知 重发 12"])
async def test_a_number_that_is_no_notice_is_told(town: Town, said: str) -> None:
    await town.writes(OFFICER, said)
    assert "没有找到您能看的通知" in town.member_heard(OFFICER)[-1]


async def test_the_word_alone_explains_itself(town: Town) -> None:
    number = await send_in_chat(town)
    for said in ("通知", "通知 撤回", "通知 进度"):
        await town.writes(OFFICER, said)
        assert "发通知请写" in town.member_heard(OFFICER)[-1]
        assert f"通知 {number}“" in town.member_heard(OFFICER)[-1]


async def test_what_a_representative_writes_with_that_word_is_their_answer(town: Town) -> None:
    await town.scans(RESIDENT, "rep", "R1")
    await town.says(RESIDENT, "牡丹园什么时候停水？")
    await town.writes(ZHANG, "通知 我看到了，后天停水。")
    assert any("后天停水" in heard for heard in town.heard(RESIDENT))
    assert await town.all(Broadcast) == []


async def test_an_announced_answer_of_an_officer_is_an_answer(town: Town) -> None:
    await town.scans(RESIDENT, "station", "QQ1")
    await town.says(RESIDENT, "牡丹园什么时候停水？")
    case = await town.case()
    await town.taps(OFFICER, f"reply:{case.id}")
    await town.writes(OFFICER, "通知 我们贴出来了，后天停水。")
    assert any("后天停水" in heard for heard in town.heard(RESIDENT))
    assert await town.all(Broadcast) == []
    await town.writes(OFFICER, "通知 后天停水，请各位代表知道。")
    assert len(await town.all(Broadcast)) == 1


async def test_a_text_that_is_too_long_is_refused_with_the_figures(town: Town) -> None:
    await town.writes(OFFICER, "通知 " + "很长" * 1000)
    assert "最多 2048 字节" in town.member_heard(OFFICER)[-1]
    assert await town.all(Broadcast) == []


async def test_the_list_is_frozen_when_it_is_approved(town: Town) -> None:
    number = await approve(town)
    async with town.bot.database.begin() as session:
        await session.execute(update(Representative).where(Representative.code == "R3").values(userid="new.one"))
    await town.passes(seconds=1)
    assert set(await results(town, number)) == {ZHANG, LI, WANG}
    assert times_heard(town, WANG) == 1
