"""Template cards: the five types, taps, updates by call and on the spot (documents 90236, 90240, 90241, 94888)."""

from typing import Any

import pytest
from aiohttp import web

from bot.simulator import DEMO_ACCOUNT
from tests.unit.simulator.stage import BUTTONS, Heard, Stage

TITLE = {"title": "标题"}
NOTICE = {"card_type": "text_notice", "main_title": TITLE, "card_action": {"type": 1, "url": "https://a.cn"}}
NEWS = {**NOTICE, "card_type": "news_notice", "card_image": {"url": "https://a.cn/x.png"}}
OPTIONS = [{"id": "a", "text": "东亭站"}, {"id": "b", "text": "西亭站"}]
SUBMIT = {"text": "提交", "key": "submit"}
VOTE = {
    "card_type": "vote_interaction",
    "main_title": TITLE,
    "task_id": "vote-1",
    "checkbox": {"question_key": "q", "mode": 1, "option_list": OPTIONS},
    "submit_button": SUBMIT,
}
MULTIPLE = {
    "card_type": "multiple_interaction",
    "main_title": TITLE,
    "task_id": "multi-1",
    "select_list": [{"question_key": "q", "title": "哪个站", "option_list": OPTIONS}],
    "submit_button": SUBMIT,
}


def without(card: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key != name}


def update(code: str, userids: list[str], **how: Any) -> dict[str, Any]:
    return {"userids": userids, "agentid": DEMO_ACCOUNT.agent_id, "response_code": code, **how}


GREY = {"button": {"replace_name": "已接收"}}


@pytest.mark.parametrize("card", [NOTICE, NEWS, BUTTONS, VOTE, MULTIPLE])
async def test_each_type_arrives_and_only_interactive_ones_can_be_updated(
    stage: Stage, card: dict[str, Any]
) -> None:
    answer = await stage.bot.tell_card(card)
    assert answer["errcode"] == 0
    assert ("response_code" in answer) == (card in (BUTTONS, VOTE, MULTIPLE))
    line = stage.simulator.member_chat("zhang")[-1]
    assert line.card is not None
    assert line.card["card_type"] == card["card_type"]


async def test_a_notice_with_an_action_menu_can_be_updated(stage: Stage) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]}
    card = {**NOTICE, "action_menu": menu, "task_id": "n-1"}
    assert "response_code" in await stage.bot.tell_card(card)
    await stage.simulator.member_taps("zhang", None, "mute")
    await stage.simulator.quiet()
    assert stage.bot.events("template_card_menu_event")[0]["EventKey"] == "mute"


async def test_a_card_reads_from_top_to_bottom(stage: Stage) -> None:
    await stage.bot.tell_card({**BUTTONS, "quote_area": {"quote_text": "灯杆 12 号"}})
    assert stage.simulator.member_heard("zhang") == [
        "新的留言\n王阿姨\n灯杆 12 号\n事项：路灯坏了\n【接收】【转交】"
    ]


@pytest.mark.parametrize(
    "card",
    [
        {**BUTTONS, "card_type": "poem"},
        without(NOTICE, "card_action"),
        without(NOTICE, "main_title"),
        without(NEWS, "card_image"),
        without(BUTTONS, "task_id"),
        without(BUTTONS, "button_list"),
        without(BUTTONS, "main_title"),
        {**BUTTONS, "task_id": "有汉字"},
        {**BUTTONS, "task_id": "x" * 129},
        {**BUTTONS, "button_list": [{"text": "接收"}]},
        {**BUTTONS, "button_list": [{"text": "看", "type": 1}]},
        {**BUTTONS, "button_list": [{"text": "好", "key": str(number)} for number in range(7)]},
        {**BUTTONS, "horizontal_content_list": [{"keyname": "k"}] * 7},
        {**BUTTONS, "horizontal_content_list": [{"value": "v"}]},
        without(VOTE, "checkbox"),
        without(VOTE, "submit_button"),
        without(MULTIPLE, "select_list"),
        {**MULTIPLE, "select_list": [{"question_key": "q", "option_list": []}]},
    ],
)
async def test_refuses_a_card_that_lacks_something(stage: Stage, card: dict[str, Any]) -> None:
    assert (await stage.bot.tell_card(card))["errcode"] == 40058
    assert stage.simulator.violations["bad_card"] == 1


async def test_a_tap_tells_who_what_and_with_which_code(stage: Stage) -> None:
    msgid = (await stage.bot.tell_card(BUTTONS))["msgid"]
    code = await stage.simulator.member_taps("zhang", msgid, "take:1")
    await stage.simulator.quiet()
    (event,) = stage.bot.events("template_card_event")
    assert event["FromUserName"] == "zhang"
    assert (event["EventKey"], event["TaskId"]) == ("take:1", "case-1")
    assert (event["CardType"], event["ResponseCode"]) == ("button_interaction", code)


async def test_choices_come_with_the_submit_button(stage: Stage) -> None:
    await stage.bot.tell_card(VOTE)
    await stage.simulator.member_taps("zhang", None, "submit", selected={"q": ["a", "b"]})
    await stage.simulator.quiet()
    item = stage.bot.events("template_card_event")[0]["SelectedItems"]["SelectedItem"]
    assert item == {"QuestionKey": "q", "OptionIds": {"OptionId": ["a", "b"]}}


