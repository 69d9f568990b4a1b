"""The client against a server in WeCom's place: what it sends, what it makes of the answers."""

import asyncio
import logging

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.wecom import payloads
from bot.wecom.client import KfAccount, KfCustomer, LoginUser, Member, SessionState, WeComClient
from bot.wecom.errors import ConfigFault, Permanent, Temporary, Unknown, Unreachable, Waiting
from bot.wecom.kf import KfMessage
from tests.unit.wecom.stand_in import refusal

TEXT = payloads.text_message("路灯坏了", recipients=["Li.Hua"], agent_id=1000002, dedupe_seed=7)


async def test_app_message_goes_out_as_readable_utf8(client, wecom):
    wecom.answers(
        "message/send",
        {"invaliduser": "Ghost1|ghost2", "unlicenseduser": "U9", "msgid": "m1", "response_code": "RC"},
    )
    receipt = await client.send_app(TEXT)
    assert (receipt.msgid, receipt.response_code) == ("m1", "RC")
    assert (receipt.invalid_users, receipt.unlicensed) == ({"ghost1", "ghost2"}, {"u9"})
    (call,) = wecom.calls("message/send")
    assert "路灯坏了".encode() in call.raw
    assert call.json == TEXT
    assert call.token == "T1"


async def test_answer_without_lists_means_everybody_has_it(client, wecom):
    wecom.answers("message/send", {"msgid": "m1"})
    receipt = await client.send_app(TEXT)
    assert (receipt.invalid_users, receipt.unlicensed, receipt.response_code) == (frozenset(), frozenset(), "")


async def test_token_is_fetched_once_with_id_and_secret(client, wecom):
    await asyncio.gather(*(client.send_app(TEXT) for _ in range(20)))
    (call,) = wecom.calls("gettoken")
    assert call.query == {"corpid": "wwtestcorp000001", "corpsecret": "s3cret"}
    assert await client.token() == "T1"


@pytest.mark.parametrize("errcode", [40014, 42001, 41001, 40001])
async def test_refused_token_is_replaced_once(client, wecom, errcode):
    wecom.answers("message/send", refusal(errcode), {"msgid": "m1"})
    assert (await client.send_app(TEXT)).msgid == "m1"
    assert [call.token for call in wecom.calls("message/send")] == ["T1", "T2"]


async def test_token_refused_twice_is_for_staff(client, wecom):
    wecom.answers("message/send", refusal(40014), refusal(40014), {"msgid": "m1"})
    with pytest.raises(ConfigFault):
        await client.send_app(TEXT)
    assert len(wecom.calls("message/send")) == 2


async def test_wecom_may_give_the_same_token_again(client, wecom):
    wecom.same_token = True
    wecom.answers("message/send", refusal(42001), {"msgid": "m1"}, {"msgid": "m2"})
    await client.send_app(TEXT)
    await client.send_app(TEXT)
    assert len(wecom.calls("gettoken")) == 2


async def test_token_is_renewed_before_it_ends(client, wecom, clock):
    await client.send_app(TEXT)
    await clock.advance(seconds=7000)
    await client.send_app(TEXT)
    assert [call.token for call in wecom.calls("message/send")] == ["T1", "T2"]


@pytest.mark.parametrize("answer", [refusal(40001), refusal(60020)])
async def test_wrong_secret_or_address_is_for_staff(client, wecom, answer):
    wecom.answers("gettoken", answer)
    with pytest.raises(ConfigFault) as fault:
        await client.send_app(TEXT)
    assert (fault.value.api, fault.value.errcode) == ("gettoken", answer["errcode"])
    assert wecom.calls("message/send") == []


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [(-1, Temporary), (81013, Unreachable), (95001, Waiting), (40058, Permanent), (77777, Unknown)],
)
async def test_refusals_come_as_their_type(client, wecom, errcode, kind):
    wecom.answers("kf/send_msg", refusal(errcode))
    with pytest.raises(kind) as error:
        await client.kf_send(payloads.kf_text("wm1", "wk1", "ob-7", "已受理"))
    assert (error.value.api, error.value.errcode) == ("kf/send_msg", errcode)
    assert len(wecom.calls("kf/send_msg")) == 1


async def slow(_request):
    await asyncio.sleep(2)
    return web.json_response({"errcode": 0})


