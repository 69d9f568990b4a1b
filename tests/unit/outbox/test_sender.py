"""What is to be said arrives as one message that the platform takes, and reads as it was written."""

from datetime import timedelta

import pytest

from bot.notices.content import Card, CardChange, Content, Field, Item, Media, Menu, Text, Welcome
from bot.outbox.sender import SOURCE, Job, card_payload
from bot.simulator.faults import Faults, Rule
from bot.wecom.errors import Permanent, Temporary, Unreachable
from storage.outbox import Channel
from tests.support.town import LI, RESIDENT, ZHANG
from tests.unit.outbox.conftest import Platform
from tests.unit.outbox.stage import START, make_job

BUTTONS = (Item("accept:1", "接收"), Item("reply:1", "回复"))
CARD = Card("有群众留言，请您看看", "扫的是这位代表的码", "路灯坏了", (Field("编号", "JH-2026-000001"),), BUTTONS)
SETTLED = Card("群众留言 · 已答复", "", "路灯坏了", (), (), "已答复")
MENU = Menu("您好", (Item("word:进度", "看进度"),), "请写下")


def kf_job(content: Content, number: int = 1, **changes: object) -> Job:
    return make_job(content, Channel.KF, number, recipients=(RESIDENT,), **changes)


def app_job(content: Content, number: int = 1, **changes: object) -> Job:
    return make_job(content, Channel.APP, number, **{"recipients": (ZHANG,), **changes})


async def test_a_text_reaches_the_constituent_as_it_was_written(platform: Platform) -> None:
    await platform.sim.says(RESIDENT, "路灯坏了")
    outcome = await platform.sender.send(kf_job(Text("<b>今晚</b>修，1 < 2 & 3 > 2 😀")))
    assert platform.sim.heard(RESIDENT) == ["<b>今晚</b>修，1 < 2 & 3 > 2 😀"]
    assert outcome.platform_id == kf_job(Text("")).msgid


async def test_a_menu_keeps_its_items_and_their_ids(platform: Platform) -> None:
    await platform.sim.says(RESIDENT, "路灯坏了")
    await platform.sender.send(kf_job(MENU))
    menu = platform.sim.chat(RESIDENT)[-1].menu
    assert menu is not None
    assert (menu["head_content"], menu["tail_content"]) == ("您好", "请写下")
    assert [item["click"] for item in menu["list"]] == [{"id": "word:进度", "content": "看进度"}]


async def test_our_own_id_goes_along_and_a_second_sending_is_refused_not_said_twice(platform: Platform) -> None:
    await platform.sim.says(RESIDENT, "路灯坏了")
    await platform.sender.send(kf_job(Text("今晚修")))
    with pytest.raises(Permanent):
        await platform.sender.send(kf_job(Text("今晚修")))
    assert platform.sim.heard(RESIDENT) == ["今晚修"]


async def test_a_new_generation_is_a_message_of_its_own(platform: Platform) -> None:
    await platform.sim.says(RESIDENT, "路灯坏了")
    for generation in (0, 1):
        await platform.sender.send(kf_job(Text("今晚修"), generation=generation))
    assert platform.sim.heard(RESIDENT) == ["今晚修", "今晚修"]


async def test_a_database_begun_anew_does_not_use_the_ids_of_the_old_one(platform: Platform) -> None:
    await platform.sim.says(RESIDENT, "路灯坏了")
    await platform.sender.send(kf_job(Text("今晚修")))
    await platform.sender.send(kf_job(Text("明天修"), created_at=START + timedelta(days=1)))
    assert platform.sim.heard(RESIDENT) == ["今晚修", "明天修"]


@pytest.mark.parametrize("number", [1, 10**12])
def test_our_own_id_is_one_that_wecom_takes(number: int) -> None:
    assert len(kf_job(Text(""), number, generation=99).msgid) <= 32


async def test_two_rows_with_the_same_words_are_both_said_to_members(platform: Platform) -> None:
    for number in (1, 2):
        await platform.sender.send(app_job(Text("收到"), number))
    assert platform.sim.member_heard(ZHANG) == ["收到", "收到"]


async def test_one_row_that_is_sent_twice_is_said_once_to_members(platform: Platform) -> None:
    for _ in range(2):
        await platform.sender.send(app_job(Text("收到")))
    assert platform.sim.member_heard(ZHANG) == ["收到"]


async def test_a_card_has_its_buttons_and_can_be_changed_later(platform: Platform) -> None:
    outcome = await platform.sender.send(app_job(CARD))
    (line,) = platform.sim.member_chat(ZHANG)
    assert line.card is not None
    assert line.card["card_type"] == "button_interaction"
    assert [button["key"] for button in line.card["button_list"]] == ["accept:1", "reply:1"]
    assert [button["style"] for button in line.card["button_list"]] == [1, 2]
    assert line.card["source"]["desc"] == SOURCE
    assert outcome.response_code


