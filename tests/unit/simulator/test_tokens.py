"""gettoken and what a token opens (documents 91039, 90313)."""

import pytest

from bot.simulator import DEMO_ACCOUNT, Faults
from tests.unit.simulator.stage import Stage


async def test_the_same_token_until_it_expires(stage: Stage) -> None:
    first = stage.bot.token
    await stage.clock.advance(seconds=7000)
    assert await stage.bot.get_token() == first
    await stage.clock.advance(seconds=200)
    assert await stage.bot.get_token() != first


@pytest.mark.parametrize(
    ("corp_id", "secret", "errcode"),
    [("wwother", DEMO_ACCOUNT.secret, 40013), (DEMO_ACCOUNT.corp_id, "wrong", 40001)],
)
async def test_refuses_a_wrong_account(stage: Stage, corp_id: str, secret: str, errcode: int) -> None:
    answer = await stage.bot.call("gettoken", corpid=corp_id, corpsecret=secret)
    assert answer["errcode"] == errcode
    assert "from ip" in answer["errmsg"]


async def test_tells_missing_expired_and_dead_tokens_apart(stage: Stage) -> None:
    assert (await stage.bot.call("user/get", userid="zhang", access_token=""))["errcode"] == 41001
    stage.simulator.age_token()
    assert (await stage.bot.call("user/get", userid="zhang"))["errcode"] == 42001
    await stage.bot.get_token()
    stage.simulator.invalidate_token()
    assert (await stage.bot.call("user/get", userid="zhang"))["errcode"] == 40014
    await stage.bot.get_token()
    assert (await stage.bot.call("user/get", userid="zhang"))["errcode"] == 0


async def test_a_foreign_address_gets_nothing_but_a_token(stage: Stage) -> None:
    stage.simulator.faults = Faults(foreign_ip=True)
    assert await stage.bot.get_token()
    assert (await stage.bot.call("user/get", userid="zhang"))["errcode"] == 60020


async def test_an_unknown_api_is_refused_in_json(stage: Stage) -> None:
    assert (await stage.bot.call("kf/no_such_thing", {}))["errcode"] == 404
    assert stage.simulator.violations["unknown_api"] == 1


async def test_a_get_only_api_refuses_post(stage: Stage) -> None:
    assert (await stage.bot.call("user/get", {}, userid="zhang"))["errcode"] == 43001


@pytest.mark.parametrize(
    ("raw", "errcode"), [(b"{", 40058), (b"[]", 40058), (rb'{"a":"\u4f60"}', 40033), (rb'{"a":"\\u4f60"}', 95000)]
)
async def test_refuses_broken_json_and_escaped_characters(stage: Stage, raw: bytes, errcode: int) -> None:
    url = f"{stage.bot.api}/cgi-bin/kf/sync_msg"
    async with stage.bot.http.post(url, params={"access_token": stage.bot.token}, data=raw) as answer:
        assert (await answer.json())["errcode"] == errcode


async def test_members_and_callback_addresses(stage: Stage) -> None:
    found = await stage.bot.call("user/get", userid="chen.min")
    assert (found["userid"], found["name"], found["position"]) == ("Chen.Min", "陈敏", "联络员")
    assert (await stage.bot.call("user/get", userid="ghost"))["errcode"] == 60111
    assert "127.0.0.1" in (await stage.bot.call("getcallbackip"))["ip_list"]