async def cut(request):
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    ("reply", "ambiguous"),
    [
        (slow, True),
        (cut, True),
        (web.Response(status=502, text="<html>bad gateway</html>"), True),
        (web.Response(text="<html>please log in</html>", content_type="text/html"), True),
        (web.json_response([1]), True),
        (web.json_response({"msgid": "m1"}), True),
        (web.Response(status=404), False),
        (web.Response(status=302, headers={"Location": "https://elsewhere.invalid/"}), False),
    ],
    ids=["slow", "cut", "502", "html", "list", "no errcode", "404", "redirect"],
)
async def test_no_usable_answer_is_temporary(client, wecom, reply, ambiguous):
    wecom.answers("kf/send_msg", reply)
    with pytest.raises(Temporary) as error:
        await client.kf_send(payloads.kf_text("wm1", "wk1", "ob-7", "已受理"))
    assert (error.value.errcode, error.value.ambiguous) == (None, ambiguous)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "Fri, 20 Nov 2026 01:31:30 GMT", "Date": "Fri, 20 Nov 2026 01:30:00 GMT"}, 90.0),
        ({"Retry-After": "Fri, 20 Nov 2026 01:29:00 GMT", "Date": "Fri, 20 Nov 2026 01:30:00 GMT"}, 0.0),
        ({"Retry-After": "Sat, 20 Nov 2027 01:31:30 GMT", "Date": "Fri, 20 Nov 2026 01:30:00 GMT"}, 86_400.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
    ids=str,
)
async def test_a_gateway_may_say_it_as_a_date_of_its_own_clock(client, wecom, headers, seconds):
    wecom.answers("user/get", web.Response(status=503, headers=headers))
    with pytest.raises(Temporary) as error:
        await client.user("zhang")
    assert error.value.retry_after_seconds == seconds