async def test_a_changed_card_has_a_task_id_of_its_own_that_leads_back_to_the_first(platform: Platform) -> None:
    first = await platform.sender.send(app_job(CARD))
    change = CardChange(first.response_code, "case-1-1", SETTLED)
    await platform.sender.send(make_job(change, Channel.CARD_UPDATE, 2, recipients=(ZHANG,)))
    (line,) = platform.sim.member_chat(ZHANG)
    assert line.card is not None
    assert line.card["task_id"] != "case-1-1"
    assert str(line.card["task_id"]).split("@")[0] == "case-1-1"
    assert "已答复" in line.text
    assert line.card["replace_text"] == "已答复"


async def test_a_code_changes_a_card_once(platform: Platform) -> None:
    first = await platform.sender.send(app_job(CARD))
    change = CardChange(first.response_code, "case-1-1", SETTLED)
    await platform.sender.send(make_job(change, Channel.CARD_UPDATE, 2, recipients=(ZHANG,)))
    with pytest.raises(Permanent):
        await platform.sender.send(make_job(change, Channel.CARD_UPDATE, 3, recipients=(ZHANG,)))


@pytest.mark.parametrize("settled", ["", "已办结"])
def test_a_card_with_nothing_to_tap_says_why_on_one_grey_button(settled: str) -> None:
    payload = card_payload(Card("标题", "", "事", (), (), settled), "case-1-1")
    assert payload["replace_text"] == (settled or "已处理")
    assert len(payload["button_list"]) == 1  # type: ignore[arg-type]


def test_a_card_with_buttons_is_not_greyed() -> None:
    assert "replace_text" not in card_payload(CARD, "case-1-1")


async def test_who_could_not_be_reached_is_told_in_lower_case(platform: Platform) -> None:
    platform.sim.add_member("Gone.Away", "走了", visible=False)
    outcome = await platform.sender.send(app_job(Text("您好"), recipients=(ZHANG, "Gone.Away")))
    assert outcome.unreachable == {"gone.away": "invalid"}
    assert platform.sim.member_heard(ZHANG) == ["您好"]


async def test_nobody_reached_is_an_error(platform: Platform) -> None:
    platform.sim.add_member(LI, LI, visible=False)
    with pytest.raises(Unreachable):
        await platform.sender.send(app_job(Text("您好"), recipients=(LI,)))


async def test_a_greeting_uses_its_code_once(platform: Platform) -> None:
    await platform.sim.enter(RESIDENT, "rep", "R1")
    (code,) = platform.sim.world.event_codes
    welcome = make_job(Welcome(code, MENU), Channel.WELCOME, 1, recipients=(RESIDENT,))
    await platform.sender.send(welcome)
    assert len(platform.sim.heard(RESIDENT)) == 1
    with pytest.raises(Permanent):
        await platform.sender.send(make_job(Welcome(code, MENU), Channel.WELCOME, 2, recipients=(RESIDENT,)))


async def test_an_answer_that_got_lost_on_the_way_may_have_been_taken(platform: Platform) -> None:
    platform.sim.faults = Faults(rules=(Rule("message/send", effect="answer_lost", every=1, times=1),))
    with pytest.raises(Temporary) as lost:
        await platform.sender.send(app_job(Text("您好")))
    assert lost.value.ambiguous
    await platform.sender.send(app_job(Text("您好")))
    assert platform.sim.member_heard(ZHANG) == ["您好"]


@pytest.mark.parametrize(
    ("content", "channel"),
    [(CARD, Channel.KF), (MENU, Channel.APP), (Text("x"), Channel.WELCOME), (CARD, Channel.CARD_UPDATE)],
)
async def test_a_content_at_the_wrong_door_is_our_own_mistake(
    platform: Platform, content: Content, channel: Channel
) -> None:
    with pytest.raises(TypeError):
        await platform.sender.send(make_job(content, channel))
    assert not platform.sim.violations


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
async def test_a_medium_arrives_as_what_it_is_on_both_sides(platform: Platform, kind: str) -> None:
    content = {"image": b"\x89PNG\r\n\x1a\n", "voice": b"#!AMR\n"}.get(kind, b"%PDF-1.7") + b"lamp" * 9
    number = await platform.keep(kind, content)
    await platform.sim.says(RESIDENT, "路灯坏了")
    await platform.sender.send(app_job(Media(kind, number), 1))
    await platform.sender.send(kf_job(Media(kind, number), 2))
    assert platform.sim.member_chat(ZHANG)[-1].kind == kind
    assert platform.sim.chat(RESIDENT)[-1].kind == kind
    assert not platform.sim.violations
