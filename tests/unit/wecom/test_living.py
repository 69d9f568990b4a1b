"""Livings: what is sent stays within WeCom's limits, what comes back becomes values, pages end only by `ending`."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import living
from bot.wecom.errors import Permanent, Temporary
from bot.wecom.living import LivingInfo, LivingPlan, LivingStatus, ReplayStatus, Watcher
from tests.unit.wecom.stand_in import refusal

AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
PLAN = LivingPlan("代表接待群众", AT, 3600, "说说老旧小区改造", 900)
INFO = {
    "theme": "代表接待群众",
    "living_start": int(AT.timestamp()) + 60,
    "living_duration": 1800,
    "status": 2,
    "reserve_start": int(AT.timestamp()),
    "reserve_living_duration": 3600,
    "description": "说说老旧小区改造",
    "anchor_userid": "zhang.wei",
    "main_department": 1,
    "viewer_num": 100,
    "comment_num": 110,
    "mic_num": 3,
    "open_replay": 1,
    "replay_status": 1,
    "type": 0,
    "online_count": 0,
    "subscribe_count": 7,
}


def member(userid, seconds=30):
    return {"userid": userid, "watch_time": seconds, "is_comment": 1, "is_mic": 0}


def outsider(external_userid):
    common = {"watch_time": 12, "is_comment": 0, "is_mic": 1}
    return {"external_userid": external_userid, "type": 1, "name": "王女士", **common}


def page(ending, next_key, users=(), external_users=()):
    stat = {"users": list(users), "external_users": list(external_users)}
    return {"ending": ending, "next_key": next_key, "stat_info": stat}


async def test_a_living_is_reserved(client, wecom):
    wecom.answers("living/create", {"livingid": "L1"})
    assert await client.living_create("zhang.wei", PLAN) == "L1"
    (call,) = wecom.calls("living/create")
    assert call.json == {
        "anchor_userid": "zhang.wei",
        "type": 0,
        "theme": "代表接待群众",
        "living_start": int(AT.timestamp()),
        "living_duration": 3600,
        "remind_time": 900,
        "description": "说说老旧小区改造",
    }


async def test_an_answer_without_an_id_is_tried_again(client, wecom):
    with pytest.raises(Temporary):
        await client.living_create("zhang.wei", PLAN)


async def test_a_living_is_announced_anew_and_called_off(client, wecom):
    await client.living_modify("L1", LivingPlan("改到下午", AT, 1800))
    await client.living_cancel("L1")
    (modified,), (cancelled,) = wecom.calls("living/modify"), wecom.calls("living/cancel")
    assert (modified.json["livingid"], modified.json["theme"]) == ("L1", "改到下午")
    assert "anchor_userid" not in modified.json
    assert "description" not in modified.json
    assert cancelled.json == {"livingid": "L1"}


@pytest.mark.parametrize("errcode", [92006, 92007, 92008])
async def test_what_can_no_longer_be_changed_is_dropped(client, wecom, errcode):
    wecom.answers("living/modify", refusal(errcode))
    with pytest.raises(Permanent) as error:
        await client.living_modify("L1", PLAN)
    assert type(error.value) is Permanent
    assert error.value.errcode == errcode
    assert len(wecom.calls("living/modify")) == 1


@pytest.mark.parametrize(
    "plan",
    [
        LivingPlan("", AT, 3600),
        LivingPlan(" \n ", AT, 3600),
        LivingPlan("接待", AT, 0),
        LivingPlan("接待", AT, 3600, remind_seconds=-1),
    ],
    ids=["no theme", "blank theme", "no time", "reminds too late"],
)
def test_what_wecom_would_refuse_is_our_mistake(plan):
    with pytest.raises(ValueError, match="living"):
        living.create_payload("zhang.wei", plan)


def test_a_living_without_an_anchor_is_our_mistake():
    with pytest.raises(ValueError, match="anchor"):
        living.create_payload("", PLAN)


@pytest.mark.parametrize(
    ("theme", "sent"),
    [
        ("一" * 20, "一" * 20),
        ("一" * 21, "一" * 19 + "…"),
        ("x" * 21, "x" * 19 + "…"),
        ("代表\n接待", "代表 接待"),
        ("😀" * 15, "😀" * 15),
        ("😀" * 16, "😀" * 14 + "…"),
    ],
)
def test_a_theme_is_clipped_between_characters(theme, sent):
    assert living.create_payload("zhang.wei", LivingPlan(theme, AT, 60))["theme"] == sent


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_no_words_are_longer_than_either_page_allows(theme, description):
    body = living.modify_payload("L1", LivingPlan(f"接{theme}", AT, 60, description))
    sent = str(body.get("description", ""))
    assert 0 < len(body["theme"]) <= 20
    assert len(body["theme"].encode()) <= 60
    assert len(sent) <= 100
    assert len(sent.encode()) <= 300


async def test_a_living_comes_as_a_value(client, wecom):
    wecom.answers("living/get_living_info", {"living_info": INFO})
    assert await client.living_info("L1") == LivingInfo(
        livingid="L1",
        theme="代表接待群众",
        description="说说老旧小区改造",
        anchor_userid="zhang.wei",
        status=LivingStatus.ENDED,
        starts_at=datetime(2026, 11, 20, 6, 31, tzinfo=UTC),
        duration_seconds=1800,
        viewer_num=100,
        comment_num=110,
        mic_num=3,
        online_count=0,
        subscribe_count=7,
        replay=ReplayStatus.MAKING,
    )
    (call,) = wecom.calls("living/get_living_info")
    assert call.query == {"livingid": "L1"}


def info(**changes):
    return living.parse_info("L1", {"living_info": INFO | changes})


def test_before_it_began_the_reserved_time_counts():
    reserved = info(status=0, living_start=0, living_duration=0, open_replay=0)
    assert (reserved.status, reserved.starts_at, reserved.duration_seconds) == (LivingStatus.RESERVED, AT, 3600)


@pytest.mark.parametrize("changes", [{"open_replay": 0}, {"replay_status": 9}, {"replay_status": None}])
def test_without_a_recording_there_is_no_replay(changes):
    assert info(**changes).replay is None


def test_the_status_is_found_as_the_page_spells_it():
    spelt = {key: value for key, value in INFO.items() if key != "status"} | {"status ": 3}
    assert living.parse_info("L1", {"living_info": spelt}).status is LivingStatus.EXPIRED


@pytest.mark.parametrize("status", [None, 5, -1, "soon", True])
async def test_a_status_that_says_nothing_is_asked_again(client, wecom, status):
    wecom.answers("living/get_living_info", {"living_info": INFO | {"status": status}})
    with pytest.raises(Temporary):
        await client.living_info("L1")


@given(st.dictionaries(st.sampled_from(sorted(INFO)), st.none() | st.integers() | st.text() | st.lists(st.none())))
def test_no_odd_field_raises(changes):
    found = info(**changes)
    assert found is None or found.viewer_num >= 0


async def test_watchers_are_read_to_the_ending_over_empty_pages(client, wecom):
    wecom.answers(
        "living/get_watch_stat",
        page(0, "k1", [member("zhang.wei"), member("li.na")]),
        page(0, "k1"),
        page(0, "k2", [], [outsider("wmA")]),
        page(1, "k2"),
    )
    assert await client.living_watch_stat("L1") == (
        Watcher("zhang.wei", "", "", 30, commented=True, spoke=False),
        Watcher("li.na", "", "", 30, commented=True, spoke=False),
        Watcher("", "wmA", "王女士", 12, commented=False, spoke=True),
    )
    asked = [call.json for call in wecom.calls("living/get_watch_stat")]
    assert [each["next_key"] for each in asked] == ["0", "k1", "k1", "k2"]
    assert {each["livingid"] for each in asked} == {"L1"}


async def test_an_empty_key_does_not_end_the_pages(client, wecom):
    wecom.answers("living/get_watch_stat", page(0, "", [member("zhang.wei")]))
    with pytest.raises(Temporary):
        await client.living_watch_stat("L1")
    assert len(wecom.calls("living/get_watch_stat")) == 1


async def test_pages_that_never_end_are_given_up(client, wecom):
    wecom.answers("living/get_watch_stat", *(page(0, "k1") for _ in range(1000)))
    with pytest.raises(Temporary):
        await client.living_watch_stat("L1")
    assert len(wecom.calls("living/get_watch_stat")) == 1000


async def test_the_livings_of_an_anchor_are_read_page_by_page(client, wecom):
    wecom.answers(
        "living/get_user_all_livingid",
        {"next_cursor": "c1", "livingid_list": ["L1", "L2"]},
        {"next_cursor": "c2", "livingid_list": []},
        {"next_cursor": "", "livingid_list": ["L3"]},
    )
    assert await client.living_ids_of("zhang.wei") == ("L1", "L2", "L3")
    asked = [call.json for call in wecom.calls("living/get_user_all_livingid")]
    assert [(one["userid"], one["cursor"]) for one in asked] == [
        ("zhang.wei", cursor) for cursor in ("", "c1", "c2")
    ]


async def test_livings_that_never_end_are_given_up(client, wecom):
    wecom.answers(
        "living/get_user_all_livingid", *({"next_cursor": "c", "livingid_list": ["L1"]} for _ in range(50))
    )
    with pytest.raises(Temporary):
        await client.living_ids_of("zhang.wei")