async def test_busy_gateway_says_when_to_come_back(client, wecom):
    wecom.answers("user/get", web.Response(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(Temporary) as error:
        await client.user("li.hua")
    assert error.value.retry_after_seconds == 30


async def test_nobody_at_the_address_is_not_ambiguous(clock):
    async with aiohttp.ClientSession() as session:
        lost = WeComClient(session, f"http://127.0.0.1:{unused_port()}", "ww1", "s3cret", 1, clock)
        with pytest.raises(Temporary) as error:
            await lost.send_app(TEXT)
    assert not error.value.ambiguous
    assert "s3cret" not in "".join(map(str, (error.value, error.value.__cause__, error.value.args)))


async def test_log_holds_codes_and_never_secrets_or_words(client, wecom, caplog):
    caplog.set_level(logging.DEBUG, "bot.wecom")
    wecom.answers("message/send", refusal(40014), refusal(60020))
    with pytest.raises(ConfigFault):
        await client.send_app(TEXT)
    told = "\n".join(str(record.__dict__) for record in caplog.records)
    assert [record.message for record in caplog.records][-1] == "wecom refused a call"
    assert (caplog.records[-1].api, caplog.records[-1].errcode) == ("message/send", 60020)
    assert not any(secret in told for secret in ("s3cret", "T1", "路灯", "203.0.113.9"))


async def test_button_of_a_card_is_greyed_for_all_who_have_it(client, wecom):
    await client.update_card(["li.hua", "wang"], "RC", button_name="已接收")
    assert wecom.calls("message/update_template_card")[0].json == {
        "userids": ["li.hua", "wang"],
        "agentid": 1000002,
        "response_code": "RC",
        "button": {"replace_name": "已接收"},
    }


async def test_card_is_replaced(client, wecom):
    card = payloads.button_card("群众留言", "", "case-7", [], replace_text="已办结")
    await client.update_card(["li.hua"], "RC", card=card)
    assert wecom.calls("message/update_template_card")[0].json["template_card"] == card


async def test_update_of_nothing_is_our_mistake(client):
    with pytest.raises(ValueError, match="button name or a card"):
        await client.update_card(["li.hua"], "RC")


async def test_recall(client, wecom):
    await client.recall("m1")
    assert wecom.calls("message/recall")[0].json == {"msgid": "m1"}


async def test_page_of_messages(client, wecom):
    item = {
        "msgid": "m1",
        "open_kfid": "wk1",
        "external_userid": "wm1",
        "send_time": 1700000000,
        "origin": 3,
        "msgtype": "text",
        "text": {"content": "路灯坏了"},
    }
    wecom.answers("kf/sync_msg", {"next_cursor": "c2", "has_more": 1, "msg_list": [item]})
    page = await client.kf_sync("wk1", "", "TK")
    assert isinstance(page.items[0], KfMessage)
    assert (page.next_cursor, page.has_more) == ("c2", True)
    assert wecom.calls("kf/sync_msg")[0].json == {"open_kfid": "wk1", "limit": 1000, "token": "TK"}


async def test_one_broken_character_does_not_stop_the_page(client, wecom):
    head = b'{"errcode":0,"next_cursor":"c2","has_more":0,"msg_list":[{"msgid":"m1","open_kfid":"wk1","origin":3,'
    tail = b'"external_userid":"wm1","send_time":1700000000,"msgtype":"text","text":{"content":"\xe8\xb7"}}]}'
    wecom.answers("kf/sync_msg", web.Response(body=head + tail, content_type="application/json"))
    page = await client.kf_sync("wk1", "c1", "")
    assert len(page.items) == 1


async def test_stale_callback_token_is_left_out(client, wecom):
    wecom.answers("kf/sync_msg", refusal(95007), {"next_cursor": "c2", "has_more": 0, "msg_list": []})
    page = await client.kf_sync("wk1", "c1", "stale")
    assert page.next_cursor == "c2"
    assert [call.json.get("token") for call in wecom.calls("kf/sync_msg")] == ["stale", None]
    assert {call.json["cursor"] for call in wecom.calls("kf/sync_msg")} == {"c1"}


async def test_message_to_a_constituent_keeps_our_id(client, wecom):
    wecom.answers("kf/send_msg", {"msgid": "ob-7"}, {})
    payload = payloads.kf_text("wm1", "wk1", "ob-7", "已受理")
    assert await client.kf_send(payload) == "ob-7"
    assert await client.kf_send(payload) == "ob-7"
    assert await client.kf_send_on_event(payloads.event_text("WC", "w-1", "您好")) == "w-1"


async def test_session_state_and_transfer(client, wecom):
    wecom.answers("kf/service_state/get", {"service_state": 3, "servicer_userid": "zhang"})
    wecom.answers("kf/service_state/trans", {"msg_code": "MC"}, {})
    assert await client.kf_state("wk1", "wm1") == SessionState(3, "zhang")
    assert await client.kf_transfer("wk1", "wm1", 3, "zhang") == "MC"
    assert await client.kf_transfer("wk1", "wm1", 1) is None
    first, second = (call.json for call in wecom.calls("kf/service_state/trans"))
    assert first["servicer_userid"] == "zhang"
    assert second == {"open_kfid": "wk1", "external_userid": "wm1", "service_state": 1}


async def test_accounts_are_paged_to_the_end(client, wecom):
    full = [{"open_kfid": f"wk{n}", "name": "站", "manage_privilege": True} for n in range(100)]
    wecom.answers(
        "kf/account/list",
        {"account_list": full},
        {"account_list": [{"open_kfid": "wkX", "name": "别家", "manage_privilege": False}]},
    )
    accounts = await client.kf_accounts()
    assert len(accounts) == 101
    assert (accounts[0], accounts[-1]) == (KfAccount("wk0", "站", True), KfAccount("wkX", "别家", False))
    assert [call.json["offset"] for call in wecom.calls("kf/account/list")] == [0, 100]


async def test_contact_way(client, wecom):
    wecom.answers("kf/add_contact_way", {"url": "https://work.weixin.qq.com/kf/kfc1"})
    assert await client.kf_contact_way("wk1", "rep") == "https://work.weixin.qq.com/kf/kfc1"
    with pytest.raises(ValueError, match="scene"):
        await client.kf_contact_way("wk1", "代表")


async def test_customers_are_asked_for_by_the_hundred(client, wecom):
    wecom.answers("kf/customer/batchget", {"customer_list": [{"external_userid": "wm0", "nickname": "王"}]}, {})
    assert await client.kf_customers([f"wm{n}" for n in range(150)]) == (KfCustomer("wm0", "王"),)
    assert [len(call.json["external_userid_list"]) for call in wecom.calls("kf/customer/batchget")] == [100, 50]


async def test_who_logged_in(client, wecom):
    wecom.answers(
        "auth/getuserinfo", {"userid": "li.hua"}, {"openid": "o1", "external_userid": "wm1"}, {"openid": "o2"}
    )
    assert await client.user_by_code("C+1") == LoginUser("li.hua", None)
    assert await client.user_by_code("C2") == LoginUser(None, "wm1")
    assert await client.user_by_code("C3") == LoginUser(None, None)
    assert wecom.calls("auth/getuserinfo")[0].query == {"code": "C+1"}


async def test_member(client, wecom):
    wecom.answers("user/get", {"userid": "li.hua", "name": "李华"})
    assert await client.user("li.hua") == Member("li.hua", "李华")
