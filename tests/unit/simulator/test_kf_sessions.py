"""Session states (document 94669)."""

import pytest

from tests.unit.simulator.stage import KF, WANG, Stage


async def state(stage: Stage) -> int:
    answer = await stage.bot.call("kf/service_state/get", {"open_kfid": KF, "external_userid": WANG})
    found: int = answer["service_state"]
    return found


async def move(stage: Stage, to: int, servicer: str = "") -> dict[str, object]:
    body = {"open_kfid": KF, "external_userid": WANG, "service_state": to, "servicer_userid": servicer}
    return await stage.bot.call("kf/service_state/trans", body)


async def test_a_session_begins_with_a_message_and_an_answer_hands_it_to_the_assistant(stage: Stage) -> None:
    assert await state(stage) == 4
    await stage.says()
    assert await state(stage) == 0
    await stage.bot.send()
    assert await state(stage) == 1
    await stage.passes(hours=48)
    assert await state(stage) == 4


async def test_the_bot_may_not_talk_over_a_human(stage: Stage) -> None:
    await stage.says()
    await stage.simulator.human_takes(WANG, "zhou")
    assert (await stage.bot.send())["errcode"] == 95018
    await stage.simulator.human_ends(WANG)
    assert (await stage.bot.send())["errcode"] == 95013
    await stage.says("再问一句")
    assert (await stage.bot.send())["errcode"] == 0


async def test_what_servicers_do_in_the_client_is_told(stage: Stage) -> None:
    await stage.says()
    await stage.simulator.human_takes(WANG, "zhou")
    await stage.simulator.human_says(WANG, "我来处理")
    await stage.simulator.human_ends(WANG)
    _, taken, said, ended = (await stage.bot.sync())["msg_list"]
    assert (taken["event"]["change_type"], taken["event"]["new_servicer_userid"]) == (1, "zhou")
    assert (said["origin"], said["servicer_userid"], said["text"]["content"]) == (5, "zhou", "我来处理")
    assert (ended["event"]["change_type"], ended["event"]["old_servicer_userid"]) == (3, "zhou")
    assert stage.simulator.chat(WANG)[-1].who == "person"
    body = {"code": ended["event"]["msg_code"], "msgtype": "text", "text": {"content": "再见"}}
    assert (await stage.bot.call("kf/send_msg_on_event", body))["errcode"] == 0


async def test_changes_by_api_are_not_told_and_give_codes(stage: Stage) -> None:
    stage.simulator.add_servicer("zhou")
    await stage.says()
    waiting = await move(stage, 2)
    human = await move(stage, 3, "zhou")
    ended = await move(stage, 4)
    assert all(answer["msg_code"] for answer in (waiting, human, ended))
    assert len((await stage.bot.sync())["msg_list"]) == 1
    body = {"code": waiting["msg_code"], "msgtype": "text", "text": {"content": "请稍候"}}
    assert (await stage.bot.call("kf/send_msg_on_event", body))["errcode"] == 95018
    await stage.clock.advance(seconds=20)
    body["code"] = ended["msg_code"]
    assert (await stage.bot.call("kf/send_msg_on_event", body))["errcode"] == 41050


@pytest.mark.parametrize(("first", "then"), [(1, 1), (1, 0), (2, 1), (2, 2), (4, 0), (4, 1), (3, 1), (0, 9)])
async def test_no_way_back(stage: Stage, first: int, then: int) -> None:
    stage.simulator.add_servicer("zhou")
    await stage.says()
    if first:
        assert (await move(stage, first, "zhou"))["errcode"] == 0
    assert (await move(stage, then, "zhou"))["errcode"] == 95016


async def test_only_receiving_servicers_can_be_given_a_session(stage: Stage) -> None:
    stage.simulator.add_servicer("zhou", receiving=False)
    await stage.says()
    assert (await move(stage, 3, "zhang"))["errcode"] == 95014
    assert (await move(stage, 3, "zhou"))["errcode"] == 95019
    listed = await stage.bot.call("kf/servicer/list", open_kfid=KF)
    assert listed["servicer_list"] == [{"userid": "zhou", "status": 1, "stop_type": 0}]


async def test_accounts_are_listed_in_pages(stage: Stage) -> None:
    for number in range(150):
        stage.simulator.add_kf_account(f"wk{number:03d}", f"账号 {number}")
    first = (await stage.bot.call("kf/account/list", {}))["account_list"]
    rest = (await stage.bot.call("kf/account/list", {"offset": 100, "limit": 100}))["account_list"]
    assert (len(first), len(rest)) == (100, 51)
    assert first[0]["manage_privilege"] is True
    assert (await stage.bot.call("kf/account/list", {"limit": 101}))["errcode"] == 40058


async def test_nicknames_of_who_came_within_48_hours(stage: Stage) -> None:
    await stage.simulator.enter(WANG, "rep", "R-1")
    body = {"external_userid_list": [WANG, "wmLI", "wmNOBODY"], "need_enter_session_context": 1}
    answer = await stage.bot.call("kf/customer/batchget", body)
    assert answer["customer_list"][0]["nickname"] == "王阿姨"
    assert answer["customer_list"][0]["enter_session_context"] == {"scene": "rep", "scene_param": "R-1"}
    assert answer["invalid_external_userid"] == ["wmLI", "wmNOBODY"]
    await stage.passes(hours=48)
    answer = await stage.bot.call("kf/customer/batchget", body)
    assert answer["customer_list"] == []
