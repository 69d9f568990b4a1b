"""kf/send_msg (document 94677): five in 48 hours, own msgids, bytes, menus."""

from typing import Any

import pytest

from bot.clock import ManualClock
from bot.simulator import Faults, Rule
from tests.unit.simulator.stage import LI, WANG, Stage


def menu(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": "您好", "list": items, "tail_content": "谢谢"}}


def click(number: int) -> dict[str, Any]:
    return {"type": "click", "click": {"id": f"c{number}", "content": f"选项 {number}"}}


async def test_five_messages_for_each_message_of_the_constituent(stage: Stage) -> None:
    await stage.says()
    errcodes = [(await stage.bot.send(f"第 {number} 条"))["errcode"] for number in range(6)]
    assert errcodes == [0, 0, 0, 0, 0, 95001]
    assert len(stage.simulator.heard(WANG)) == 5
    assert stage.simulator.violations["over_five_messages"] == 1
    await stage.says("还在吗")
    assert (await stage.bot.send())["errcode"] == 0


async def test_the_count_is_kept_for_each_constituent(stage: Stage) -> None:
    await stage.says(who=WANG)
    await stage.says(who=LI)
    for _ in range(5):
        await stage.bot.send(to=WANG)
    assert (await stage.bot.send(to=LI))["errcode"] == 0


async def test_nothing_after_48_hours(stage: Stage) -> None:
    await stage.says()
    await stage.passes(hours=47, minutes=59)
    assert (await stage.bot.send())["errcode"] == 0
    await stage.passes(minutes=1)
    assert (await stage.bot.send())["errcode"] == 95002


async def test_nothing_to_someone_who_never_wrote(stage: Stage) -> None:
    await stage.simulator.enter(WANG, "rep", "R-1")
    assert (await stage.bot.send())["errcode"] == 95018
    assert (await stage.bot.send(to="wmNOBODY"))["errcode"] == 40096


async def test_the_same_msgid_is_taken_once(stage: Stage) -> None:
    await stage.says()
    assert (await stage.bot.send("甲", msgid="out-1"))["msgid"] == "out-1"
    assert (await stage.bot.send("甲", msgid="out-1"))["errcode"] == 95033
    assert stage.simulator.heard(WANG) == ["甲"]
    assert stage.simulator.violations["kf_msgid_taken"] == 1


async def test_a_taken_msgid_is_told_even_when_the_five_are_used_up(stage: Stage) -> None:
    await stage.says()
    for number in range(5):
        await stage.bot.send(msgid=f"out-{number}")
    assert (await stage.bot.send(msgid="out-4"))["errcode"] == 95033


@pytest.mark.parametrize("msgid", ["", "x" * 33, "有汉字", "a b"])
async def test_refuses_a_malformed_msgid(stage: Stage, msgid: str) -> None:
    await stage.says()
    assert (await stage.bot.send(msgid=msgid))["errcode"] == 40058


async def test_long_text_is_cut_at_2048_bytes_between_characters(stage: Stage) -> None:
    await stage.says()
    await stage.bot.send("汉" * 700)
    (heard,) = stage.simulator.heard(WANG)
    assert heard == "汉" * 682
    assert stage.simulator.violations["text_truncated"] == 1


async def test_a_menu_is_shown_and_read(stage: Stage) -> None:
    await stage.says()
    items = [click(1), {"type": "view", "view": {"url": "https://example.com", "content": "看一看"}}]
    assert (await stage.bot.send(**menu(items)))["errcode"] == 0
    line = stage.simulator.chat(WANG)[-1]
    assert line.menu is not None
    assert line.menu["list"][0]["click"]["id"] == "c1"
    assert stage.simulator.heard(WANG) == ["您好\n选项 1\n看一看\n谢谢"]


@pytest.mark.parametrize(
    ("items", "errcode"),
    [
        ([click(number) for number in range(10)], 0),
        ([click(number) for number in range(11)], 95008),
        ([click(1)] + [{"type": "text", "text": {"content": "说明"}}] * 50, 95008),
        ([{"type": "surprise", "surprise": {"content": "?"}}], 95009),
        ([{"type": "click", "click": {"id": "1", "content": ""}}], 40058),
        ([{"type": "click", "click": {"id": "1", "content": "汉" * 43}}], 40058),
        ([{"type": "view", "view": {"url": "no-scheme", "content": "x"}}], 40058),
    ],
)
async def test_menu_limits(stage: Stage, items: list[dict[str, Any]], errcode: int) -> None:
    await stage.says()
    assert (await stage.bot.send(**menu(items)))["errcode"] == errcode


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        ({"msgtype": "location", "location": {"name": "站", "latitude": 31.6, "longitude": 120.3}}, 0),
        ({"msgtype": "location", "location": {"name": "站", "latitude": 131.6, "longitude": 120.3}}, 40058),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"msgtype": "link", "link": {"title": "看", "url": "https://example.com"}}, 40007),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "markdown", "markdown": {"content": "**x**"}}, 40008),
        ({"msgtype": "text"}, 0),
        ({"msgtype": "image", "image": "no object"}, 40058),
    ],
)
async def test_other_kinds(stage: Stage, message: dict[str, Any], errcode: int) -> None:
    await stage.says()
    assert (await stage.bot.send(**message))["errcode"] == errcode


async def test_files_go_out_by_media_id(stage: Stage) -> None:
    await stage.says()
    uploaded = await stage.bot.upload("file", "答复函.pdf", b"%PDF-1.7 ...")
    body = {"msgtype": "file", "file": {"media_id": uploaded["media_id"]}}
    assert (await stage.bot.send(**body))["errcode"] == 0
    assert stage.simulator.chat(WANG)[-1].text == "[文件] 答复函.pdf"
    assert (await stage.bot.send(msgtype="image", image=body["file"]))["errcode"] == 40007


async def test_errcode_0_is_not_delivery(clock: ManualClock) -> None:
    faults = Faults(rules=(Rule("kf/send_msg", "send_fail", fail_type=10, every=1),))
    async with Stage(clock, faults) as stage:
        await stage.says()
        assert (await stage.bot.send("收到", msgid="out-1"))["errcode"] == 0
        event = (await stage.bot.sync())["msg_list"][-1]["event"]
        assert (event["event_type"], event["fail_msgid"], event["fail_type"]) == ("msg_send_fail", "out-1", 10)
        assert stage.simulator.heard(WANG) == []
        assert stage.simulator.chat(WANG)[-1].state == "failed"
