"""How WeCom delivers (documents 90238, 90930)."""

import asyncio

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.simulator import Faults
from bot.simulator import callbacks as sender_module
from tests.unit.simulator.stage import KF, WANG, Heard, Stage


async def test_a_message_wakes_the_bot_without_sender_or_agent(stage: Stage) -> None:
    await stage.says("路灯坏了")
    (heard,) = stage.bot.heard
    assert heard.event["Event"] == "kf_msg_or_event"
    assert heard.event["OpenKfId"] == KF
    assert not {"FromUserName", "MsgId", "AgentID"} & set(heard.event)
    assert "AgentID" not in heard.envelope
    assert "路灯" not in heard.inner


async def test_an_app_message_names_its_agent_and_member(stage: Stage) -> None:
    msgid = await stage.simulator.member_says("zhang", "收到，明天去看 <b>&")
    await stage.simulator.quiet()
    (heard,) = stage.bot.heard
    assert heard.envelope["AgentID"] == heard.event["AgentID"] == "1000002"
    assert heard.event["FromUserName"] == "zhang"
    assert heard.event["Content"] == "收到，明天去看 <b>&"
    assert heard.event["MsgId"] == msgid
    assert int(msgid) < 2**63


async def test_opening_the_app_is_an_event(stage: Stage) -> None:
    await stage.simulator.member_enters("zhang")
    await stage.simulator.quiet()
    assert stage.bot.events("enter_agent")[0]["FromUserName"] == "zhang"


async def test_members_send_pictures_and_places_but_no_files(stage: Stage) -> None:
    await stage.simulator.member_sends_media("zhang", "image", "灯.jpg", b"\xff\xd8\xffpicture")
    await stage.simulator.member_sends_location("zhang", 31.6, 120.3, "牡丹园", "堰裕路 1 号")
    await stage.simulator.quiet()
    picture, place = (each.event for each in stage.bot.heard)
    async with stage.bot.http.get(
        f"{stage.bot.api}/cgi-bin/media/get",
        params={"access_token": stage.bot.token, "media_id": picture["MediaId"]},
    ) as answer:
        assert await answer.read() == b"\xff\xd8\xffpicture"
    assert (place["MsgType"], place["Location_X"], place["AppType"]) == ("location", "31.6", "wxwork")
    with pytest.raises(ValueError, match="image, voice and video"):
        await stage.simulator.member_sends_media("zhang", "file", "a.pdf", b"%PDF-1.7")


async def test_a_refused_callback_comes_again_with_the_same_content_freshly_sealed(stage: Stage) -> None:
    answers = [500, 503, 200]

    async def refuse_twice(_heard: Heard) -> web.Response:
        return web.Response(status=answers.pop(0))

    stage.bot.reply = refuse_twice
    await stage.simulator.member_says("zhang", "在吗")
    await stage.simulator.quiet()
    assert len({each.inner for each in stage.bot.heard}) == 1
    assert len({each.query["nonce"] for each in stage.bot.heard}) == 3
    assert len({each.envelope["Encrypt"] for each in stage.bot.heard}) == 3
    assert not stage.simulator.sender.lost


async def test_after_three_more_attempts_wecom_gives_up(stage: Stage) -> None:
    async def refuse(_heard: Heard) -> web.Response:
        return web.Response(status=500)

    stage.bot.reply = refuse
    await stage.says()
    assert len(stage.bot.heard) == 4
    assert len(stage.simulator.sender.lost) == 1


async def test_a_slow_answer_counts_as_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "ANSWER_SECONDS", 0.1)

    async def slow_once(_heard: Heard) -> web.Response:
        await asyncio.sleep(0.3 if len(stage.bot.heard) == 1 else 0)
        return web.Response()

    stage.bot.reply = slow_once
    await stage.says()
    assert len(stage.bot.heard) == 2


async def test_a_dead_bot_loses_the_callback_but_not_the_message(stage: Stage) -> None:
    there, stage.simulator.callback_url = stage.simulator.callback_url, "http://127.0.0.1:9/nobody"
    await stage.says("路灯坏了")
    stage.simulator.callback_url = there
    assert (await stage.bot.sync())["msg_list"][0]["text"]["content"] == "路灯坏了"


async def test_the_query_is_percent_encoded_and_the_address_verified(stage: Stage) -> None:
    assert await stage.simulator.verify_callback()
    stage.simulator.callback_url += "/elsewhere"
    assert not await stage.simulator.verify_callback()


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (Faults(duplicate_callbacks_every=2), 6),
        (Faults(duplicate_callbacks_probability=1.0), 8),
        (Faults(drop_callbacks_every=4), 3),
        (Faults(delay_callbacks_seconds=0.05), 4),
    ],
)
async def test_callbacks_are_doubled_lost_or_late_as_the_faults_say(
    clock: ManualClock, faults: Faults, expected: int
) -> None:
    async with Stage(clock, faults) as stage:
        for number in range(4):
            await stage.simulator.says(WANG, f"第 {number} 句")
        await stage.simulator.quiet()
        assert len(stage.bot.heard) == expected


async def test_rubbish_as_an_answer_is_noticed(stage: Stage) -> None:
    async def rubbish(_heard: Heard) -> web.Response:
        return web.Response(text="<html>hello</html>")

    stage.bot.reply = rubbish
    await stage.says()
    assert stage.simulator.violations["bad_passive_reply"] == 1
