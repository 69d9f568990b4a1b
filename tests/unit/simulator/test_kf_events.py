"""Entering and welcoming (documents 94670, 95122)."""

import pytest

from tests.unit.simulator.stage import KF, WANG, Stage


async def enter(stage: Stage) -> dict[str, str]:
    """王阿姨 scans; the event as the bot reads it."""
    await stage.simulator.enter(WANG, "rep", "R-1")
    await stage.simulator.quiet()
    event: dict[str, str] = (await stage.bot.sync())["msg_list"][-1]["event"]
    return event


async def welcome(stage: Stage, code: str, msgtype: str = "text") -> int:
    body = {"code": code, "msgtype": msgtype, "text": {"content": "欢迎"}, "image": {"media_id": "x"}}
    errcode: int = (await stage.bot.call("kf/send_msg_on_event", body))["errcode"]
    return errcode


async def test_a_scan_tells_scene_and_parameter_and_gives_a_welcome_code(stage: Stage) -> None:
    event = await enter(stage)
    assert event["welcome_code"]
    del event["welcome_code"]
    assert event == {
        "event_type": "enter_session",
        "open_kfid": KF,
        "external_userid": WANG,
        "scene": "rep",
        "scene_param": "R-1",
    }


async def test_the_welcome_works_once(stage: Stage) -> None:
    code = (await enter(stage))["welcome_code"]
    assert [await welcome(stage, code), await welcome(stage, code)] == [0, 41051]
    assert stage.simulator.heard(WANG) == ["欢迎"]


async def test_the_welcome_must_come_within_20_seconds(stage: Stage) -> None:
    code = (await enter(stage))["welcome_code"]
    await stage.clock.advance(seconds=20)
    assert await welcome(stage, code) == 41050
    assert await welcome(stage, "made-up") == 41050


async def test_no_second_welcome_within_48_hours(stage: Stage) -> None:
    await welcome(stage, (await enter(stage))["welcome_code"])
    assert "welcome_code" not in await enter(stage)
    await stage.passes(hours=48)
    assert "welcome_code" in await enter(stage)


async def test_no_welcome_for_someone_who_wrote_within_48_hours(stage: Stage) -> None:
    await stage.says()
    assert "welcome_code" not in await enter(stage)


async def test_a_welcome_that_was_not_used_is_offered_again(stage: Stage) -> None:
    assert (await enter(stage))["welcome_code"] != (await enter(stage))["welcome_code"]


async def test_the_welcome_is_not_one_of_the_five(stage: Stage) -> None:
    code = (await enter(stage))["welcome_code"]
    await stage.says()
    assert await welcome(stage, code) == 0
    assert [(await stage.bot.send())["errcode"] for _ in range(6)] == [0, 0, 0, 0, 0, 95001]


async def test_a_welcome_is_text_or_menu(stage: Stage) -> None:
    assert await welcome(stage, (await enter(stage))["welcome_code"], "image") == 40008


async def test_a_plain_link_has_no_scene(stage: Stage) -> None:
    await stage.simulator.enter(WANG, "", "ignored")
    event = (await stage.bot.sync())["msg_list"][-1]["event"]
    assert (event["scene"], event["scene_param"]) == ("", "")


async def test_a_made_link_leads_back_to_its_scene(stage: Stage) -> None:
    url = (await stage.bot.call("kf/add_contact_way", {"open_kfid": KF, "scene": "station"}))["url"]
    await stage.simulator.scans(WANG, f"{url}&scene_param=S%2D001%20%E7%AB%99")
    event = (await stage.bot.sync())["msg_list"][-1]["event"]
    assert (event["scene"], event["scene_param"]) == ("station", "S-001 站")
    with pytest.raises(LookupError, match="altered"):
        await stage.simulator.scans(WANG, url.replace("ENC", "XXX"))


@pytest.mark.parametrize(("scene", "param"), [("s" * 33, ""), ("a b", ""), ("rep", "汉" * 43)])
async def test_no_link_could_carry_this(stage: Stage, scene: str, param: str) -> None:
    with pytest.raises(ValueError, match="scene"):
        await stage.simulator.enter(WANG, scene, param)


async def test_scenes_of_links_are_checked(stage: Stage) -> None:
    answer = await stage.bot.call("kf/add_contact_way", {"open_kfid": KF, "scene": "代表"})
    assert answer["errcode"] == 40058