async def test_only_a_live_button_on_an_own_card_can_be_tapped(stage: Stage) -> None:
    msgid = (await stage.bot.tell_card(BUTTONS))["msgid"]
    for userid, key in (("zhou", "take:1"), ("zhang", "no-such-key")):
        with pytest.raises(LookupError):
            await stage.simulator.member_taps(userid, msgid, key)


async def test_a_click_s_code_changes_the_card_for_everyone_listed_who_has_it(stage: Stage) -> None:
    msgid = (await stage.bot.tell_card(BUTTONS, to="zhang|zhou|chen.min"))["msgid"]
    code = await stage.simulator.member_taps("zhang", msgid, "take:1")
    stage.simulator.add_member("late", "后来的人")
    answer = await stage.bot.call(
        "message/update_template_card", update(code, ["zhang", "zhou", "late", "ghost"], **GREY)
    )
    assert (answer["errcode"], sorted(answer["invaliduser"])) == (0, ["ghost", "late"])
    for userid in ("zhang", "zhou"):
        line = stage.simulator.member_chat(userid)[-1]
        assert line.card is not None
        assert (line.state, line.card["replace_text"]) == ("updated", "已接收")
    assert stage.simulator.member_chat("Chen.Min")[-1].state == "delivered"
    with pytest.raises(LookupError):
        await stage.simulator.member_taps("zhang", msgid, "take:1")


async def test_a_response_code_works_once_and_for_72_hours(stage: Stage) -> None:
    first = (await stage.bot.tell_card(BUTTONS))["response_code"]
    body = update(first, ["zhang"], **GREY)
    api = "message/update_template_card"
    assert (await stage.bot.call(api, body))["errcode"] == 0
    assert (await stage.bot.call(api, body))["errcode"] == 60140
    second = (await stage.bot.tell_card({**BUTTONS, "task_id": "case-2"}))["response_code"]
    await stage.passes(hours=72)
    assert (await stage.bot.call(api, update(second, ["zhang"], **GREY)))["errcode"] == 60140
    assert (await stage.bot.call(api, update("made-up", ["zhang"], **GREY)))["errcode"] == 60140
    assert stage.simulator.violations["bad_response_code"] == 3


async def test_a_card_can_be_replaced_by_another(stage: Stage) -> None:
    code = (await stage.bot.tell_card(BUTTONS))["response_code"]
    card = {**without(BUTTONS, "task_id"), "main_title": {"title": "已接收"}}
    body = update(code, ["zhang"], template_card=card)
    assert (await stage.bot.call("message/update_template_card", body))["errcode"] == 0
    assert stage.simulator.member_heard("zhang")[0].startswith("已接收")
    await stage.simulator.member_taps("zhang", None, "pass:1")
    await stage.simulator.quiet()
    assert stage.bot.events("template_card_event")[0]["TaskId"] == "case-1"


async def test_a_bad_new_card_does_not_spend_the_code(stage: Stage) -> None:
    code = (await stage.bot.tell_card(BUTTONS))["response_code"]
    body = update(code, ["zhang"], template_card={"card_type": "button_interaction"})
    assert (await stage.bot.call("message/update_template_card", body))["errcode"] == 40058
    good = update(code, ["zhang"], **GREY)
    assert (await stage.bot.call("message/update_template_card", good))["errcode"] == 0


async def tap_with_reply(stage: Stage, inner: str) -> None:
    async def reply(_heard: Heard) -> web.Response:
        return stage.bot.seal(inner)

    await stage.bot.tell_card(BUTTONS, to="zhang|zhou")
    stage.bot.reply = reply
    await stage.simulator.member_taps("zhang", None, "take:1")
    await stage.simulator.quiet()


async def test_an_answer_on_the_spot_greys_the_button_for_the_clicker_only(stage: Stage) -> None:
    await tap_with_reply(
        stage,
        "<xml><ToUserName>zhang</ToUserName><MsgType>update_button</MsgType>"
        "<Button><ReplaceName>处理中</ReplaceName></Button></xml>",
    )
    assert stage.simulator.member_heard("zhang")[0].endswith("【处理中】")
    assert stage.simulator.member_heard("zhou")[0].endswith("【接收】【转交】")


async def test_an_answer_on_the_spot_can_bring_a_whole_card(stage: Stage) -> None:
    await tap_with_reply(
        stage,
        "<xml><MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
        "<MainTitle><Title>已由您接收</Title></MainTitle>"
        "<HorizontalContentList><KeyName>事项</KeyName><Value>路灯</Value></HorizontalContentList>"
        "<ButtonList><Text>回复</Text><Key>reply:1</Key></ButtonList>"
        "<ButtonList><Text>转交</Text><Key>pass:1</Key></ButtonList>"
        "<TaskId>case-1</TaskId></TemplateCard></xml>",
    )
    assert stage.simulator.violations == {}
    assert stage.simulator.member_heard("zhang") == ["已由您接收\n事项：路灯\n【回复】【转交】"]


async def test_a_text_on_the_spot_is_a_line_in_the_chat(stage: Stage) -> None:
    await tap_with_reply(stage, "<xml><MsgType>text</MsgType><Content>好的</Content></xml>")
    assert stage.simulator.member_heard("zhang")[-1] == "好的"


@pytest.mark.parametrize("inner", ["<xml><MsgType>update_button</MsgType></xml>", "no xml", "<xml>1</xml>"])
async def test_a_broken_answer_on_the_spot_is_a_violation(stage: Stage, inner: str) -> None:
    await tap_with_reply(stage, inner)
    assert stage.simulator.violations["bad_passive_reply"] == 1
