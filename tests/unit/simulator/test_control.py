"""The same controls over HTTP, and what outside programs can see."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.simulator import Code, Place, simulator_from_args
from tests.unit.simulator.stage import BUTTONS, KF, WANG, Stage


async def post(stage: Stage, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    async with stage.bot.http.post(f"{stage.bot.api}/sim/{path}", json=body) as answer:
        return answer.status, await answer.json()


async def look(stage: Stage, path: str) -> dict[str, Any]:
    async with stage.bot.http.get(f"{stage.bot.api}/sim/{path}") as answer:
        assert answer.status == 200
        found: dict[str, Any] = await answer.json()
        return found


async def test_a_whole_exchange_by_remote_control(stage: Stage) -> None:
    await post(stage, "constituents", [{"external_userid": "wmNEW", "nickname": "新邻居"}])
    await post(stage, "members", {"members": [{"userid": "new", "name": "新代表", "title": "代表"}]})
    who = {"external_userid": "wmNEW"}
    await post(stage, "enter", {**who, "scene": "rep", "scene_param": "R-1", "label": "新代表"})
    _, said = await post(stage, "says", {**who, "text": "路灯坏了"})
    await post(stage, "location", {**who, "latitude": 31.6, "longitude": 120.3, "name": "牡丹园"})
    await post(stage, "recall", {**who, "msgid": said["msgid"]})
    await stage.bot.tell_card(BUTTONS, to="new")
    status, tapped = await post(stage, "member/tap", {"userid": "new", "key": "take:1"})
    assert (status, tapped["response_code"][:2]) == (200, "RC")
    await post(stage, "member/says", {"userid": "new", "text": "明天去看"})
    await post(stage, "member/enter", {"userid": "new"})
    await post(stage, "quiet", {})
    kinds = [
        each.get("event", each)["msgtype" if "msgtype" in each.get("event", each) else "event_type"]
        for each in (await stage.bot.sync())["msg_list"]
    ]
    assert kinds == ["enter_session", "text", "location", "user_recall_msg"]
    report = await look(stage, "report")
    assert len(report["constituents"]["wmNEW"]["sent"]) == 2
    assert report["members"]["new"]["cards"] == 1
    assert report["violations"] == {}
    assert {"api": "message/send", "errcode": 0, "count": 1} in report["calls"]
    assert report["answer_milliseconds"]["p99"] > 0


@pytest.mark.parametrize("who", [{"external_userid": WANG}, {"userid": "zhang"}])
async def test_pictures_by_form(stage: Stage, who: dict[str, str]) -> None:
    form = aiohttp.FormData({**who, "kind": "image"})
    form.add_field("media", b"\xff\xd8\xffpicture", filename="灯.jpg")
    async with stage.bot.http.post(f"{stage.bot.api}/sim/media", data=form) as answer:
        assert answer.status == 200
    chat = stage.simulator.member_chat("zhang") if "userid" in who else stage.simulator.chat(WANG)
    async with stage.bot.http.get(f"{stage.bot.api}/sim/media/{chat[-1].media_id}") as answer:
        assert await answer.read() == b"\xff\xd8\xffpicture"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("says", {"external_userid": WANG}, 400),
        ("says", {"external_userid": "wmNOBODY", "text": "x"}, 404),
        ("member/tap", {"userid": "zhang", "key": "none"}, 404),
        ("enter", {"external_userid": WANG, "scene": "a b"}, 400),
        ("faults", {"nonsense": 1}, 400),
        ("says", [], 400),
    ],
)
async def test_faulty_requests_say_so(stage: Stage, path: str, body: Any, status: int) -> None:
    found, answer = await post(stage, path, body)
    assert found == status
    assert answer["error"]


async def test_state_tells_what_changed_and_reading_clears_the_badge(stage: Stage) -> None:
    await stage.says("路灯坏了")
    await stage.bot.send("收到")
    await stage.bot.tell("新事项")
    before = await look(stage, "state")
    assert before["unread"] == {"constituents": {WANG: 1}, "members": {"zhang": 1}}
    assert before["receivers"][0]["userid"] == "zhang"
    seen = await look(stage, f"state?constituent={WANG}&member=zhang")
    assert [line["text"] for line in seen["constituent"]] == ["路灯坏了", "收到"]
    assert [line["text"] for line in seen["member"]] == ["新事项"]
    assert seen["unread"] == {"constituents": {}, "members": {}}
    assert any(step["direction"] == "callback" for step in seen["steps"])
    later = await look(stage, f"state?constituent={WANG}&since={seen['revision']}")
    assert (later["constituent"], later["steps"]) == ([], [])


async def test_state_can_wait_for_news(stage: Stage) -> None:
    revision = (await look(stage, "state"))["revision"]
    await stage.simulator.says(WANG, "来了")
    assert (await look(stage, f"state?constituent={WANG}&since={revision}&wait=5"))["constituent"]
    assert not (await look(stage, "state?since=99999999&wait=0.05"))["steps"]


async def test_catalog_people_and_trace(stage: Stage) -> None:
    stage.simulator.catalog.append(Code("张建国", "rep", "rep", "R-1", "区人大代表"))
    stage.simulator.places.append(Place("牡丹园", "堰裕路", 31.6, 120.3))
    catalog = await look(stage, "catalog")
    assert catalog["codes"][0]["scene_param"] == "R-1"
    assert catalog["places"][0]["name"] == "牡丹园"
    assert (await look(stage, "people"))["members"][0]["title"] == "区人大代表"
    stage.simulator.vocabulary["case opened"] = "立了一件事项"
    stage.simulator.feed({"message": "case opened", "kind": "case", "case": "JH-2026-000001", "level": "info"})
    step = (await look(stage, "trace"))["steps"][-1]
    assert (step["direction"], step["what"], step["sentence"]) == ("bot", "case", "立了一件事项")
    assert step["facts"] == {"case": "JH-2026-000001"}


async def test_clock_faults_and_token_by_remote_control(stage: Stage) -> None:
    before = stage.simulator.now()
    await post(stage, "clock", {"advance_seconds": 60})
    assert stage.simulator.now() - before == timedelta(seconds=60)
    await post(stage, "faults", {"page_size": 3, "rules": [{"api": "*", "errcode": -1, "every": 2}]})
    assert (await look(stage, "faults"))["page_size"] == 3
    await post(stage, "token", {"action": "invalidate"})
    assert (await stage.bot.call("getcallbackip"))["errcode"] == 40014
    assert (await post(stage, "verify", {}))[1] == {"verified": True}


async def test_the_real_clock_cannot_be_moved(stage: Stage) -> None:
    stage.simulator.clock = SystemClock()
    assert (await post(stage, "clock", {"advance_seconds": 60}))[0] == 400


async def test_human_servicers_by_remote_control(stage: Stage) -> None:
    await stage.says()
    for verb, more in (("takes", {"userid": "zhou"}), ("says", {"text": "我来"}), ("ends", {})):
        assert (await post(stage, f"human/{verb}", {"external_userid": WANG, **more}))[0] == 200
    assert stage.simulator.chat(WANG)[-1].text == "我来"


def test_the_command_s_simulator_is_the_demo_account() -> None:
    simulator = simulator_from_args(callback_url="http://127.0.0.1:1/x")
    assert simulator.callback_url == "http://127.0.0.1:1/x"
    assert list(simulator.world.accounts) == ["wkDEMOlianxin000000000001"]


async def test_a_servicer_by_remote_control(stage: Stage) -> None:
    """What the demo page does: take a chat that waits, write, take it back, end it."""
    who = {"external_userid": WANG}
    assert await post(stage, "servicers", [{"userid": "zhou"}]) == (200, {"servicers": 1})
    await stage.says("转人工")
    await stage.bot.call("kf/service_state/trans", {**who, "open_kfid": KF, "service_state": 2})
    waiting = (await look(stage, "state?member=zhou"))["sessions"]
    assert [(each["nickname"], each["taken"], each["last"]) for each in waiting] == [("王阿姨", False, "转人工")]
    assert (await look(stage, "state?member=li"))["sessions"] == []
    await post(stage, "human/takes", {**who, "userid": "zhou"})
    assert (await look(stage, "state?member=zhou"))["sessions"][0]["taken"]
    _, said = await post(stage, "human/says", {**who, "text": "您请说"})
    assert (await post(stage, "human/recalls", {**who, "msgid": said["msgid"]}))[0] == 200
    assert (await post(stage, "human/recalls", {**who, "msgid": "none"}))[0] == 404
    await post(stage, "human/ends", who)
    assert (await look(stage, "state?member=zhou"))["sessions"] == []
