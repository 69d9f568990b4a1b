"""message/send and recall (documents 90236, 94867)."""

from typing import Any

import pytest

from bot.clock import ManualClock
from bot.simulator import Faults, Rule
from tests.unit.simulator.stage import BUTTONS, Stage


async def test_a_text_arrives(stage: Stage) -> None:
    answer = await stage.bot.tell("您有一件新事项")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "")
    assert stage.simulator.member_heard("zhang") == ["您有一件新事项"]


async def test_unknown_members_come_back_in_lower_case(stage: Stage) -> None:
    stage.simulator.add_member("hidden", "不可见", visible=False)
    answer = await stage.bot.tell(to="ZHANG|Ghost.One|hidden|chen.min|zhang")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "ghost.one|hidden")
    assert len(stage.simulator.member_heard("zhang")) == len(stage.simulator.member_heard("Chen.Min")) == 1


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"touser": "ghost1|ghost2"}, 81013),
        ({"touser": ""}, 82001),
        ({"touser": "|".join(["zhang"] * 1001)}, 40032),
        ({"agentid": 1000003}, 301002),
        ({"agentid": None}, 41011),
        ({"agentid": "x"}, 40056),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "no-scheme"}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 40058),
    ],
)
async def test_refuses(stage: Stage, change: dict[str, Any], errcode: int) -> None:
    assert (await stage.bot.tell(**change))["errcode"] == errcode
    assert stage.simulator.member_heard("zhang") == []


async def test_all_members(stage: Stage) -> None:
    await stage.bot.tell(to="@all")
    assert all(len(stage.simulator.member_heard(userid)) == 1 for userid in ("zhang", "Chen.Min", "zhou"))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"msgtype": "markdown", "markdown": {"content": "**急**"}}, "**急**"),
        (
            {
                "msgtype": "textcard",
                "textcard": {"title": "办理提醒", "description": "第一行<br>第二行", "url": "https://a.cn"},
            },
            "办理提醒\n第一行\n第二行\n详情",
        ),
        (
            {"msgtype": "news", "news": {"articles": [{"title": "活动日", "url": "https://a.cn"}]}},
            "活动日",
        ),
        (
            {
                "msgtype": "mpnews",
                "mpnews": {"articles": [{"title": "通报", "content": "x", "digest": "摘要"}]},
            },
            "通报\n摘要",
        ),
        (
            {
                "msgtype": "miniprogram_notice",
                "miniprogram_notice": {"title": "通知", "content_item": [{"key": "站", "value": "东亭"}]},
            },
            "通知\n站：东亭",
        ),
    ],
)
async def test_every_kind_can_be_read(stage: Stage, message: dict[str, Any], text: str) -> None:
    assert (await stage.bot.tell(**message))["errcode"] == 0
    assert stage.simulator.member_heard("zhang") == [text]


async def test_media_go_out(stage: Stage) -> None:
    files = {"image": b"\x89PNG\r\n\x1a\n", "voice": b"#!AMR voice", "video": b"video!", "file": b"a file"}
    for kind, content in files.items():
        media_id = (await stage.bot.upload(kind, f"附件.{kind}", content))["media_id"]
        assert (await stage.bot.tell(msgtype=kind, **{kind: {"media_id": media_id}}))["errcode"] == 0
    assert stage.simulator.member_heard("zhang")[0] == "[图片] 附件.image"


async def test_long_text_is_cut_at_2048_bytes(stage: Stage) -> None:
    await stage.bot.tell("a" + "汉" * 700)
    assert stage.simulator.member_heard("zhang") == ["a" + "汉" * 682]


async def test_an_identical_request_is_delivered_once_within_the_interval(stage: Stage) -> None:
    repeat = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await stage.bot.tell("提醒", **repeat)
    second = await stage.bot.tell("提醒", **repeat)
    assert (second["errcode"], second["msgid"]) == (0, first["msgid"])
    await stage.bot.tell("另一条", **repeat)
    assert stage.simulator.member_heard("zhang") == ["提醒", "另一条"]
    await stage.clock.advance(seconds=600)
    await stage.bot.tell("提醒", **repeat)
    assert len(stage.simulator.member_heard("zhang")) == 3
    assert stage.simulator.dropped["duplicate_check"] == 1


async def test_without_the_check_the_same_words_go_twice(stage: Stage) -> None:
    await stage.bot.tell("提醒")
    await stage.bot.tell("提醒")
    assert len(stage.simulator.member_heard("zhang")) == 2


async def test_more_than_30_a_minute_are_dropped_without_a_word(stage: Stage) -> None:
    errcodes = {(await stage.bot.tell(f"第 {number} 条"))["errcode"] for number in range(35)}
    assert errcodes == {0}
    assert len(stage.simulator.member_heard("zhang")) == 30
    assert stage.simulator.dropped["member_rate"] == 5
    assert (await stage.bot.tell(to="zhou"))["errcode"] == 0
    assert len(stage.simulator.member_heard("zhou")) == 1
    await stage.clock.advance(seconds=60)
    await stage.bot.tell("一分钟以后")
    assert stage.simulator.member_heard("zhang")[-1] == "一分钟以后"


async def test_more_than_1000_an_hour_are_dropped(stage: Stage) -> None:
    for minute in range(34):
        for number in range(30):
            await stage.bot.tell(f"{minute}-{number}")
        await stage.clock.advance(seconds=60)
    assert len(stage.simulator.member_heard("zhang")) == 1000


async def test_recall_within_24_hours(stage: Stage) -> None:
    msgid = (await stage.bot.tell("发错了"))["msgid"]
    assert (await stage.bot.call("message/recall", {"msgid": msgid}))["errcode"] == 0
    assert stage.simulator.member_heard("zhang") == []
    late = (await stage.bot.tell("太晚了"))["msgid"]
    await stage.passes(hours=24)
    assert (await stage.bot.call("message/recall", {"msgid": late}))["errcode"] == 40058


async def test_a_silent_drop_by_fault(clock: ManualClock) -> None:
    async with Stage(clock, Faults(rules=(Rule("message/send", "drop", every=2),))) as stage:
        for number in range(4):
            assert (await stage.bot.tell(str(number)))["errcode"] == 0
        assert stage.simulator.member_heard("zhang") == ["0", "2"]


async def test_a_task_id_is_used_once(stage: Stage) -> None:
    assert (await stage.bot.tell_card(BUTTONS, to="zhang|zhou"))["errcode"] == 0
    assert (await stage.bot.tell_card(BUTTONS))["errcode"] == 42014
