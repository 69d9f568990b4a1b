"""kf/sync_msg (document 94670)."""

from typing import Any

import pytest

from bot.clock import ManualClock
from bot.simulator import Faults
from tests.unit.simulator.stage import KF, LI, WANG, Stage


async def read_all(stage: Stage, cursor: str = "", **more: Any) -> tuple[list[dict[str, Any]], str, int]:
    """Every message until has_more is 0, the last cursor, and how many pages it took."""
    messages, pages = [], 0
    while True:
        page = await stage.bot.sync(cursor, **more)
        assert page["errcode"] == 0
        messages += page["msg_list"]
        cursor, pages = page["next_cursor"], pages + 1
        if not page["has_more"]:
            return messages, cursor, pages


async def test_what_people_send_has_the_documented_shape(stage: Stage) -> None:
    msgid = await stage.says("路灯坏了")
    (message,) = (await stage.bot.sync())["msg_list"]
    assert message == {
        "msgid": msgid,
        "open_kfid": KF,
        "external_userid": WANG,
        "send_time": int(stage.clock.now().timestamp()),
        "origin": 3,
        "msgtype": "text",
        "text": {"content": "路灯坏了"},
    }


async def test_a_tapped_menu_item_is_a_text_with_its_id(stage: Stage) -> None:
    await stage.simulator.says(WANG, "办理进度", menu_id="progress")
    (message,) = (await stage.bot.sync())["msg_list"]
    assert message["text"] == {"content": "办理进度", "menu_id": "progress"}


async def test_pictures_places_and_unknown_kinds(stage: Stage) -> None:
    await stage.simulator.sends_media(WANG, "image", "灯.jpg", b"\xff\xd8\xffpicture")
    await stage.simulator.sends_location(WANG, 31.6, 120.3, "牡丹园", "堰裕路")
    await stage.simulator.sends_other(WANG, "channels", {"nickname": "锦河发布", "sub_type": 1})
    await stage.simulator.sends_other(WANG, "meeting")
    picture, place, channel, meeting = (await stage.bot.sync())["msg_list"]
    assert stage.simulator.world.media.get(picture["image"]["media_id"]).filename == "灯.jpg"
    assert place["location"] == {"latitude": 31.6, "longitude": 120.3, "name": "牡丹园", "address": "堰裕路"}
    assert channel["channels"]["nickname"] == "锦河发布"
    assert "meeting" not in meeting


async def test_a_picture_too_large_arrives_as_a_hint(stage: Stage) -> None:
    await stage.simulator.sends_media(WANG, "image", "大图.jpg", b"\xff\xd8\xff" + bytes(2 * 1024 * 1024))
    assert (await stage.bot.sync())["msg_list"][0]["msgtype"] == "text"


async def test_a_recalled_message_is_an_event_with_ids_inside(stage: Stage) -> None:
    msgid = await stage.says("打错了")
    await stage.simulator.recalls(WANG, msgid)
    event = (await stage.bot.sync())["msg_list"][-1]
    assert event["origin"] == 4
    assert event["event"] == {
        "event_type": "user_recall_msg",
        "open_kfid": KF,
        "external_userid": WANG,
        "recall_msgid": msgid,
    }
    assert "external_userid" not in event
    assert stage.simulator.chat(WANG)[0].state == "recalled"


async def test_pages_follow_the_cursor_and_nothing_comes_twice(stage: Stage) -> None:
    for number in range(25):
        await stage.simulator.says(LI if number % 2 else WANG, f"第 {number} 句")
    messages, cursor, pages = await read_all(stage, limit=10)
    assert [each["text"]["content"] for each in messages] == [f"第 {number} 句" for number in range(25)]
    assert pages == 3
    assert len(cursor) <= 64
    assert (await stage.bot.sync(cursor))["msg_list"] == []
    await stage.says("又来了")
    assert [each["text"]["content"] for each in (await stage.bot.sync(cursor))["msg_list"]] == ["又来了"]


async def test_what_the_bot_sent_is_not_returned(stage: Stage) -> None:
    await stage.says()
    await stage.bot.send("收到")
    assert len((await stage.bot.sync())["msg_list"]) == 1


async def test_short_and_empty_pages_still_say_has_more(clock: ManualClock) -> None:
    async with Stage(clock, Faults(page_size=2, empty_pages_every=2)) as stage:
        for number in range(5):
            await stage.simulator.says(WANG, str(number))
        first, second = await stage.bot.sync(), None
        second = await stage.bot.sync(first["next_cursor"])
        assert (len(first["msg_list"]), first["has_more"]) == (2, 1)
        assert (second["msg_list"], second["has_more"]) == ([], 1)
        messages, _, _ = await read_all(stage)
        assert [each["text"]["content"] for each in messages] == list("01234")


async def test_three_days_are_kept_and_an_old_cursor_still_works(stage: Stage) -> None:
    await stage.says("第一天")
    cursor = (await stage.bot.sync())["next_cursor"]
    await stage.says("也是第一天")
    await stage.passes(days=2)
    await stage.says("第三天")
    await stage.passes(days=1)
    assert [each["text"]["content"] for each in (await stage.bot.sync())["msg_list"]] == ["第三天"]
    assert [each["text"]["content"] for each in (await stage.bot.sync(cursor))["msg_list"]] == ["第三天"]


async def test_a_callback_token_lives_ten_minutes_and_belongs_to_its_account(stage: Stage) -> None:
    stage.simulator.add_kf_account("wkOTHER", "另一个账号")
    await stage.says()
    token = stage.bot.heard[0].event["Token"]
    assert (await stage.bot.sync(token=token))["errcode"] == 0
    other = await stage.bot.call("kf/sync_msg", {"open_kfid": "wkOTHER", "token": token})
    assert other["errcode"] == 95007
    await stage.clock.advance(minutes=10)
    assert (await stage.bot.sync(token=token))["errcode"] == 95007
    assert (await stage.bot.sync())["errcode"] == 0


async def test_without_a_token_a_limit_can_bite(stage: Stage) -> None:
    stage.simulator.faults = Faults(tokenless_sync_per_minute=2)
    assert [(await stage.bot.sync())["errcode"] for _ in range(3)] == [0, 0, 45009]
    await stage.clock.advance(seconds=60)
    assert (await stage.bot.sync())["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({}, 95000),
        ({"open_kfid": "wkNOBODY"}, 95004),
        ({"open_kfid": KF, "limit": 1001}, 40058),
        ({"open_kfid": KF, "limit": "many"}, 40058),
        ({"open_kfid": KF, "cursor": "made-up"}, 40058),
    ],
)
async def test_refuses_wrong_requests(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    assert (await stage.bot.call("kf/sync_msg", body))["errcode"] == errcode


async def test_a_cursor_of_another_account_is_refused(stage: Stage) -> None:
    stage.simulator.add_kf_account("wkOTHER", "另一个账号")
    cursor = (await stage.bot.sync())["next_cursor"]
    answer = await stage.bot.call("kf/sync_msg", {"open_kfid": "wkOTHER", "cursor": cursor})
    assert answer["errcode"] == 40058
