"""Live broadcasts as WeCom keeps them: who may change what when, what is told of it, who watched."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import ManualClock
from bot.simulator import DEMO_ACCOUNT, Faults, Rule
from tests.unit.simulator.stage import LI, WANG, Stage

HOUR = 3600


def plan(stage: Stage, **changes: Any) -> dict[str, Any]:
    start = int(stage.simulator.now().timestamp()) + HOUR
    return {
        "anchor_userid": "zhang",
        "theme": "代表接待群众",
        "living_start": start,
        "living_duration": HOUR,
        "description": "说说老旧小区改造",
        **changes,
    }


async def reserved(stage: Stage, **changes: Any) -> str:
    answer = await stage.bot.call("living/create", plan(stage, **changes))
    assert answer["errcode"] == 0
    livingid: str = answer["livingid"]
    return livingid


async def live(stage: Stage) -> str:
    livingid = await reserved(stage)
    await stage.simulator.start_living(livingid)
    return livingid


async def info(stage: Stage, livingid: str) -> dict[str, Any]:
    answer = await stage.bot.call("living/get_living_info", livingid=livingid)
    found: dict[str, Any] = answer["living_info"]
    return found


async def told(stage: Stage) -> list[int]:
    """The statuses that the bot was told, in order."""
    await stage.simulator.quiet()
    return [int(event["Status"]) for event in stage.bot.events("living_status_change")]


async def pages(stage: Stage, livingid: str) -> list[dict[str, Any]]:
    found, key = [], "0"
    for _ in range(50):
        page = await stage.bot.call("living/get_watch_stat", {"livingid": livingid, "next_key": key})
        found.append(page)
        if page["ending"]:
            return found
        key = page["next_key"]
    raise AssertionError("the pages do not end")


def names(page: dict[str, Any]) -> list[str]:
    stat = page["stat_info"]
    return [each["userid"] for each in stat["users"]] + [each["external_userid"] for each in stat["external_users"]]


async def test_a_living_is_reserved_begun_and_ended_and_the_bot_is_told_each_time(stage: Stage) -> None:
    livingid = await reserved(stage)
    assert await told(stage) == [0]
    await stage.simulator.start_living(livingid)
    assert await told(stage) == [0, 1]
    await stage.simulator.end_living(livingid)
    assert await told(stage) == [0, 1, 2]
    event = stage.bot.events("living_status_change")[-1]
    assert (event["FromUserName"], event["LivingId"]) == ("zhang", livingid)
    assert event["AgentID"] == str(DEMO_ACCOUNT.agent_id)
    assert stage.bot.heard[-1].envelope["AgentID"] == str(DEMO_ACCOUNT.agent_id)


async def test_a_cancelled_living_is_told_and_cannot_begin(stage: Stage) -> None:
    livingid = await reserved(stage)
    assert (await stage.bot.call("living/cancel", {"livingid": livingid}))["errcode"] == 0
    assert await told(stage) == [0, 4]
    assert (await info(stage, livingid))["status"] == 4
    with pytest.raises(ValueError, match="state 4"):
        await stage.simulator.start_living(livingid)


async def test_one_that_nobody_starts_expires_without_a_word(stage: Stage) -> None:
    livingid = await reserved(stage)
    await stage.passes(seconds=2 * HOUR - 1)
    assert (await info(stage, livingid))["status"] == 0
    await stage.passes(seconds=1)
    assert (await info(stage, livingid))["status"] == 3
    assert await told(stage) == [0]
    with pytest.raises(ValueError, match="state 3"):
        await stage.simulator.start_living(livingid)


async def test_while_reserved_what_is_announced_can_be_changed(stage: Stage) -> None:
    livingid = await reserved(stage)
    later = int(stage.simulator.now().timestamp()) + 2 * HOUR
    change = {"livingid": livingid, "theme": "改到下午", "living_start": later}
    assert (await stage.bot.call("living/modify", change))["errcode"] == 0
    found = await info(stage, livingid)
    assert (found["theme"], found["reserve_start"], found["living_start"]) == ("改到下午", later, later)
    assert (found["reserve_living_duration"], found["description"]) == (HOUR, "说说老旧小区改造")
    assert await told(stage) == [0]


@pytest.mark.parametrize("api", ["living/modify", "living/cancel"])
@pytest.mark.parametrize("state", ["live", "ended", "expired", "cancelled"])
async def test_only_what_is_reserved_can_be_changed(stage: Stage, api: str, state: str) -> None:
    livingid = await reserved(stage)
    if state in ("live", "ended"):
        await stage.simulator.start_living(livingid)
    if state == "ended":
        await stage.simulator.end_living(livingid)
    if state == "cancelled":
        await stage.bot.call("living/cancel", {"livingid": livingid})
    if state == "expired":
        await stage.passes(hours=3)
    before, heard = await info(stage, livingid), await told(stage)
    assert (await stage.bot.call(api, {"livingid": livingid, "theme": "晚了"}))["errcode"] == 92006
    assert await info(stage, livingid) == before
    assert await told(stage) == heard


async def test_a_living_from_the_client_is_none_of_the_app_s_business(stage: Stage) -> None:
    starts_at = stage.simulator.now() + timedelta(hours=1)
    livingid = await stage.simulator.reserve_living("zhang", "内部培训", starts_at, HOUR)
    for answer in (
        await stage.bot.call("living/get_living_info", livingid=livingid),
        await stage.bot.call("living/modify", {"livingid": livingid, "theme": "x"}),
        await stage.bot.call("living/cancel", {"livingid": livingid}),
        await stage.bot.call("living/get_watch_stat", {"livingid": livingid}),
        await stage.bot.call("living/get_living_info", livingid="nobody's"),
    ):
        assert answer["errcode"] == 92008
    await stage.simulator.start_living(livingid)
    await stage.simulator.end_living(livingid)
    assert await told(stage) == []
    assert stage.simulator.violations["not_your_living"] == 5


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"theme": "一" * 21}, 40058),
        ({"theme": "x" * 21}, 40058),
        ({"theme": "😀" * 16}, 40058),
        ({"theme": ""}, 40058),
        ({"theme": None}, 40058),
        ({"description": "一" * 101}, 40058),
        ({"description": 7}, 40058),
        ({"living_start": "tomorrow"}, 40058),
        ({"living_start": 10**12}, 40058),
        ({"living_start": 1_600_000_000}, 40058),
        ({"living_duration": 0}, 40058),
        ({"living_duration": 10**12}, 40058),
        ({"type": 1}, 40058),
        ({"remind_time": -1}, 40058),
        ({"anchor_userid": "nobody"}, 60111),
        ({"anchor_userid": ""}, 40058),
    ],
    ids=str,
)
async def test_what_the_pages_forbid_is_refused(stage: Stage, changes: dict[str, Any], errcode: int) -> None:
    assert (await stage.bot.call("living/create", plan(stage, **changes)))["errcode"] == errcode
    assert stage.simulator.world.livings == {}
    assert await told(stage) == []


@pytest.mark.parametrize("name", ["anchor_userid", "theme", "living_start", "living_duration"])
async def test_what_is_missing_is_refused(stage: Stage, name: str) -> None:
    body = plan(stage)
    del body[name]
    assert (await stage.bot.call("living/create", body))["errcode"] == 40058


async def test_a_change_that_is_half_wrong_changes_nothing(stage: Stage) -> None:
    livingid = await reserved(stage)
    before = await info(stage, livingid)
    change = {"livingid": livingid, "theme": "新的", "living_duration": -5}
    assert (await stage.bot.call("living/modify", change))["errcode"] == 40058
    assert await info(stage, livingid) == before


async def test_the_longest_words_are_taken(stage: Stage) -> None:
    livingid = await reserved(stage, theme="一" * 20, description="二" * 100)
    assert (await info(stage, livingid))["theme"] == "一" * 20
    assert stage.simulator.violations == {}


async def test_who_watched_is_counted(stage: Stage) -> None:
    sim, livingid = stage.simulator, await reserved(stage)
    await sim.subscribe_living(LI, livingid)
    await sim.start_living(livingid)
    await sim.watch_living(WANG, livingid, 60, comments=2)
    await sim.watch_living(WANG, livingid, 30)
    await sim.watch_living("zhou", livingid, 600, speaks=True)
    await stage.passes(seconds=120)
    found = await info(stage, livingid)
    assert (found["viewer_num"], found["comment_num"], found["mic_num"]) == (2, 2, 1)
    assert (found["online_count"], found["subscribe_count"]) == (1, 1)
    (page,) = await pages(stage, livingid)
    assert page["stat_info"] == {
        "users": [{"userid": "zhou", "watch_time": 600, "is_comment": 0, "is_mic": 1}],
        "external_users": [
            {
                "external_userid": WANG,
                "type": 1,
                "name": "王阿姨",
                "watch_time": 90,
                "is_comment": 1,
                "is_mic": 0,
            }
        ],
    }


async def test_the_real_times_and_the_recording_come_with_the_end(stage: Stage) -> None:
    livingid = await live(stage)
    began = int(stage.simulator.now().timestamp())
    assert (await info(stage, livingid))["open_replay"] == 0
    await stage.passes(seconds=300)
    await stage.simulator.end_living(livingid)
    found = await info(stage, livingid)
    assert (found["living_start"], found["living_duration"], found["online_count"]) == (began, 300, 0)
    assert (found["open_replay"], found["replay_status"]) == (1, 1)
    await stage.passes(minutes=10)
    assert (await info(stage, livingid))["replay_status"] == 0


async def test_watchers_come_in_pages_some_of_them_empty(clock: ManualClock) -> None:
    async with Stage(clock, Faults(watch_page_size=2, empty_pages_every=2)) as stage:
        livingid = await live(stage)
        everybody = ["zhang", WANG, "zhou", LI, "Chen.Min"]
        for who in everybody:
            await stage.simulator.watch_living(who, livingid, 10)
        found = await pages(stage, livingid)
        assert [len(names(page)) for page in found] == [2, 0, 2, 0, 1]
        assert [page["ending"] for page in found] == [0, 0, 0, 0, 1]
        assert sorted(name for page in found for name in names(page)) == sorted(everybody)


async def test_before_anybody_watched_there_is_one_empty_page(stage: Stage) -> None:
    (page,) = await pages(stage, await reserved(stage))
    assert (names(page), page["ending"]) == ([], 1)


@pytest.mark.parametrize("key", ["page two", 3, "WATCH-1"])
async def test_a_key_that_was_never_given_is_refused(stage: Stage, key: Any) -> None:
    livingid = await reserved(stage)
    answer = await stage.bot.call("living/get_watch_stat", {"livingid": livingid, "next_key": key})
    assert answer["errcode"] == 40058


async def test_nobody_watches_what_is_not_on(stage: Stage) -> None:
    livingid = await reserved(stage)
    with pytest.raises(ValueError, match="state 0"):
        await stage.simulator.watch_living(WANG, livingid, 60)
    with pytest.raises(ValueError, match="state 0"):
        await stage.simulator.end_living(livingid)
    await stage.simulator.start_living(livingid)
    with pytest.raises(LookupError, match="nobody"):
        await stage.simulator.watch_living("nobody", livingid, 60)
    with pytest.raises(ValueError, match="below nought"):
        await stage.simulator.watch_living(WANG, livingid, -1)
    with pytest.raises(LookupError, match="no living"):
        await stage.simulator.start_living("L9")
    assert (await info(stage, livingid))["viewer_num"] == 0


async def test_faults_befall_livings_like_any_call(clock: ManualClock) -> None:
    rules = (
        Rule("living/create", "answer_lost", every=1, times=1),
        Rule("living/get_living_info", errcode=-1, every=1, times=1),
    )
    async with Stage(clock, Faults(rules=rules, duplicate_callbacks_every=1)) as stage:
        with pytest.raises(aiohttp.ClientError):
            await stage.bot.call("living/create", plan(stage))
        (livingid,) = stage.simulator.world.livings
        assert (await stage.bot.call("living/get_living_info", livingid=livingid))["errcode"] == -1
        assert (await info(stage, livingid))["status"] == 0
        assert await told(stage) == [0, 0]


async def test_a_living_by_remote_control(stage: Stage) -> None:
    livingid = await reserved(stage)

    async def post(verb: str, **body: Any) -> int:
        url = f"{stage.bot.api}/sim/living/{verb}"
        async with stage.bot.http.post(url, json={"livingid": livingid, **body}) as answer:
            return answer.status

    async def look(path: str) -> list[dict[str, Any]]:
        async with stage.bot.http.get(f"{stage.bot.api}/sim/{path}") as answer:
            found: list[dict[str, Any]] = (await answer.json())["livings"]
            return found

    assert await post("watch", who=WANG, seconds=60) == 400
    assert await post("subscribe", who=WANG) == 200
    assert [(each["anchor"], each["status"]) for each in await look("state")] == [("zhang", 0)]
    assert [await post("start"), await post("start")] == [200, 400]
    assert await post("watch", who=WANG, seconds=60, comments=1, speaks=True) == 200
    assert await post("watch", who="nobody", seconds=60) == 404
    assert await post("watch", who=WANG) == 400
    assert [each["viewers"] for each in await look("state")] == [1]
    assert await post("end") == 200
    assert await look("state") == []
    (reported,) = await look("report")
    assert (reported["status"], reported["viewers"], reported["comments"]) == (2, 1, 1)
    sentences = [step.sentence for step in stage.simulator.requests]
    assert "张建国开始直播「代表接待群众」" in sentences
    assert "王阿姨看了直播「代表接待群众」" in sentences
    assert await told(stage) == [0, 1, 2]


async def test_the_livings_of_a_member_come_in_pages_whoever_reserved_them(stage: Stage) -> None:
    mine = [await reserved(stage), await reserved(stage)]
    start = stage.simulator.now() + timedelta(hours=1)
    mine.append(await stage.simulator.reserve_living("zhang", "站里的例会", start, HOUR))
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        asked = {"userid": "zhang", "cursor": cursor, "limit": 1}
        answer = await stage.bot.call("living/get_user_all_livingid", asked)
        found += answer["livingid_list"]
        cursor = answer["next_cursor"]
    assert (found, cursor) == (mine, "")
    assert (await stage.bot.call("living/get_user_all_livingid", {"userid": "nobody"}))["errcode"] != 0
