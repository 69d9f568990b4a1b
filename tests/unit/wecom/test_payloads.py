"""Requests keep WeCom's limits in bytes, and equal words of two rows stay two requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import payloads
from bot.wecom.payloads import (
    ActionMenu,
    Button,
    Choice,
    Field,
    Jump,
    Quote,
    Selection,
    Source,
    clip_bytes,
)

TO = {"recipients": ["li.hua", "wang"], "agent_id": 1000002, "dedupe_seed": 7}


def test_text_to_members():
    assert payloads.text_message("路灯坏了", **TO) == {
        "touser": "li.hua|wang",
        "msgtype": "text",
        "agentid": 1000002,
        "text": {"content": "路灯坏了"},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 7207,
    }


def test_long_text_is_clipped_to_2048_bytes_between_characters():
    content = payloads.text_message("路" * 900, **TO)["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content == "路" * 681 + "…"


def test_same_row_again_is_the_same_request_and_another_row_is_not():
    def row(seed):
        return payloads.text_message("收到", recipients=["li.hua"], agent_id=1, dedupe_seed=seed)

    assert row(41) == row(41)
    assert row(41) != row(42)


@given(st.integers(min_value=0))
def test_interval_is_one_that_wecom_takes(seed):
    message = payloads.text_message("收到", recipients=["li.hua"], agent_id=1, dedupe_seed=seed)
    assert 7200 <= message["duplicate_check_interval"] <= 14_400


@pytest.mark.parametrize("recipients", [[], ["@all"], ["@ALL"], ["a|b"], [""], ["u"] * 1001])
def test_nobody_everybody_and_nonsense_are_our_mistakes(recipients):
    with pytest.raises(ValueError, match=r"goes to|recipient"):
        payloads.text_message("收到", recipients=recipients, agent_id=1, dedupe_seed=1)


def test_textcard():
    body = payloads.textcard_message("群众留言", "路灯坏了", "https://e.cn/c/7", button="去看看吧啊", **TO)[
        "textcard"
    ]
    assert body == {
        "title": "群众留言",
        "description": "路灯坏了",
        "url": "https://e.cn/c/7",
        "btntxt": "去看看…",
    }


def test_other_kinds_of_app_messages():
    assert payloads.markdown_message("**好**", **TO)["markdown"] == {"content": "**好**"}
    assert payloads.media_message("file", "M1", **TO)["file"] == {"media_id": "M1"}
    card = payloads.text_notice_card("开会", "", "https://e.cn")
    assert payloads.card_message(card, **TO)["template_card"] == card


@pytest.mark.parametrize("url", ["e.cn", "javascript:alert(1)", "https://" + "e" * 2048])
def test_link_without_scheme_or_too_long_is_our_mistake(url):
    with pytest.raises(ValueError, match="full address"):
        payloads.textcard_message("a", "b", url, **TO)


def test_text_to_a_constituent():
    assert payloads.kf_text("wm1", "wk1", "ob-7", "已受理") == {
        "touser": "wm1",
        "open_kfid": "wk1",
        "msgid": "ob-7",
        "msgtype": "text",
        "text": {"content": "已受理"},
    }


def test_empty_msgid_is_left_out():
    assert "msgid" not in payloads.kf_text("wm1", "wk1", "", "已受理")


@pytest.mark.parametrize("msgid", ["a" * 33, "a b", "号"])
def test_msgid_that_wecom_would_refuse_is_our_mistake(msgid):
    with pytest.raises(ValueError, match="msgid"):
        payloads.kf_text("wm1", "wk1", msgid, "已受理")


def test_empty_words_are_our_mistake():
    with pytest.raises(ValueError, match="empty"):
        payloads.kf_text("wm1", "wk1", "ob-7", "")


def test_menu_of_presses_and_links():
    menu = payloads.kf_menu(
        "wm1",
        "wk1",
        "ob-7",
        "问题解决了吗？",
        [("ok", "已解决"), ("no", "还没有")],
        links=[("https://e.cn", "公示")],
    )["msgmenu"]
    assert menu == {
        "head_content": "问题解决了吗？",
        "list": [
            {"type": "click", "click": {"id": "ok", "content": "已解决"}},
            {"type": "click", "click": {"id": "no", "content": "还没有"}},
            {"type": "view", "view": {"url": "https://e.cn", "content": "公示"}},
        ],
    }


def test_menu_words_are_clipped():
    menu = payloads.kf_menu("wm1", "wk1", "", "头" * 999, [("a", "项" * 99)], "尾" * 999)["msgmenu"]
    assert len(menu["head_content"].encode()) <= 1024
    assert len(menu["tail_content"].encode()) <= 1024
    assert len(menu["list"][0]["click"]["content"].encode()) <= 128


@pytest.mark.parametrize("items", [[], [("a", "甲")] * 11, [("", "甲")], [("a" * 129, "甲")], [("a", "")]])
def test_menu_that_wecom_would_refuse_is_our_mistake(items):
    with pytest.raises(ValueError, match=r"menu|empty"):
        payloads.kf_menu("wm1", "wk1", "", "", items)


def test_other_kinds_to_a_constituent():
    assert payloads.kf_media("wm1", "wk1", "", "image", "M1")["image"] == {"media_id": "M1"}
    link = payloads.kf_link("wm1", "wk1", "", "公示", "停水", "https://e.cn", "M1")["link"]
    assert link == {"title": "公示", "desc": "停水", "url": "https://e.cn", "thumb_media_id": "M1"}
    place = payloads.kf_location("wm1", "wk1", "", "联络站", "清河路", 30.27, 120.15)["location"]
    assert place == {"name": "联络站", "address": "清河路", "latitude": 30.27, "longitude": 120.15}
    with pytest.raises(ValueError, match="latitude"):
        payloads.kf_location("wm1", "wk1", "", "联络站", "清河路", 120.15, 30.27)


def test_welcome():
    assert payloads.event_text("WC", "w-1", "您好") == {
        "code": "WC",
        "msgid": "w-1",
        "msgtype": "text",
        "text": {"content": "您好"},
    }
    assert payloads.event_menu("WC", "", "您好", [("a", "甲")])["msgtype"] == "msgmenu"


def test_card_with_buttons():
    card = payloads.button_card(
        "有群众留言",
        "清河站",
        "case-7",
        [Button("accept:7", "接收"), Button("", "打开", style=2, url="https://e.cn")],
        fields=[Field("编号", "JH-2026-000123"), Field("详情", "打开", url="https://e.cn")],
        quote=Quote("路灯坏了" * 200),
        subtitle="字" * 200,
        source=Source("连心桥", color=3),
        selection=Selection("q", "转给", [Choice("a", "甲" * 20)]),
        menu=ActionMenu("更多", [("help", "帮助")]),
        jumps=[Jump("全文", "https://e.cn")],
    )
    assert card["main_title"] == {"title": "有群众留言", "desc": "清河站"}
    assert card["button_list"] == [
        {"text": "接收", "style": 1, "type": 0, "key": "accept:7"},
        {"text": "打开", "style": 2, "type": 1, "url": "https://e.cn"},
    ]
    assert card["horizontal_content_list"][1] == {
        "keyname": "详情",
        "value": "打开",
        "type": 1,
        "url": "https://e.cn",
    }
    assert len(card["quote_area"]["quote_text"].encode()) <= 512
    assert len(card["sub_title_text"]) == 160
    assert card["button_selection"]["option_list"] == [{"id": "a", "text": "甲" * 15 + "…"}]
    assert card["action_menu"]["action_list"] == [{"key": "help", "text": "帮助"}]
    assert card["task_id"] == "case-7"


def test_settled_card_needs_no_buttons_of_its_own():
    card = payloads.button_card("群众留言", "", "case-7", [], replace_text="已办结")
    assert card["replace_text"] == "已办结"
    assert [button["text"] for button in card["button_list"]] == ["已办结"]


def test_other_kinds_of_cards():
    notice = payloads.text_notice_card("本月", "", "https://e.cn", emphasis=("12", "件"))
    assert notice["emphasis_content"] == {"title": "12", "desc": "件"}
    news = payloads.news_notice_card("直播", "", "https://e.cn", "https://e.cn/p.jpg", verticals=[("时间", "周二")])
    assert news["card_image"] == {"url": "https://e.cn/p.jpg", "aspect_ratio": 2.25}
    vote = payloads.vote_card(
        "题目", "", "v1", "q", [Choice("a", "甲")], submit=Button("ok", "提交"), multiple=True
    )
    assert vote["checkbox"]["mode"] == 1
    many = payloads.multiple_card(
        "选", "", "m1", [Selection("q", "题", [Choice("a", "甲")], "a")], submit=Button("ok", "提交")
    )
    assert many["select_list"][0]["selected_id"] == "a"


@pytest.mark.parametrize(
    "build",
    [
        lambda: payloads.button_card("t", "", "t1", []),
        lambda: payloads.button_card("t", "", "t1", [Button("a", "甲")] * 7),
        lambda: payloads.button_card("t", "", "t 1", [Button("a", "甲")]),
        lambda: payloads.button_card("t", "", "", [Button("a", "甲")]),
        lambda: payloads.button_card("", "", "t1", [Button("a", "甲")]),
        lambda: payloads.button_card("t", "", "t1", [Button("", "甲")]),
        lambda: payloads.button_card("t", "", "t1", [Button("k" * 1025, "甲")]),
        lambda: payloads.button_card("t", "", "t1", [Button("a", "甲", style=5)]),
        lambda: payloads.button_card("t", "", "t1", [Button("a", "甲")], fields=[Field("a", "b")] * 7),
        lambda: payloads.text_notice_card("t", "", "https://e.cn", menu=ActionMenu("m", [("a", "甲")])),
        lambda: payloads.text_notice_card("t", "", ""),
        lambda: payloads.news_notice_card("t", "", "https://e.cn", "https://e.cn", aspect_ratio=3),
        lambda: payloads.vote_card("t", "", "t1", "q", [], submit=Button("ok", "提交")),
        lambda: payloads.multiple_card("t", "", "t1", [], submit=Button("ok", "提交")),
    ],
)
def test_card_that_wecom_would_refuse_is_our_mistake(build):
    with pytest.raises(ValueError, match=r"card|button|key|link"):
        build()


@given(st.text(alphabet=st.characters(codec="utf-8")), st.integers(min_value=3, max_value=60))
def test_clipping_keeps_the_limit_and_the_beginning(text, limit):
    clipped = clip_bytes(text, limit)
    assert len(clipped.encode()) <= limit
    assert clipped == text or (clipped.endswith("…") and text.startswith(clipped[:-1]))
