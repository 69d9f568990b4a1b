"""What a constituent sends through 微信客服 becomes a value and is never lost to an odd field."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import kf
from bot.wecom.fields import EPOCH
from bot.wecom.kf import (
    KfEntered,
    KfMessage,
    KfOther,
    KfRecalled,
    KfSendFailed,
    KfSessionChanged,
    parse_kf_item,
    parse_kf_page,
)

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
HEAD = ("m1", "wk1", "wm1", AT)


def said(msgtype, body=None, **top):
    item = {
        "msgid": "m1",
        "open_kfid": "wk1",
        "external_userid": "wm1",
        "send_time": 1700000000,
        "origin": 3,
        "msgtype": msgtype,
    }
    return parse_kf_item(item | ({} if body is None else {msgtype: body}) | top)


def happened(event_type, **facts):
    event = {"event_type": event_type, "open_kfid": "wk1", "external_userid": "wm1"} | facts
    return parse_kf_item({"msgid": "m1", "send_time": 1700000000, "origin": 4, "msgtype": "event", "event": event})


def message(kind, **values):
    return KfMessage(*HEAD, kf.CUSTOMER, "", kind, **values)


@pytest.mark.parametrize(
    ("msgtype", "body", "expected"),
    [
        ("text", {"content": "路灯坏了"}, message("text", text="路灯坏了")),
        ("text", {"content": "满意", "menu_id": "ok"}, message("text", text="满意", menu_id="ok")),
        ("image", {"media_id": "M1"}, message("image", media_id="M1")),
        ("voice", {"media_id": "M1"}, message("voice", media_id="M1")),
        ("video", {"media_id": "M1"}, message("video", media_id="M1")),
        ("file", {"media_id": "M1"}, message("file", media_id="M1")),
        (
            "location",
            {"latitude": 30.27, "longitude": 120.15, "name": "桥头", "address": "清河路 1 号"},
            message(
                "location",
                text="桥头 · 清河路 1 号",
                latitude=30.27,
                longitude=120.15,
                name="桥头",
                address="清河路 1 号",
            ),
        ),
        (
            "link",
            {"title": "通知", "desc": "停\n水", "url": "https://e.cn", "pic_url": "https://p"},
            message("link", text="通知 · 停 水 · https://e.cn", title="通知", url="https://e.cn"),
        ),
        ("business_card", {"userid": "li.hua"}, message("business_card", text="li.hua")),
        (
            "miniprogram",
            {"title": "缴费", "appid": "wx1", "pagepath": "a.html"},
            message("miniprogram", text="缴费", title="缴费"),
        ),
        (
            "channels",
            {"sub_type": 2, "nickname": "区人大", "title": "直播"},
            message("channels", text="区人大 · 直播", title="直播"),
        ),
        (
            "msgmenu",
            {
                "head_content": "您好",
                "list": [
                    {"type": "click", "click": {"id": "1", "content": "我要反映"}},
                    {"type": "view", "view": {"url": "https://e.cn", "content": "公示"}},
                    "odd",
                ],
                "tail_content": "谢谢",
            },
            message("msgmenu", text="您好 · 我要反映 · 公示 · 谢谢"),
        ),
        (
            "merged_msg",
            {
                "title": "群聊的聊天记录",
                "item": [
                    {
                        "msgtype": "text",
                        "sender_name": "王",
                        "msg_content": '{"msgtype":"text","text":{"content":"楼道漏水"}}',
                    },
                    {"msgtype": "image", "sender_name": "李", "msg_content": "{"},
                ],
            },
            message("merged_msg", text="群聊的聊天记录 · 王: 楼道漏水 · 李: [image]", title="群聊的聊天记录"),
        ),
        ("channels_shop_order", {"order_id": "1", "product_titles": "灯"}, message("other", text="灯")),
        ("meeting", None, message("other")),
        ("hologram", {"title": "新的"}, message("other", text="新的")),
        ("text", None, message("other")),
        ("text", {"content": 7}, message("other")),
        ("image", {"media_id": None}, message("other")),
        ("location", {"latitude": "far", "longitude": 1, "name": "桥头"}, message("other", text="桥头")),
    ],
)
def test_every_kind_of_message(msgtype, body, expected):
    assert said(msgtype, body) == expected


def test_servicer_is_named():
    answered = said("text", {"content": "已处理"}, origin=5, servicer_userid="zhang")
    assert (answered.origin, answered.servicer_userid) == (kf.SERVICER, "zhang")


def test_entering_by_a_code_gives_the_code_as_it_was_made():
    assert happened("enter_session", scene="rep", scene_param="rep%3D%E6%9D%8E", welcome_code="WC") == KfEntered(
        *HEAD, "rep", "rep=李", "WC"
    )


def test_entering_without_code_or_welcome():
    assert happened("enter_session") == KfEntered(*HEAD, "", "", "")


@pytest.mark.parametrize(
    ("event_type", "facts", "expected"),
    [
        ("msg_send_fail", {"fail_msgid": "ours", "fail_type": 4}, KfSendFailed(*HEAD, "ours", 4)),
        ("user_recall_msg", {"recall_msgid": "m0"}, KfRecalled(*HEAD, "m0", "")),
        ("servicer_recall_msg", {"recall_msgid": "m0", "servicer_userid": "z"}, KfRecalled(*HEAD, "m0", "z")),
        (
            "session_status_change",
            {"change_type": 2, "old_servicer_userid": "a", "new_servicer_userid": "b"},
            KfSessionChanged(*HEAD, 2, "a", "b", ""),
        ),
        ("session_status_change", {"change_type": 3, "msg_code": "MC"}, KfSessionChanged(*HEAD, 3, "", "", "MC")),
        ("servicer_status_change", {"status": 1}, KfOther(*HEAD, "servicer_status_change")),
        ("msg_send_fail", {}, KfOther(*HEAD, "msg_send_fail")),
        ("session_status_change", {"change_type": []}, KfOther(*HEAD, "session_status_change")),
    ],
)
def test_every_event(event_type, facts, expected):
    assert happened(event_type, **facts) == expected


@pytest.mark.parametrize("missing", ["msgid", "open_kfid", "external_userid", "send_time", "origin"])
def test_message_without_its_ids_is_other(missing):
    assert isinstance(said("text", {"content": "在吗"}, **{missing: None}), KfOther)


def test_item_without_a_time_is_of_the_epoch():
    assert said("text", {"content": "在吗"}, send_time="soon").sent_at == EPOCH


def test_page_that_is_empty_may_have_more():
    page = parse_kf_page({"next_cursor": "c2", "has_more": 1, "msg_list": []})
    assert (page.items, page.next_cursor, page.has_more) == ((), "c2", True)


def test_page_without_a_cursor_is_the_last():
    assert not parse_kf_page({"has_more": 1, "msg_list": ["odd", {}]}).has_more


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "msgid",
    "open_kfid",
    "external_userid",
    "send_time",
    "origin",
    "servicer_userid",
    "event",
    "text",
    "location",
]


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON),
    st.sampled_from(["event", "text", "location", "msgmenu", "merged_msg", "link", "", 7]),
    st.dictionaries(st.sampled_from(["event_type", "content", "latitude", "list", "item", "title"]), JSON),
)
def test_no_item_raises(item, msgtype, body):
    top = {"msgid": "m1", "open_kfid": "wk1", "external_userid": "wm1", "send_time": 1700000000, "origin": 3}
    assert parse_kf_item(item | {"msgtype": msgtype})
    assert parse_kf_item(top | {"msgtype": msgtype, str(msgtype): body})


@pytest.mark.parametrize(
    ("listed", "receiving", "anybody"),
    [
        ([{"userid": "li", "status": 0}, {"userid": "wu", "status": 1, "stop_type": 0}], ("li",), True),
        ([{"userid": "wu", "status": 1, "stop_type": 1}], (), False),
        ([{"department_id": 7}], (), True),
        ([], (), False),
        ("odd", (), False),
    ],
)
def test_who_receives_sessions(listed: object, receiving: tuple[str, ...], anybody: bool) -> None:
    """Document 94645: status 0 is receiving; in the event it is 1."""
    found = kf.parse_servicers({"servicer_list": listed})
    assert (found.receiving, found.any) == (receiving, anybody)
